/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one side sent to one port of the other, by all of their connections together, as far as it
 * tells of a limit on the way: what was lost, how evenly it arrived, how long it stood in a queue,
 * and how much faster the way is once it has rested. Bounded memory, whatever is sent.
 *
 * A line of so many bytes a second can never have delivered more than that since anything was sent.
 * So one burst that was acknowledged sooner shows that what holds the rest back is no line.
 */
#ifndef EVIDENCE_DELIVERY_H
#define EVIDENCE_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct transmission;

/* Bursts of 1400 bytes, twice that, and so on; how long each took at best, from the first byte's
 * leaving to the last one's acknowledgement. */
#define DELIVERY_BURSTS      10
#define DELIVERY_BURST_LEAST 1400

struct fastest {
	uint32_t us[DELIVERY_BURSTS]; /* 0: never */
};

enum delivery_limit {
	LIMIT_NONE,    /* none that can be named, which is not to say that there is none */
	LIMIT_POLICED, /* what is above a rate is thrown away */
	LIMIT_SHAPED,  /* what is above a rate has to wait */
	LIMIT_LINE,    /* an even rate from the beginning: a slow line, or a limit like one */
};

struct delivery_signs {
	enum delivery_limit limit;
	double bytes_per_s; /* payload; 0 for LIMIT_NONE */
	unsigned seconds;   /* for how long it was so even */
	unsigned losses;    /* that the rate rests on */
};

/* On the wire, headers included, as limits count: 1514 bytes of Ethernet carry 1448 of data. */
double delivery_bits_per_s(const struct delivery_signs *signs);

struct delivery;

struct delivery *delivery_new(void);
void delivery_free(struct delivery *delivery); /* NULL is fine */
void delivery_restart(struct delivery *delivery);

/* One segment leaves. rested: nothing was under way, and for a while. */
void delivery_sent(struct delivery *delivery, const struct transmission *one, bool rested);

/* The latest copy of these bytes was lost. */
void delivery_lost(struct delivery *delivery, const struct transmission *again);

/* So many bytes more have arrived. */
void delivery_arrived(struct delivery *delivery, int64_t time_ns, uint32_t bytes);

/* A round trip, with so many bytes under way; 0 where it belongs to no data. */
void delivery_round_trip(
	struct delivery *delivery, int64_t time_ns, uint32_t us, uint32_t under_way);

void delivery_burst(struct delivery *delivery, const struct fastest *fastest);

/* Something was seen that shows that the capture has not all, or was not taken where it was sent:
 * what is lost cannot be told from what was not captured. */
void delivery_doubt(struct delivery *delivery);

struct delivery_signs delivery_signs_of(const struct delivery *delivery);

#endif
