/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arithmetic over one endpoint's evidence, with its host's other endpoints as controls: all the
 * numbers that the rules of verdict/ compare and that reports print. Pure.
 */
#ifndef EVIDENCE_FIGURES_H
#define EVIDENCE_FIGURES_H

#include "address.h"
#include "answerer.h"
#include "ending.h"
#include "loss.h"
#include "path.h"
#include "rate.h"
#include "silence.h"
#include "source_limit.h"
#include "timing.h"
#include "transfer_signs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct endpoint;
struct evidence;
struct host;

/* Probes with the full hop limit; those of a sweep are not counted here. A probe without an answer
 * is "unanswered" only once the host's round trips leave no hope for one. */
struct counts {
	unsigned probes, syn_acks, resets, icmp_errors, unanswered;
};

struct icmp_seen {
	bool present;
	uint8_t type, code;
	struct address from;
	bool from_host;     /* the destination itself */
	bool from_here;     /* this machine's own address */
	uint8_t hops;       /* the sender's distance; 0: unknown */
	uint8_t hops_least; /* by its quote alone, which allows this and one more; 0: unknown */
	uint64_t packet;
	double delay_ms; /* after the probe it quotes, the smallest */
};

/* What this machine did to our own packets. */
struct local_signs {
	unsigned writes_refused;
	int write_error;          /* the errno most often met; 0 */
	unsigned never_left;      /* written, not seen leaving */
	unsigned left;            /* seen leaving */
	unsigned answers_ignored; /* SYNs that the kernel repeated though the SYN-ACK had arrived */
	bool connect_tried;
	int connect_error;     /* 0: connected */
	bool connect_left;     /* the SYN of that very connect() was captured */
	bool connect_answered; /* and its SYN-ACK */
	int route_error;
	struct address source; /* our address towards the host; ADDRESS_NONE: not known */
	bool source_elsewhere; /* it is none of the interface that packets leave by */
	bool neighbour_silent; /* the next hop answers neither ARP nor NDP */
	bool next_hop_is_host;
	const struct local_rule *rule; /* what stops them; borrowed; NULL: nobody looked */
};

struct host_signs {
	unsigned endpoints_probed, endpoints_answering;
	unsigned kinds_silent; /* endpoints probed and silent */
	unsigned rounds;       /* distinct moments of probing */
	double span_s;         /* of all probing of this host */
	unsigned path_answers; /* time exceeded from routers on the way, by hop-limited probes */
	uint8_t path_reached;  /* the highest hop limit so answered */
};

struct figures {
	struct counts counts;
	struct round_trips round_trips;
	struct silence silence;
	struct icmp_seen icmp;
	struct local_signs local;
	struct host_signs host;
	struct loss_figures loss;
	struct rate_estimate rate;
	struct source_signs source; /* all zero without regard to other hosts */
	struct session_signs session;
	struct transfer_signs transfer;
	struct path_signs path;
	struct answerer_signs answerer;
	unsigned refusal_rounds; /* distinct moments at which a reset or ICMP error came */
	unsigned unheard;        /* completed handshakes whose SYN-ACK was not captured */
	unsigned strays;         /* segments of connections from before the capture */
	unsigned stale_acks, anomalies;
	unsigned late_answers; /* a second or more after their probe */
	double capture_lost;   /* the share of packets that the capture lost, of all that arrived */
	bool capture_explains; /* and answers that are missing may be among them */
	bool not_offered;      /* by what is written, the service has no such port */
	bool finished;         /* the run ended by itself, not by interruption */
	uint64_t proof[8];     /* packet numbers that show it; 0-terminated unless full */
};

/* host must belong to evidence and endpoint to host. now_ns: up to when the capture has looked. */
struct figures figures_of(const struct evidence *evidence, const struct host *host,
	const struct endpoint *endpoint, int64_t now_ns);

/* The same for the many ports of a foreign capture: work is left of RATE_WORK, for all of them. */
struct figures figures_within(const struct evidence *evidence, const struct host *host,
	const struct endpoint *endpoint, int64_t now_ns, size_t *work);

/* The same without comparing the rate models, which takes a while, and without path and
 * answerer: rate.judged is false, path.flows 0. */
struct figures figures_quick(const struct evidence *evidence, const struct host *host,
	const struct endpoint *endpoint, int64_t now_ns);

#endif
