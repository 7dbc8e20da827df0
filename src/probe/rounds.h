/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rounds of single SYNs until each port's silence, refusal or answer is certain (SCIENCE section
 * A): spaced so that one burst of loss is not taken for a filter, controls around the ports.
 */
#ifndef PROBE_ROUNDS_H
#define PROBE_ROUNDS_H

#include <stdbool.h>
#include <stdint.h>

struct campaign;
struct evidence;

/* Writes the next round, or returns false if all is certain or no round can add anything. */
bool rounds_next(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns);

/* When the next round is due if the answers to this one do not settle it before. */
int64_t rounds_due(const struct campaign *campaign, const struct evidence *evidence);

#endif
