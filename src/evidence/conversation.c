/* SPDX-License-Identifier: BSD-2-Clause */
#include "conversation.h"

#include "dialogue.h"
#include "evidence.h"
#include "fault.h"
#include "frame.h"
#include "index.h"
#include "pools.h"
#include "stream.h"
#include "tls_record.h"
#include "transcript.h"
#include "transfer.h"

#include <stdlib.h>

struct conversation {
	uint32_t number; /* 0: this room is free */
	uint32_t host, endpoint;
	uint32_t round_trip_us;               /* of its SYN */
	const struct mailport *service;       /* what its port is for */
	struct frame syn_ack;                 /* but for its data */
	bool begun;                           /* what follows is filled in, but for over */
	bool over;                            /* nothing more is to be learnt of the session */
	bool upgraded;                        /* TLS from here on */
	uint32_t acknowledged[SESSION_SIDES]; /* up to where this side has the other's bytes */
	struct stream streams[SESSION_SIDES];
	struct tls_reader readers[SESSION_SIDES];
	struct transcript transcript;
	struct dialogue dialogue;
	struct transfer transfer; /* goes on when the session is over */
};

/* Numbers go round in the rooms, so a number tells its room, and whether it is still there. */
struct conversations {
	uint32_t last;
	struct conversation *rooms[CONVERSATIONS];
	struct pools pools;
};

struct session_tally {
	unsigned counts[ENDINGS];
	struct transcript *kept[ENDINGS]; /* one that ended so; of sound ones the one that got
					   * furthest */
	struct transfer_signs transfers;  /* of connections that are no longer followed */
};

/* What is kept. */

void conversation_forget(struct session_tally *tally)
{
	if (tally == NULL)
		return;
	for (int i = 0; i < ENDINGS; i++)
		free(tally->kept[i]);
	free(tally);
}

static void keep(struct session_tally *tally, enum ending ending, const struct transcript *t)
{
	if (tally->kept[ending] == NULL)
		tally->kept[ending] = fault_allocate(1, sizeof(*t));
	else if (reached_by(tally->kept[ending]) >= reached_by(t))
		return;
	*tally->kept[ending] = *t;
}

static void note_holes(struct conversation *c)
{
	for (int side = 0; side < SESSION_SIDES; side++) {
		const struct stream *theirs = &c->streams[side];
		int other = side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
		/* A FIN takes a number as well: one byte beyond says nothing. */
		bool beyond = (int32_t)(c->acknowledged[other] - theirs->next) > 1;
		if (stream_lacks(theirs) || (beyond && theirs->given < STREAM_LOOKED))
			c->transcript.unheard = true;
	}
}

/* Scans open and never say a word, so a room is made ready only for the first one. */
static void begin(struct conversation *c)
{
	const struct frame_tcp *syn_ack = &c->syn_ack.tcp;

	if (c->begun)
		return;
	(void)transcript_begin_as(&c->transcript, c->service);
	c->begun = true;
	c->upgraded = c->transcript.implicit_tls;
	dialogue_init(&c->dialogue, c->transcript.service);
	stream_init(&c->streams[SIDE_CLIENT], syn_ack->acknowledgement);
	stream_init(&c->streams[SIDE_SERVER], syn_ack->sequence + 1);
	transfer_begin(&c->transfer, c->number, &c->syn_ack, c->round_trip_us);
	for (int side = 0; side < SESSION_SIDES; side++) {
		enum session_side other = side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
		c->acknowledged[side] = c->streams[other].next;
		tls_reader_init(&c->readers[side]);
	}
}

/* Nothing was said: the first of its kind is as good as all. */
static bool end_unbegun(struct endpoint *endpoint, struct conversation *c)
{
	struct session_tally *tally = endpoint->sessions;

	if (c->begun || tally->kept[ENDING_UNKNOWN] == NULL)
		return false;
	tally->counts[ENDING_UNKNOWN]++;
	c->over = true;
	return true;
}

static void end(struct evidence *evidence, struct conversation *c, int64_t now_ns)
{
	struct endpoint *endpoint = &evidence->hosts[c->host].endpoints[c->endpoint];

	if (end_unbegun(endpoint, c))
		return;
	begin(c);
	note_holes(c);
	enum ending ending = ending_of(&c->transcript, now_ns);

	endpoint->sessions->counts[ending]++;
	keep(endpoint->sessions, ending, &c->transcript);
	for (int side = 0; side < SESSION_SIDES; side++) {
		stream_clear(&c->streams[side]);
		tls_reader_clear(&c->readers[side]);
	}
	c->over = true;
}

void conversations_free(struct conversations *conversations)
{
	if (conversations == NULL)
		return;
	for (size_t i = 0; i < CONVERSATIONS; i++) {
		struct conversation *c = conversations->rooms[i];
		for (int side = 0; c != NULL && c->begun && side < SESSION_SIDES; side++) {
			stream_clear(&c->streams[side]);
			tls_reader_clear(&c->readers[side]);
		}
		free(c);
	}
	pools_clear(&conversations->pools);
	free(conversations);
}

