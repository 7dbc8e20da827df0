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

/* Scans open connections and never say a word: what they need is small, and stands together. */
struct room {
	uint32_t number; /* 0: this room is free */
	uint32_t next;   /* the number of the endpoint's next one; 0: this is its latest */
	uint32_t host, endpoint;
	struct session_tally *tally;    /* the endpoint's; borrowed */
	bool begun;                     /* a word was said: conversation is filled in */
	bool over;                      /* nothing more is to be learnt of the session */
	const struct mailport *service; /* what its port is for */
	struct transfer_opening opening;
	struct conversation *conversation; /* NULL: never needed yet in this room */
};

struct conversation {
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
	struct room rooms[CONVERSATIONS];
	struct pools pools;
};

struct session_tally {
	uint32_t oldest, latest; /* numbers of its rooms, which are left in that order; 0: none */
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

static void begin(struct room *room)
{
	if (room->begun)
		return;
	if (room->conversation == NULL)
		room->conversation = fault_allocate(1, sizeof(*room->conversation));
	struct conversation *c = room->conversation;

	(void)transcript_begin_as(&c->transcript, room->service);
	room->begun = true;
	c->upgraded = c->transcript.implicit_tls;
	dialogue_init(&c->dialogue, c->transcript.service);
	stream_init(&c->streams[SIDE_CLIENT], room->opening.acknowledgement);
	stream_init(&c->streams[SIDE_SERVER], room->opening.sequence + 1);
	transfer_begin(&c->transfer, room->number, &room->opening);
	for (int side = 0; side < SESSION_SIDES; side++) {
		enum session_side other = side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
		c->acknowledged[side] = c->streams[other].next;
		tls_reader_init(&c->readers[side]);
	}
}

/* Nothing was said: the first of its kind is as good as all. */
static bool end_unbegun(struct room *room)
{
	if (room->begun || room->tally->counts[ENDING_UNKNOWN] == 0)
		return false;
	room->tally->counts[ENDING_UNKNOWN]++;
	room->over = true;
	return true;
}

static void clear(struct conversation *c)
{
	for (int side = 0; side < SESSION_SIDES; side++) {
		stream_clear(&c->streams[side]);
		tls_reader_clear(&c->readers[side]);
	}
}

static void end(struct room *room, int64_t now_ns)
{
	if (end_unbegun(room))
		return;
	begin(room);
	note_holes(room->conversation);
	const struct transcript *transcript = &room->conversation->transcript;
	enum ending ending = ending_of(transcript, now_ns);

	room->tally->counts[ending]++;
	keep(room->tally, ending, transcript);
	clear(room->conversation);
	room->over = true;
}

void conversations_free(struct conversations *conversations)
{
	if (conversations == NULL)
		return;
	for (size_t i = 0; i < CONVERSATIONS; i++) {
		struct room *room = &conversations->rooms[i];
		if (room->begun)
			clear(room->conversation);
		free(room->conversation);
	}
	pools_clear(&conversations->pools);
	free(conversations);
}

/* Beginning. */

static struct room *room_of(struct conversations *conversations, uint32_t number)
{
	struct room *room = &conversations->rooms[number % CONVERSATIONS];

	return room->number == number && number != 0 ? room : NULL;
}

static void leave_room(struct evidence *evidence, struct room *room, int64_t now_ns)
{
	if (!room->over) {
		end(room, now_ns);
		evidence->evicted++;
	}
	if (room->begun)
		transfer_sum(&room->tally->transfers, &room->conversation->transfer);
	room->tally->oldest = room->next;
	room->number = 0;
}

bool conversation_goes_on(const struct evidence *evidence, uint32_t number)
{
	return evidence->conversations != NULL && room_of(evidence->conversations, number) != NULL;
}

/* Behind the others of its endpoint. */
static void line_up(
	struct conversations *conversations, struct session_tally *tally, struct room *room)
{
	struct room *before = room_of(conversations, tally->latest);

