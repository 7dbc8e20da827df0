/* SPDX-License-Identifier: BSD-2-Clause */
#include "log_tally.h"

#include "cause.h"
#include "course.h"
#include "fault.h"
#include "log_line.h"
#include "symptom.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S  1000000000
#define STRAYED_S 300 /* less is what several writers of one log do to each other */
#define PLACES    (2 * LOG_TALLY_ENDPOINTS) /* a power of two */
#define GROUPS    (2 * LOG_TALLY_GROUPS)    /* a power of two */
#define KEY_MOST  512

/* A server's port, as the log writes it. */
struct endpoint {
	uint32_t hash;
	uint16_t port, key_length;
	char *key; /* name, NUL, address */
	uint64_t answered;
};

struct group {
	uint32_t endpoint;
	uint64_t connections, deliveries;
	struct symptom symptom;
};

struct log_tally {
	struct endpoint *endpoints;
	uint32_t endpoint_count;
	uint32_t places[PLACES]; /* endpoint + 1 */
	struct group *groups;
	uint32_t group_count;
	uint32_t group_places[GROUPS]; /* group + 1 */
	struct timeline_of_counts timeline;
	struct courses courses;
	uint64_t answered, unrelated, beyond, strayed;
	int64_t first_ns, last_ns, before_ns;
};

struct log_tally *log_tally_new(void)
{
	struct log_tally *tally = fault_allocate(1, sizeof(*tally));

	tally->endpoints = fault_allocate(LOG_TALLY_ENDPOINTS, sizeof(*tally->endpoints));
	tally->groups = fault_allocate(LOG_TALLY_GROUPS, sizeof(*tally->groups));
	return tally;
}

void log_tally_free(struct log_tally *tally)
{
	if (tally == NULL)
		return;
	for (uint32_t i = 0; i < tally->endpoint_count; i++)
		free(tally->endpoints[i].key);
	free(tally->endpoints);
	free(tally->groups);
	free(tally);
}

/* ---- where ---- */

/* Eight bytes at a time, each folded in by the multiplier of splitmix64. */
static uint32_t hash_bytes(uint32_t seed, const char *at, size_t length)
{
	uint64_t hash = seed;

	for (size_t i = 0; i < length; i += sizeof(uint64_t)) {
		uint64_t word = 0;
		size_t left = length - i;
		memcpy(&word, at + i, left < sizeof(word) ? left : sizeof(word));
		hash = (hash ^ word) * 0xbf58476d1ce4e5b9u;
		hash ^= hash >> 32;
	}
	return (uint32_t)hash;
}

static size_t make_key(const struct sighting *sighting, char *out)
{
	size_t room = KEY_MOST / 2 - 1;
	size_t server = sighting->server.length < room ? sighting->server.length : room;
	size_t address = sighting->address.length < room ? sighting->address.length : room;

	if (server > 0)
		memcpy(out, sighting->server.at, server);
	out[server] = '\0';
	if (address > 0)
		memcpy(out + server + 1, sighting->address.at, address);
	return server + 1 + address;
}

/* NULL: there is no room for another. */
static struct endpoint *endpoint_of(struct log_tally *tally, const struct sighting *sighting)
{
	char key[KEY_MOST];
	size_t length = make_key(sighting, key);
	uint32_t hash = hash_bytes(sighting->port, key, length);
	uint32_t place = hash % PLACES;

	for (; tally->places[place] != 0; place = (place + 1) % PLACES) {
		struct endpoint *endpoint = &tally->endpoints[tally->places[place] - 1];
		if (endpoint->hash == hash && endpoint->port == sighting->port &&
			endpoint->key_length == length && memcmp(endpoint->key, key, length) == 0)
			return endpoint;
	}
	if (tally->endpoint_count == LOG_TALLY_ENDPOINTS)
		return NULL;
	struct endpoint *endpoint = &tally->endpoints[tally->endpoint_count++];

	tally->places[place] = tally->endpoint_count;
	*endpoint = (struct endpoint){
		.hash = hash, .port = sighting->port, .key_length = (uint16_t)length};
	endpoint->key = fault_allocate(length + 1, 1);
	memcpy(endpoint->key, key, length);
	return endpoint;
}

/* ---- what ---- */

static void begin_group(struct group *group, const struct sighting *sighting)
{
	struct symptom *symptom = &group->symptom;
	char address[ADDRESS_TEXT];

	symptom->source = sighting->source;
	symptom->cause = sighting->cause;
	symptom->port = sighting->port;
	span_copy(sighting->server, symptom->server, sizeof(symptom->server));
	span_copy(sighting->status, symptom->status, sizeof(symptom->status));
	span_copy(sighting->reply, symptom->reply, sizeof(symptom->reply));
	span_copy(sighting->words, symptom->words, sizeof(symptom->words));
	if (sighting->address.length < sizeof(address))
		address_parse(
			&symptom->address, span_copy(sighting->address, address, sizeof(address)));
}

static struct group *group_of(
	struct log_tally *tally, uint32_t endpoint, const struct sighting *sighting)
{
	uint32_t hash =
		hash_bytes(endpoint, (const char *)&sighting->cause, sizeof(sighting->cause));
	uint32_t place = hash % GROUPS;

