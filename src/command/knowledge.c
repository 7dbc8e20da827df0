/* SPDX-License-Identifier: BSD-2-Clause */
#include "knowledge.h"

#include "dmi.h"
#include "evidence.h"
#include "fault.h"
#include "names.h"
#include "network.h"
#include "suggest.h"
#include "vantage_network.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum key {
	KEY_PROVIDER = 0x4000, /* beyond every letter, and other children's */
	KEY_PROVIDER_FILE,
	KEY_ESP_FILE,
};

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "What is known beforehand", 5},
	{"provider", KEY_PROVIDER, "PROVIDER", 0,
		"The provider whose network this is, as in hetzner-cloud: advice goes by what it "
		"says about mail ports (default: the one that the hardware or the addresses "
		"tell)",
		5},
	{"provider-file", KEY_PROVIDER_FILE, "FILE", 0,
		"Read providers from FILE before those that come with the program", 5},
	{"esp-file", KEY_ESP_FILE, "FILE", 0,
		"Read sending services from FILE before those that come with the program", 5},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct knowledge *knowledge = state->input;

	switch (key) {
	case KEY_PROVIDER:
		knowledge->provider_name = word;
		return 0;
	case KEY_PROVIDER_FILE:
		knowledge->provider_file = word;
		return 0;
	case KEY_ESP_FILE:
		knowledge->service_file = word;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp knowledge_argp = {.options = options, .parser = parse};

/* XDG Base Directory Specification: a relative path there is to be ignored. NULL: no such file. */
static const char *own_file(const char *name, char out[static KNOWLEDGE_PATH])
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	bool usual = config == NULL || config[0] != '/';

	if (usual && (home == NULL || home[0] != '/'))
		return NULL;
	int length = snprintf(out, KNOWLEDGE_PATH, "%s%s/mailsonde/%s", usual ? home : config,
		usual ? "/.config" : "", name);

	return length > 0 && length < KNOWLEDGE_PATH && access(out, F_OK) == 0 ? out : NULL;
}

static int unknown(const char *what, const char *word, const char *const *names, size_t count,
	struct fault *why)
{
	char near[SUGGEST_LIST];

	suggest_list(word, names, count, near);
	return fault_set(why, FAULT_USAGE, "%s %.40s is not known: %s", what, word, near);
}

static int unknown_provider(const struct knowledge *knowledge, struct fault *why)
{
	const struct provider_list *list = &knowledge->providers;
	const char **names = fault_allocate(list->count, sizeof(*names));

	for (size_t i = 0; i < list->count; i++)
		names[i] = list->items[i].key;
	unknown("--provider", knowledge->provider_name, names, list->count, why);
	free(names);
	return -1;
}

static int unknown_service(const struct knowledge *knowledge, const char *word, struct fault *why)
{
	const struct sending_service_list *list = &knowledge->services;
	const char **names = fault_allocate(list->count, sizeof(*names));

	for (size_t i = 0; i < list->count; i++)
		names[i] = list->items[i].key;
	unknown("--esp", word, names, list->count, why);
	free(names);
	return -1;
}

int knowledge_read(struct knowledge *knowledge, struct fault *why)
{
	char path[KNOWLEDGE_PATH];
	const char *file = knowledge->provider_file;

	if (file == NULL)
		file = own_file("providers.csv", path);
	if (provider_list_read(&knowledge->providers, file, why) < 0)
		return -1;
	file = knowledge->service_file;
	if (file == NULL)
		file = own_file("sending_services.csv", path);
	if (sending_service_list_read(&knowledge->services, file, why) < 0)
		return -1;
	knowledge->offers = fault_allocate(knowledge->services.count, sizeof(struct offer *));
	if (knowledge->provider_name == NULL)
		return 0;
	knowledge->provider = provider_named(&knowledge->providers, knowledge->provider_name);
	knowledge->match = PROVIDER_NAMED;
	return knowledge->provider == NULL ? unknown_provider(knowledge, why) : 0;
}

void knowledge_look_around(struct knowledge *knowledge)
{
	struct dmi dmi;

	if (knowledge->provider != NULL)
		return;
	dmi_read(&dmi, DMI_FOLDER);
	knowledge->provider = provider_of_dmi(&knowledge->providers, &dmi);
	knowledge->match = PROVIDER_HARDWARE;
	if (knowledge->provider == NULL)
		knowledge->map = network_map_open();
}

void knowledge_clear(struct knowledge *knowledge)
{
	for (size_t i = 0; knowledge->offers != NULL && i < knowledge->services.count; i++)
		free(knowledge->offers[i]);
	free(knowledge->offers);
	network_map_close(knowledge->map);
	provider_list_clear(&knowledge->providers);
	sending_service_list_clear(&knowledge->services);
}

