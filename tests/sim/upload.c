/* SPDX-License-Identifier: BSD-2-Clause */
#include "upload.h"

#include "address.h"
#include "evidence.h"
#include "fault.h"
#include "frame.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENT      1448.0
#define ON_WIRE      1514.0
#define FIRST_WINDOW 10.0 /* segments, RFC 6928 */
#define DELAYED_S    .04
#define RTO_LEAST_S  .2
#define OVERTAKEN    3 /* segments sent later and received: RFC 6675, DupThresh */
#define EVENTS       65536
#define CLIENT_FIRST 1000U
#define SERVER_FIRST 5000U
#define WINDOW_SCALE 64 /* what the capture's window field is divided by, rounded up */
#define NS           1e9
#define START_NS     ((int64_t)1700000000 * 1000000000)

enum happening { ARRIVES, ACKNOWLEDGED, TIMER, DELAYED, WRITES, READS, STARTS };

struct event {
	double time_s;
	enum happening what;
	unsigned flow;
	uint32_t segment; /* ARRIVES; ACKNOWLEDGED: which one it tells of */
	uint32_t next;    /* ACKNOWLEDGED: all before have arrived. TIMER: its number */
	double window;    /* ACKNOWLEDGED */
};

struct segment {
	bool sent, received, known, lost; /* known to the sender as received; thought lost */
	uint32_t order;                   /* of its latest sending */
	double sent_s;
	bool again;
};

struct flow_state {
	struct segment *segments;
	uint32_t count, written, next, first; /* next to be sent; first not acknowledged */
	uint32_t order, highest_known;        /* orders of sending */
	uint32_t recover;                     /* end of the loss episode */
	double window, threshold;             /* segments */
	double under_way;
	double smoothed_s, varies_s, backoff;
	uint32_t timer;
	/* the receiver */
	uint32_t expected, unread_from;
	double read, offered;
	unsigned owed;
	uint32_t delayed;
	double last_arrival_s;
	bool closed;
};

struct play {
	const struct upload *upload;
	struct chance *chance;
	struct evidence *evidence;
	struct event *heap;
	size_t events;
	double now_s;
	double line_free_s, queue_until_s, tokens, tokens_s;
	double wavers_until_s, queue_rate;
	double outage_until_s, next_outage_s;
	uint64_t packets;
	struct flow_state flows[UPLOAD_FLOWS];
};

/* Events by time. */

static void push(struct play *play, struct event event)
{
	size_t at = play->events++;

	assert(play->events < EVENTS);
	while (at > 0 && play->heap[(at - 1) / 2].time_s > event.time_s) {
		play->heap[at] = play->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	play->heap[at] = event;
}

static struct event pop(struct play *play)
{
	struct event first = play->heap[0], last = play->heap[--play->events];
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= play->events)
			break;
		if (child + 1 < play->events &&
			play->heap[child + 1].time_s < play->heap[child].time_s)
			child++;
		if (play->heap[child].time_s >= last.time_s)
			break;
		play->heap[at] = play->heap[child];
		at = child;
	}
	play->heap[at] = last;
	return first;
}

/* What the capture shows. */

struct shown {
	unsigned flow;
	bool from_server;
	uint8_t flags;
	uint32_t sequence, acknowledgement, payload;
	double window;
};

static void show(struct play *play, double time_s, const struct shown *shown)
{
	struct address client = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 10}};
	struct address server = {.family = ADDRESS_IPV4, .bytes = {198, 51, 100, 25}};
	uint16_t port = (uint16_t)(40000 + shown->flow);

	if (shown->flow >= play->upload->captured)
		return;
	struct frame frame = {
		.time_ns = START_NS + (int64_t)(time_s * NS),
		.number = ++play->packets,
		.kind = FRAME_TCP,
		.hop_limit = shown->from_server ? 55 : 64,
		.identifier = (uint16_t)play->packets,
		.source = shown->from_server ? server : client,
		.destination = shown->from_server ? client : server,
		.tcp = {.source_port = shown->from_server ? 25 : port,
			.destination_port = shown->from_server ? port : 25,
			.flags = shown->flags,
			.sequence = shown->sequence,
			.acknowledgement = shown->acknowledgement,
			.window = (uint16_t)fmin(65535, shown->window / WINDOW_SCALE),
			.payload = shown->payload},
	};

	evidence_add_frame(play->evidence, &frame);
}

static void show_data(struct play *play, double time_s, unsigned flow, uint32_t segment)
{
	struct shown shown = {.flow = flow,
		.flags = TCP_ACK,
		.sequence = CLIENT_FIRST + 1 + segment * (uint32_t)SEGMENT,
		.acknowledgement = SERVER_FIRST + 1,
		.payload = (uint32_t)SEGMENT,
		.window = 65536};

	show(play, time_s, &shown);
}

