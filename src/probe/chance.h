/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Seeded chance (xoshiro256**): the same seed gives the same numbers on every machine, which no
 * library's rand() promises.
 */
#ifndef PROBE_CHANCE_H
#define PROBE_CHANCE_H

#include <stdint.h>

struct chance {
	uint64_t state[4];
};

struct chance chance_seeded(uint64_t seed);
uint64_t chance_u64(struct chance *chance);
double chance_unit(struct chance *chance); /* at least 0, below 1 */
double chance_between(struct chance *chance, double low, double high);
unsigned chance_below(struct chance *chance, unsigned count); /* 0 to count - 1; count >= 1 */
double chance_exponential(struct chance *chance, double mean);

#endif
