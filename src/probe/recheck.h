/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second look at ports that never accepted, where the host limits, or another host of the run
 * does so on the same port: their probes may have met a bucket that the others' probes had emptied.
 * Single SYNs, far enough apart for it to refill, once the other hosts are tested.
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
