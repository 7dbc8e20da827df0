/* SPDX-License-Identifier: BSD-2-Clause */
/* More single SYNs, evenly spaced, where the loss seen so far lies too close to the threshold of
 * "lossy" to tell on which side it is. */
#ifndef PROBE_SAMPLING_H
#define PROBE_SAMPLING_H

#include <stdbool.h>
#include <stdint.h>

struct campaign;
struct evidence;

/* Writes another batch, or returns false if the loss is known well enough. */
bool sampling_next(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns);

#endif
