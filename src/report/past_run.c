/* SPDX-License-Identifier: BSD-2-Clause */
#include "past_run.h"

#include "fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "" : text;
}

static void take_text(char *out, size_t room, const json_t *object, const char *key)
{
	snprintf(out, room, "%s", text_of(object, key));
}

static bool take_phase(enum verdict_phase *out, const char *word)
{
	for (int phase = PHASE_CONNECT; phase <= PHASE_CERTIFICATE; phase++) {
		if (strcmp(verdict_phase_name((enum verdict_phase)phase), word) == 0) {
			*out = (enum verdict_phase)phase;
			return true;
		}
	}
	return false;
}

/* null is nobody. */
static bool take_by(enum verdict_by *out, const json_t *value)
{
	const char *word = json_string_value(value);

	*out = BY_NOBODY;
	for (int by = BY_LOCAL; by <= BY_UNKNOWN && word != NULL; by++) {
		if (strcmp(verdict_by_name((enum verdict_by)by), word) == 0)
			*out = (enum verdict_by)by;
	}
	return *out != BY_NOBODY || json_is_null(value);
}

static struct place place_of(const json_t *hop)
{
	struct place place = {.known = false};
	json_int_t ttl = json_integer_value(json_object_get(hop, "ttl"));

	if (!json_is_object(hop) || ttl < 0 || ttl > UINT8_MAX)
		return place;
	place.known = true;
	place.ttl = (uint8_t)ttl;
	if (!address_parse(&place.address, text_of(hop, "address")))
		place.address = (struct address){.family = ADDRESS_NONE};
	place.relation = strcmp(text_of(hop, "relation"), place_relation_name(PLACE_AT)) == 0
		? PLACE_AT
		: PLACE_AFTER;
	return place;
}

static bool read_result(struct past_result *out, const json_t *object)
{
	json_int_t port = json_integer_value(json_object_get(object, "port"));

	take_text(out->host, sizeof(out->host), object, "host");
	take_text(out->service, sizeof(out->service), object, "service");
	take_text(out->summary, sizeof(out->summary), object, "summary");
	out->hop = place_of(json_object_get(object, "hop"));
	out->port = (uint16_t)port;
	return json_is_object(object) && port >= 0 && port <= UINT16_MAX &&
		address_parse(&out->address, text_of(object, "address")) &&
		verdict_word_parse(&out->word, text_of(object, "verdict")) &&
		take_phase(&out->phase, text_of(object, "phase")) &&
		take_by(&out->by, json_object_get(object, "by"));
}

static void read_vantage(struct past_run *out, const json_t *vantage)
{
	const json_t *addresses = json_object_get(vantage, "addresses");
	struct vantage *to = &out->vantage;

	out->live = json_is_object(vantage);
	take_text(to->interface, sizeof(to->interface), vantage, "interface");
	if (!address_parse(&to->gateway, text_of(vantage, "gateway")))
		to->gateway = (struct address){.family = ADDRESS_NONE};
	for (size_t i = 0; i < json_array_size(addresses); i++) {
		const char *text = json_string_value(json_array_get(addresses, i));
		if (to->address_count < VANTAGE_ADDRESSES && text != NULL &&
			address_parse(&to->addresses[to->address_count], text))
			to->address_count++;
	}
}

/* A capture tells when things were, the run that read it when it was read. */
static void read_times(struct past_run *out, const json_t *document)
{
	const json_t *capture = json_object_get(document, "capture");
	bool replayed = text_of(capture, "first")[0] != '\0';

	take_text(out->started, sizeof(out->started), replayed ? capture : document,
		replayed ? "first" : "started");
	take_text(out->finished, sizeof(out->finished), replayed ? capture : document,
		replayed ? "last" : "finished");
}

int past_run_read(struct past_run *out, const char *name, const json_t *document, struct fault *why)
{
	const json_t *results = json_object_get(document, "results");
	size_t count = json_array_size(results);

	*out = (struct past_run){.name = name};
	take_text(out->command, sizeof(out->command), document, "command");
	read_times(out, document);
	read_vantage(out, json_object_get(document, "vantage"));
	if (count > PAST_RESULTS)
		return fault_set(why, FAULT_DATA, "%.200s has more than %d results: compare fewer",
			name, PAST_RESULTS);
	out->results = fault_allocate(count + 1, sizeof(*out->results));
	for (; out->result_count < count; out->result_count++) {
		if (!read_result(&out->results[out->result_count],
			    json_array_get(results, out->result_count)))
			return fault_set(why, FAULT_DATA,
				"result %zu of %.200s is none that mailsonde writes: its address, "
				"port, verdict, phase or by makes no sense",
				out->result_count + 1, name);
	}
	return 0;
}

void past_run_clear(struct past_run *run)
{
	free(run->results);
	*run = (struct past_run){.name = NULL};
}
