/* SPDX-License-Identifier: BSD-2-Clause */
/* Carries a plan out on a world and folds what comes back, until the plan is done. */
#ifndef PROBE_LOOP_H
#define PROBE_LOOP_H

#include "plan.h"

#include <stdbool.h>
#include <stdint.h>

struct evidence;
struct fact;
struct fault;
struct frame;
struct packet;
struct role;
struct world;

/* Who wants to know while it runs; any member may be NULL. */
struct loop_observer {
	void *context;
	/* Each packet after it was folded; frame is NULL if it did not decode. */
	void (*packet)(void *context, const struct packet *packet, const struct frame *frame,
		const struct role *role);
	void (*fact)(void *context, const struct fact *fact);
	/* About ten times a second, and once at the end. */
	void (*tick)(void *context, const struct plan *plan, int64_t now_ns);
};

struct loop_options {
	struct plan_options plan;
	double deadline_s;                    /* 0: none */
	const struct loop_observer *observer; /* NULL: nobody */
};

enum loop_end {
	LOOP_COMPLETE,
	LOOP_INTERRUPTED,
	LOOP_DEADLINE,
	LOOP_BROKEN, /* *why is filled; the evidence so far stands */
};

/* The loop adds facts (writes refused, packets never seen, the end) to the evidence by itself. */
enum loop_end loop_run(struct world *world, struct evidence *evidence,
	const struct loop_options *options, struct fault *why);

#endif
