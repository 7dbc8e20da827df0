/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cursor over bytes that cannot leave them. Reading past the end yields zeros and marks the
 * cursor as not whole: read all fields of a header, then ask wire_whole() once. Nested lengths are
 * taken with wire_take(), so that an inner length cannot exceed the outer one.
 */
#ifndef CAPTURE_WIRE_H
#define CAPTURE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire {
	const uint8_t *next;
	const uint8_t *end;
	bool whole; /* every read so far was inside */
};

struct wire wire_over(const uint8_t *bytes, size_t length);
bool wire_whole(const struct wire *wire);
size_t wire_left(const struct wire *wire);
uint8_t wire_u8(struct wire *wire);
uint16_t wire_u16(struct wire *wire); /* big-endian, as on the network */
uint32_t wire_u32(struct wire *wire);
void wire_copy(struct wire *wire, uint8_t *out, size_t length); /* zeros where past the end */
void wire_skip(struct wire *wire, size_t length);

/* A cursor over the next length bytes, clipped to what is left; this one moves past them. */
struct wire wire_take(struct wire *wire, size_t length);

#endif
