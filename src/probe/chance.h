/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Seeded chance: numbers (xoshiro256**) and lossy channels made of them. The same seed gives the
 * same numbers on every machine, which no library's rand() promises.
 */
#ifndef PROBE_CHANCE_H
#define PROBE_CHANCE_H

#include <stdbool.h>
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

/*
 * One direction of a lossy path: good or bad, and what is sent while it is bad is lost. Without a
 * mean length of the bad periods each packet has its own luck; with one it is the Gilbert-Elliott
 * model in continuous time, whose share of bad time is the same ratio.
 */
struct channel {
	double ratio;      /* of packets lost, in the long run */
	double mean_bad_s; /* 0: independent losses */
	bool bad;
	int64_t asked_ns; /* when bad was last drawn; 0: never */
};

struct channel channel_of(double ratio, double mean_bad_s);

/* now_ns must not be below that of the call before. */
bool channel_loses(struct channel *channel, struct chance *chance, int64_t now_ns);

#endif