/* Beginning. */

static struct conversation *room_of(const struct conversations *conversations, uint32_t number)
{
	struct conversation *c = conversations->rooms[number % CONVERSATIONS];

	return c != NULL && c->number == number && number != 0 ? c : NULL;
}

static void leave_room(struct evidence *evidence, struct conversation *c, int64_t now_ns)
{
	if (!c->over) {
		end(evidence, c, now_ns);
		evidence->evicted++;
	}
	if (c->begun)
		transfer_sum(&evidence->hosts[c->host].endpoints[c->endpoint].sessions->transfers,
			&c->transfer);
	c->number = 0;
}

bool conversation_goes_on(const struct evidence *evidence, uint32_t number)
{
	return evidence->conversations != NULL && room_of(evidence->conversations, number) != NULL;
}

static struct conversation *new_room(struct evidence *evidence, int64_t now_ns)
{
	if (evidence->conversations == NULL)
		evidence->conversations = fault_allocate(1, sizeof(*evidence->conversations));
	struct conversations *all = evidence->conversations;

	all->last = all->last == UINT32_MAX ? 1 : all->last + 1;
	struct conversation **room = &all->rooms[all->last % CONVERSATIONS];

	if (*room == NULL)
		*room = fault_allocate(1, sizeof(**room));
	if ((*room)->number != 0)
		leave_room(evidence, *room, now_ns);
	(*room)->number = all->last;
	return *room;
}

static uint32_t round_trip_us(
	const struct endpoint *endpoint, const struct position *position, int64_t now_ns)
{
	int64_t us = (now_ns - endpoint->exchanges[position->exchange].sent_ns) / 1000;

	return us < 1 || us > UINT32_MAX ? 1 : (uint32_t)us;
}

uint32_t conversation_open(
	struct evidence *evidence, const struct position *position, const struct frame *syn_ack)
{
	const struct mailport *service = evidence_mailport(evidence, syn_ack->tcp.source_port);

	if (!transcript_knows(service))
		return 0;
	struct conversation *c = new_room(evidence, syn_ack->time_ns);
	struct endpoint *endpoint = &evidence->hosts[position->host].endpoints[position->endpoint];

	if (endpoint->sessions == NULL)
		endpoint->sessions = fault_allocate(1, sizeof(*endpoint->sessions));
	c->host = position->host;
	c->endpoint = position->endpoint;
	c->round_trip_us = round_trip_us(endpoint, position, syn_ack->time_ns);
	c->service = service;
	c->syn_ack = *syn_ack;
	c->begun = false;
	c->over = false;
	return c->number;
}

/* Bytes in order. */

static void read_tls(
	struct conversation *c, enum session_side side, const uint8_t *bytes, size_t length)
{
	struct transcript *t = &c->transcript;

	if (length == 0)
		return;
	tls_reader_take(&c->readers[side], &t->tls, side, bytes, length);
	if (side == SIDE_SERVER && t->tls.client_hello)
		t->answered_hello = true;
	if (t->tls.client_hello && t->hello_ns == 0)
		t->hello_ns = t->now_ns;
	c->over = t->tls.complete || t->tls.alert.seen || t->tls.sealed_alert;
}

/* Where TLS comes first the server may still speak plainly, and shows it by its greeting. */
static void read_implicit(
	struct conversation *c, enum session_side side, const uint8_t *bytes, size_t length)
{
	if (side == SIDE_SERVER && c->dialogue.state == DIALOGUE_TALKING)
		dialogue_take(&c->dialogue, &c->transcript, side, bytes, length);
	read_tls(c, side, bytes, length);
	c->over = c->over || c->transcript.greeting != GREETING_NONE;
}

static void read_plain(
	struct conversation *c, enum session_side side, const uint8_t *bytes, size_t length)
{
	size_t used = dialogue_take(&c->dialogue, &c->transcript, side, bytes, length);

	c->upgraded = c->dialogue.state == DIALOGUE_UPGRADED;
	c->over = c->dialogue.state == DIALOGUE_OVER;
	if (c->upgraded)
		read_tls(c, side, bytes + used, length - used);
}

struct listener {
	struct conversation *conversation;
	enum session_side side;
};

static void take(void *context, const uint8_t *bytes, size_t length)
{
	const struct listener *listener = context;
	struct conversation *c = listener->conversation;

	if (c->over)
		return;
	if (c->transcript.implicit_tls)
		read_implicit(c, listener->side, bytes, length);
	else if (c->upgraded)
		read_tls(c, listener->side, bytes, length);
	else
		read_plain(c, listener->side, bytes, length);
}

