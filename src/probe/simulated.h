/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A seeded network that answers like a real one: a path of routers, a host, filters, limiters, loss.
 * Its packets are real bytes (LINK_RAW), so decoder, evidence and evidence files see what they would
 * see on the wire. Same seed, same calls: same packets.
 */
#ifndef PROBE_SIMULATED_H
#define PROBE_SIMULATED_H

#include "address.h"

#include <stdbool.h>
#include <stdint.h>

struct world;

enum simulated_rule_kind {
	SIMULATED_ACCEPT,    /* the host's own answer: SYN-ACK if listening, RST if not */
	SIMULATED_DROP,
	SIMULATED_RESET,     /* RST in the host's name */
	SIMULATED_ICMP,      /* ICMP error from router `hop` with icmp_type, icmp_code */
	SIMULATED_BUCKET,    /* token bucket: rate_per_s, burst; what exceeds gets `excess` */
	SIMULATED_CONNECTIONS, /* more than `burst` connections not yet reset: `excess` */
	SIMULATED_BAN,       /* after `burst` SYNs: `excess` until ban_s of silence */
	SIMULATED_LOCAL_OUTPUT, /* this machine's output filter: send() gives EPERM */
	SIMULATED_LOCAL_EGRESS, /* send() gives 0, the packet never leaves */
	SIMULATED_LOCAL_INPUT,  /* answers are captured, the kernel's connect() never gets them */
};

struct simulated_rule {
	enum simulated_rule_kind kind;
	enum simulated_rule_kind excess; /* SIMULATED_DROP, _RESET or _ICMP */
	uint16_t port;                   /* 0: every port of the host (one shared bucket) */
	uint8_t hop;                     /* router that holds the rule, 1 = first; hops = the host */
	uint8_t icmp_type, icmp_code;
	double rate_per_s;
	unsigned burst;
	double ban_s;
};

struct simulated_loss {
	double ratio;          /* of round trips, either direction equally likely to be the lossy one */
	double mean_burst_s;   /* 0: independent; else Gilbert-Elliott bad periods of this mean */
	uint16_t port;         /* 0: the whole path; else this port alone */
};

#define SIMULATED_RULES 8
#define SIMULATED_PORTS 16

struct simulated_network {
	uint64_t seed;
	struct address client, host; /* one family */
	uint8_t hops;                /* routers and the host: the host answers hop limits >= hops */
	double rtt_ms, jitter_ms;    /* base round trip to the host, one-sided exponential jitter */
	bool host_absent;            /* the last router says host unreachable after 3 s */
	bool silent_routers;         /* no time exceeded from anyone */
	bool dead;                   /* nothing answers, ever */
	double reorder_ratio, duplicate_ratio;
	uint16_t listening[SIMULATED_PORTS]; /* 0-terminated unless full */
	struct simulated_rule rules[SIMULATED_RULES];
	unsigned rule_count;
	struct simulated_loss loss, port_loss;
};

/* NULL only when out of memory is not survivable anyway; free with simulated_free. */
struct world *simulated_new(const struct simulated_network *network);

/* Probes sent so far (SYNs that reached the first router), for the statistics of tests/sim. */
unsigned simulated_sent(const struct world *world);
double simulated_elapsed_s(const struct world *world);
void simulated_free(struct world *world);

#endif
