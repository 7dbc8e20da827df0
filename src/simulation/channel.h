/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One direction of a lossy path: good or bad, and what is sent while it is bad is lost. Without a
 * mean length of the bad periods each packet has its own luck; with one it is the Gilbert-Elliott
 * model in continuous time, whose share of bad time is the same ratio.
 */
#ifndef SIMULATION_CHANNEL_H
#define SIMULATION_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

struct chance;

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
