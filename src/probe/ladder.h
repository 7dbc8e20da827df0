/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rate test of SCIENCE section B, port after port: a short burst by default, and the ladder of
 * falling rates where the burst or the rounds lost what the controls did not. Falling, because a
 * token bucket once emptied stays empty: the share that passes then tells its rate at once.
 */
#ifndef PROBE_LADDER_H
#define PROBE_LADDER_H

#include <stdbool.h>
#include <stdint.h>

struct campaign;
struct evidence;

/* Writes the next rung, or returns false when every port that answers has been tested. */
bool ladder_next(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns);

/* The same once more, from the second rung on, for ports that the probes since have put in doubt.
 */
bool ladder_review(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns);

#endif
