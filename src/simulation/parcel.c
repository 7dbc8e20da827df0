/* SPDX-License-Identifier: BSD-2-Clause */
#include "parcel.h"

#include "frame.h"
#include "simulation.h"

#include <assert.h>

uint32_t parcel_stamp(const struct simulation *sim)
{
	return (uint32_t)(sim->now_ns / NS_PER_MS);
}

void parcel_schedule(
	struct simulation *sim, const struct parcel *parcel, enum happening what, int64_t time_ns)
{
	struct parcel_store *store = &sim->parcels;
	uint32_t slot = store->first_free;

	if (slot < store->first_fresh)
		store->first_free = store->slots[slot].next_free;
	else
		store->first_free = ++store->first_fresh;
	assert(slot < AGENDA_ENTRIES);
	store->slots[slot] = *parcel;
	agenda_add(&sim->agenda, time_ns, what, slot);
}

struct parcel parcel_take(struct simulation *sim, uint32_t slot)
{
	struct parcel_store *store = &sim->parcels;
	struct parcel parcel = store->slots[slot];

	store->slots[slot].next_free = store->first_free;
	store->first_free = slot;
	return parcel;
}

bool parcel_is_syn(const struct parcel *parcel)
{
	return (parcel->segment.flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

uint16_t parcel_port(const struct parcel *parcel, enum direction direction)
{
	if (direction == OUTWARD || parcel->icmp)
		return parcel->segment.destination_port;
	return parcel->segment.source_port;
}
