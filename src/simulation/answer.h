/* SPDX-License-Identifier: BSD-2-Clause */
/* What comes back: made at a hop, sent home, and lost or late as the path will have it. */
#ifndef SIMULATION_ANSWER_H
#define SIMULATION_ANSWER_H

#include "parcel.h"

#include <stdint.h>

struct segment;
struct simulated_network;
struct simulation;

/* Why a router sends an ICMP error; each has its type and code in either family. */
enum answer_reason {
	ANSWER_EXPIRED,
	ANSWER_HOST_UNREACHABLE,
	ANSWER_PROHIBITED,
};

/* What a packet of that hop's has left of its hop limit when it is here. */
uint8_t answer_hop_limit(const struct simulated_network *network, uint8_t hop);

/* An answer to that segment in its receiver's name, without flags and numbers as yet. */
struct parcel answer_to(const struct simulation *sim, const struct segment *asked, uint8_t hop);

void answer_depart(struct simulation *sim, const struct parcel *answer);

/* The answer of a port where nothing listens, in the host's name. */
void answer_reset(struct simulation *sim, const struct segment *asked, uint8_t hop);

/* ICMP errors from asked's hop, within its budget. asked is quoted as it looked there. */
void answer_icmp(struct simulation *sim, const struct parcel *asked, uint8_t type, uint8_t code);
void answer_icmp_reason(
	struct simulation *sim, const struct parcel *asked, enum answer_reason reason);

#endif
