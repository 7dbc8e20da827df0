/* SPDX-License-Identifier: BSD-2-Clause */
#include "index.h"

#include "fact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INDEX_FIRST_ROOM 256

/* FNV-1a (Fowler, Noll, Vo) over one field; flows are few and fields short. */
static uint64_t mix(uint64_t hash, const void *field, size_t length)
{
	const uint8_t *bytes = field;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3U;
	return hash;
}

static uint64_t flow_hash(const struct flow *flow)
{
	uint64_t hash = 0xcbf29ce484222325U;

	hash = mix(hash, flow->source.bytes, address_length(&flow->source));
	hash = mix(hash, flow->destination.bytes, address_length(&flow->destination));
	hash = mix(hash, &flow->source_port, sizeof(flow->source_port));
	hash = mix(hash, &flow->destination_port, sizeof(flow->destination_port));
	return hash == 0 ? 1 : hash;
}

void index_init(struct index *index)
{
	*index = (struct index){0};
}

void index_clear(struct index *index)
{
	free(index->slots);
	index_init(index);
}

struct position *index_find(
	const struct index *index, const struct flow *flow, const struct index_question *question)
{
	if (index->room == 0)
		return NULL;
	uint64_t hash = flow_hash(flow);
	size_t mask = index->room - 1;

	for (size_t at = hash & mask; index->slots[at].hash != 0; at = (at + 1) & mask) {
		struct index_slot *slot = &index->slots[at];
		if (slot->hash == hash &&
			question->is_flow(question->context, &slot->position, flow))
			return &slot->position;
	}
	return NULL;
}

static void put(struct index *index, uint64_t hash, struct position position)
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
	index->slots = calloc(index->room, sizeof(*index->slots));
	if (index->slots == NULL) {
		fputs("mailsonde: out of memory\n", stderr);
		abort();
	}
	for (size_t i = 0; i < old.room; i++) {
		if (old.slots[i].hash != 0)
			put(index, old.slots[i].hash, old.slots[i].position);
	}
	free(old.slots);
}

void index_add(struct index *index, const struct flow *flow, struct position position)
{
	if (index->used * 4 >= index->room * 3)
		grow(index);
	put(index, flow_hash(flow), position);
}
