/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which ports the kernel is to connect to, and which sessions are held over that: one for each port
 * that opens, and a few in other ways at the end where it failed (SCIENCE section F).
 */
#ifndef PROBE_TALKS_H
#define PROBE_TALKS_H

#include <stdbool.h>

struct campaign;
struct host;
struct plan_step;

/* The first connection to a port that has not had one; false where there is none to make now. */
bool talks_next(struct campaign *campaign, const struct host *host, struct plan_step *step);

/* Some port that was asked for has not had one yet. */
bool talks_left(const struct campaign *campaign, const struct host *host);

/* Another session with a port whose first one failed; false where there is no need. */
bool talks_again(struct campaign *campaign, const struct host *host, struct plan_step *step);

/* Something is under way that may still tell something. */
bool talks_under_way(const struct campaign *campaign, const struct host *host);

#endif
