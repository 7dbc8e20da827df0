/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Services that send or take mail for their customers, and the ports that they offer: data with
 * its sources (sending_services.csv), the user's own rows first. A port that a service does not
 * offer says nothing about anybody's network.
 */
#ifndef ADVICE_SENDING_SERVICE_H
#define ADVICE_SENDING_SERVICE_H

#include "csv.h"
#include "port_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;

#define SENDING_SERVICE_REGION "REGION" /* the label of a host name that the customer knows */

struct sending_service {
	char key[32], name[64];
	char host[256]; /* "" where each customer has another; a label may be REGION */
	struct port_list starttls, tls; /* tls: from the first byte, RFC 8314 section 3 */
	char source[192], source_date[48], confidence[24];
};

struct sending_service_list {
	struct sending_service *items;
	size_t count;
};

/* As provider_list_read. */
int sending_service_list_read(
	struct sending_service_list *out, const char *path, struct fault *why);
void sending_service_list_clear(struct sending_service_list *list);

/* NULL: none. host: letters of either case, with or without the last dot. */
const struct sending_service *sending_service_named(
	const struct sending_service_list *list, const char *key);
const struct sending_service *sending_service_of_host(
	const struct sending_service_list *list, const char *host);

/* All ports, the one to prefer first: TLS from the first byte (RFC 8314 section 3), then the
 * submission port, then the rest, 25 last. */
struct port_list sending_service_ports(const struct sending_service *service);

/* The first of these that is among open; 0: none. */
uint16_t sending_service_best(const struct sending_service *service, const struct port_list *open);

/* One record as in the file, and back. False where it is none. */
bool sending_service_print(const struct sending_service *service, char out[static CSV_RECORD]);
bool sending_service_parse(struct sending_service *out, const char *record);

#endif
