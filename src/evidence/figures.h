/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arithmetic over one endpoint's evidence, with its host's other endpoints as controls: all the
 * numbers that the rules of verdict/ compare and that reports print. Pure.
 */
#ifndef EVIDENCE_FIGURES_H
#define EVIDENCE_FIGURES_H

#include "address.h"
#include "rate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct endpoint;
struct evidence;
struct host;

/* Probes with the full hop limit; those of a sweep are not counted here. */
struct counts {
	unsigned probes, syn_acks, resets, icmp_errors, unanswered;
};

struct round_trips {
	unsigned samples;
	double min_ms, median_ms, max_ms; /* 0 where there is no sample */
};

/* The sequential test of SCIENCE section A. */
struct silence {
	unsigned misses;   /* spaced probes without an answer while a control of the time answered */
	unsigned uncovered; /* spaced probes without an answer and without such a control */
	unsigned control_lost, control_answered; /* control probes whose neighbour in time answered */
	double log_odds;   /* natural log of the odds for a filter against loss; 0 for no misses */
	double last_age_s; /* from the last miss to the end of what was seen */
	double span_s;     /* from the first to the last unanswered probe */
	bool certain;      /* enough for the word "dropped" */
};

struct icmp_seen {
	bool present;
	uint8_t type, code;
	struct address from;
	uint8_t hops_low, hops_high; /* the sender's distance by the quoted hop limit; 0: unknown */
	unsigned rounds; /* distinct moments at which it came */
	uint64_t packet;
	double delay_ms; /* after the probe it quotes, the smallest */
};

/* What this machine did to our own packets. */
struct local_signs {
	unsigned writes_refused;
	int write_error;       /* the errno most often met; 0 */
	unsigned never_left;   /* written, not seen leaving */
	unsigned left;         /* seen leaving */
	unsigned answers_ignored; /* SYNs that the kernel repeated though the SYN-ACK had arrived */
	bool connect_tried;
	int connect_error;     /* 0: connected */
	bool connect_answered; /* the SYN-ACK to that very connect() was captured */
	int route_error;
	bool neighbour_silent; /* the next hop answers neither ARP nor NDP */
	bool next_hop_is_host;
};

struct host_signs {
	unsigned endpoints_probed, endpoints_answering;
	unsigned kinds_silent;    /* endpoints probed and silent */
	unsigned rounds;          /* distinct rounds of probing */
	double span_s;            /* of all probing of this host */
	unsigned path_answers;    /* time exceeded from routers on the way, by hop-limited probes */
	uint8_t path_reached;     /* the highest hop limit so answered */
	unsigned echo_replies;
};

struct loss_figures {
	unsigned sent, missing;                 /* this endpoint */
	unsigned control_sent, control_missing; /* other endpoints of the host that answer */
	double ratio, control_ratio;            /* 0 where nothing was sent */
	double low, high;                       /* Wilson 95 % interval of both together */
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
	unsigned answer_rounds; /* distinct rounds in which a reset or ICMP error came */
	unsigned late_answers;  /* a second or more after their probe */
	bool capture_lost;      /* the capture lost packets: confidence is lowered */
	bool finished;          /* the run ended by itself, not by interruption */
	uint64_t proof[8];      /* packet numbers that show it; 0-terminated unless full */
};

/* host must belong to evidence and endpoint to host. now_ns: up to when the capture has looked. */
struct figures figures_of(const struct evidence *evidence, const struct host *host,
	const struct endpoint *endpoint, int64_t now_ns);

#endif
