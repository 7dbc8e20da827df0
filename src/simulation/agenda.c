/* SPDX-License-Identifier: BSD-2-Clause */
#include "agenda.h"

#include <assert.h>
#include <stdbool.h>

void agenda_init(struct agenda *agenda)
{
	agenda->count = 0;
	agenda->next_order = 0;
}

static bool earlier(const struct agenda_entry *a, const struct agenda_entry *b)
{
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns;
	return a->order < b->order;
}

void agenda_add(struct agenda *agenda, int64_t time_ns, uint32_t kind, uint32_t item)
{
	struct agenda_entry entry = {time_ns, agenda->next_order++, kind, item};
	size_t hole = agenda->count++;

	assert(hole < AGENDA_ENTRIES);
	while (hole > 0 && earlier(&entry, &agenda->heap[(hole - 1) / 2])) {
		agenda->heap[hole] = agenda->heap[(hole - 1) / 2];
		hole = (hole - 1) / 2;
	}
	agenda->heap[hole] = entry;
}

const struct agenda_entry *agenda_first(const struct agenda *agenda)
{
	return agenda->count > 0 ? &agenda->heap[0] : NULL;
}

static size_t earlier_child(const struct agenda *agenda, size_t parent)
{
	size_t left = 2 * parent + 1;

	if (left + 1 < agenda->count && earlier(&agenda->heap[left + 1], &agenda->heap[left]))
		return left + 1;
	return left;
}

struct agenda_entry agenda_take(struct agenda *agenda)
{
	struct agenda_entry first = agenda->heap[0];
	struct agenda_entry last;
	size_t hole = 0;

	assert(agenda->count > 0);
	last = agenda->heap[--agenda->count];
	while (2 * hole + 1 < agenda->count) {
		size_t child = earlier_child(agenda, hole);

		if (!earlier(&agenda->heap[child], &last))
			break;
		agenda->heap[hole] = agenda->heap[child];
		hole = child;
	}
	agenda->heap[hole] = last;
	return first;
}