static void show_acknowledgement(struct play *play, double time_s, const struct event *event)
{
	struct shown shown = {.flow = event->flow,
		.from_server = true,
		.flags = TCP_ACK,
		.sequence = SERVER_FIRST + 1,
		.acknowledgement = CLIENT_FIRST + 1 + event->next * (uint32_t)SEGMENT,
		.window = event->window};

	show(play, time_s, &shown);
}

static void show_handshake(struct play *play, unsigned flow)
{
	double trip_s = play->upload->way.round_trip_s;
	bool there = play->upload->at_receiver;
	struct shown syn = {.flow = flow, .flags = TCP_SYN, .sequence = CLIENT_FIRST};
	struct shown syn_ack = {.flow = flow,
		.from_server = true,
		.flags = TCP_SYN | TCP_ACK,
		.sequence = SERVER_FIRST,
		.acknowledgement = CLIENT_FIRST + 1,
		.window = 65536};
	struct shown ack = {.flow = flow,
		.flags = TCP_ACK,
		.sequence = CLIENT_FIRST + 1,
		.acknowledgement = SERVER_FIRST + 1,
		.window = 65536};

	show(play, play->now_s + (there ? trip_s / 2 : 0), &syn);
	show(play, play->now_s + (there ? trip_s / 2 : trip_s), &syn_ack);
	show(play, play->now_s + (there ? 1.5 : 1) * trip_s, &ack);
}

/* The way. */

static bool policer_passes(struct play *play, double time_s)
{
	const struct way *way = &play->upload->way;

	if (way->policer_rate <= 0)
		return true;
	play->tokens = fmin(
		way->policer_burst, play->tokens + (time_s - play->tokens_s) * way->policer_rate);
	play->tokens_s = time_s;
	if (play->tokens < ON_WIRE)
		return false;
	play->tokens -= ON_WIRE;
	return true;
}

static double wavering_rate(struct play *play, double time_s)
{
	const struct way *way = &play->upload->way;

	if (time_s < play->wavers_until_s)
		return play->queue_rate;
	play->wavers_until_s = time_s + chance_between(play->chance, .05, .6);
	play->queue_rate =
		way->queue_rate * (1 + way->queue_wavers * chance_between(play->chance, -1, 1));
	return play->queue_rate;
}

/* False where the queue is full; else *time_s is when the packet has left it. */
static bool queue_passes(struct play *play, double *time_s)
{
	const struct way *way = &play->upload->way;

	if (way->queue_rate <= 0)
		return true;
	double rate = wavering_rate(play, *time_s);
	double from_s = fmax(play->queue_until_s, *time_s);
	double credit_s = way->queue_burst / rate;
	double waits_s = fmax(0, from_s - credit_s - *time_s);

	if (waits_s * rate + ON_WIRE > way->queue_bytes)
		return false;
	play->queue_until_s = from_s + ON_WIRE / rate;
	*time_s = fmax(*time_s, play->queue_until_s - credit_s);
	return true;
}

static bool is_out(struct play *play, double time_s)
{
	const struct way *way = &play->upload->way;

	if (way->burst_loss_s <= 0)
		return false;
	while (time_s >= play->next_outage_s) {
		play->outage_until_s =
			play->next_outage_s + chance_exponential(play->chance, way->burst_loss_s);
		play->next_outage_s = play->outage_until_s +
			chance_exponential(play->chance,
				way->burst_loss_s * (1 - way->burst_share) / way->burst_share);
	}
	return time_s < play->outage_until_s;
}

static void carry(struct play *play, unsigned flow, uint32_t segment)
{
	const struct way *way = &play->upload->way;
	double time_s = fmax(play->now_s, play->line_free_s);

	play->line_free_s = time_s + ON_WIRE / way->line_rate;
	time_s = play->line_free_s;
	if (!play->upload->at_receiver)
		show_data(play, play->now_s, flow, segment);
	if (!policer_passes(play, time_s) || !queue_passes(play, &time_s) || is_out(play, time_s) ||
		chance_unit(play->chance) < way->loss)
		return;
	time_s += way->round_trip_s / 2 + chance_between(play->chance, 0, way->jitter_s);
	struct flow_state *f = &play->flows[flow];
	time_s = f->last_arrival_s = fmax(f->last_arrival_s, time_s);
	push(play, (struct event){time_s, ARRIVES, flow, segment, 0, 0});
}

/* The sender. */

