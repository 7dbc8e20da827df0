/* SPDX-License-Identifier: BSD-2-Clause */
#include "index.h"

#include "address.h"
#include "fault.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define INDEX_FIRST_ROOM 256

__extension__ typedef unsigned __int128 product;

/* Both halves of a product: no bit of it depends on few bits of the factors (as in wyhash). */
static uint64_t fold(uint64_t a, uint64_t b)
{
	product whole = (product)a * b;

	return (uint64_t)whole ^ (uint64_t)(whole >> 64);
}

void index_init(struct index *index)
{
	*index = (struct index){0};
	/* Up to 256 bytes are given whole, getrandom(2); without any the table still works. */
	(void)!getrandom(index->secret, sizeof(index->secret), 0);
}

void index_clear(struct index *index)
{
	free(index->slots);
	index->slots = NULL;
	index->room = index->used = 0;
}

static uint64_t hash_of_address(const struct index *index, const struct address *address)
{
	uint64_t halves[2];
	uint32_t word;

	if (address->family == ADDRESS_IPV4) {
		memcpy(&word, address->bytes, sizeof(word));
		return fold(word ^ index->secret[0], index->secret[1]);
	}
	memcpy(halves, address->bytes, sizeof(halves));
	return fold(halves[0] ^ index->secret[0], halves[1] ^ index->secret[1]);
}

static uint64_t hash_of_end(const struct index *index, struct index_end end)
{
	return fold(hash_of_address(index, end.address) ^ index->secret[2],
		end.port ^ index->secret[3]);
}

static uint32_t shortened(uint64_t hash)
{
	uint32_t half = (uint32_t)(hash >> 32);

	return half == 0 ? 1 : half;
}

uint32_t index_of_address(const struct index *index, const struct address *address)
{
	return shortened(hash_of_address(index, address));
}

uint32_t index_of_flow(const struct index *index, struct index_end one, struct index_end other)
{
	return shortened(hash_of_end(index, one) + hash_of_end(index, other));
}

struct index_slot *index_seek(
	const struct index *index, uint32_t hash, const struct index_slot *after)
{
	if (index->room == 0)
		return NULL;
	size_t mask = index->room - 1;
	size_t at = after == NULL ? hash & mask : ((size_t)(after - index->slots) + 1) & mask;

	for (; index->slots[at].hash != 0; at = (at + 1) & mask) {
		if (index->slots[at].hash == hash)
			return &index->slots[at];
	}
	return NULL;
}

void index_prefetch(const struct index *index, uint32_t hash)
{
	if (index->room > 0)
		__builtin_prefetch(&index->slots[hash & (index->room - 1)]);
}

static void put(struct index *index, uint32_t hash, struct position position)
{
	size_t mask = index->room - 1;
	size_t at = hash & mask;

	while (index->slots[at].hash != 0)
		at = (at + 1) & mask;
	index->slots[at] = (struct index_slot){.hash = hash, .position = position};
	index->used++;
}

static void grow(struct index *index)
{
	struct index old = *index;

	index->room = old.room == 0 ? INDEX_FIRST_ROOM : old.room * 2;
	index->used = 0;
	index->slots = fault_allocate(index->room, sizeof(*index->slots));
	for (size_t i = 0; i < old.room; i++) {
		if (old.slots[i].hash != 0)
			put(index, old.slots[i].hash, old.slots[i].position);
	}
	free(old.slots);
}

void index_add(struct index *index, uint32_t hash, struct position position)
{
	if (index->used * 3 >= index->room * 2)
		grow(index);
	put(index, hash, position);
}

/* Whoever stands behind the gap and could stand in it moves there, so that no search ends early
 * (Knuth, TAOCP 3, section 6.4, algorithm R). */
void index_remove(struct index *index, struct index_slot *slot)
{
	size_t mask = index->room - 1;
	size_t gap = (size_t)(slot - index->slots);

	for (size_t at = (gap + 1) & mask; index->slots[at].hash != 0; at = (at + 1) & mask) {
		size_t home = index->slots[at].hash & mask;
		if (((at - home) & mask) < ((at - gap) & mask))
			continue;
		index->slots[gap] = index->slots[at];
		gap = at;
	}
	index->slots[gap] = (struct index_slot){0};
	index->used--;
}
