/* SPDX-License-Identifier: BSD-2-Clause */
#include "loop.h"

#include "chance.h"
#include "evidence.h"
#include "fact.h"
#include "fault.h"
#include "frame.h"
#include "packet.h"
#include "reassembly.h"
#include "world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_MS ((int64_t)1000000)

/* A packet that passed this machine's filters is captured within microseconds; after this long it
 * never left (SCIENCE section E, rule 2). */
#define SEEN_WITHIN_NS (100 * NS_PER_MS)

#define TICK_NS (100 * NS_PER_MS)

/* Fresh ports only: state left by an old one would answer in the new one's place (SCIENCE R2). */
#define PORT_FIRST 20000
#define PORT_COUNT 40000
#define PORT_TRIES 64

/* A server repeats a SYN-ACK whose RST was lost; whoever repeats it more often gets no more. */
#define RESETS_MOST       4
#define SWEEP_RESETS_MOST 32

/* The identification marks a probe as ours, so that a quote tells which by itself (SCIENCE R7). */
#define PROBE_MARK 0x4000

enum own_state {
	OWN_NONE,
	OWN_WRITTEN, /* not yet seen by the capture */
	OWN_SEEN,
	OWN_GIVEN_UP, /* told as never seen */
	OWN_SWEEP,    /* of many SYNs, of which nobody asks whether each was seen */
};

/* Each SYN of a sweep has a sequence number of its own, which names its hop limit. */
#define SWEEP_STEP 64

/* Sweeps under way at a time: of each host that is asked at a time, a few. */
#define SWEEPS 256

/* A raw SYN of ours, or a sweep of them, found again by its source port. */
struct own_probe {
	struct flow flow;
	uint32_t sequence;
	enum own_state state;
	bool hold;
	uint8_t resets;
	int64_t written_ns;
};

/* Which source port a sweep goes on with. */
struct sweep {
	struct address destination;
	uint16_t port;
	uint8_t number; /* 0: unused */
	struct own_probe *own;
};

struct loop {
	struct world *world;
	struct evidence *evidence;
	const struct loop_observer *observer;
	struct reassembly *reassembly;
	struct plan *plan;
	struct own_probe *own; /* PORT_COUNT of them, by source port less PORT_FIRST */
	uint16_t *unseen;      /* places in own that are OWN_WRITTEN, oldest first */
	size_t unseen_count;
	struct sweep sweeps[SWEEPS]; /* the latest, in a ring */
	size_t sweep_next;
	struct chance chance;
	uint16_t repetition;
	size_t steps; /* carried out, waiting aside */
	int64_t tick_ns;
};

static int64_t now(const struct loop *loop)
{
	return loop->world->does->now(loop->world);
}

static void add_fact(struct loop *loop, const struct fact *fact)
{
	evidence_add_fact(loop->evidence, fact);
	if (loop->observer != NULL && loop->observer->fact != NULL)
		loop->observer->fact(loop->observer->context, fact);
}

/* Sending. */

static struct own_probe *fresh_port(struct loop *loop)
{
	struct own_probe *own = NULL;

	for (int tries = 0; tries < PORT_TRIES; tries++) {
		own = &loop->own[chance_below(&loop->chance, PORT_COUNT)];
		if (own->state == OWN_NONE)
			break;
	}
	return own;
}

static uint32_t sequence_of(const struct own_probe *own, uint8_t hop_limit)
{
	return own->sequence + (own->state == OWN_SWEEP ? SWEEP_STEP * (uint32_t)hop_limit : 0);
}

static struct segment syn_of(struct loop *loop, const struct own_probe *own, uint8_t hop_limit)
{
	return (struct segment){
		.source = own->flow.source,
		.destination = own->flow.destination,
		.source_port = own->flow.source_port,
		.destination_port = own->flow.destination_port,
		.sequence = sequence_of(own, hop_limit),
		.flags = TCP_SYN,
		.hop_limit = hop_limit,
		.identifier = (uint16_t)(PROBE_MARK | (hop_limit & 0x3f) << 4 |
			(loop->repetition++ & 0xf)),
	};
}

static void note_write(struct loop *loop, struct own_probe *own, int error)
{
	if (error == 0) {
		own->state = OWN_WRITTEN;
		loop->unseen[loop->unseen_count++] = (uint16_t)(own - loop->own);
		return;
	}
	struct fact fact = {.kind = FACT_WRITE_ERROR,
		.time_ns = own->written_ns,
		.flow = own->flow,
		.sequence = own->sequence,
		.error = error};
	own->state = OWN_GIVEN_UP;
	add_fact(loop, &fact);
}

