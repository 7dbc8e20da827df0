/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire.h"

#include <string.h>

struct wire wire_over(const uint8_t *bytes, size_t length)
{
	/* Adding to NULL is undefined, even zero. */
	return (struct wire){.next = bytes, .end = length ? bytes + length : bytes, .whole = true};
}

bool wire_whole(const struct wire *wire)
{
	return wire->whole;
}

size_t wire_left(const struct wire *wire)
{
	return (size_t)(wire->end - wire->next);
}

/* The next length bytes, or NULL: then nothing is left, so that no later field is read from where
 * an earlier one should have been. */
static const uint8_t *advance(struct wire *wire, size_t length)
{
	const uint8_t *bytes = wire->next;

	if (length > wire_left(wire)) {
		wire->next = wire->end;
		wire->whole = false;
		return NULL;
	}
	if (length)
		wire->next += length;
	return bytes;
}

uint8_t wire_u8(struct wire *wire)
{
	const uint8_t *bytes = advance(wire, 1);

	return bytes ? bytes[0] : 0;
}

uint16_t wire_u16(struct wire *wire)
{
	const uint8_t *bytes = advance(wire, 2);

	return bytes ? (uint16_t)(bytes[0] << 8 | bytes[1]) : 0;
}

uint32_t wire_u32(struct wire *wire)
{
	const uint8_t *bytes = advance(wire, 4);

	if (!bytes)
		return 0;
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
		bytes[3];
}

void wire_copy(struct wire *wire, uint8_t *out, size_t length)
{
	const uint8_t *bytes = advance(wire, length);

	if (!length)
		return;
	if (bytes)
		memcpy(out, bytes, length);
	else
		memset(out, 0, length);
}

void wire_skip(struct wire *wire, size_t length)
{
	(void)advance(wire, length);
}

struct wire wire_take(struct wire *wire, size_t length)
{
	size_t taken = length < wire_left(wire) ? length : wire_left(wire);
	struct wire inner = wire_over(wire->next, taken);

	if (taken)
		wire->next += taken;
	return inner;
}
