/* SPDX-License-Identifier: BSD-2-Clause */
#include "sending_service.h"

#include "data_table.h"
#include "fault.h"
#include "shipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum column {
	KEY,
	NAME,
	HOST,
	STARTTLS_PORTS,
	TLS_PORTS,
	SOURCE,
	SOURCE_DATE,
	CONFIDENCE,
	COLUMNS,
};

#define PORTS_TEXT 300

static bool take_text(char *out, size_t room, const char *text)
{
	size_t length = strlen(text);

	if (length >= room)
		return false;
	memcpy(out, text, length + 1);
	return true;
}

/* "25|587|2525"; "" is none. */
static bool take_ports(struct port_list *out, const char *text)
{
	char word[8];
	uint16_t port;

	out->count = 0;
	while (*text != '\0') {
		size_t length = strcspn(text, "|");
		if (length >= sizeof(word))
			return false;
		memcpy(word, text, length);
		word[length] = '\0';
		if (!port_parse(&port, word) || !port_list_add(out, port))
			return false;
		text += length + (text[length] == '|');
	}
	return true;
}

static void print_ports(char out[static PORTS_TEXT], const struct port_list *ports)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < ports->count; i++)
		used += (size_t)snprintf(
			out + used, PORTS_TEXT - used, "%s%u", i == 0 ? "" : "|", ports->ports[i]);
}

static bool read_fields(struct sending_service *out, const char *const *fields)
{
	*out = (struct sending_service){.key = ""};
	return fields[KEY][0] != '\0' && fields[NAME][0] != '\0' &&
		take_text(out->key, sizeof(out->key), fields[KEY]) &&
		take_text(out->name, sizeof(out->name), fields[NAME]) &&
		take_text(out->host, sizeof(out->host), fields[HOST]) &&
		take_ports(&out->starttls, fields[STARTTLS_PORTS]) &&
		take_ports(&out->tls, fields[TLS_PORTS]) &&
		out->starttls.count + out->tls.count > 0 &&
		out->starttls.count + out->tls.count <= PORT_LIST_MAX &&
		take_text(out->source, sizeof(out->source), fields[SOURCE]) &&
		take_text(out->source_date, sizeof(out->source_date), fields[SOURCE_DATE]) &&
		take_text(out->confidence, sizeof(out->confidence), fields[CONFIDENCE]);
}

bool sending_service_parse(struct sending_service *out, const char *record)
{
	struct csv_record fields;

	return csv_read(&fields, record, strlen(record)) && fields.count == COLUMNS &&
		read_fields(out, fields.fields);
}

bool sending_service_print(const struct sending_service *service, char out[static CSV_RECORD])
{
	char starttls[PORTS_TEXT];
	char tls[PORTS_TEXT];

	print_ports(starttls, &service->starttls);
	print_ports(tls, &service->tls);
	const char *const fields[COLUMNS] = {
		[KEY] = service->key,
		[NAME] = service->name,
		[HOST] = service->host,
		[STARTTLS_PORTS] = starttls,
		[TLS_PORTS] = tls,
		[SOURCE] = service->source,
		[SOURCE_DATE] = service->source_date,
		[CONFIDENCE] = service->confidence,
	};

	return csv_write(out, fields, COLUMNS);
}

static bool take_row(void *context, const struct csv_record *record)
{
	struct sending_service_list *list = context;
	struct sending_service service;

	if (!read_fields(&service, record->fields))
		return false;
	if (sending_service_named(list, service.key) != NULL)
		return true;
	list->items = fault_resize(list->items, list->count + 1, sizeof(*list->items));
	list->items[list->count++] = service;
	return true;
}

static const struct data_table table = {
	.header = "key,name,host,starttls_ports,tls_ports,source,source_date,confidence",
	.take = take_row,
};

int sending_service_list_read(struct sending_service_list *out, const char *path, struct fault *why)
{
	*out = (struct sending_service_list){.count = 0};
	if (path != NULL && data_table_read_file(&table, out, path, why) < 0)
		return -1;
	return data_table_read_text(
		&table, out, "the list of sending services", shipped_sending_services, why);
}

void sending_service_list_clear(struct sending_service_list *list)
{
	free(list->items);
	*list = (struct sending_service_list){.count = 0};
}

const struct sending_service *sending_service_named(
	const struct sending_service_list *list, const char *key)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i].key, key) == 0)
			return &list->items[i];
	}
	return NULL;
}

/* Label by label, where REGION stands for any one. */
static bool host_fits(const char *pattern, const char *host)
{
	while (*pattern != '\0' && *host != '\0') {
		size_t ours = strcspn(pattern, ".");
		size_t theirs = strcspn(host, ".");
		bool any = ours == strlen(SENDING_SERVICE_REGION) &&
			strncmp(pattern, SENDING_SERVICE_REGION, ours) == 0;
		if (theirs == 0 ||
			(!any && (ours != theirs || strncasecmp(pattern, host, ours) != 0)))
			return false;
		pattern += ours + (pattern[ours] == '.');
		host += theirs + (host[theirs] == '.');
	}
	return *pattern == '\0' && *host == '\0';
}

const struct sending_service *sending_service_of_host(
	const struct sending_service_list *list, const char *host)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].host[0] != '\0' && host_fits(list->items[i].host, host))
			return &list->items[i];
	}
	return NULL;
}

/* Where a customer's own software hands its mail in, among the ports for STARTTLS. */
static unsigned rank(uint16_t port)
{
	static const uint16_t order[] = {587, 2587, 2525};

	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (order[i] == port)
			return i;
	}
	return port == 25 ? UINT16_MAX : 3;
}

struct port_list sending_service_ports(const struct sending_service *service)
{
	struct port_list ports = service->tls;
	size_t first = ports.count;

	for (size_t i = 0; i < service->starttls.count; i++)
		port_list_add(&ports, service->starttls.ports[i]);
	for (size_t i = first; i < ports.count; i++) {
		for (size_t at = i; at > first; at--) {
			uint16_t port = ports.ports[at];
			if (rank(ports.ports[at - 1]) <= rank(port))
				break;
			ports.ports[at] = ports.ports[at - 1];
			ports.ports[at - 1] = port;
		}
	}
	return ports;
}

uint16_t sending_service_best(const struct sending_service *service, const struct port_list *open)
{
	struct port_list ports = sending_service_ports(service);

	for (size_t i = 0; i < ports.count; i++) {
		if (port_list_has(open, ports.ports[i]))
			return ports.ports[i];
	}
	return 0;
}
