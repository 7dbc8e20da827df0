/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second look at ports that never accepted, on a host that limits: their probes may have met a
 * bucket that the other ports' probes had emptied. Single SYNs, far enough apart for it to refill.
 */
#ifndef PROBE_RECHECK_H
#define PROBE_RECHECK_H

#include <stdbool.h>
#include <stdint.h>

struct campaign;
struct evidence;

/* Writes another look, or returns false if there is nothing to look at again. */
bool recheck_next(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns);

#endif
