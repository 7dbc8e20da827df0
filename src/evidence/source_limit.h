/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does one limit count several hosts together? Where one of those that were asked is limited, the
 * probes of all of them are laid on one timeline, and one bucket for all is compared with a limit
 * of each one's own. A port that never answered may have been starved by the other hosts' probes;
 * whether that is excluded is told as well. Pure.
 */
#ifndef EVIDENCE_SOURCE_LIMIT_H
#define EVIDENCE_SOURCE_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct endpoint;
struct figures;
struct host;

struct source_signs {
	double shared;      /* the probability that a limit counts this port with other hosts' */
	bool starved;       /* what it does not answer may have been turned away by such a limit */
	unsigned addresses; /* that it counts together, this among them; 0: not known */
	bool one_name;      /* and all of them are one name's */
};

/* One port of a host, with its figures as they are without regard to other hosts. */
struct source_subject {
	const struct host *host;
	const struct endpoint *endpoint;
	struct figures *figures;
};

/*
 * Fills figures->source of the same port of several hosts, and where one limit counts them all puts
 * what it is into figures->rate. Of very many hosts only some are compared; the others' silence is
 * then not explained.
 */
void source_limit_judge(struct source_subject *subjects, size_t count, int64_t now_ns);

#endif
