/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All suspects at once: what is stopped on its way out is a raw SYN again; what is stopped on its
 * way in is the answer to a connect() of the kernel's, since rules may know connections. Whatever
 * was sent before nft listened is sent again; a SYN that this machine stops bothers nobody.
 */
#include "local_blame.h"

#include "clock.h"
#include "destination.h"
#include "evidence.h"
#include "fact.h"
#include "figures.h"
#include "frame.h"
#include "injector.h"
#include "outgoing.h"
#include "reservation.h"
#include "trace_text.h"
#include "tracer.h"
#include "verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define NS_PER_MS  ((int64_t)1000000)
#define ALL_NS     (900 * NS_PER_MS) /* for all of it, listings aside */
#define LISTINGS   8                 /* chains that are looked up */
#define AGAIN_NS   (80 * NS_PER_MS)  /* untraced so long: nft did not listen yet */
#define QUIET_NS   (150 * NS_PER_MS) /* traced, and nothing more comes */
#define TURN_MS    20
#define READ_MOST  ((size_t)262144) /* of the monitor's words, however many it has */
#define PORT_FIRST 20000
#define PORT_COUNT 40000
#define PORT_TRIES 16
#define PROBE_HOPS 64

struct suspect {
	struct flow flow;
	const char *interface;
	bool inward;                /* it is the answer that is stopped */
	int descriptor;             /* holds the source port, or connects; -1: none */
	int64_t sent_ns, traced_ns; /* 0: never */
	uint32_t trace;             /* the packet's, once traced */
	bool decided;
	struct local_rule rule;
};

struct inquiry {
	const struct local_blame *blame;
	struct suspect suspects[TRACER_FLOWS];
	size_t count;
	size_t read;
	size_t used; /* of line */
	char line[4096];
};

/* Who is asked about. */

static bool is_stopped_here(const struct verdict *verdict)
{
	return verdict->by == BY_LOCAL &&
		(verdict_has(verdict, FINDING_LOCAL_OUTPUT) ||
			verdict_has(verdict, FINDING_LOCAL_EGRESS) ||
			verdict_has(verdict, FINDING_LOCAL_INPUT));
}

static const char *interface_to(
	const struct destination_list *destinations, const struct address *address)
{
	for (size_t i = 0; i < destinations->count; i++) {
		if (address_equal(&destinations->items[i].address, address))
			return destinations->items[i].route.interface;
	}
	return "";
}

static void suspect_endpoint(
	struct inquiry *inquiry, const struct host *host, const struct endpoint *endpoint)
{
	const struct evidence *evidence = inquiry->blame->evidence;
	bool spotless = endpoint->refused_count == 0 && !endpoint->connection.tried;

	if (!endpoint->asked || spotless || inquiry->count == TRACER_FLOWS)
		return;
	struct figures figures = figures_quick(evidence, host, endpoint, evidence->last_ns);
	struct verdict verdict = verdict_of(&figures);

	if (!is_stopped_here(&verdict))
		return;
	inquiry->suspects[inquiry->count++] = (struct suspect){
		.flow = {.source = host->source,
			.destination = host->address,
			.destination_port = endpoint->port},
		.interface = interface_to(inquiry->blame->destinations, &host->address),
		.inward = verdict_has(&verdict, FINDING_LOCAL_INPUT),
		.descriptor = -1,
	};
}

static void suspect_all(struct inquiry *inquiry)
{
	const struct evidence *evidence = inquiry->blame->evidence;

	for (size_t h = 0; h < evidence->host_count; h++) {
		const struct host *host = &evidence->hosts[h];
		for (size_t e = 0; e < host->endpoint_count; e++)
			suspect_endpoint(inquiry, host, &host->endpoints[e]);
	}
}

/* Packets. */

static uint32_t random_u32(void)
{
	uint32_t number = 0;

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		abort();
	return number;
}

/* Holds the port from now on, so that the trace is of our packets alone. */
static void take_port(struct suspect *suspect)
{
	for (int tries = 0; tries < PORT_TRIES && suspect->descriptor < 0; tries++) {
		suspect->flow.source_port = (uint16_t)(PORT_FIRST + random_u32() % PORT_COUNT);
		suspect->descriptor =
			reservation_open(&suspect->flow.source, suspect->flow.source_port);
	}
}

static void send_outward(const struct inquiry *inquiry, const struct suspect *suspect)
{
	struct segment syn = {
		.source = suspect->flow.source,
		.destination = suspect->flow.destination,
		.source_port = suspect->flow.source_port,
		.destination_port = suspect->flow.destination_port,
		.sequence = random_u32(),
		.flags = TCP_SYN,
		.hop_limit = PROBE_HOPS,
	};

	(void)injector_send(inquiry->blame->injector, &syn);
}

static void send_again(const struct inquiry *inquiry, struct suspect *suspect, int64_t now_ns)
{
	int error = 0;

	suspect->sent_ns = now_ns;
	if (!suspect->inward) {
		send_outward(inquiry, suspect);
		return;
	}
	if (suspect->descriptor >= 0)
		(void)close(suspect->descriptor);
	suspect->descriptor = outgoing_open(&suspect->flow, 0, &error);
}

/* What nft tells. */

static bool goes(const struct trace_line *line, uint16_t from, uint16_t to)
{
	return line->source_port == from && line->destination_port == to;
}

static void meet_packet(struct inquiry *inquiry, const struct trace_line *line, int64_t now_ns)
{
	for (size_t i = 0; i < inquiry->count; i++) {
		struct suspect *suspect = &inquiry->suspects[i];
		uint16_t here = suspect->flow.source_port, there = suspect->flow.destination_port;
		if (suspect->inward ? goes(line, there, here) : goes(line, here, there)) {
			suspect->trace = line->id;
			suspect->traced_ns = now_ns;
		}
	}
}

