/* SPDX-License-Identifier: BSD-2-Clause */
#include "port_list.h"

#include "fault.h"

#include <stdio.h>
#include <string.h>

#define PORT_DIGITS 5

struct port_list port_list_default(void)
{
	return (struct port_list){.ports = {25, 465, 587, 143, 993, 110, 995}, .count = 7};
}

bool port_parse(uint16_t *out, const char *text)
{
	size_t digits = strspn(text, "0123456789");
	unsigned value = 0;

	if (digits == 0 || digits > PORT_DIGITS || text[digits] != '\0')
		return false;
	for (size_t i = 0; i < digits; i++)
		value = value * 10 + (unsigned)(text[i] - '0');
	if (value < 1 || value > UINT16_MAX)
		return false;
	*out = (uint16_t)value;
	return true;
}

bool port_list_has(const struct port_list *list, uint16_t port)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->ports[i] == port)
			return true;
	}
	return false;
}

bool port_list_add(struct port_list *list, uint16_t port)
{
	if (port_list_has(list, port))
		return true;
	if (list->count == PORT_LIST_MAX)
		return false;
	list->ports[list->count++] = port;
	return true;
}

struct complaint {
	char items[256]; /* the items that are no ports, quoted */
	size_t used;
	size_t count;
};

static void complain_of(struct complaint *complaint, const char *item)
{
	size_t room = sizeof(complaint->items) - complaint->used;
	int length = snprintf(complaint->items + complaint->used, room, "%s'%.40s'",
		complaint->count == 0 ? "" : ", ", item);

	complaint->count++;
	if (length > 0 && (size_t)length < room)
		complaint->used += (size_t)length;
	else
		complaint->items[complaint->used] = '\0';
}

/* Copies the item that starts at text, cut to what a message can show; returns what follows it. */
static const char *take_item(const char *text, char *item, size_t room)
{
	size_t length = strcspn(text, ",");
	size_t kept = length < room - 1 ? length : room - 1;

	memcpy(item, text, kept);
	item[kept] = '\0';
	return text[length] == ',' ? text + length + 1 : NULL;
}

int port_list_parse(struct port_list *out, const char *text, struct fault *why)
{
	struct complaint complaint = {.count = 0};
	char item[64];

	*out = (struct port_list){0};
	while (text != NULL) {
		uint16_t port;
		text = take_item(text, item, sizeof(item));
		if (!port_parse(&port, item))
			complain_of(&complaint, item);
		else if (!port_list_add(out, port))
			return fault_set(
				why, FAULT_USAGE, "more than %d ports at a time", PORT_LIST_MAX);
	}
	if (complaint.count == 0)
		return 0;
	return fault_set(why, FAULT_USAGE, "%s %s: ports are numbers from 1 to 65535",
		complaint.items, complaint.count == 1 ? "is not a port" : "are not ports");
}