	for (; tally->group_places[place] != 0; place = (place + 1) % GROUPS) {
		struct group *group = &tally->groups[tally->group_places[place] - 1];
		if (group->endpoint == endpoint && group->symptom.cause == sighting->cause &&
			group->symptom.source == sighting->source)
			return group;
	}
	if (tally->group_count == LOG_TALLY_GROUPS)
		return NULL;
	struct group *group = &tally->groups[tally->group_count++];

	tally->group_places[place] = tally->group_count;
	group->endpoint = endpoint;
	begin_group(group, sighting);
	return group;
}

static int slot_of(struct log_tally *tally, int64_t time_ns)
{
	int slot;

	while ((slot = timeline_slot(&tally->timeline, time_ns / NS_PER_S)) < 0) {
		bool earlier = timeline_widen(&tally->timeline, time_ns / NS_PER_S);
		for (uint32_t i = 0; i < tally->group_count; i++)
			timeline_fold(tally->groups[i].symptom.counts, earlier);
	}
	return slot;
}

static void note_time(struct log_tally *tally, int64_t time_ns)
{
	if (time_ns == 0)
		return;
	if (tally->first_ns == 0 || time_ns < tally->first_ns)
		tally->first_ns = time_ns;
	if (time_ns > tally->last_ns)
		tally->last_ns = time_ns;
	tally->strayed += time_ns + (int64_t)STRAYED_S * NS_PER_S < tally->before_ns;
	tally->before_ns = time_ns;
}

static void add_to_group(struct log_tally *tally, struct group *group,
	const struct sighting *sighting, int64_t time_ns)
{
	struct symptom *symptom = &group->symptom;

	*(sighting->kind == SIGHTING_CONNECTION ? &group->connections : &group->deliveries) += 1;
	if (symptom->status[0] == '\0')
		span_copy(sighting->status, symptom->status, sizeof(symptom->status));
	if (time_ns == 0)
		return;
	if (symptom->first_ns == 0 || time_ns < symptom->first_ns)
		symptom->first_ns = time_ns;
	if (time_ns > symptom->last_ns)
		symptom->last_ns = time_ns;
	symptom->counts[slot_of(tally, time_ns)]++;
}

void log_tally_add(struct log_tally *tally, const struct sighting *sighting, int64_t time_ns)
{
	bool well = sighting->cause == NULL || sighting->cause->unrelated;
	/* Where nothing of a server is known, a failure that has nothing to do with ports, such as
	 * a name that is not found, speaks for none. */
	bool placed = sighting->address.length > 0 || sighting->server.length > 0;
	struct endpoint *endpoint = placed || !well ? endpoint_of(tally, sighting) : NULL;
	struct course_event event = {
		.port = sighting->port,
		.time_ns = time_ns,
		.server = endpoint == NULL ? 0 : endpoint->hash,
		.cause = well ? NULL : sighting->cause,
		.delivery = sighting->kind == SIGHTING_DELIVERY,
	};

	note_time(tally, time_ns);
	tally->unrelated += sighting->cause != NULL && sighting->cause->unrelated;
	if (placed || !well)
		courses_add(&tally->courses, &event);
	if (well) {
		tally->answered += placed;
		if (endpoint != NULL)
			endpoint->answered++;
		return;
	}
	struct group *group = endpoint == NULL
		? NULL
		: group_of(tally, (uint32_t)(endpoint - tally->endpoints), sighting);

	if (group == NULL)
		tally->beyond++;
	else
		add_to_group(tally, group, sighting, time_ns);
}

/* ---- in the end ---- */

/* A message that waits repeats what the lines on connections said, with less: "because of network
 * errors", or without the server. */
static bool is_told_better(const struct log_tally *tally, const struct group *group)
{
	bool placed =
		group->symptom.server[0] != '\0' || group->symptom.address.family != ADDRESS_NONE;
	bool vague = group->symptom.cause->claims == VERDICT_INCONCLUSIVE;

	if (group->connections > 0 || (placed && !vague))
		return false;
	for (uint32_t i = 0; i < tally->group_count; i++) {
		const struct group *other = &tally->groups[i];
		bool same = placed ? strcmp(other->symptom.server, group->symptom.server) == 0
				   : other->symptom.cause == group->symptom.cause;
		if (other->connections > 0 && other->symptom.source == group->symptom.source &&
			same)
			return true;
	}
	return false;
}

void log_tally_report(struct log_tally *tally, struct symptom_report *out)
{
	for (uint32_t i = 0; i < tally->group_count; i++) {
		struct group *group = &tally->groups[i];
		if (is_told_better(tally, group))
			continue;
		struct symptom *symptom = symptom_report_add(out);
		*symptom = group->symptom;
		symptom->count = group->connections > 0 ? group->connections : group->deliveries;
		symptom->answered = tally->endpoints[group->endpoint].answered;
		symptom->shared = true;
	}
	symptom_report_sort(out);
	out->answered = tally->answered;
	out->unrelated = tally->unrelated;
	out->beyond = tally->beyond;
	out->strayed = tally->strayed;
	out->first_ns = tally->first_ns;
	out->last_ns = tally->last_ns;
	out->timeline = tally->timeline;
	courses_headline(&tally->courses, out->headline, sizeof(out->headline));
}
