/* SPDX-License-Identifier: BSD-2-Clause */
#include "provider.h"

#include "data_table.h"
#include "dmi.h"
#include "fault.h"
#include "shipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {
	[PROVIDER_CLOUD] = "cloud",
	[PROVIDER_PAAS] = "paas",
	[PROVIDER_ISP] = "isp",
	[PROVIDER_ROUTER] = "router",
	[PROVIDER_TUNNEL] = "tunnel",
};

static const char *const policy_names[] = {
	[POLICY_UNKNOWN] = "unknown",
	[POLICY_OPEN] = "open",
	[POLICY_BLOCKED] = "blocked",
	[POLICY_BLOCKED_FOR_SOME] = "blocked-for-some",
	[POLICY_BLOCKED_AFTER_SPAM] = "blocked-after-spam",
	[POLICY_LIMITED] = "limited",
	[POLICY_ALLOW_LIST] = "allow-list",
};

static const char *const lift_names[] = {
	[LIFT_NONE] = "none",
	[LIFT_NEVER] = "never",
	[LIFT_REQUEST] = "request",
	[LIFT_SELF_SERVICE] = "self-service",
	[LIFT_DEPENDS] = "depends",
	[LIFT_PAY] = "pay",
	[LIFT_STATIC_ADDRESS] = "static-address",
	[LIFT_CLEAN_UP] = "clean-up",
};

static const char *const match_names[] = {
	[PROVIDER_UNMATCHED] = NULL,
	[PROVIDER_NAMED] = "named",
	[PROVIDER_HARDWARE] = "hardware",
	[PROVIDER_NETWORK] = "network",
};

#define COUNT(names) (sizeof(names) / sizeof((names)[0]))

const char *provider_kind_name(enum provider_kind kind)
{
	return kind_names[kind];
}

const char *port_policy_name(enum port_policy policy)
{
	return policy_names[policy];
}

const char *provider_lift_name(enum provider_lift lift)
{
	return lift_names[lift];
}

const char *provider_match_name(enum provider_match match)
{
	return match_names[match];
}

/* The place of word among names; -1: none. */
static int place(const char *const *names, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i] != NULL && strcmp(names[i], word) == 0)
			return (int)i;
	}
	return -1;
}

bool provider_match_parse(enum provider_match *out, const char *word)
{
	int found = place(match_names, COUNT(match_names), word);

	if (found >= 0)
		*out = (enum provider_match)found;
	return found >= 0;
}

enum column {
	KEY,
	NAME,
	KIND,
	ASN,
	DMI,
	P25,
	P465,
	P587,
	LIFT,
	HOW,
	SOURCE,
	SOURCE_DATE,
	CONFIDENCE,
	COLUMNS,
};

static bool take_text(char *out, size_t room, const char *text)
{
	size_t length = strlen(text);

	if (length >= room)
		return false;
	memcpy(out, text, length + 1);
	return true;
}

static bool take_texts(struct provider *out, const char *const *fields)
{
	return fields[KEY][0] != '\0' && fields[NAME][0] != '\0' &&
		take_text(out->key, sizeof(out->key), fields[KEY]) &&
		take_text(out->name, sizeof(out->name), fields[NAME]) &&
		take_text(out->asn, sizeof(out->asn), fields[ASN]) &&
		take_text(out->dmi, sizeof(out->dmi), fields[DMI]) &&
		take_text(out->how, sizeof(out->how), fields[HOW]) &&
		take_text(out->source, sizeof(out->source), fields[SOURCE]) &&
		take_text(out->source_date, sizeof(out->source_date), fields[SOURCE_DATE]) &&
		take_text(out->confidence, sizeof(out->confidence), fields[CONFIDENCE]);
}

static bool take_policy(enum port_policy *out, const char *word)
{
	int found = place(policy_names, COUNT(policy_names), word);

	*out = found < 0 ? POLICY_UNKNOWN : (enum port_policy)found;
	return found >= 0;
}