	room->tally = tally;
	room->next = 0;
	if (before != NULL)
		before->next = room->number;
	else
		tally->oldest = room->number;
	tally->latest = room->number;
}

static struct room *new_room(struct evidence *evidence, int64_t now_ns)
{
	if (evidence->conversations == NULL)
		evidence->conversations = fault_allocate(1, sizeof(*evidence->conversations));
	struct conversations *all = evidence->conversations;

	all->last = all->last == UINT32_MAX ? 1 : all->last + 1;
	struct room *room = &all->rooms[all->last % CONVERSATIONS];

	if (room->number != 0)
		leave_room(evidence, room, now_ns);
	room->number = all->last;
	return room;
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
	struct room *room = new_room(evidence, syn_ack->time_ns);
	struct endpoint *endpoint = &evidence->hosts[position->host].endpoints[position->endpoint];

	if (endpoint->sessions == NULL)
		endpoint->sessions = fault_allocate(1, sizeof(*endpoint->sessions));
	line_up(evidence->conversations, endpoint->sessions, room);
	room->host = position->host;
	room->endpoint = position->endpoint;
	room->service = service;
	room->opening = (struct transfer_opening){.time_ns = syn_ack->time_ns,
		.sequence = syn_ack->tcp.sequence,
		.acknowledgement = syn_ack->tcp.acknowledgement,
		.round_trip_us = round_trip_us(endpoint, position, syn_ack->time_ns),
		.hop_limit = syn_ack->hop_limit};
	room->begun = false;
	room->over = false;
	return room->number;
}

/* Bytes in order. */

static void read_tls(struct room *room, enum session_side side, const uint8_t *bytes, size_t length)
{
	struct conversation *c = room->conversation;
	struct transcript *t = &c->transcript;

	if (length == 0)
		return;
	tls_reader_take(&c->readers[side], &t->tls, side, bytes, length);
	if (side == SIDE_SERVER && t->tls.client_hello)
		t->answered_hello = true;
	if (t->tls.client_hello && t->hello_ns == 0)
		t->hello_ns = t->now_ns;
	room->over = t->tls.complete || t->tls.alert.seen || t->tls.sealed_alert;
}

/* Where TLS comes first the server may still speak plainly, and shows it by its greeting. */
static void read_implicit(
	struct room *room, enum session_side side, const uint8_t *bytes, size_t length)
{
	struct conversation *c = room->conversation;

	if (side == SIDE_SERVER && c->dialogue.state == DIALOGUE_TALKING)
		dialogue_take(&c->dialogue, &c->transcript, side, bytes, length);
	read_tls(room, side, bytes, length);
	room->over = room->over || c->transcript.greeting != GREETING_NONE;
}

static void read_plain(
	struct room *room, enum session_side side, const uint8_t *bytes, size_t length)
{
	struct conversation *c = room->conversation;
	size_t used = dialogue_take(&c->dialogue, &c->transcript, side, bytes, length);