static struct own_probe *begin_probe(struct loop *loop, const struct plan_step *step)
{
	const struct host *host = evidence_host(loop->evidence, &step->address);
	struct own_probe *own = fresh_port(loop);

	*own = (struct own_probe){
		.flow = {.source = host->source,
			.destination = step->address,
			.source_port = (uint16_t)(PORT_FIRST + (own - loop->own)),
			.destination_port = step->port},
		.sequence = (uint32_t)chance_u64(&loop->chance),
		.hold = step->hold,
		.written_ns = now(loop),
	};
	return own;
}

static struct own_probe *find_sweep(const struct loop *loop, const struct plan_step *step)
{
	for (size_t i = 0; i < SWEEPS; i++) {
		const struct sweep *sweep = &loop->sweeps[i];
		if (sweep->number == step->sweep && sweep->port == step->port &&
			address_equal(&sweep->destination, &step->address))
			return sweep->own;
	}
	return NULL;
}

static struct own_probe *begin_sweep(struct loop *loop, const struct plan_step *step)
{
	struct own_probe *own = begin_probe(loop, step);

	own->state = OWN_SWEEP;
	loop->sweeps[loop->sweep_next++ % SWEEPS] =
		(struct sweep){step->address, step->port, step->sweep, own};
	return own;
}

/* Whether this machine lets packets out is told by those that go all the way. */
static void send_sweep(struct loop *loop, const struct plan_step *step)
{
	struct own_probe *own = find_sweep(loop, step);

	for (int tries = 0; tries < PORT_TRIES; tries++) {
		if (own == NULL)
			own = begin_sweep(loop, step);
		struct segment segment = syn_of(loop, own, step->hop_limit);

		if (loop->world->does->send(loop->world, &segment) != EADDRINUSE)
			return;
		own = NULL;
	}
}

static void send_syn(struct loop *loop, const struct plan_step *step)
{
	for (int tries = 0; tries < PORT_TRIES; tries++) {
		struct own_probe *own = begin_probe(loop, step);
		struct segment segment = syn_of(loop, own, step->hop_limit);
		int error = loop->world->does->send(loop->world, &segment);

		if (error == EADDRINUSE)
			continue;
		note_write(loop, own, error);
		return;
	}
}

static void start_connect(struct loop *loop, const struct plan_step *step)
{
	const struct host *host = evidence_host(loop->evidence, &step->address);
	struct flow flow = {.source = host->source,
		.destination = step->address,
		.destination_port = step->port};
	int error = loop->world->does->connect(loop->world, &flow, step->patience_ns);

	if (error != 0) {
		struct fact fact = {
			.kind = FACT_CONNECT, .time_ns = now(loop), .flow = flow, .error = error};
		add_fact(loop, &fact);
	}
}

static void start_session(struct loop *loop, const struct plan_step *step)
{
	const struct host *host = evidence_host(loop->evidence, &step->address);
	struct converse_order order = {
		.flow = {.source = host->source,
			.destination = step->address,
			.destination_port = step->port},
		.variant = step->variant,
		.name = host->name,
		.connect_ns = step->patience_ns,
		.reply_ns = step->reply_ns,
	};
	int error = loop->world->does->converse(loop->world, &order);

	if (error == 0)
		return;
	struct fact fact = {.kind = FACT_CONNECT,
		.time_ns = now(loop),
		.flow = order.flow,
		.error = error,
		.session = {.variant = step->variant, .error = error}};

	if (step->variant == VARIANT_USUAL)
		add_fact(loop, &fact);
	fact.kind = FACT_SESSION;
	add_fact(loop, &fact);
}

/* Ends what a SYN-ACK half opened, in our own name: the kernel knows nothing of it (SCIENCE R3). */
static void send_reset(struct loop *loop, struct own_probe *own, uint32_t sequence)
{
	unsigned most = own->state == OWN_SWEEP ? SWEEP_RESETS_MOST : RESETS_MOST;
	struct segment segment = {
		.source = own->flow.source,
		.destination = own->flow.destination,
		.source_port = own->flow.source_port,
		.destination_port = own->flow.destination_port,
		.sequence = sequence + 1,
		.flags = TCP_RST,
		.hop_limit = 64,
	};

	own->hold = false;
	if (own->resets++ < most)
		loop->world->does->send(loop->world, &segment);
}

static bool is_accepted(const struct loop *loop, const struct own_probe *own)
{
	const struct host *host = evidence_host(loop->evidence, &own->flow.destination);
	const struct endpoint *endpoint = host_endpoint(host, own->flow.destination_port);

	for (size_t i = endpoint->exchange_count; i-- > 0;) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange->source_port == own->flow.source_port)
			return exchange_answer(exchange, ANSWER_SYN_ACK) != NULL;
	}
	return false;
}