static void meet_step(struct inquiry *inquiry, const struct trace_line *line, int64_t now_ns)
{
	for (size_t i = 0; i < inquiry->count; i++) {
		struct suspect *suspect = &inquiry->suspects[i];
		if (suspect->decided || suspect->traced_ns == 0 || suspect->trace != line->id)
			continue;
		suspect->traced_ns = now_ns;
		suspect->decided = line->step == TRACE_DROPS;
		if (suspect->decided)
			suspect->rule = line->rule;
	}
}

static void meet_line(struct inquiry *inquiry, int64_t now_ns)
{
	struct trace_line line;

	if (!trace_line_read(&line, inquiry->line, inquiry->used))
		return;
	if (line.step == TRACE_PACKET)
		meet_packet(inquiry, &line, now_ns);
	else
		meet_step(inquiry, &line, now_ns);
}

/* A line that is too long loses its end. */
static void meet_bytes(struct inquiry *inquiry, const char *bytes, size_t length, int64_t now_ns)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] == '\n') {
			meet_line(inquiry, now_ns);
			inquiry->used = 0;
		} else if (inquiry->used < sizeof(inquiry->line)) {
			inquiry->line[inquiry->used++] = bytes[i];
		}
	}
}

/* The course of it. */

/* False once nothing is left to wait for. */
static bool attend(struct inquiry *inquiry, int64_t now_ns)
{
	bool waiting = false;

	for (size_t i = 0; i < inquiry->count; i++) {
		struct suspect *suspect = &inquiry->suspects[i];
		if (suspect->decided)
			continue;
		if (suspect->traced_ns != 0 && now_ns - suspect->traced_ns >= QUIET_NS) {
			suspect->decided = true;
			suspect->rule.kind = LOCAL_RULE_PASSED;
			continue;
		}
		waiting = true;
		if (suspect->traced_ns == 0 && now_ns - suspect->sent_ns >= AGAIN_NS)
			send_again(inquiry, suspect, now_ns);
	}
	return waiting;
}

static void hear(struct inquiry *inquiry)
{
	int64_t now_ns = clock_now_ns();
	int64_t end_ns = now_ns + ALL_NS;
	char bytes[8192];

	while (now_ns < end_ns && inquiry->read < READ_MOST && attend(inquiry, now_ns)) {
		long length = tracer_read(inquiry->blame->tracer, bytes, sizeof(bytes), TURN_MS);
		if (length < 0)
			return;
		now_ns = clock_now_ns();
		inquiry->read += (size_t)length;
		meet_bytes(inquiry, bytes, (size_t)length, now_ns);
	}
}

static bool trace(struct inquiry *inquiry)
{
	struct tracer_flow flows[TRACER_FLOWS];

	for (size_t i = 0; i < inquiry->count; i++) {
		struct suspect *suspect = &inquiry->suspects[i];
		take_port(suspect);
		flows[i] = (struct tracer_flow){
			.source = suspect->flow.source,
			.destination = suspect->flow.destination,
			.source_port = suspect->flow.source_port,
			.destination_port = suspect->flow.destination_port,
		};
		snprintf(flows[i].interface, sizeof(flows[i].interface), "%s", suspect->interface);
	}
	return tracer_trace(inquiry->blame->tracer, flows, inquiry->count);
}

static bool same_chain(const struct local_rule *one, const struct local_rule *other)
{
	return strcmp(one->family, other->family) == 0 && strcmp(one->table, other->table) == 0 &&
		strcmp(one->chain, other->chain) == 0;
}

/* The monitor tells a rule's text, a listing its handle. One listing serves its whole chain. */
static void complete(struct inquiry *inquiry)
{
	size_t room = 65536, length = 0, listings = 0;
	struct local_rule listed = {.kind = LOCAL_RULE_NONE};
	char *listing = malloc(room);

	for (size_t i = 0; i < inquiry->count && listing != NULL; i++) {
		struct local_rule *rule = &inquiry->suspects[i].rule;
		if (rule->kind != LOCAL_RULE_FILTER)
			continue;
		if (!same_chain(rule, &listed) && listings++ < LISTINGS) {
			length = tracer_list(inquiry->blame->tracer, rule, listing, room);
			listed = *rule;
		}
		if (same_chain(rule, &listed))
			trace_rule_complete(rule, listing, length);
	}
	free(listing);
}

static void tell(const struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->count; i++) {
		const struct suspect *suspect = &inquiry->suspects[i];
		struct fact fact = {
			.kind = FACT_LOCAL_RULE,
			.time_ns = clock_now_ns(),
			.flow = {.destination = suspect->flow.destination,
				.destination_port = suspect->flow.destination_port},
			.rule = suspect->rule,
		};
		if (suspect->rule.kind != LOCAL_RULE_NONE)
			inquiry->blame->tell(inquiry->blame->context, &fact);
	}
}

void local_blame(const struct local_blame *blame)
{
	struct inquiry inquiry = {.blame = blame};

	if (blame->tracer == NULL || blame->injector == NULL)
		return;
	suspect_all(&inquiry);
	if (inquiry.count == 0)
		return;
	if (trace(&inquiry)) {
		hear(&inquiry);
		complete(&inquiry);
	}
	for (size_t i = 0; i < inquiry.count; i++)
		if (inquiry.suspects[i].descriptor >= 0)
			(void)close(inquiry.suspects[i].descriptor);
	tell(&inquiry);
}
