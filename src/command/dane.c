/* SPDX-License-Identifier: BSD-2-Clause */
#include "dane.h"

#include "clock.h"
#include "destination.h"
#include "fault.h"
#include "mailport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S ((int64_t)1000000000)

#define QUESTION_PATIENCE_S 2
#define ALL_PATIENCE_NS     (3 * NS_PER_S)

struct asking {
	struct dane *dane;
	struct resolver *resolver;
	const struct destination_list *destinations;
	unsigned questions;
	int64_t until_ns;
};

/* Several addresses of one name share its records. */
static bool is_first_of_name(const struct destination_list *list, size_t place)
{
	for (size_t i = 0; i < place; i++) {
		if (strcmp(list->items[i].name, list->items[place].name) == 0)
			return false;
	}
	return true;
}

static void ask(struct asking *asking, const char *host, uint16_t port)
{
	struct dane_record *record = fault_allocate(1, sizeof(*record));

	snprintf(record->host, sizeof(record->host), "%s", host);
	record->port = port;
	resolver_tlsa(asking->resolver, host, port, &record->list);
	asking->questions++;
	if (record->list.state == TLSA_NONE)
		free(record);
	else
		asking->dane->records[asking->dane->count++] = record;
}

static void ask_about_port(struct asking *asking, uint16_t port)
{
	const struct destination_list *list = asking->destinations;

	for (size_t i = 0; i < list->count; i++) {
		const struct destination *destination = &list->items[i];
		if (asking->questions == DANE_RECORDS || clock_now_ns() >= asking->until_ns)
			return;
		if (destination->name[0] != '\0' && port_list_has(&destination->ports, port) &&
			is_first_of_name(list, i))
			ask(asking, destination->name, port);
	}
}

static bool any_name(const struct destination_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].name[0] != '\0')
			return true;
	}
	return false;
}

void dane_ask(struct dane *out, const struct destination_list *destinations)
{
	struct asking asking = {.dane = out,
		.destinations = destinations,
		.until_ns = clock_now_ns() + ALL_PATIENCE_NS};
	struct fault ignored;

	*out = (struct dane){.count = 0};
	if (!any_name(destinations))
		return;
	asking.resolver = resolver_open(QUESTION_PATIENCE_S, &ignored);
	if (asking.resolver == NULL)
		return;
	for (size_t i = 0; mailport_at(i) != NULL; i++)
		ask_about_port(&asking, mailport_at(i)->port);
	resolver_close(asking.resolver);
}

const struct tlsa_list *dane_find(const void *context, const char *host, uint16_t port)
{
	const struct dane *dane = context;

	for (size_t i = 0; i < dane->count; i++) {
		if (dane->records[i]->port == port && strcmp(dane->records[i]->host, host) == 0)
			return &dane->records[i]->list;
	}
	return NULL;
}

void dane_clear(struct dane *dane)
{
	for (size_t i = 0; i < dane->count; i++)
		free(dane->records[i]);
	dane->count = 0;
}
