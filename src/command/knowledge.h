/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known beforehand about providers and sending services, and the options for it. */
#ifndef COMMAND_KNOWLEDGE_H
#define COMMAND_KNOWLEDGE_H

#include "provider.h"
#include "sending_service.h"

#include <stdbool.h>
#include <stdint.h>

struct address;
struct argp;
struct evidence;
struct fact;
struct fault;
struct network_map;
struct offer;

#define KNOWLEDGE_PATH 4096

struct knowledge {
	const char *provider_name; /* --provider; NULL: not named */
	const char *provider_file; /* --provider-file, --esp-file; NULL: the user's usual ones */
	const char *service_file;
	struct fault *why; /* where its parser tells what is wrong */
	struct provider_list providers;
	struct sending_service_list services;
	struct offer **offers; /* one for each service, made when it is asked for; NULL: none */
	const struct provider *provider; /* known from the start; NULL: not */
	enum provider_match match;
	struct network_map *map; /* NULL: none */
	/* All targets are this service's, which has no host name of its own; NULL: none. */
	const struct sending_service *everywhere;
};

/* For argp_child; its input is a struct knowledge. */
extern const struct argp knowledge_argp;

/* Reads the lists: the user's own files, $XDG_CONFIG_HOME/mailsonde/providers.csv and
 * sending_services.csv beside it where they exist and none are named, before those that come with
 * the program. To be cleared whatever it returns. -1: FAULT_USAGE for an unknown --provider,
 * FAULT_NO_INPUT, FAULT_DATA. */
int knowledge_read(struct knowledge *knowledge, struct fault *why);

/* Looks at this machine: for a live run, before rights are given up. */
void knowledge_look_around(struct knowledge *knowledge);
void knowledge_clear(struct knowledge *knowledge);

/* The service by its name on the command line, "ses" or "ses:eu-west-1". NULL: FAULT_USAGE, naming
 * those that are near. host is filled where the service has one, "" otherwise. */
const struct sending_service *knowledge_service(const struct knowledge *knowledge, const char *word,
	char host[static 256], struct fault *why);

/* What the service at a host of this name offers; NULL: no service is known by it. Borrowed until
 * knowledge_clear. */
const struct offer *knowledge_offer(struct knowledge *knowledge, const char *host);

struct fact knowledge_offer_fact(
	const struct offer *offer, const struct address *address, int64_t time_ns);

/* False where no provider is known, by now or from the evidence. */
bool knowledge_provider_fact(const struct knowledge *knowledge, const struct evidence *evidence,
	int64_t time_ns, struct fact *out);

/* For a foreign capture: the services whose names its DNS answers hold; and the provider. */
void knowledge_tell(struct knowledge *knowledge, struct evidence *evidence);

#endif
