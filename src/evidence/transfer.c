/* SPDX-License-Identifier: BSD-2-Clause */
#include "transfer.h"

#include "frame.h"
#include "policing.h"

#include <string.h>
#include <strings.h>

#define NS_PER_US 1000
#define NS_PER_MS ((int64_t)1000000)
#define NS_PER_S  ((int64_t)1000000000)

/* Two captures of one packet (an "any" device, a mirror port). */
#define TWICE_WITHIN_NS NS_PER_MS

/* No receiver offers more than a gigabyte (RFC 7323 section 2.3); what stands further off than an
 * eighth of that is no part of this connection. */
#define FAR_OFF (1 << 27)

#define BULK_BYTES 32768

/* So long without a segment, and nothing under way: another piece (Flach 2016). */
#define RESTED_NS (400 * NS_PER_MS)

/* No device forgets a connection that has rested for less (SCIENCE section G: half-open ones after
 * a minute, others after minutes or days); a pause this short is thinking. */
#define REST_NS (5 * NS_PER_S)

/* After a rest, sent again so often without an answer. */
#define AGAIN_SILENT 3

/* A large segment sent again so often, over so long, and never taken. */
#define AGAIN_UNTAKEN 4
#define UNTAKEN_NS    (3 * NS_PER_S)
#define LARGE_BYTES   1000

/* A reset belongs to what was said so short a time before (SCIENCE section G). */
#define TRIGGER_NS NS_PER_S

/* What was under way from the server arrives within this after its own RST. */
#define CONTRADICTED_NS (100 * NS_PER_MS)