/* address may be NULL: everything that is held. */
static void release(struct loop *loop, const struct address *address, uint16_t port)
{
	for (size_t i = 0; i < PORT_COUNT; i++) {
		struct own_probe *own = &loop->own[i];
		bool meant = address == NULL ||
			(address_equal(&own->flow.destination, address) &&
				own->flow.destination_port == port);
		if (own->hold && meant && is_accepted(loop, own))
			send_reset(loop, own, own->sequence);
	}
}

/* Receiving. */

static struct own_probe *own_of(
	struct loop *loop, const struct host *host, const struct exchange *exchange)
{
	if (exchange->source_port < PORT_FIRST || exchange->source_port >= PORT_FIRST + PORT_COUNT)
		return NULL;
	struct own_probe *own = &loop->own[exchange->source_port - PORT_FIRST];
	bool same = own->state != OWN_NONE &&
		sequence_of(own, exchange->hop_limit) == exchange->sequence &&
		address_equal(&own->flow.destination, &host->address);

	return same ? own : NULL;
}

static void mark_seen(struct loop *loop, struct own_probe *own)
{
	size_t kept = 0;

	own->state = OWN_SEEN;
	for (size_t i = 0; i < loop->unseen_count; i++) {
		if (&loop->own[loop->unseen[i]] != own)
			loop->unseen[kept++] = loop->unseen[i];
	}
	loop->unseen_count = kept;
}

static void act_on(struct loop *loop, const struct role *role)
{
	if (role->kind != ROLE_PROBE && role->kind != ROLE_ANSWER)
		return;
	const struct host *host = &loop->evidence->hosts[role->host];
	const struct exchange *exchange =
		&host->endpoints[role->endpoint].exchanges[role->exchange];
	struct own_probe *own = own_of(loop, host, exchange);

	if (own == NULL)
		return;
	if (role->kind == ROLE_PROBE && own->state == OWN_SWEEP)
		return;
	if (role->kind == ROLE_PROBE)
		mark_seen(loop, own);
	else if (!own->hold && exchange_answer(exchange, ANSWER_SYN_ACK) != NULL)
		send_reset(loop, own, exchange->sequence);
}

static void take_packet(struct loop *loop, const struct packet *packet)
{
	struct frame frame;
	struct role role = {.kind = ROLE_OTHER};
	enum frame_outcome outcome = reassembly_decode(loop->reassembly, &frame, packet);
	bool decoded = outcome == FRAME_DECODED;

	if (decoded)
		role = evidence_add_frame(loop->evidence, &frame);
	else
		evidence_add_skipped(loop->evidence, (int)outcome);
	if (loop->observer != NULL && loop->observer->packet != NULL)
		loop->observer->packet(
			loop->observer->context, packet, decoded ? &frame : NULL, &role);
	act_on(loop, &role);
}

/* What was written long ago and never captured was stopped on this machine. */
static void give_up_unseen(struct loop *loop, int64_t now_ns)
{
	size_t given_up = 0;

	while (given_up < loop->unseen_count) {
		struct own_probe *own = &loop->own[loop->unseen[given_up]];
		if (now_ns - own->written_ns < SEEN_WITHIN_NS)
			break;
		struct fact fact = {.kind = FACT_NOT_SEEN,
			.time_ns = now_ns,
			.flow = own->flow,
			.sequence = own->sequence};
		own->state = OWN_GIVEN_UP;
		add_fact(loop, &fact);
		given_up++;
	}
	loop->unseen_count -= given_up;
	memmove(loop->unseen, loop->unseen + given_up,
		loop->unseen_count * sizeof(loop->unseen[0]));
}

static void tick(struct loop *loop, int64_t now_ns, bool last)
{
	if (!last && now_ns < loop->tick_ns)
		return;
	loop->tick_ns = now_ns + TICK_NS;
	if (loop->observer != NULL && loop->observer->tick != NULL)
		loop->observer->tick(loop->observer->context, loop->plan, now_ns);
}

/* A plan keeps to its own ceilings, which are far below this. Whatever fault there may be in one,
 * nobody's server is flooded. */
#define STEPS_MOST_A_HOST 2048

static bool runs_away(struct loop *loop)
{
	return ++loop->steps > STEPS_MOST_A_HOST * loop->evidence->host_count;
}

