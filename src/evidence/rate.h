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
	SAMPLE_RESET, /* RST from a port that also gives SYN-ACKs */
	SAMPLE_ICMP,  /* ICMP error about a port that also gives SYN-ACKs */
};

enum sample_role {
	SAMPLE_TARGET,
	SAMPLE_CONTROL, /* another port of the host that loses no more than the rest */
	SAMPLE_OTHER, /* another port that does: it has a loss of its own, unless all share a limit
		       */
	SAMPLE_MUTE,  /* another port whose answer tells nothing, but which may take a token */
};

struct sample {
	double time_s;       /* since the first of the timeline */
	double held_until_s; /* when we gave up its half-open connection; its own time if none */
	enum sample_role role;
	enum sample_outcome outcome;
	uint16_t port; /* tells the other ports apart */
};

#define RATE_SAMPLES 640 /* the longest timeline that is judged: every probe of one run */

enum rate_model {
	RATE_COMMON_LOSS, /* M0: every probe is lost with one probability */
	RATE_PORT_LOSS,   /* M1: this port has a loss of its own */
	RATE_PORT_BUCKET, /* M2: a token bucket on this port */
	RATE_HOST_BUCKET, /* M3: a token bucket that all ports of the host share */
	RATE_CONNECTIONS, /* M4: so many connections at a time */
	RATE_BAN,         /* M5: so many pass, then none */
	RATE_BURST_LOSS,  /* M7: outages common to all, Gilbert-Elliott */
};
#define RATE_MODELS 7

struct rate_estimate {
	bool judged;                   /* the models were compared */
	double posterior[RATE_MODELS]; /* sums to 1 where judged */
	double limited;                /* PORT_BUCKET + HOST_BUCKET + CONNECTIONS + BAN */
	enum rate_model best;          /* the best of the limiting models */
	double rate_per_s, rate_low_per_s, rate_high_per_s; /* buckets; 95 % interval; else 0 */
	unsigned burst;             /* bucket depth, connections, or SYNs before a ban */
	enum sample_outcome excess; /* how what exceeds is met */
	unsigned passed_drained;    /* answers after the first excess: what the rate rests on */
};

/* samples by time, the first at or after 0; count at most RATE_SAMPLES. */
struct rate_estimate rate_judge(const struct sample *samples, size_t count);

/*
 * Comparing buckets takes a tenth of a second, and a foreign capture may have thousands of ports
 * that lose packets. There they are compared only where rate_sign_of_bucket(): what is missing was
 * asked for at busier moments, or sooner after an answer, than what was answered; and no longer
 * than work lasts, which is counted down. Where it does not last, neither limit nor loss is
 * believed.
 */
struct rate_estimate rate_judge_within(const struct sample *samples, size_t count, size_t *work);
bool rate_sign_of_bucket(const struct sample *samples, size_t count);

#define RATE_WORK 60000 /* samples times searches of one capture: some seconds */

/*
 * Of several hosts, told apart by port (0 to RATE_HOSTS - 1) and all of them SAMPLE_TARGET: the log
 * of the likelihood that one bucket counts them together, and that each has a limit of its own, or
 * none. With one host, the second is what is expected of it alone.
 */
#define RATE_HOSTS 8

double rate_log_together(const struct sample *samples, size_t count);
double rate_log_apart(const struct sample *samples, size_t count);

/* Puts rate, its interval and burst of that one bucket into the estimate. */
void rate_measure_together(
	struct rate_estimate *estimate, const struct sample *samples, size_t count);

const char *rate_model_name(enum rate_model model);

#endif
