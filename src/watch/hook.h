/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The user's own command, run when something changed. It gets JSON on standard input, no rights
 * beyond those of the user that diagnoses (privilege.h), and an end in time, with all that it
 * started.
 */
#ifndef WATCH_HOOK_H
#define WATCH_HOOK_H

struct fault;

struct hook {
	const char *command; /* for sh(1) */
	double limit_s;
};

/* Runs it to its end. What it prints goes to standard error. -1: FAULT_SYSTEM where it could not be
 * run, failed, or took too long. */
int hook_run(const struct hook *hook, const char *input, struct fault *why);

#endif
