/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include "address.h"
#include "fault.h"
#include "wire.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* RFC 1035 section 4.1. */
#define FLAG_RESPONSE 0x8000
#define RCODE         0x000f
#define COMPRESSED    0xc0
#define TYPE_A        1
#define TYPE_AAAA     28 /* RFC 3596 */
#define CLASS_IN      1

#define ANSWERS_MOST 64 /* looked at in one message */
#define LABELS_MOST  128

/* Twice as many slots as names, and a power of two. */
#define SLOTS (2 * NAMES_MOST)

struct slot {
	struct address address;
	char *name; /* NULL: free */
};

struct names {
	size_t count;
	struct slot slots[SLOTS];
};

/* Where the address is, or would be. */
static size_t place_of(const struct names *names, const struct address *address)
{
	uint64_t hash = address->family;

	for (size_t i = 0; i < sizeof(address->bytes); i++)
		hash = (hash ^ address->bytes[i]) * 0x100000001b3U; /* FNV-1a */
	size_t at = (hash ^ hash >> 32) % SLOTS;

	while (names->slots[at].name != NULL && !address_equal(&names->slots[at].address, address))
		at = (at + 1) % SLOTS;
	return at;
}

static void keep(struct names **names, const struct address *address, const char *name)
{
	if (*names == NULL)
		*names = fault_allocate(1, sizeof(**names));
	struct slot *slot = &(*names)->slots[place_of(*names, address)];

	if (slot->name != NULL || (*names)->count == NAMES_MOST)
		return;
	size_t size = strlen(name) + 1;

	slot->address = *address;
	slot->name = fault_allocate(size, 1);
	memcpy(slot->name, name, size);
	(*names)->count++;
}

/* Letters, digits, hyphens, and what else is seen in names of hosts. */
static bool take_label(struct wire *message, uint8_t length, char *name, size_t *used)
{
	if (*used + length + 2 > NAMES_TEXT)
		return false;
	if (*used > 0)
		name[(*used)++] = '.';
	for (uint8_t i = 0; i < length; i++) {
		int c = wire_u8(message);
		if (!isalnum(c) && c != '-' && c != '_')
			return false;
		name[(*used)++] = (char)tolower(c);
	}
	return wire_whole(message);
}

/* The name of a question is the first in its message, so it has nothing to point back to. */
static bool take_question(struct wire *message, char name[static NAMES_TEXT])
{
	size_t used = 0;

	for (uint8_t length = wire_u8(message); length != 0; length = wire_u8(message)) {
		if ((length & COMPRESSED) != 0 || !take_label(message, length, name, &used))
			return false;
	}
	name[used] = '\0';
	uint16_t type = wire_u16(message), class = wire_u16(message);

	return wire_whole(message) && used > 0 && class == CLASS_IN &&
		(type == TYPE_A || type == TYPE_AAAA);
}

static bool skip_name(struct wire *message)
{
	for (int labels = 0; labels < LABELS_MOST && wire_whole(message); labels++) {
		uint8_t length = wire_u8(message);
		if (length == 0)
			return true;
		if ((length & COMPRESSED) == COMPRESSED) {
			wire_skip(message, 1);
			return true;
		}
		wire_skip(message, length);
	}
	return false;
}

static void take_address(struct names **names, struct wire data, uint16_t type, const char *name)
{
	uint8_t bytes[16];
	struct address address;

	if (type == TYPE_A && wire_left(&data) == 4) {
		wire_copy(&data, bytes, 4);
		address = address_ipv4(bytes);
	} else if (type == TYPE_AAAA && wire_left(&data) == 16) {
		wire_copy(&data, bytes, 16);
		address = address_ipv6(bytes);
	} else {
		return;
	}
	keep(names, &address, name);
}

static bool take_answer(struct names **names, struct wire *message, const char *name)
{
	if (!skip_name(message))
		return false;
	uint16_t type = wire_u16(message), class = wire_u16(message);

	wire_skip(message, 4); /* time to live */
	uint16_t length = wire_u16(message);

	if (!wire_whole(message) || wire_left(message) < length)
		return false;
	struct wire data = wire_take(message, length);

	if (class == CLASS_IN)
		take_address(names, data, type, name);
	return true;
}

void names_add(struct names **names, const uint8_t *bytes, size_t length)
{
	struct wire message = wire_over(bytes, length);
	char name[NAMES_TEXT];

	wire_skip(&message, 2); /* id */
	uint16_t flags = wire_u16(&message), questions = wire_u16(&message),
		 answers = wire_u16(&message);

	wire_skip(&message, 4); /* how many more follow the answers */
	if (!wire_whole(&message) || (flags & FLAG_RESPONSE) == 0 || (flags & RCODE) != 0 ||
		questions != 1 || !take_question(&message, name))
		return;
	for (uint16_t i = 0; i < answers && i < ANSWERS_MOST; i++) {
		if (!take_answer(names, &message, name))
			return;
	}
}

const char *names_find(const struct names *names, const struct address *address)
{
	const char *name = names == NULL ? NULL : names->slots[place_of(names, address)].name;

	return name == NULL ? "" : name;
}

void names_free(struct names *names)
{
	for (size_t i = 0; names != NULL && i < SLOTS; i++)
		free(names->slots[i].name);
	free(names);
}