static enum session_side other_side(enum session_side side)
{
	return side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

static int32_t ahead(uint32_t sequence, uint32_t of)
{
	return (int32_t)(sequence - of);
}

static uint32_t to_us(int64_t ns)
{
	int64_t us = ns / NS_PER_US;

	return us < 1 ? 1 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

void transfer_begin(
	struct transfer *transfer, uint32_t connection, const struct transfer_opening *opening)
{
	struct transfer_side *client = &transfer->sides[SIDE_CLIENT];
	struct transfer_side *server = &transfer->sides[SIDE_SERVER];

	*transfer = (struct transfer){.connection = connection,
		.last_ns = opening->time_ns,
		.syn_ack_hops = opening->hop_limit};
	client->next = client->acknowledged = opening->acknowledgement;
	server->next = server->acknowledged = opening->sequence + 1;
	client->base_us = opening->round_trip_us;
	server->timed_ns = opening->time_ns; /* its SYN is answered by the client's ACK */
	server->timed_sequence = opening->sequence;
}

/* Holes: what was skipped, and may come late. */

static void add_hole(struct transfer_side *s, uint32_t start, uint32_t end)
{
	if (s->hole_count == TRANSFER_HOLES)
		memmove(&s->holes[0], &s->holes[1], --s->hole_count * sizeof(s->holes[0]));
	s->holes[s->hole_count++] = (struct transfer_range){start, end};
}

static void remove_hole(struct transfer_side *s, size_t index)
{
	s->hole_count--;
	memmove(&s->holes[index], &s->holes[index + 1],
		(s->hole_count - index) * sizeof(s->holes[0]));
}

static bool fill_hole(struct transfer_side *s, uint32_t start, uint32_t end)
{
	for (size_t i = 0; i < s->hole_count; i++) {
		struct transfer_range *hole = &s->holes[i];
		if (ahead(end, hole->start) <= 0 || ahead(start, hole->end) >= 0)
			continue;
		uint32_t rest = hole->end;
		if (ahead(start, hole->start) > 0)
			hole->end = start;
		else
			remove_hole(s, i);
		if (ahead(rest, end) > 0)
			add_hole(s, end, rest);
		return true;
	}
	return false;
}

/* Packets that were captured twice. */

static bool is_twice(const struct transfer_side *s, const struct frame *frame)
{
	for (int i = 0; i < TRANSFER_RECENT; i++) {
		const struct transfer_segment *one = &s->recent[i];
		if (one->time_ns != 0 && one->sequence == frame->tcp.sequence &&
			one->bytes == frame->tcp.payload && one->identifier == frame->identifier &&
			frame->time_ns - one->time_ns < TWICE_WITHIN_NS)
			return true;
	}
	return false;
}

static void remember(struct transfer_side *s, const struct frame *frame)
{
	s->recent[s->recent_next++ % TRANSFER_RECENT] =
		(struct transfer_segment){.time_ns = frame->time_ns,
			.sequence = frame->tcp.sequence,
			.bytes = frame->tcp.payload,
			.identifier = frame->identifier};
}

/* Data. */

static void doubt(struct transfer_side *s)
{
	if (s->delivery != NULL)
		delivery_doubt(s->delivery);
}

/* Where the first copies are missing the capture stands behind the loss, or lost them itself. */
static void note_fill(struct transfer_side *s)
{
	s->fills++;
	if (s->fills > 2 && s->fills * 10 > s->repeats)
		doubt(s);
}

static void note_repeat(struct transfer_side *s, const struct frame *frame)
{
	s->repeats++;
	s->timed_ns = s->burst_ns = 0;
	if (ahead(frame->tcp.sequence, s->acknowledged) > 0)
		return;
	s->again_bytes = frame->tcp.payload;
	s->again_ns = s->again == 0 ? frame->time_ns : s->again_ns;
	s->again++;
}

static struct transmission transmission_of(
	const struct transfer *transfer, enum session_side side, const struct frame *frame)
{
	const struct transfer_side *s = &transfer->sides[side];
	bool quiet = s->next == s->acknowledged && s->quiet_ns != 0;

	return (struct transmission){.time_ns = frame->time_ns,
		.connection = transfer->connection,
		.sequence = frame->tcp.sequence,
		.bytes = frame->tcp.payload,
		.idle_us = quiet ? to_us(frame->time_ns - s->quiet_ns) : 0};
}

static void note_new(struct transfer_side *s, const struct frame *frame)
{
	uint32_t end = frame->tcp.sequence + frame->tcp.payload;
	uint32_t under_way = s->next - s->acknowledged;

	if (under_way == 0) {
		s->burst_sequence = frame->tcp.sequence;
		s->burst_ns = frame->time_ns;
		s->burst_reached = 0;
	}
	if (ahead(frame->tcp.sequence, s->next) > 0)
		add_hole(s, s->next, frame->tcp.sequence);
	s->bytes += (uint32_t)ahead(end, s->next);
	s->next = end;
	if (s->timed_ns == 0) {
		s->timed_ns = frame->time_ns;
		s->timed_sequence = frame->tcp.sequence;
		s->timed_under_way = end - s->acknowledged;
	}
}

static void add_data(struct transfer *transfer, enum session_side side, const struct frame *frame)
{
	struct transfer_side *s = &transfer->sides[side];
	struct transmission one = transmission_of(transfer, side, frame);
	uint32_t end = one.sequence + one.bytes;
	bool rested = s->next == s->acknowledged && frame->time_ns - s->last_ns >= RESTED_NS;

	/* Older than what is acknowledged: a probe for life, or sent again in vain. */
	if (ahead(end, s->acknowledged) <= 0)
		return;
	s->segments++;
	s->first_ns = s->first_ns == 0 ? frame->time_ns : s->first_ns;
	s->last_ns = frame->time_ns;
	remember(s, frame);
	if (ahead(end, s->next) > 0) {
		note_new(s, frame);
	} else if (fill_hole(s, one.sequence, end)) {
		note_fill(s);
	} else {
		note_repeat(s, frame);
		if (s->delivery != NULL)
			delivery_lost(s->delivery, &one);
	}
	if (s->delivery != NULL)
		delivery_sent(s->delivery, &one, rested);
}

/* Acknowledgements of what a side sent. */

static void note_round_trip(struct transfer_side *s, int64_t time_ns, uint32_t acknowledged)
{
	if (s->timed_ns == 0 || ahead(acknowledged, s->timed_sequence) <= 0)
		return;
	uint32_t us = to_us(time_ns - s->timed_ns);

	if (s->base_us == 0 || us < s->base_us)
		s->base_us = us;
	if (s->delivery != NULL)
		delivery_round_trip(s->delivery, time_ns, us, s->timed_under_way);
	s->timed_ns = 0;
}

static void note_burst(struct transfer_side *s, int64_t time_ns, uint32_t acknowledged)
{
	bool better = false;

	if (s->burst_ns == 0)
		return;
	int32_t bytes = ahead(acknowledged, s->burst_sequence);
	uint32_t us = to_us(time_ns - s->burst_ns);

	while (s->burst_reached < DELIVERY_BURSTS &&
		bytes >= (int32_t)(DELIVERY_BURST_LEAST << s->burst_reached)) {
		uint32_t *best = &s->fastest.us[s->burst_reached++];
		if (*best == 0 || us < *best) {
			*best = us;
			better = true;
		}
	}
	if (better && s->delivery != NULL)
		delivery_burst(s->delivery, &s->fastest);
}

static void take_acknowledgement(
	struct transfer_side *s, const struct frame *frame, uint32_t acknowledged)
{
	uint32_t bytes = (uint32_t)ahead(acknowledged, s->acknowledged);

	if (ahead(acknowledged, s->next) > 1) { /* a FIN takes a number as well */
		s->unseen++;
		s->timed_ns = s->burst_ns = 0;
		s->next = acknowledged;
		doubt(s);
	}
	note_round_trip(s, frame->time_ns, acknowledged);
	note_burst(s, frame->time_ns, acknowledged);
	s->acknowledged = acknowledged;
	s->quiet_ns = frame->time_ns;
	s->again = s->waiting = 0;
	if (bytes > s->largest_taken)
		s->largest_taken = bytes;
	while (s->hole_count > 0 && ahead(acknowledged, s->holes[0].end) >= 0)
		remove_hole(s, 0);
	if (s->delivery != NULL)
		delivery_arrived(s->delivery, frame->time_ns, bytes);
}

static void note_window(struct transfer_side *s, const struct frame *frame)
{
	if (frame->tcp.window == 0 && s->closed_ns == 0 && !s->finished) {
		s->closed_ns = frame->time_ns;
		s->stalls++;
	} else if (frame->tcp.window != 0 && s->closed_ns != 0) {
		s->stalled_ns += frame->time_ns - s->closed_ns;
		s->closed_ns = 0;
	}
}

static void add_acknowledgement(
	struct transfer *transfer, enum session_side side, const struct frame *frame)
{
	struct transfer_side *theirs = &transfer->sides[other_side(side)];
	uint32_t acknowledged = frame->tcp.acknowledgement;
	int32_t more = ahead(acknowledged, theirs->acknowledged);

	if ((frame->tcp.flags & TCP_ACK) == 0 || more > FAR_OFF)
		return;
	if (more > 0)
		take_acknowledgement(theirs, frame, acknowledged);
	else if (more == 0 && frame->tcp.payload == 0 && theirs->next != acknowledged)
		theirs->waiting++;
	if (more >= 0)
		note_window(theirs, frame);
}

/* Rests. */

static void note_rest(struct transfer *transfer, enum session_side side, const struct frame *frame)
{
	int64_t rest_ns = frame->time_ns - transfer->last_ns;
	const struct transfer_side *s = &transfer->sides[side];

	if (rest_ns >= REST_NS && frame->tcp.payload > 0 && s->next == s->acknowledged) {
		transfer->rest_ns = rest_ns;
		transfer->rest_by = side;
		transfer->rest_end = s->next;
		transfer->rest_heard = false;
	} else if (transfer->rest_ns != 0 && side != transfer->rest_by) {
		bool answers = (frame->tcp.flags & TCP_RST) == 0;
		transfer->rest_heard = transfer->rest_heard || answers;
		if (answers && transfer->rest_ns > transfer->survived_ns)
			transfer->survived_ns = transfer->rest_ns;
	}
}

static bool died_of_rest(const struct transfer *transfer)
{
	return transfer->rest_ns != 0 && !transfer->rest_heard;
}

/* Commands and resets. */

static bool says(const struct frame *frame, const char *word)
{
	size_t length = strlen(word);

	return frame->tcp.data != NULL && frame->tcp.data_captured >= length &&
		strncasecmp((const char *)frame->tcp.data, word, length) == 0;
}

#define TLS_ALERT     0x15 /* RFC 8446 section 5.1 */
#define TLS_HANDSHAKE 0x16
#define TLS_HELLO_AT  5

static enum transfer_trigger trigger_of(const struct frame *frame)
{
	const uint8_t *data = frame->tcp.data;

	if (data != NULL && frame->tcp.data_captured > TLS_HELLO_AT && data[0] == TLS_HANDSHAKE &&
		data[TLS_HELLO_AT] == 1)
		return TRIGGER_HELLO;
	if (says(frame, "STARTTLS") || says(frame, "STLS"))
		return TRIGGER_STARTTLS;
	return says(frame, "DATA\r") || says(frame, "BDAT") ? TRIGGER_DATA : TRIGGER_OTHER;
}

static bool says_farewell(const struct frame *frame)
{
	return says(frame, "QUIT") ||
		(frame->tcp.data != NULL && frame->tcp.data_captured > 0 &&
			frame->tcp.data[0] == TLS_ALERT);
}

static void note_command(struct transfer *transfer, const struct frame *frame)
{
	transfer->trigger = trigger_of(frame);
	transfer->trigger_ns = frame->time_ns;
	transfer->leaving = transfer->leaving || says_farewell(frame);
}

/* A server that resets because it is done, or because its client is, does what it may. */
static void note_reset(struct transfer *transfer, const struct frame *frame)
{
	const struct transfer_side *server = &transfer->sides[SIDE_SERVER];
	int32_t offset = ahead(frame->tcp.sequence, server->next);

	if (transfer->reset || offset > FAR_OFF || offset < -FAR_OFF)
		return;
	transfer->reset = true;
	transfer->reset_ns = frame->time_ns;
	transfer->reset_hops = frame->hop_limit;
	transfer->reset_after_rest = died_of_rest(transfer) && transfer->rest_by == SIDE_CLIENT;
	transfer->reset_midway = !transfer->reset_after_rest && !transfer->leaving &&
		server->bytes > 0 && !server->finished && !transfer->sides[SIDE_CLIENT].finished;
	if (frame->time_ns - transfer->trigger_ns > TRIGGER_NS)
		transfer->trigger = TRIGGER_NONE;
}

static void note_server(struct transfer *transfer, const struct frame *frame)
{
	if (frame->tcp.flags & TCP_RST) {
		note_reset(transfer, frame);
		return;
	}
	if (transfer->reset && frame->tcp.payload > 0 &&
		frame->time_ns - transfer->reset_ns > CONTRADICTED_NS)
		transfer->contradicted = true;
	transfer->hops_vary = transfer->hops_vary ||
		(transfer->later_hops != 0 && transfer->later_hops != frame->hop_limit);
	transfer->later_hops = frame->hop_limit;
	if (frame->tcp.payload > 0 && frame->tcp.data_captured > 0 && says(frame, "* BYE"))
		transfer->leaving = true;
}

bool transfer_add(struct transfer *transfer, enum session_side side, const struct frame *frame)
{
	struct transfer_side *s = &transfer->sides[side];
	int32_t offset = ahead(frame->tcp.sequence, s->next);

	if (frame->tcp.payload > 0 && is_twice(s, frame))
		return false;
	note_rest(transfer, side, frame);
	if (side == SIDE_SERVER)
		note_server(transfer, frame);
	else if (transfer->reset)
		return true;
	else if (frame->tcp.payload > 0)
		note_command(transfer, frame);
	transfer->last_ns = frame->time_ns;
	if ((frame->tcp.flags & TCP_RST) != 0)
		return true;
	add_acknowledgement(transfer, side, frame);
	if (frame->tcp.payload > 0 && offset <= FAR_OFF && offset >= -FAR_OFF)
		add_data(transfer, side, frame);
	s->finished = s->finished || (frame->tcp.flags & TCP_FIN) != 0;
	return true;
}

bool transfer_is_bulk(const struct transfer *transfer, enum session_side side)
{
	return transfer->sides[side].bytes >= BULK_BYTES;
}

void transfer_pool(struct transfer *transfer, enum session_side side, struct delivery *delivery)
{
	struct transfer_side *s = &transfer->sides[side];

	s->delivery = delivery;
	delivery_burst(delivery, &s->fastest);
	if (s->base_us > 0)
		delivery_round_trip(delivery, transfer->last_ns, s->base_us, 0);
	if (s->unseen > 0 || (s->fills > 2 && s->fills * 10 > s->repeats))
		delivery_doubt(delivery);
}

/* The sum. */

/* Something smaller that was sent after it did arrive: it is waited for. */
static bool is_untaken(const struct transfer *transfer, const struct transfer_side *s)
{
	return s->again >= AGAIN_UNTAKEN && s->again_bytes >= LARGE_BYTES && s->waiting > 0 &&
		s->largest_taken < LARGE_BYTES && s->closed_ns == 0 && !transfer->reset &&
		s->last_ns - s->again_ns >= UNTAKEN_NS && s->unseen == 0;
}

static void sum_side(struct transfer_signs *signs, const struct transfer *transfer,
	const struct transfer_side *s)
{
	int64_t stalled_ns = s->stalled_ns;

	if (s->closed_ns != 0 && !transfer->reset && !s->finished)
		stalled_ns += transfer->last_ns - s->closed_ns;
	signs->bytes += s->bytes;
	signs->segments += s->segments;
	signs->repeats += s->repeats + s->fills;
	signs->untaken += is_untaken(transfer, s);
	signs->stalled_s += (double)stalled_ns / 1e9;
	if (s->first_ns != 0 && (s->bytes >= BULK_BYTES || stalled_ns > 0))
		signs->delivered_s += (double)(transfer->last_ns - s->first_ns) / 1e9;
}

static void sum_rests(struct transfer_signs *signs, const struct transfer *transfer)
{
	const struct transfer_side *s = &transfer->sides[transfer->rest_by];
	double survived_s = (double)transfer->survived_ns / 1e9;
	double rest_s = (double)transfer->rest_ns / 1e9;
	bool silent = died_of_rest(transfer) && !transfer->reset && s->again >= AGAIN_SILENT;

	if (survived_s > signs->survived_s)
		signs->survived_s = survived_s;
	signs->cut_silent += silent;
	signs->cut_reset += transfer->reset_after_rest;
	if ((silent || transfer->reset_after_rest) && (signs->cut_s == 0 || rest_s < signs->cut_s))
		signs->cut_s = rest_s;
}

void transfer_sum(struct transfer_signs *signs, const struct transfer *transfer)
{
	const struct transfer_side *sides = transfer->sides;

	/* Most connections of a scan carry nothing. */
	if (sides[SIDE_CLIENT].segments == 0 && sides[SIDE_SERVER].segments == 0)
		return;
	bool carried = sides[SIDE_SERVER].bytes > 0;
	bool foreign = transfer->later_hops != 0 && !transfer->hops_vary &&
		transfer->reset_hops != transfer->later_hops;

	signs->connections += carried;
	for (int side = 0; side < SESSION_SIDES; side++)
		sum_side(signs, transfer, &sides[side]);
	sum_rests(signs, transfer);
	if (transfer->reset_midway) {
		signs->reset++;
		signs->reset_at[transfer->trigger]++;
		signs->contradicted += transfer->contradicted;
	}
	if (transfer->reset_midway || transfer->reset_after_rest)
		signs->reset_is_foreign = signs->reset_is_foreign || foreign;
	if (carried && !transfer->hops_vary && transfer->later_hops != 0) {
		signs->hops_kept += transfer->later_hops == transfer->syn_ack_hops;
		signs->hops_changed += transfer->later_hops != transfer->syn_ack_hops;
	}
}

void transfer_limit(
	struct transfer_signs *signs, enum session_side from, const struct delivery *delivery)
{
	static const int tells[] = {
		[LIMIT_NONE] = 0, [LIMIT_LINE] = 1, [LIMIT_SHAPED] = 2, [LIMIT_POLICED] = 3};
	struct delivery_signs limit = delivery_signs_of(delivery);

	if (tells[limit.limit] <= tells[signs->limit.limit])
		return;
	signs->limit = limit;
	signs->limit_from_server = from == SIDE_SERVER;
}
