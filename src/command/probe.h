/* SPDX-License-Identifier: BSD-2-Clause */
/* A live diagnosis from names to results, for every command that makes one. */
#ifndef COMMAND_PROBE_H
#define COMMAND_PROBE_H

struct fault;
struct probe_options;
struct report;

/* Who is told in the place of standard output and standard error. */
struct probe_listener {
	void *context;
	/* The finished results, borrowed. -1 with *why filled where they cannot be passed on. */
	int (*report)(void *context, const struct report *report, struct fault *why);
	/* What the run ended of, without results; returns the exit status. */
	int (*fault)(void *context, const struct fault *why);
};

/* Diagnoses what options ask for, tells options->listener, and returns the exit status. Rights are
 * given up on the way, for good. */
int probe_run(struct probe_options *options);

#endif
