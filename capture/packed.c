/* SPDX-License-Identifier: BSD-2-Clause */
#include "packed.h"

#include <assert.h>
#include <string.h>

bool packed_has(struct packed *packed, size_t length)
{
	size_t held = packed->to - packed->from;

	assert(length <= PACKED_MOST);
	if (held >= length)
		return true;
	memmove(packed->room, packed->room + packed->from, held);
	packed->from = 0;
	packed->to = held;
	while (packed->to < length) {
		size_t got =
			fread(packed->room + packed->to, 1, PACKED_ROOM - packed->to, packed->file);

		if (got == 0) {
			packed->ended = true;
			return false;
		}
		packed->to += got;
	}
	return true;
}
