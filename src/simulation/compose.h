/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of TCP segments and ICMP errors from the IP header on, checksums included. */
#ifndef SIMULATION_COMPOSE_H
#define SIMULATION_COMPOSE_H

#include "address.h"
#include "injector.h"

#include <stddef.h>
#include <stdint.h>

#define COMPOSE_BYTES 128 /* the largest: an ICMPv6 error that quotes a SYN, 40 + 8 + 40 + 40 */

/* The timestamps option of a SYN or SYN-ACK (RFC 7323 section 3). */
struct compose_stamps {
	uint32_t value, echo;
};

/* The error's receiver is the sender of the segment that it quotes, whole, with that hop limit. */
struct compose_icmp {
	struct address source;
	uint8_t type, code;
	uint8_t hop_limit;
	struct segment quoted;
	struct compose_stamps stamps;
};

/* Both return how many bytes they wrote. */
size_t compose_segment(const struct segment *segment, const struct compose_stamps *stamps,
	uint8_t out[static COMPOSE_BYTES]);
size_t compose_icmp(const struct compose_icmp *error, uint8_t out[static COMPOSE_BYTES]);

#endif
