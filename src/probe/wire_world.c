/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets go before facts, facts before waiting; but a flood of packets holds neither facts nor
 * signals up. libevent only wakes us, but for the sessions (calls.h); the rest is kept in two fixed
 * tables: source ports held, and connect()s under way or ended.
 */
#include "wire_world.h"

#include "calls.h"
#include "fault.h"
#include "frame.h"
#include "outgoing.h"
#include "reservation.h"
#include "tap.h"
#include "world.h"

#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS       1000000000
#define LOST_EVERY_NS   (SECOND_NS / 5) /* how often the kernel is asked for lost packets */
#define RESERVATIONS    512
#define ATTEMPTS        64
#define PACKETS_AT_ONCE 64 /* before signals and sockets are looked at again */

/* A source port stays held after its probe, so that late answers meet no RST of the kernel's
 * (SCIENCE R1); the one used longest ago makes room. */
struct reserved {
	struct address source;
	uint16_t port;
	int descriptor; /* -1: free */
	uint64_t used;  /* by the world's counter of uses */
};

enum attempt_state {
	ATTEMPT_FREE,
	ATTEMPT_RUNNING,
	ATTEMPT_ENDED, /* its fact waits to be told */
};

struct attempt {
	enum attempt_state state;
	int descriptor;
	int64_t begun_ns; /* monotonic */
	struct event *event;
	struct fact fact;
};

struct wire_world {
	struct world world;
	struct tap *tap;
	struct injector *injector;
	struct event_base *base;
	struct event *tap_event, *interrupt, *terminate, *timer;
	bool interrupted;
	unsigned since_poll; /* packets told since libevent last looked */
	uint64_t lost;
	int64_t lost_asked_ns;
	uint64_t uses;
	struct reserved reserved[RESERVATIONS];
	struct attempt attempts[ATTEMPTS];
	struct calls *calls; /* NULL: no sessions are held */
};

static struct wire_world *wire_of(struct world *world)
{
	return (struct wire_world *)(void *)world; /* its first member */
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec time = {0};

	(void)clock_gettime(clock, &time);
	return (int64_t)time.tv_sec * SECOND_NS + time.tv_nsec;
}

/* The kernel stamps packets with this clock. */
static int64_t wire_now(struct world *world)
{
	(void)world;
	return clock_ns(CLOCK_REALTIME);
}

/* ---- sending ---- */

static struct reserved *find_reserved(
	struct wire_world *wire, const struct address *source, uint16_t port)
{
	for (size_t i = 0; i < RESERVATIONS; i++) {
		struct reserved *each = &wire->reserved[i];

		if (each->descriptor >= 0 && each->port == port &&
			address_equal(&each->source, source))
			return each;
	}
	return NULL;
}

static struct reserved *oldest_reserved(struct wire_world *wire)
{
	struct reserved *oldest = &wire->reserved[0];

	for (size_t i = 0; i < RESERVATIONS && oldest->descriptor >= 0; i++) {
		struct reserved *each = &wire->reserved[i];

		if (each->descriptor < 0 || each->used < oldest->used)
			oldest = each;
	}
	return oldest;
}

/* 0 or an errno. A sweep sends many SYNs from one port, which is then held already. */
static int reserve(struct wire_world *wire, const struct address *source, uint16_t port)
{
	struct reserved *entry = find_reserved(wire, source, port);
	int descriptor = -1;

	if (!entry) {
		descriptor = reservation_open(source, port);
		if (descriptor < 0)
			return errno;
		entry = oldest_reserved(wire);
		reservation_close(entry->descriptor);
		*entry = (struct reserved){
			.source = *source, .port = port, .descriptor = descriptor};
	}
	entry->used = ++wire->uses;
	return 0;
}

