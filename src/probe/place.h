/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where it fails (SCIENCE section C): sweeps of hop-limited SYNs for the ports that do not open,
 * interleaved with those of a port of the same host that answers. Silent ports are swept while the
 * rounds go on, once their silence is likely; all others when the rate tests are done, since they
 * would blur them. Of a host where all is well only the way is learnt, and each open port gets one
 * probe that ends short of the host: whoever answers that one is somebody else.
 */
#ifndef PROBE_PLACE_H
#define PROBE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

struct campaign;
struct evidence;

/* Adds a run over the silent ports to the batch of a round that is being written. */
void place_join(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns);

/* Writes the next run, or returns false when there is no more to learn. */
bool place_next(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns);

/* When what place_next wrote has been waited for. */
int64_t place_due(const struct campaign *campaign, const struct evidence *evidence);

#endif