/* Carries out all steps that are due; returns when to look again, 0 once the plan is done. */
static int64_t act(struct loop *loop)
{
	for (;;) {
		int64_t now_ns = now(loop);
		struct plan_step step = plan_next(loop->plan, loop->evidence, now_ns);

		if (step.action != PLAN_WAIT && step.action != PLAN_DONE && runs_away(loop))
			return 0;
		switch (step.action) {
		case PLAN_SEND:
			if (step.sweep > 0)
				send_sweep(loop, &step);
			else
				send_syn(loop, &step);
			break;
		case PLAN_CONNECT:
			start_connect(loop, &step);
			break;
		case PLAN_CONVERSE:
			start_session(loop, &step);
			break;
		case PLAN_RELEASE:
			release(loop, &step.address, step.port);
			break;
		case PLAN_WAIT:
			return step.until_ns;
		case PLAN_DONE:
			return 0;
		}
	}
}

static int64_t wake_up(const struct loop *loop, int64_t until_ns, int64_t deadline_ns)
{
	if (loop->unseen_count > 0) {
		int64_t late_ns = loop->own[loop->unseen[0]].written_ns + SEEN_WITHIN_NS;
		until_ns = late_ns < until_ns ? late_ns : until_ns;
	}
	if (loop->observer != NULL && loop->tick_ns < until_ns)
		until_ns = loop->tick_ns;
	return deadline_ns != 0 && deadline_ns < until_ns ? deadline_ns : until_ns;
}

/* True while the run goes on; otherwise *end says why not. */
static bool turn(struct loop *loop, int64_t deadline_ns, enum loop_end *end, struct fault *why)
{
	struct packet packet;
	struct fact fact;
	int64_t until_ns = act(loop);

	if (until_ns == 0 && loop->steps > STEPS_MOST_A_HOST * loop->evidence->host_count) {
		fault_set(why, FAULT_SYSTEM,
			"more was to be sent than a run may send, which is a fault of mailsonde's "
			"own: what was seen until then is told");
		*end = LOOP_BROKEN;
	}
	if (until_ns == 0)
		return false;
	if (deadline_ns != 0 && now(loop) >= deadline_ns) {
		*end = LOOP_DEADLINE;
		return false;
	}
	switch (loop->world->does->next(
		loop->world, wake_up(loop, until_ns, deadline_ns), &packet, &fact, why)) {
	case WORLD_PACKET:
		take_packet(loop, &packet);
		break;
	case WORLD_FACT:
		add_fact(loop, &fact);
		break;
	case WORLD_TIMEOUT:
		break;
	case WORLD_INTERRUPTED:
		*end = LOOP_INTERRUPTED;
		return false;
	case WORLD_BROKEN:
		*end = LOOP_BROKEN;
		return false;
	}
	give_up_unseen(loop, now(loop));
	tick(loop, now(loop), false);
	return true;
}

static const char *const endings[] = {
	[LOOP_COMPLETE] = "complete",
	[LOOP_INTERRUPTED] = "interrupted",
	[LOOP_DEADLINE] = "deadline",
	[LOOP_BROKEN] = "broken",
};

static void end_run(struct loop *loop, enum loop_end end)
{
	struct fact fact = {.kind = FACT_END, .time_ns = now(loop)};

	release(loop, NULL, 0);
	snprintf(fact.text, sizeof(fact.text), "%s", endings[end]);
	add_fact(loop, &fact);
	tick(loop, fact.time_ns, true);
}

static void *zeroed(size_t count, size_t size)
{
	void *items = calloc(count, size);

	if (items == NULL) {
		fputs("mailsonde: out of memory\n", stderr);
		abort();
	}
	return items;
}

enum loop_end loop_run(struct world *world, struct evidence *evidence,
	const struct loop_options *options, struct fault *why)
{
	struct loop loop = {
		.world = world,
		.evidence = evidence,
		.observer = options->observer,
		.reassembly = reassembly_new(),
		.plan = plan_new(evidence, &options->plan),
		.own = zeroed(PORT_COUNT, sizeof(*loop.own)),
		.unseen = zeroed(PORT_COUNT, sizeof(*loop.unseen)),
		.chance = chance_seeded(~options->plan.seed),
	};
	int64_t deadline_ns =
		options->deadline_s > 0 ? now(&loop) + (int64_t)(options->deadline_s * 1e9) : 0;
	enum loop_end end = LOOP_COMPLETE;

	while (turn(&loop, deadline_ns, &end, why))
		continue;
	end_run(&loop, end);
	plan_free(loop.plan);
	reassembly_free(loop.reassembly);
	free(loop.own);
	free(loop.unseen);
	return end;
}
