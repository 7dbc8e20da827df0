/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A seeded network that answers like a real one: a path of routers, a host, filters, limiters,
 * loss. Its packets are real bytes (LINK_RAW), so decoder, evidence and evidence files see what
 * they would see on the wire. Same seed, same calls: same packets.
 *
 * Time is simulated from a fixed date and next() never sleeps. Packets take the round trip's share
 * of the hops that they pass, queue behind those before them, and leave as Linux makes them:
 * routers and host limit their ICMP errors, the host repeats SYN-ACKs, its kernel and ours repeat
 * SYNs.
 */
#ifndef SIMULATION_SIMULATED_H
#define SIMULATION_SIMULATED_H

#include "address.h"

#include <stdbool.h>
#include <stdint.h>

struct world;

/* Rules hold in the order of their hops, then as listed; the first that answers or swallows a
 * packet ends its way. A router forwards before it filters: a hop limit that ends there never meets
 * its rules. */
enum simulated_rule_kind {
	SIMULATED_ACCEPT, /* later rules do not hold: the host itself answers */
	SIMULATED_DROP,
	SIMULATED_RESET,        /* RST in the host's name, with the hop limit that `hop` gives it */
	SIMULATED_ICMP,         /* ICMP error from router `hop` with icmp_type, icmp_code (0, 0:
				 * administratively prohibited), within its budget of errors */
	SIMULATED_BUCKET,       /* token bucket: rate_per_s, burst; what exceeds gets `excess` */
	SIMULATED_CONNECTIONS,  /* more than `burst` connections not yet reset: `excess` */
	SIMULATED_BAN,          /* after `burst` SYNs: `excess` until ban_s of silence */
	SIMULATED_LOCAL_OUTPUT, /* this machine's output filter: send() gives EPERM */
	SIMULATED_LOCAL_EGRESS, /* send() gives 0, the packet never leaves */
	SIMULATED_LOCAL_INPUT,  /* answers are captured, the kernel's connect() never gets them */
	/* In the host's name, with the hop limit that `hop` gives it (forger.h). */
	SIMULATED_RESET_BESIDE,  /* RST, and the SYN goes on to the host */
	SIMULATED_ACCEPT_FORGED, /* SYN-ACK in the host's place */
	SIMULATED_ACCEPT_BESIDE, /* SYN-ACK, and the SYN goes on to the host */
};

struct simulated_rule {
	enum simulated_rule_kind kind;
	enum simulated_rule_kind excess; /* SIMULATED_DROP, _RESET or _ICMP */
	uint16_t port;                   /* 0: every port of the host (one shared bucket) */
	uint8_t hop;                     /* router that holds the rule, 1 = first; hops = the host;
					  * of no account for SIMULATED_LOCAL_* */
	bool arriving; /* holds before the hop limit is counted down, as a filter on arrival or a
			* bridge: a packet whose hop limit ends here is stopped, not reported */
	uint8_t icmp_type, icmp_code;
	double rate_per_s;
	unsigned burst;
	double ban_s;
};

struct simulated_loss {
	double ratio; /* of round trips, either direction equally likely to be the lossy one */
	double mean_burst_s; /* 0: independent; else Gilbert-Elliott bad periods of this mean, in
			      * each direction by itself */
	uint16_t port;       /* 0: the whole path; else this port alone */
};

#define SIMULATED_HOPS  64 /* at most */
#define SIMULATED_RULES 16
#define SIMULATED_PORTS 16

struct simulated_network {
	uint64_t seed;
	struct address client, host; /* one family */
	uint8_t hops;                /* routers and the host: the host answers hop limits >= hops */
	double rtt_ms, jitter_ms;    /* base round trip to the host; mean of the exponential jitter
				      * that comes on top, half in each direction */
	bool host_absent;            /* the last router says host unreachable after 3 s */
	bool silent_routers;         /* no time exceeded from anyone */
	uint64_t mute;               /* bit h: none from router h */
	uint8_t ways, fork, join;    /* above 1: the routers between those two hops are so many
				      * that stand side by side, and a flow keeps to one */
	uint8_t detour;              /* hops more on the way back from the third hop on */
	bool dead;                   /* the host never answers; its routers may */
	double reorder_ratio;        /* of packets that those behind them may overtake */
	double duplicate_ratio;      /* of answers that arrive twice */
	uint16_t listening[SIMULATED_PORTS]; /* 0-terminated unless full */
	struct simulated_rule rules[SIMULATED_RULES];
	unsigned rule_count;
	struct simulated_loss loss, port_loss;
};

/* Never NULL; free with simulated_free. */
struct world *simulated_new(const struct simulated_network *network);

/* Who router `hop` is on the path to the host, on the first way; the host itself where hop is hops.
 */
struct address simulated_hop(const struct simulated_network *network, uint8_t hop);

/* What really became of SYNs whose hop limit reaches the host; nobody but a test can know. */
struct simulated_fate {
	unsigned sent;    /* out to the first router */
	unsigned lost;    /* by chance, themselves or their first answer */
	unsigned refused; /* by a bucket, a connection limit or a ban */
};

/* Of one port, or of all for port 0. Only the first SIMULATED_PORTS ports that are asked count. */
struct simulated_fate simulated_fate(const struct world *world, uint16_t port);

/* Probes sent so far (SYNs that reached the first router), for the statistics of tests/sim. */
unsigned simulated_sent(const struct world *world);
double simulated_elapsed_s(const struct world *world);
void simulated_free(struct world *world);

#endif