static void set_timer(struct play *play, unsigned flow)
{
	struct flow_state *f = &play->flows[flow];
	double wait_s = fmax(RTO_LEAST_S, f->smoothed_s + 4 * f->varies_s) * f->backoff;

	push(play, (struct event){play->now_s + fmin(60, wait_s), TIMER, flow, 0, ++f->timer, 0});
}

static void send_one(struct play *play, unsigned flow, uint32_t index)
{
	struct flow_state *f = &play->flows[flow];
	struct segment *segment = &f->segments[index];

	segment->again = segment->sent;
	segment->sent = true;
	segment->lost = false;
	segment->order = ++f->order;
	segment->sent_s = play->now_s;
	f->under_way++;
	carry(play, flow, index);
}

static uint32_t next_lost(const struct flow_state *f)
{
	for (uint32_t i = f->first; i < f->next; i++) {
		if (f->segments[i].lost && !f->segments[i].known)
			return i;
	}
	return f->count;
}

static void send_what_may_be(struct play *play, unsigned flow)
{
	struct flow_state *f = &play->flows[flow];
	bool idle = f->under_way == 0;

	while (f->under_way + .5 < f->window) {
		uint32_t index = next_lost(f);
		if (index == f->count)
			index = f->next;
		if (index >= f->written ||
			(index - f->first + 1) * SEGMENT > f->offered + SEGMENT / 2)
			break;
		send_one(play, flow, index);
		if (index == f->next)
			f->next++;
	}
	if (idle && f->under_way > 0)
		set_timer(play, flow);
}

static void measure(struct flow_state *f, double sample_s)
{
	if (f->smoothed_s == 0) {
		f->smoothed_s = sample_s;
		f->varies_s = sample_s / 2;
	}
	f->varies_s += (fabs(f->smoothed_s - sample_s) - f->varies_s) / 4;
	f->smoothed_s += (sample_s - f->smoothed_s) / 8;
}

static void know(struct play *play, struct flow_state *f, uint32_t index)
{
	struct segment *segment = &f->segments[index];

	if (segment->known)
		return;
	segment->known = true;
	if (!segment->lost)
		f->under_way--;
	if (segment->order > f->highest_known)
		f->highest_known = segment->order;
	if (!segment->again)
		measure(f, play->now_s - segment->sent_s);
	if (f->first >= f->recover)
		f->window += f->window < f->threshold ? 1 : 1 / f->window;
}

static void find_losses(struct flow_state *f)
{
	bool any = false;

	for (uint32_t i = f->first; i < f->next; i++) {
		struct segment *segment = &f->segments[i];
		if (segment->known || segment->lost ||
			segment->order + OVERTAKEN > f->highest_known)
			continue;
		segment->lost = true;
		f->under_way--;
		any = true;
	}
	if (!any || f->first < f->recover)
		return;
	f->recover = f->next;
	f->threshold = fmax(2, f->window * .6);
	f->window = f->threshold;
}

static void acknowledged(struct play *play, const struct event *event)
{
	struct flow_state *f = &play->flows[event->flow];
	bool more = event->next > f->first;

	if (!play->upload->at_receiver)
		show_acknowledgement(play, play->now_s, event);
	f->offered = event->window;
	if (event->segment < f->count)
		know(play, f, event->segment);
	for (; f->first < event->next; f->first++)
		know(play, f, f->first);
	find_losses(f);
	f->backoff = more ? 1 : f->backoff;
	if (more && f->under_way > 0)
		set_timer(play, event->flow);
	send_what_may_be(play, event->flow);
}

static void timed_out(struct play *play, const struct event *event)
{
	struct flow_state *f = &play->flows[event->flow];

	if (event->next != f->timer || f->first >= f->next)
		return;
	for (uint32_t i = f->first; i < f->next; i++)
		f->segments[i].lost = !f->segments[i].known;
	f->under_way = 0;
	f->threshold = fmax(2, f->window / 2);
	f->window = 1;
	f->recover = f->next;
	f->backoff = fmin(64, f->backoff * 2);
	send_what_may_be(play, event->flow);
}

/* The receiver. */

static double room_left(const struct play *play, const struct flow_state *f)
{
	double unread = f->expected * SEGMENT - f->read;
	double room = play->upload->window_bytes - unread;

	return play->upload->reader_rate <= 0 ? play->upload->window_bytes
		: room < 2 * SEGMENT          ? 0
					      : room;
}

