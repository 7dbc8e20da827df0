/* SPDX-License-Identifier: BSD-2-Clause */
#include "destination.h"

#include "fault.h"
#include "resolve.h"

#include <stdlib.h>
#include <string.h>

static struct destination *find(struct destination_list *list, const struct address *address)
{
	for (size_t i = 0; i < list->count; i++) {
		if (address_equal(&list->items[i].address, address))
			return &list->items[i];
	}
	return NULL;
}

static struct destination *append(struct destination_list *list)
{
	if (list->count == list->room) {
		list->room = list->room == 0 ? 8 : list->room * 2;
		list->items = fault_resize(list->items, list->room, sizeof(*list->items));
	}
	return &list->items[list->count++];
}

static int add_address(struct destination_list *list, const char *name,
	const struct address *address, const struct port_list *ports, struct fault *why)
{
	struct destination *destination = find(list, address);

	if (destination == NULL) {
		if (list->count == DESTINATION_MAX)
			return fault_set(why, FAULT_USAGE, "more than %d addresses at a time",
				DESTINATION_MAX);
		destination = append(list);
		*destination = (struct destination){.address = *address};
		memcpy(destination->name, name, strlen(name) + 1);
	}
	for (size_t i = 0; i < ports->count; i++) {
		if (!port_list_add(&destination->ports, ports->ports[i]))
			return fault_set(why, FAULT_USAGE, "more than %d ports of one address",
				PORT_LIST_MAX);
	}
	return 0;
}

static int add_name(struct destination_list *list, const char *name,
	const struct destination_options *options, struct resolver *resolver, struct fault *why)
{
	struct address_list addresses;

	if (resolver_addresses(resolver, name, options->family, &addresses, why) < 0)
		return -1;
	for (size_t i = 0; i < addresses.count; i++) {
		if (add_address(list, name, &addresses.items[i], options->ports, why) < 0)
			return -1;
	}
	return 0;
}

/* An exchanger without an address does no harm while another has one. */
static int add_domain(struct destination_list *list, const char *domain,
	const struct destination_options *options, struct resolver *resolver, struct fault *why)
{
	struct exchanger_list exchangers;
	bool any = false;

	if (resolver_exchangers(resolver, domain, &exchangers, why) < 0)
		return -1;
	for (size_t i = 0; i < exchangers.count; i++)
		any |= add_name(list, exchangers.items[i].name, options, resolver, why) == 0;
	return any ? 0 : -1;
}

static int add_literal(struct destination_list *list, const struct target *target,
	const struct destination_options *options, struct fault *why)
{
	char text[ADDRESS_TEXT];

	address_print(&target->address, text);
	if (options->mail_domain)
		return fault_set(
			why, FAULT_USAGE, "%s is an address: --mx takes mail domains", text);
	if (options->family != ADDRESS_NONE && target->address.family != options->family)
		return fault_set(why, FAULT_USAGE, "%s is not an %s address", text,
			options->family == ADDRESS_IPV4 ? "IPv4" : "IPv6");
	return add_address(list, "", &target->address, options->ports, why);
}

int destination_add(struct destination_list *list, const struct target *target,
	const struct destination_options *options, struct resolver *resolver, struct fault *why)
{
	struct port_list own = {.ports = {target->port}, .count = 1};
	struct destination_options with = *options;

	if (target->port != 0)
		with.ports = &own;
	if (target->address.family != ADDRESS_NONE)
		return add_literal(list, target, &with, why);
	return with.mail_domain ? add_domain(list, target->name, &with, resolver, why)
				: add_name(list, target->name, &with, resolver, why);
}

void destination_clear(struct destination_list *list)
{
	free(list->items);
	*list = (struct destination_list){0};
}
