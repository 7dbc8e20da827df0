/* SPDX-License-Identifier: BSD-2-Clause */
#include "network.h"

#include "address.h"
#include "fault.h"

#include <libloc/as.h>
#include <libloc/database.h>
#include <libloc/libloc.h>
#include <libloc/network.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <time.h>

/* Where libloc's own updater puts it, then where Debian's package does. */
static const char *const places[] = {
	"/var/lib/location/database.db", "/usr/share/libloc-location/location.db"};

struct network_map {
	FILE *file;
	struct loc_ctx *context;
	struct loc_database *database;
};

static FILE *open_file(void)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		FILE *file = fopen(places[i], "re");
		if (file != NULL)
			return file;
	}
	return NULL;
}

struct network_map *network_map_open(void)
{
	struct network_map *map = fault_allocate(1, sizeof(*map));

	map->file = open_file();
	if (map->file == NULL || loc_new(&map->context) != 0)
		goto none;
	loc_set_log_priority(map->context, LOG_EMERG); /* what it has to say is our business */
	if (loc_database_new(map->context, &map->database, map->file) != 0)
		goto none;
	return map;
none:
	network_map_close(map);
	return NULL;
}

void network_map_close(struct network_map *map)
{
	if (map == NULL)
		return;
	if (map->database != NULL)
		loc_database_unref(map->database);
	if (map->context != NULL)
		loc_unref(map->context);
	if (map->file != NULL)
		fclose(map->file);
	free(map);
}

uint32_t network_number(const struct network_map *map, const struct address *address)
{
	char text[ADDRESS_TEXT];
	struct loc_network *network = NULL;

	if (map == NULL || address->family == ADDRESS_NONE || address_is_private(address))
		return 0;
	address_print(address, text);
	if (loc_database_lookup_from_string(map->database, text, &network) != 0 || network == NULL)
		return 0;
	uint32_t number = loc_network_get_asn(network);

	loc_network_unref(network);
	return number;
}

const char *network_version(char out[static NETWORK_VERSION])
{
	struct network_map *map = network_map_open();
	struct tm day;
	char date[32] = "";

	if (map == NULL) {
		snprintf(out, NETWORK_VERSION, "libloc without a database");
		return out;
	}
	time_t created = loc_database_created_at(map->database);

	if (gmtime_r(&created, &day) != NULL)
		strftime(date, sizeof(date), "%Y-%m-%d", &day);
	snprintf(out, NETWORK_VERSION, "libloc, database of %s", date);
	network_map_close(map);
	return out;
}
