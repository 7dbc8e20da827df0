/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mail sent over a simulated way, as a capture at either end shows it: a TCP sender with selective
 * acknowledgements (RFC 6675) and congestion control (RFC 5681), a receiver that may be slow, and
 * on the way a policer, a queue, and loss. Seeded; time is a number.
 */
#ifndef SIM_UPLOAD_H
#define SIM_UPLOAD_H

#include "chance.h"

#include <stdbool.h>
#include <stdint.h>

struct evidence;

#define UPLOAD_FLOWS 4

/* Rates are bytes a second; 0 switches a part off. In the order in which packets meet them. */
struct way {
	double round_trip_s;
	double line_rate; /* of the sender's own line */
	double policer_rate, policer_burst;
	double queue_rate, queue_bytes;
	double queue_burst;  /* passes at once after a rest: a shaper; 0: a line */
	double queue_wavers; /* the rate changes by up to this share, a few times a second */
	double loss;         /* of single packets */
	double burst_loss_s; /* mean length of an outage */
	double burst_share;  /* of the time */
	double jitter_s;
};

struct upload {
	struct way way;
	unsigned flows;              /* at most UPLOAD_FLOWS */
	unsigned captured;           /* the first so many of them */
	bool at_receiver;            /* where the capture is taken */
	double starts_s;             /* one flow begins so much after the one before it */
	double bytes;                /* each flow sends */
	double chunk_bytes, chunk_s; /* its program writes so much so often; 0: all at once */
	double window_bytes;         /* the receiver's buffer */
	double reader_rate;          /* its program reads so fast; 0: at once */
};

/* Plays it, until it is done or so many seconds have passed, into evidence, to port 25. */
void upload_play(const struct upload *upload, struct chance *chance, struct evidence *evidence,
	double most_s);

#endif
