/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Do answers depend on the rate of asking? Generative models of a port's timeline of probes and
 * answers are compared by their likelihood (SCIENCE section B): common loss, loss of this port
 * alone, a token bucket on the port or on the host, a limit of open connections, a ban after so
 * many, burst loss. Pure arithmetic over a timeline; no clock.
 */
#ifndef EVIDENCE_RATE_H
#define EVIDENCE_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sample_outcome {
	SAMPLE_ANSWERED, /* SYN-ACK, or a control's own RST */
	SAMPLE_SILENT,
	SAMPLE_REFUSED,  /* RST or ICMP error from a port that also gives SYN-ACKs */
};

enum sample_role {
	SAMPLE_TARGET,
	SAMPLE_CONTROL, /* another port of the host that answers */
	SAMPLE_OTHER,   /* charges a shared bucket, is not scored */
};

struct sample {
	double time_s;      /* since the first of the timeline */
	double held_until_s; /* when its half-open connection was given up; time_s if it never was */
	enum sample_role role;
	enum sample_outcome outcome;
};

#define RATE_SAMPLES 512 /* the longest timeline that is judged */

enum rate_model {
	RATE_COMMON_LOSS,     /* M0 */
	RATE_PORT_LOSS,       /* M1 */
	RATE_PORT_BUCKET,     /* M2 */
	RATE_HOST_BUCKET,     /* M3 */
	RATE_CONNECTIONS,     /* M4 */
	RATE_BAN,             /* M5 */
	RATE_BURST_LOSS,      /* M7 */
};
#define RATE_MODELS 7

struct rate_estimate {
	bool judged;                    /* the models were compared */
	double posterior[RATE_MODELS];  /* sums to 1 where judged */
	double limited;                 /* PORT_BUCKET + HOST_BUCKET + CONNECTIONS + BAN */
	enum rate_model best;           /* the best of the limiting models */
	double rate_per_s, rate_low_per_s, rate_high_per_s; /* buckets; 95 % interval */
	unsigned burst, burst_low, burst_high; /* bucket depth, connections, or SYNs before a ban */
	enum sample_outcome excess;     /* how what exceeds is met */
	bool excess_is_icmp;            /* set by the caller */
	bool bounded;                   /* enough probes passed a drained bucket to trust the rate */
};

/* samples by time, the first at or after 0; count at most RATE_SAMPLES. */
struct rate_estimate rate_judge(const struct sample *samples, size_t count);

const char *rate_model_name(enum rate_model model);

#endif
