/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture_scope.h"

#include "destination.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define ANY_INTERFACE  "any"
#define FILTER_HOSTS   16 /* beyond them the filter would grow longer than what it saves */
#define FILTER_SOURCES 8  /* of this machine's addresses */

const char *capture_interface(const struct destination_list *destinations)
{
	const char *one = NULL;

	for (size_t i = 0; i < destinations->count; i++) {
		const struct route *route = &destinations->items[i].route;
		if (route->error != 0)
			continue;
		if (one != NULL && strcmp(one, route->interface) != 0)
			return ANY_INTERFACE;
		one = route->interface;
	}
	return one == NULL || one[0] == '\0' ? ANY_INTERFACE : one;
}

/* What is sent there comes in again, by itself or because --interface lo wants it so. */
static bool comes_back(const struct route *route)
{
	return route->local || strcmp(route->interface, "lo") == 0;
}

/* False for a source from which packets of ours come in as well. */
static bool source_only_leaves(
	const struct destination_list *destinations, const struct address *source)
{
	for (size_t i = 0; i < destinations->count; i++) {
		const struct route *route = &destinations->items[i].route;
		if (comes_back(route) && address_equal(&route->source, source))
			return false;
	}
	return source->family != ADDRESS_NONE;
}

/* Whoever is on the link can send SYNs in our name, which would count as probes without answers:
 * what bears our address leaves, it does not come in. */
static void leave_out_forged(
	const struct destination_list *destinations, size_t used, char out[static CAPTURE_FILTER])
{
	struct address seen[FILTER_SOURCES];
	char address[ADDRESS_TEXT];
	size_t count = 0;

	for (size_t i = 0; i < destinations->count && count < FILTER_SOURCES; i++) {
		const struct address *source = &destinations->items[i].route.source;
		size_t known = 0;

		while (known < count && !address_equal(&seen[known], source))
			known++;
		if (known < count || !source_only_leaves(destinations, source))
			continue;
		seen[count++] = *source;
		used += (size_t)snprintf(out + used, CAPTURE_FILTER - used,
			" and not (tcp and inbound and src host %s)",
			address_print(source, address));
	}
}

const char *capture_filter(
	const struct destination_list *destinations, char out[static CAPTURE_FILTER])
{
	char hosts[CAPTURE_FILTER / 2] = "";
	char address[ADDRESS_TEXT];
	size_t used = 0;

	for (size_t i = 0; i < destinations->count && destinations->count <= FILTER_HOSTS; i++)
		used += (size_t)snprintf(hosts + used, sizeof(hosts) - used, "%shost %s",
			i == 0 ? " and (" : " or ",
			address_print(&destinations->items[i].address, address));
	used = (size_t)snprintf(out, CAPTURE_FILTER, "((tcp%s%s) or icmp or icmp6 or arp)", hosts,
		used > 0 ? ")" : "");
	leave_out_forged(destinations, used, out);
	return out;
}