static int wire_send(struct world *world, const struct segment *segment)
{
	struct wire_world *wire = wire_of(world);
	bool opens = (segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	int error = opens ? reserve(wire, &segment->source, segment->source_port) : 0;

	return error ? error : injector_send(wire->injector, segment);
}

/* ---- connecting ---- */

static void end_attempt(struct attempt *attempt, int error)
{
	attempt->state = ATTEMPT_ENDED;
	attempt->fact.error = error;
	attempt->fact.time_ns = clock_ns(CLOCK_REALTIME);
	attempt->fact.duration_ns = clock_ns(CLOCK_MONOTONIC) - attempt->begun_ns;
	if (attempt->event)
		event_free(attempt->event);
	attempt->event = NULL;
	(void)close(attempt->descriptor);
	attempt->descriptor = -1;
}

static void attempt_ready(evutil_socket_t descriptor, short what, void *context)
{
	end_attempt(context, what & EV_TIMEOUT ? ETIMEDOUT : outgoing_error(descriptor));
}

static struct attempt *free_attempt(struct wire_world *wire)
{
	for (size_t i = 0; i < ATTEMPTS; i++)
		if (wire->attempts[i].state == ATTEMPT_FREE)
			return &wire->attempts[i];
	return NULL;
}

/* Has libevent wait for the end of a connect() that was begun; 0 or an errno. */
static int watch_attempt(struct wire_world *wire, struct attempt *attempt, int64_t patience_ns)
{
	struct timeval patience = outgoing_interval(patience_ns);

	attempt->event =
		event_new(wire->base, attempt->descriptor, EV_WRITE, attempt_ready, attempt);
	if (!attempt->event || event_add(attempt->event, &patience) != 0)
		return ENOMEM;
	return 0;
}

static int wire_connect(struct world *world, const struct flow *flow, int64_t patience_ns)
{
	struct wire_world *wire = wire_of(world);
	struct attempt *attempt = free_attempt(wire);
	int error = 0;

	if (!attempt)
		return EAGAIN;
	attempt->fact = (struct fact){.kind = FACT_CONNECT, .flow = *flow};
	attempt->begun_ns = clock_ns(CLOCK_MONOTONIC);
	attempt->descriptor = outgoing_open(&attempt->fact.flow, 0, &error);
	if (attempt->descriptor < 0)
		return error;
	attempt->state = ATTEMPT_RUNNING;
	if (error == EINPROGRESS) {
		error = watch_attempt(wire, attempt, patience_ns);
		if (error == 0)
			return 0;
	}
	end_attempt(attempt, error);
	return 0;
}

static int wire_converse(struct world *world, const struct converse_order *order)
{
	struct wire_world *wire = wire_of(world);

	if (!wire->calls)
		return EOPNOTSUPP;
	calls_begin(wire->calls, order);
	return 0;
}

/* ---- what happened ---- */

static bool take_ended(struct wire_world *wire, struct fact *fact)
{
	struct attempt *first = NULL;

	for (size_t i = 0; i < ATTEMPTS; i++) {
		struct attempt *each = &wire->attempts[i];

		if (each->state == ATTEMPT_ENDED &&
			(!first || each->fact.time_ns < first->fact.time_ns))
			first = each;
	}
	if (!first)
		return false;
	*fact = first->fact;
	first->state = ATTEMPT_FREE;
	return true;
}

static bool take_lost(struct wire_world *wire, struct fact *fact)
{
	int64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	struct tap_tally tally;

	if (now_ns - wire->lost_asked_ns < LOST_EVERY_NS)
		return false;
	wire->lost_asked_ns = now_ns;
	tally = tap_tally(wire->tap);
	if (tally.lost <= wire->lost)
		return false;
	wire->lost = tally.lost;
	*fact = (struct fact){.kind = FACT_CAPTURE_LOST,
		.time_ns = clock_ns(CLOCK_REALTIME),
		.count = tally.lost,
		.arrived = tally.arrived};
	return true;
}

/* Lets libevent look at signals and sockets, without waiting. ONCE as well, since NONBLOCK alone
 * goes on for as long as packets wait. */
static void poll_now(struct wire_world *wire)
{
	wire->since_poll = 0;
	(void)event_base_loop(wire->base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
}

static void wait_until(struct wire_world *wire, int64_t until_ns)
{
	struct timeval time = outgoing_interval(until_ns - clock_ns(CLOCK_REALTIME));

	wire->since_poll = 0;
	if (event_add(wire->timer, &time) == 0)
		(void)event_base_loop(wire->base, EVLOOP_ONCE);
	(void)event_del(wire->timer);
}

/* Lost packets first: a busy run always has other facts to tell. */
static bool take_fact(struct wire_world *wire, struct fact *fact)
{
	return take_lost(wire, fact) || take_ended(wire, fact) ||
		(wire->calls && calls_take(wire->calls, fact));
}

/* WORLD_TIMEOUT: nothing right now. */
static enum world_event take_event(
	struct wire_world *wire, struct packet *packet, struct fact *fact, struct fault *why)
{
	bool polled = wire->since_poll >= PACKETS_AT_ONCE;
	struct note note; /* an interface has none */

	if (polled)
		poll_now(wire);
	/* Told once a signal, so that the caller may still listen to what comes after. */
	if (wire->interrupted) {
		wire->interrupted = false;
		return WORLD_INTERRUPTED;
	}
	if (polled && take_fact(wire, fact)) {
		wire->since_poll = PACKETS_AT_ONCE; /* there may be more */
		return WORLD_FACT;
	}
	switch (tap_next(wire->tap, packet, &note, why)) {
	case TAP_PACKET:
		wire->since_poll++;
		return WORLD_PACKET;
	case TAP_BROKEN:
		return WORLD_BROKEN;
	case TAP_NOTE:
	case TAP_EMPTY:
		break;
	}
	return take_fact(wire, fact) ? WORLD_FACT : WORLD_TIMEOUT;
}

static enum world_event wire_next(struct world *world, int64_t until_ns, struct packet *packet,
	struct fact *fact, struct fault *why)
{
	struct wire_world *wire = wire_of(world);
	enum world_event event = take_event(wire, packet, fact, why);

	while (event == WORLD_TIMEOUT && wire_now(world) < until_ns) {
		wait_until(wire, until_ns);
		event = take_event(wire, packet, fact, why);
	}
	return event;
}

/* ---- beginning and end ---- */

static void wake(evutil_socket_t descriptor, short what, void *context)
{
	(void)descriptor;
	(void)what;
	(void)context;
}

static void interrupt(evutil_socket_t number, short what, void *context)
{
	struct wire_world *wire = context;

	(void)number;
	(void)what;
	wire->interrupted = true;
}

/* Without the precise timer a wait ends up to 4 ms late, and no rate above 100/s is kept. */
static struct event_base *precise_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (!config)
		return NULL;
	if (event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER) == 0)
		base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

static bool watch(struct wire_world *wire)
{
	wire->base = precise_base();
	if (!wire->base)
		return false;
	wire->tap_event =
		event_new(wire->base, tap_fd(wire->tap), EV_READ | EV_PERSIST, wake, wire);
	wire->interrupt = evsignal_new(wire->base, SIGINT, interrupt, wire);
	wire->terminate = evsignal_new(wire->base, SIGTERM, interrupt, wire);
	wire->timer = evtimer_new(wire->base, wake, wire);
	return wire->tap_event && wire->interrupt && wire->terminate && wire->timer &&
		event_add(wire->tap_event, NULL) == 0 && event_add(wire->interrupt, NULL) == 0 &&
		event_add(wire->terminate, NULL) == 0;
}

struct world *wire_world_new(struct tap *tap, struct injector *injector,
	const struct session_means *means, struct fault *why)
{
	static const struct world_operations operations = {
		.now = wire_now,
		.send = wire_send,
		.connect = wire_connect,
		.converse = wire_converse,
		.next = wire_next,
	};
	struct wire_world *wire = fault_allocate(1, sizeof(*wire));

	wire->world.does = &operations;
	wire->tap = tap;
	wire->injector = injector;
	for (size_t i = 0; i < RESERVATIONS; i++)
		wire->reserved[i].descriptor = -1;
	for (size_t i = 0; i < ATTEMPTS; i++)
		wire->attempts[i].descriptor = -1;
	if (watch(wire)) {
		wire->calls = means ? calls_new(wire->base, means) : NULL;
		return &wire->world;
	}
	(void)fault_set(why, FAULT_SYSTEM, "cannot wait for packets: %s", strerror(errno));
	wire_world_free(&wire->world);
	return NULL;
}

static void event_free_if(struct event *event)
{
	if (event)
		event_free(event);
}

void wire_world_free(struct world *world)
{
	struct wire_world *wire = world ? wire_of(world) : NULL;

	if (!wire)
		return;
	for (size_t i = 0; i < ATTEMPTS; i++)
		if (wire->attempts[i].state == ATTEMPT_RUNNING)
			end_attempt(&wire->attempts[i], ECANCELED);
	calls_free(wire->calls);
	for (size_t i = 0; i < RESERVATIONS; i++)
		reservation_close(wire->reserved[i].descriptor);
	event_free_if(wire->tap_event);
	event_free_if(wire->interrupt);
	event_free_if(wire->terminate);
	event_free_if(wire->timer);
	if (wire->base)
		event_base_free(wire->base);
	free(wire);
}