/* Segments. */

static void note_acknowledgement(struct conversation *c, unsigned side, const struct frame *frame)
{
	uint32_t acknowledged = frame->tcp.acknowledgement;

	if ((frame->tcp.flags & TCP_ACK) == 0 || (frame->tcp.flags & TCP_RST) != 0)
		return;
	if (side == SIDE_CLIENT && c->transcript.opened_ns == 0)
		c->transcript.opened_ns = frame->time_ns;
	if ((int32_t)(acknowledged - c->acknowledged[side]) > 0)
		c->acknowledged[side] = acknowledged;
}

/* What no receiver would take for a part of the connection is none (RFC 9293 section 3.10.7.4);
 * with bytes missing its place is not known so well. */
static bool is_in_place(const struct stream *stream, const struct frame *frame)
{
	int32_t offset = (int32_t)(frame->tcp.sequence - stream->next);

	return stream->hole || (offset >= -STREAM_LOOKED && offset <= STREAM_LOOKED);
}

static void note_leaving(struct conversation *c, unsigned side, const struct frame *frame)
{
	struct transcript *t = &c->transcript;

	if ((frame->tcp.flags & (TCP_FIN | TCP_RST)) == 0 || !is_in_place(&c->streams[side], frame))
		return;
	if (frame->tcp.flags & TCP_RST && side == SIDE_SERVER && t->left_ns[SIDE_CLIENT] == 0)
		t->reset = true;
	if (t->left_ns[side] == 0)
		t->left_ns[side] = frame->time_ns;
	bool both_left = t->left_ns[SIDE_CLIENT] != 0 && t->left_ns[SIDE_SERVER] != 0;

	c->over = c->over || both_left || (frame->tcp.flags & TCP_RST);
}

static void hear(struct evidence *evidence, struct conversation *c, enum session_side side,
	const struct frame *frame)
{
	struct listener listener = {c, side};
	struct stream_sink sink = {&listener, take};
	struct stream_segment segment = {.sequence = frame->tcp.sequence,
		.length = frame->tcp.payload,
		.bytes = frame->tcp.data,
		.captured = frame->tcp.data == NULL ? 0 : frame->tcp.data_captured};

	c->transcript.now_ns = frame->time_ns;
	note_acknowledgement(c, side, frame);
	if (segment.length > 0 && (frame->tcp.flags & TCP_RST) == 0) {
		c->transcript.bytes[side] += segment.length;
		stream_add(&c->streams[side], &segment, &sink);
	}
	note_leaving(c, side, frame);
	if (c->over)
		end(evidence, c, frame->time_ns);
}

/* Data in earnest. */

static void add_limit(struct evidence *evidence, const struct pool *pool)
{
	struct endpoint *endpoint = &evidence->hosts[pool->key.host].endpoints[pool->key.endpoint];

	transfer_limit(&endpoint->sessions->transfers, pool->key.from, pool->delivery);
}

static void forget_delivery(struct conversations *all, const struct delivery *delivery)
{
	for (size_t i = 0; i < CONVERSATIONS; i++) {
		struct conversation *c = all->rooms[i];
		for (int side = 0; c != NULL && side < SESSION_SIDES; side++) {
			if (c->begun && c->transfer.sides[side].delivery == delivery)
				c->transfer.sides[side].delivery = NULL;
		}
	}
}

static struct pool *pool_of(struct evidence *evidence, const struct pool_key *key)
{
	struct conversations *all = evidence->conversations;
	struct pool *pool = pools_find(&all->pools, key);

	if (pool != NULL)
		return pool;
	pool = pools_oldest(&all->pools);
	if (pool->delivery != NULL) {
		add_limit(evidence, pool);
		forget_delivery(all, pool->delivery);
	}
	pool_restart(pool, key);
	return pool;
}

static void follow_delivery(struct evidence *evidence, struct conversation *c,
	enum session_side side, const struct frame *frame)
{
	struct pool_key key = {.host = c->host,
		.endpoint = c->endpoint,
		.client = side == SIDE_CLIENT ? frame->source : frame->destination,
		.from = side};

	transfer_pool(&c->transfer, side, pool_of(evidence, &key)->delivery);
}

void conversation_add(
	struct evidence *evidence, uint32_t number, unsigned side, const struct frame *frame)
{
	struct conversation *c =
		evidence->conversations == NULL ? NULL : room_of(evidence->conversations, number);
	enum session_side from = (enum session_side)side;

	if (c == NULL || (frame->tcp.flags & TCP_SYN) != 0)
		return;
	begin(c);
	if (!transfer_add(&c->transfer, from, frame))
		return;
	if (transfer_is_bulk(&c->transfer, from) && c->transfer.sides[from].delivery == NULL)
		follow_delivery(evidence, c, from, frame);
	if (!c->over)
		hear(evidence, c, from, frame);
}

