/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory.h"

#include "fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is(const struct remembered *known, const char *host, const struct address *address,
	uint16_t port)
{
	return known->port == port && address_equal(&known->address, address) &&
		strcmp(known->host, host) == 0;
}

static struct remembered *add(
	struct memory *memory, const char *host, const struct address *address, uint16_t port)
{
	if (memory->count == memory->room) {
		memory->room = memory->room == 0 ? 16 : memory->room * 2;
		memory->ports = fault_resize(memory->ports, memory->room, sizeof(*memory->ports));
	}
	struct remembered *added = &memory->ports[memory->count++];

	*added = (struct remembered){
		.address = *address, .port = port, .standing = standing_unknown()};
	snprintf(added->host, sizeof(added->host), "%s", host);
	return added;
}

struct remembered *memory_port(
	struct memory *memory, const char *host, const struct address *address, uint16_t port)
{
	for (size_t i = 1; i <= memory->count; i++) {
		size_t at = (memory->last + i) % memory->count;
		if (!is(&memory->ports[at], host, address, port))
			continue;
		memory->last = at;
		return &memory->ports[at];
	}
	return add(memory, host, address, port);
}

void memory_look(struct remembered *port, const struct observation *look)
{
	if (port->recent_count == CHANGE_RECENT) {
		memmove(port->recent, port->recent + 1,
			(CHANGE_RECENT - 1) * sizeof(port->recent[0]));
		port->recent_count--;
	}
	port->recent[port->recent_count++] = *look;
}

bool memory_doubtful(const struct memory *memory)
{
	for (size_t i = 0; i < memory->count; i++) {
		if (memory->ports[i].doubtful)
			return true;
	}
	return false;
}

void memory_clear(struct memory *memory)
{
	free(memory->ports);
	*memory = (struct memory){.ports = NULL};
}