static bool read_fields(struct provider *out, const char *const *fields)
{
	int kind = place(kind_names, COUNT(kind_names), fields[KIND]);
	int lift = place(lift_names, COUNT(lift_names), fields[LIFT]);

	*out = (struct provider){.key = ""};
	if (kind < 0 || lift < 0)
		return false;
	out->kind = (enum provider_kind)kind;
	out->lift = (enum provider_lift)lift;
	return take_policy(&out->port_25, fields[P25]) &&
		take_policy(&out->port_465, fields[P465]) &&
		take_policy(&out->port_587, fields[P587]) && take_texts(out, fields);
}

bool provider_parse(struct provider *out, const char *record)
{
	struct csv_record fields;

	return csv_read(&fields, record, strlen(record)) && fields.count == COLUMNS &&
		read_fields(out, fields.fields);
}

bool provider_print(const struct provider *provider, char out[static CSV_RECORD])
{
	const char *const fields[COLUMNS] = {
		[KEY] = provider->key,
		[NAME] = provider->name,
		[KIND] = kind_names[provider->kind],
		[ASN] = provider->asn,
		[DMI] = provider->dmi,
		[P25] = policy_names[provider->port_25],
		[P465] = policy_names[provider->port_465],
		[P587] = policy_names[provider->port_587],
		[LIFT] = lift_names[provider->lift],
		[HOW] = provider->how,
		[SOURCE] = provider->source,
		[SOURCE_DATE] = provider->source_date,
		[CONFIDENCE] = provider->confidence,
	};

	return csv_write(out, fields, COLUMNS);
}

/* The row before counts: the user's own rows are read first. */
static bool take_row(void *context, const struct csv_record *record)
{
	struct provider_list *list = context;
	struct provider provider;

	if (!read_fields(&provider, record->fields))
		return false;
	if (provider_named(list, provider.key) != NULL)
		return true;
	list->items = fault_resize(list->items, list->count + 1, sizeof(*list->items));
	list->items[list->count++] = provider;
	return true;
}

static const struct data_table table = {
	.header = "key,name,kind,asn,dmi,p25,p465,p587,lift,how,source,source_date,confidence",
	.take = take_row,
};

int provider_list_read(struct provider_list *out, const char *path, struct fault *why)
{
	*out = (struct provider_list){.count = 0};
	if (path != NULL && data_table_read_file(&table, out, path, why) < 0)
		return -1;
	return data_table_read_text(&table, out, "the list of providers", shipped_providers, why);
}

void provider_list_clear(struct provider_list *list)
{
	free(list->items);
	*list = (struct provider_list){.count = 0};
}

const struct provider *provider_named(const struct provider_list *list, const char *key)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i].key, key) == 0)
			return &list->items[i];
	}
	return NULL;
}

const struct provider *provider_of_dmi(const struct provider_list *list, const struct dmi *dmi)
{
	for (size_t i = 0; i < list->count; i++) {
		if (dmi_fits(dmi, list->items[i].dmi))
			return &list->items[i];
	}
	return NULL;
}

static bool lists_number(const char *asn, const char *number)
{
	size_t length = strlen(number);

	while (*asn != '\0') {
		size_t item = strcspn(asn, "|");
		if (item == length && strncmp(asn, number, length) == 0)
			return true;
		asn += item + (asn[item] == '|');
	}
	return false;
}

const struct provider *provider_of_as(const struct provider_list *list, uint32_t number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].kind != PROVIDER_ROUTER &&
			lists_number(list->items[i].asn, text))
			return &list->items[i];
	}
	return NULL;
}

enum port_policy provider_policy(const struct provider *provider, uint16_t port)
{
	switch (port) {
	case 25:
		return provider->port_25;
	case 465:
		return provider->port_465;
	case 587:
		return provider->port_587;
	default:
		return POLICY_UNKNOWN;
	}
}

bool policy_shuts(enum port_policy policy)
{
	return policy == POLICY_BLOCKED || policy == POLICY_BLOCKED_FOR_SOME ||
		policy == POLICY_BLOCKED_AFTER_SPAM || policy == POLICY_ALLOW_LIST;
}
