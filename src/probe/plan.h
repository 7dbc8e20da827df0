/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What to send next, given the evidence so far, or that there is nothing left to learn. Pure: time
 * is a parameter, chance is a seed, nothing is sent from here.
 */
#ifndef PROBE_PLAN_H
#define PROBE_PLAN_H

#include "account.h"
#include "address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct evidence;
struct plan;

struct plan_options {
	bool rate_test;    /* the full ladder on every port that answers */
	bool no_throttle;  /* no rate test at all */
	bool no_locate;    /* no hop-limited probes */
	bool sessions;     /* a mail session with every mail port that opens */
	double rate_per_s; /* probes a second to one address at most; 0: the gentle default */
	uint64_t seed;     /* order and jitter */
};

enum plan_action {
	PLAN_SEND,     /* a SYN to address:port with hop_limit */
	PLAN_CONNECT,  /* a connect() of the kernel's to address:port */
	PLAN_CONVERSE, /* the same, and a mail session over it */
	PLAN_RELEASE,  /* reset every half-open probe to address:port that is held */
	PLAN_WAIT,     /* nothing before until_ns, unless something arrives */
	PLAN_DONE,
};

struct plan_step {
	enum plan_action action;
	struct address address;
	uint16_t port;
	uint8_t hop_limit;
	uint8_t sweep;       /* PLAN_SEND: above 0, the number of this port's sweep that it belongs
			      * to: its probes share a source port, see path.h */
	bool hold;           /* PLAN_SEND: leave its half-open connection until PLAN_RELEASE */
	int64_t until_ns;    /* PLAN_WAIT */
	int64_t patience_ns; /* PLAN_CONNECT, PLAN_CONVERSE: for the connect() */
	int64_t reply_ns;    /* PLAN_CONVERSE: for a greeting or a reply */
	enum session_variant variant; /* PLAN_CONVERSE */
};

/* The endpoints to diagnose are those that evidence knows as targets (FACT_TARGET). */
struct plan *plan_new(const struct evidence *evidence, const struct plan_options *options);

/* Call again after carrying out a step, or when something arrived while waiting. */
struct plan_step plan_next(struct plan *plan, const struct evidence *evidence, int64_t now_ns);

/* How far it is, 0 to 1, and how many seconds it may still take; for the progress line. */
double plan_progress(
	const struct plan *plan, const struct evidence *evidence, int64_t now_ns, double *left_s);

void plan_free(struct plan *plan); /* NULL is fine */

#endif
