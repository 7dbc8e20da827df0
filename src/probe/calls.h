/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mail sessions over sockets of the kernel's, many at once on one event loop: connects, carries
 * bytes between the socket and the session's engine, and turns what came of it into facts.
 */
#ifndef PROBE_CALLS_H
#define PROBE_CALLS_H

#include "session_means.h"

#include <stdbool.h>

struct calls;
struct converse_order;
struct event_base;
struct fact;

#define CALLS_AT_ONCE 256 /* sockets; further calls wait for one to end */

/* base and what means points to stay the caller's. */
struct calls *calls_new(struct event_base *base, const struct session_means *means);
void calls_free(struct calls *calls); /* hangs up without a word; NULL is fine */

/* Begins, or has it wait for its turn. */
void calls_begin(struct calls *calls, const struct converse_order *order);

/* The oldest fact that was not told yet; false where there is none. */
bool calls_take(struct calls *calls, struct fact *out);

#endif