static void acknowledge(struct play *play, unsigned flow, uint32_t segment)
{
	struct flow_state *f = &play->flows[flow];
	struct event event = {.time_s = play->now_s + play->upload->way.round_trip_s / 2,
		.what = ACKNOWLEDGED,
		.flow = flow,
		.segment = segment,
		.next = f->expected,
		.window = room_left(play, f)};

	if (play->upload->at_receiver)
		show_acknowledgement(play, play->now_s, &event);
	f->owed = 0;
	f->delayed++;
	f->closed = event.window == 0;
	push(play, event);
}

static void arrives(struct play *play, const struct event *event)
{
	struct flow_state *f = &play->flows[event->flow];
	bool in_order = event->segment == f->expected;

	if (play->upload->at_receiver)
		show_data(play, play->now_s, event->flow, event->segment);
	f->segments[event->segment].received = true;
	while (f->expected < f->count && f->segments[f->expected].received)
		f->expected++;
	if (!in_order || ++f->owed >= 2 || f->expected > event->segment + 1) {
		acknowledge(play, event->flow, event->segment);
		return;
	}
	push(play,
		(struct event){play->now_s + DELAYED_S, DELAYED, event->flow, event->segment,
			f->delayed, 0});
}

static void reads(struct play *play, unsigned flow)
{
	struct flow_state *f = &play->flows[flow];
	double step_s = .01;

	f->read = fmin(f->expected * SEGMENT, f->read + play->upload->reader_rate * step_s);
	if (f->closed && room_left(play, f) > 0)
		acknowledge(play, flow, f->count);
	push(play, (struct event){play->now_s + step_s, READS, flow, 0, 0, 0});
}

/* The play. */

static void starts(struct play *play, unsigned flow)
{
	struct flow_state *f = &play->flows[flow];
	const struct upload *upload = play->upload;

	f->count = (uint32_t)(upload->bytes / SEGMENT) + 1;
	f->segments = fault_allocate(f->count, sizeof(*f->segments));
	f->window = FIRST_WINDOW;
	f->threshold = 1e9;
	f->backoff = 1;
	f->offered = upload->window_bytes;
	show_handshake(play, flow);
	double from_s = play->now_s + 2 * upload->way.round_trip_s;

	push(play, (struct event){from_s, WRITES, flow, 0, 0, 0});
	if (upload->reader_rate > 0)
		push(play, (struct event){from_s, READS, flow, 0, 0, 0});
}

static void writes(struct play *play, unsigned flow)
{
	struct flow_state *f = &play->flows[flow];
	const struct upload *upload = play->upload;
	uint32_t more =
		upload->chunk_s > 0 ? (uint32_t)ceil(upload->chunk_bytes / SEGMENT) : f->count;

	f->written = f->written + more < f->count ? f->written + more : f->count;
	if (f->written < f->count)
		push(play, (struct event){play->now_s + upload->chunk_s, WRITES, flow, 0, 0, 0});
	send_what_may_be(play, flow);
}

static void happen(struct play *play, const struct event *event)
{
	struct flow_state *f = &play->flows[event->flow];

	switch (event->what) {
	case ARRIVES:
		arrives(play, event);
		break;
	case ACKNOWLEDGED:
		acknowledged(play, event);
		break;
	case TIMER:
		timed_out(play, event);
		break;
	case DELAYED:
		if (event->next == f->delayed && f->owed > 0)
			acknowledge(play, event->flow, event->segment);
		break;
	case WRITES:
		writes(play, event->flow);
		break;
	case READS:
		reads(play, event->flow);
		break;
	case STARTS:
		starts(play, event->flow);
		break;
	}
}

/* Done when all that is captured has arrived. */
static bool is_done(const struct play *play)
{
	for (unsigned i = 0; i < play->upload->captured; i++) {
		if (play->flows[i].count == 0 || play->flows[i].first < play->flows[i].count)
			return false;
	}
	return true;
}

void upload_play(const struct upload *upload, struct chance *chance, struct evidence *evidence,
	double most_s)
{
	struct play *play = fault_allocate(1, sizeof(*play));

	*play = (struct play){.upload = upload,
		.chance = chance,
		.evidence = evidence,
		.tokens = upload->way.policer_burst,
		.heap = fault_allocate(EVENTS, sizeof(*play->heap))};
	play->next_outage_s = chance_exponential(chance, 1);
	for (unsigned i = 0; i < upload->flows; i++)
		push(play, (struct event){i * upload->starts_s, STARTS, i, 0, 0, 0});
	while (play->events > 0 && play->now_s < most_s && !is_done(play)) {
		struct event event = pop(play);
		play->now_s = fmax(play->now_s, event.time_s);
		happen(play, &event);
	}
	for (unsigned i = 0; i < upload->flows; i++)
		free(play->flows[i].segments);
	free(play->heap);
	free(play);
}