/* The host's name with the region in its place. */
static bool place_region(char host[static 256], const char *pattern, const char *region)
{
	const char *place = strstr(pattern, SENDING_SERVICE_REGION);

	if (place == NULL)
		return snprintf(host, 256, "%s", pattern) < 256;
	return snprintf(host, 256, "%.*s%s%s", (int)(place - pattern), pattern, region,
		       place + strlen(SENDING_SERVICE_REGION)) < 256;
}

static bool is_label(const char *text)
{
	const char *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

	return text[0] != '\0' && text[0] != '-' && text[strspn(text, letters)] == '\0';
}

const struct sending_service *knowledge_service(const struct knowledge *knowledge, const char *word,
	char host[static 256], struct fault *why)
{
	char key[32];
	const char *colon = strchr(word, ':');
	const char *region = colon == NULL ? "" : colon + 1;
	size_t length = colon == NULL ? strlen(word) : (size_t)(colon - word);
	const struct sending_service *service = NULL;

	if (length < sizeof(key)) {
		snprintf(key, sizeof(key), "%.*s", (int)length, word);
		service = sending_service_named(&knowledge->services, key);
	}
	if (service == NULL) {
		unknown_service(knowledge, word, why);
		return NULL;
	}
	bool regional = strstr(service->host, SENDING_SERVICE_REGION) != NULL;

	if (regional && !is_label(region))
		fault_set(why, FAULT_USAGE,
			"--esp %.40s: %s has a host for each region: write it as %s:REGION, with "
			"the region of your account",
			word, service->name, service->key);
	else if (!regional && colon != NULL)
		fault_set(why, FAULT_USAGE, "--esp %.60s: %s has no regions", word, service->name);
	else if (place_region(host, service->host, region))
		return service;
	return NULL;
}

_Static_assert(FACT_PORTS == PORT_LIST_MAX, "a list of ports is copied as a whole");

static const struct offer *offer_of(
	struct knowledge *knowledge, const struct sending_service *service)
{
	struct offer **offer = &knowledge->offers[service - knowledge->services.items];

	if (*offer == NULL) {
		*offer = fault_allocate(1, sizeof(**offer));
		struct port_list ports = sending_service_ports(service);
		memcpy((*offer)->ports, ports.ports, sizeof((*offer)->ports));
		(*offer)->port_count = ports.count;
		if (!sending_service_print(service, (*offer)->record))
			(*offer)->record[0] = '\0'; /* the ports are known all the same */
	}
	return *offer;
}

const struct offer *knowledge_offer(struct knowledge *knowledge, const char *host)
{
	const struct sending_service *service = knowledge->everywhere;

	if (service == NULL && host[0] != '\0')
		service = sending_service_of_host(&knowledge->services, host);
	return service == NULL ? NULL : offer_of(knowledge, service);
}

bool knowledge_provider_fact(const struct knowledge *knowledge, const struct evidence *evidence,
	int64_t time_ns, struct fact *out)
{
	const struct provider *provider = knowledge->provider;
	enum provider_match match = knowledge->match;

	if (provider == NULL && evidence != NULL && knowledge->map != NULL) {
		provider = vantage_provider(&knowledge->providers, knowledge->map, evidence);
		match = PROVIDER_NETWORK;
	}
	if (provider == NULL)
		return false;
	*out = (struct fact){.kind = FACT_PROVIDER, .time_ns = time_ns};
	snprintf(out->text, sizeof(out->text), "%s", provider_match_name(match));
	return provider_print(provider, out->record);
}

struct fact knowledge_offer_fact(
	const struct offer *offer, const struct address *address, int64_t time_ns)
{
	struct fact fact = {
		.kind = FACT_OFFER,
		.time_ns = time_ns,
		.flow = {.destination = *address},
		.port_count = offer->port_count,
	};

	memcpy(fact.ports, offer->ports, sizeof(fact.ports));
	memcpy(fact.record, offer->record, sizeof(fact.record));
	return fact;
}

void knowledge_tell(struct knowledge *knowledge, struct evidence *evidence)
{
	struct fact fact;

	if (knowledge_provider_fact(knowledge, NULL, evidence->last_ns, &fact))
		evidence_add_fact(evidence, &fact);
	for (size_t h = 0; h < evidence->host_count && !evidence->targets_known; h++) {
		const struct host *host = &evidence->hosts[h];
		const struct offer *offer =
			knowledge_offer(knowledge, names_find(evidence->names, &host->address));
		if (offer == NULL)
			continue;
		fact = knowledge_offer_fact(offer, &host->address, evidence->last_ns);
		evidence_add_fact(evidence, &fact);
	}
}