/* All of an endpoint together. */

static bool is_of(const struct evidence *evidence, const struct conversation *c,
	const struct host *host, const struct endpoint *endpoint)
{
	return c != NULL && c->number != 0 && &evidence->hosts[c->host] == host &&
		&host->endpoints[c->endpoint] == endpoint;
}

static void add_sessions(struct session_tally *all, const struct session_tally *ended)
{
	for (int i = 0; i < ENDINGS; i++) {
		all->counts[i] += ended->counts[i];
		all->kept[i] = ended->kept[i];
	}
}

static void add_unfinished(struct session_tally *all, struct conversation *c, int64_t now_ns)
{
	begin(c);
	note_holes(c);
	enum ending ending = ending_of(&c->transcript, now_ns);

	all->counts[ending]++;
	if (all->kept[ending] == NULL || reached_by(all->kept[ending]) < reached_by(&c->transcript))
		all->kept[ending] = &c->transcript;
}

static enum ending most_frequent_failure(const struct session_tally *all)
{
	enum ending most = ENDING_SOUND;
	unsigned count = 0;

	for (int i = 0; i < ENDINGS; i++) {
		if (!ending_is_failure((enum ending)i) || all->counts[i] <= count)
			continue;
		most = (enum ending)i;
		count = all->counts[i];
	}
	return most;
}

#define ALERT_PROTOCOL_VERSION 70 /* RFC 8446 section 6 */

static bool refuses_versions(const struct tls_alert *alert)
{
	return alert->seen && alert->from == SIDE_SERVER &&
		alert->description == ALERT_PROTOCOL_VERSION;
}

/* One connection in ten that fails is a server's bad moment; most failing is its state. */
static struct session_signs weigh(const struct session_tally *all)
{
	struct session_signs signs = {.sound = all->counts[ENDING_SOUND]};

	for (int i = 0; i < ENDINGS; i++)
		signs.failed += ending_is_failure((enum ending)i) ? all->counts[i] : 0;
	if (signs.failed > signs.sound)
		signs.ending = most_frequent_failure(all);
	else if (signs.sound > 0)
		signs.ending = ENDING_SOUND;
	else
		signs.ending = all->counts[ENDING_UNHEARD] > 0 ? ENDING_UNHEARD : ENDING_UNKNOWN;
	signs.count = all->counts[signs.ending];
	signs.transcript = all->kept[signs.ending];
	if (signs.transcript != NULL) {
		signs.reached = reached_by(signs.transcript);
		signs.versions_refused = refuses_versions(&signs.transcript->tls.alert);
	}
	return signs;
}

/* Those that have ended on the host's other ports. */
static void look_elsewhere(
	struct session_signs *signs, const struct host *host, const struct endpoint *endpoint)
{
	for (size_t e = 0; e < host->endpoint_count && signs->transcript != NULL; e++) {
		const struct session_tally *tally = host->endpoints[e].sessions;
		if (tally == NULL || &host->endpoints[e] == endpoint)
			continue;
		for (int i = 0; i < ENDINGS; i++) {
			if (tally->kept[i] != NULL)
				session_signs_compare(signs, tally->kept[i]);
		}
	}
}

struct session_signs session_signs_of(const struct evidence *evidence, const struct host *host,
	const struct endpoint *endpoint, int64_t now_ns)
{
	struct session_tally all = {0};
	const struct conversations *conversations = evidence->conversations;

	if (endpoint->sessions == NULL)
		return weigh(&all);
	add_sessions(&all, endpoint->sessions);
	for (size_t i = 0; i < CONVERSATIONS; i++) {
		struct conversation *c = conversations->rooms[i];
		if (is_of(evidence, c, host, endpoint) && !c->over)
			add_unfinished(&all, c, now_ns);
	}
	struct session_signs signs = weigh(&all);

	look_elsewhere(&signs, host, endpoint);
	return signs;
}

struct transfer_signs transfer_signs_of(
	const struct evidence *evidence, const struct host *host, const struct endpoint *endpoint)
{
	const struct conversations *conversations = evidence->conversations;
	struct transfer_signs signs = {.bytes = 0};

	if (endpoint->sessions == NULL)
		return signs;
	signs = endpoint->sessions->transfers;
	for (size_t i = 0; i < CONVERSATIONS; i++) {
		const struct conversation *c = conversations->rooms[i];
		if (is_of(evidence, c, host, endpoint) && c->begun)
			transfer_sum(&signs, &c->transfer);
	}
	for (size_t i = 0; i < POOLS; i++) {
		const struct pool *pool = &conversations->pools.pools[i];
		if (pool->delivery != NULL && &evidence->hosts[pool->key.host] == host &&
			&host->endpoints[pool->key.endpoint] == endpoint)
			transfer_limit(&signs, pool->key.from, pool->delivery);
	}
	return signs;
}