	c->upgraded = c->dialogue.state == DIALOGUE_UPGRADED;
	room->over = c->dialogue.state == DIALOGUE_OVER;
	if (c->upgraded)
		read_tls(room, side, bytes + used, length - used);
}

struct listener {
	struct room *room;
	enum session_side side;
};

static void take(void *context, const uint8_t *bytes, size_t length)
{
	const struct listener *listener = context;
	struct room *room = listener->room;

	if (room->over)
		return;
	if (room->conversation->transcript.implicit_tls)
		read_implicit(room, listener->side, bytes, length);
	else if (room->conversation->upgraded)
		read_tls(room, listener->side, bytes, length);
	else
		read_plain(room, listener->side, bytes, length);
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

static void note_leaving(struct room *room, unsigned side, const struct frame *frame)
{
	struct conversation *c = room->conversation;
	struct transcript *t = &c->transcript;

	if ((frame->tcp.flags & (TCP_FIN | TCP_RST)) == 0 || !is_in_place(&c->streams[side], frame))
		return;
	if (frame->tcp.flags & TCP_RST && side == SIDE_SERVER && t->left_ns[SIDE_CLIENT] == 0)
		t->reset = true;
	if (t->left_ns[side] == 0)
		t->left_ns[side] = frame->time_ns;
	bool both_left = t->left_ns[SIDE_CLIENT] != 0 && t->left_ns[SIDE_SERVER] != 0;

	room->over = room->over || both_left || (frame->tcp.flags & TCP_RST);
}

static void hear(struct room *room, enum session_side side, const struct frame *frame)
{
	struct conversation *c = room->conversation;
	struct listener listener = {room, side};
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
	note_leaving(room, side, frame);
	if (room->over)
		end(room, frame->time_ns);
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
		struct room *room = &all->rooms[i];
		for (int side = 0; room->begun && side < SESSION_SIDES; side++) {
			struct transfer_side *sent = &room->conversation->transfer.sides[side];
			if (sent->delivery == delivery)
				sent->delivery = NULL;
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

static void follow_delivery(struct evidence *evidence, struct room *room, enum session_side side,
	const struct frame *frame)
{
	struct pool_key key = {.host = room->host,
		.endpoint = room->endpoint,
		.client = side == SIDE_CLIENT ? frame->source : frame->destination,
		.from = side};

	transfer_pool(&room->conversation->transfer, side, pool_of(evidence, &key)->delivery);
}

void conversation_add(
	struct evidence *evidence, uint32_t number, unsigned side, const struct frame *frame)
{
	struct room *room =
		evidence->conversations == NULL ? NULL : room_of(evidence->conversations, number);
	enum session_side from = (enum session_side)side;

	if (room == NULL || (frame->tcp.flags & TCP_SYN) != 0)
		return;
	begin(room);
	struct transfer *transfer = &room->conversation->transfer;

	if (!transfer_add(transfer, from, frame))
		return;
	if (transfer_is_bulk(transfer, from) && transfer->sides[from].delivery == NULL)
		follow_delivery(evidence, room, from, frame);
	if (!room->over)
		hear(room, from, frame);
}

/* All of an endpoint together. */

/* The next of an endpoint's rooms, or the first after NULL. */
static struct room *next_room(
	const struct evidence *evidence, const struct endpoint *endpoint, const struct room *after)
{
	return room_of(
		evidence->conversations, after == NULL ? endpoint->sessions->oldest : after->next);
}

static void add_sessions(struct session_tally *all, const struct session_tally *ended)
{
	for (int i = 0; i < ENDINGS; i++) {
		all->counts[i] += ended->counts[i];
		all->kept[i] = ended->kept[i];
	}
}

static void add_unfinished(struct session_tally *all, struct room *room, int64_t now_ns)
{
	begin(room);
	struct conversation *c = room->conversation;

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
	struct room *room = NULL;

	if (endpoint->sessions == NULL)
		return weigh(&all);
	add_sessions(&all, endpoint->sessions);
	while ((room = next_room(evidence, endpoint, room)) != NULL) {
		if (!room->over)
			add_unfinished(&all, room, now_ns);
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
	const struct room *room = NULL;

	if (endpoint->sessions == NULL)
		return signs;
	signs = endpoint->sessions->transfers;
	while ((room = next_room(evidence, endpoint, room)) != NULL) {
		if (room->begun)
			transfer_sum(&signs, &room->conversation->transfer);
	}
	for (size_t i = 0; i < POOLS; i++) {
		const struct pool *pool = &conversations->pools.pools[i];
		if (pool->delivery != NULL && &evidence->hosts[pool->key.host] == host &&
			&host->endpoints[pool->key.endpoint] == endpoint)
			transfer_limit(&signs, pool->key.from, pool->delivery);
	}
	return signs;
}
