/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A live run: handles opened with privilege, rights dropped, then the loop. The order is what
 * matters here (privilege.h).
 */
#ifndef COMMAND_PROBING_H
#define COMMAND_PROBING_H

#include "paper.h"
#include "plan.h"

#include <stdbool.h>
#include <stdint.h>

struct destination_list;
struct evidence;
struct fault;
struct knowledge;
struct report;
struct session_means;

struct probing {
	const struct destination_list *destinations; /* with their routes */
	const char *interface;                       /* NULL: whichever the routes name */
	const char *evidence_path;                   /* NULL: no evidence file */
	struct paper progress;                       /* where the live table goes */
	struct plan_options plan;
	const struct session_means *means; /* NULL: no sessions */
	struct knowledge *knowledge;       /* providers and services; NULL: nothing is known */
	double deadline_s;                 /* 0: none */
};

struct probing_end {
	bool interrupted; /* the user ended it */
	bool unsaved;     /* the evidence file could not be written to its end */
};

/*
 * Runs, judges, and writes the evidence file. Returns the evidence that report borrows,
 * to be freed after it; NULL with *why filled where nothing could be done. Trouble on the way that
 * leaves results is told as a notice.
 */
struct evidence *probing_run(const struct probing *probing, struct report *report,
	struct probing_end *end, struct fault *why);

#endif
