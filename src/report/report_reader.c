/* SPDX-License-Identifier: BSD-2-Clause */
#include "report_reader.h"

#include "document.h"
#include "fault.h"
#include "report.h"
#include "report_file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct saved_report {
	json_t *root;
	char path[256];
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "" : text;
}

struct saved_report *saved_report_read(const char *path, struct fault *why)
{
	json_t *root = report_file_read(path, why);

	if (root == NULL)
		return NULL;
	struct saved_report *saved = fault_allocate(1, sizeof(*saved));

	saved->root = root;
	snprintf(saved->path, sizeof(saved->path), "%s", path);
	return saved;
}

void saved_report_free(struct saved_report *saved)
{
	if (saved == NULL)
		return;
	json_decref(saved->root);
	free(saved);
}

/* ---- the head ---- */

/* As timestamp_print() writes it; 0 for anything else. */
static int64_t time_of(const json_t *object, const char *key)
{
	struct tm fields = {0};
	long microseconds = 0;
	const char *text = text_of(object, key);
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &fields);

	if (rest == NULL || *rest != '.')
		return 0;
	char *end = NULL;

	microseconds = strtol(rest + 1, &end, 10);
	if (end != rest + 7 || *end != 'Z' || microseconds < 0)
		return 0;
	return (int64_t)timegm(&fields) * INT64_C(1000000000) + microseconds * INT64_C(1000);
}

static void read_vantage(const json_t *object, struct vantage *vantage)
{
	const json_t *addresses = json_object_get(object, "addresses");

	snprintf(
		vantage->interface, sizeof(vantage->interface), "%s", text_of(object, "interface"));
	if (!address_parse(&vantage->gateway, text_of(object, "gateway")))
		vantage->gateway = (struct address){.family = ADDRESS_NONE};
	for (size_t i = 0;
		i < json_array_size(addresses) && vantage->address_count < VANTAGE_ADDRESSES; i++) {
		const char *text = json_string_value(json_array_get(addresses, i));
		struct address *address = &vantage->addresses[vantage->address_count];
		if (text != NULL && address_parse(address, text))
			vantage->address_count++;
	}
}

void saved_report_head(const struct saved_report *saved, struct report *report)
{
	const json_t *vantage = json_object_get(saved->root, "vantage");

	report->command = text_of(saved->root, "command");
	report->started_ns = time_of(saved->root, "started");
	report->finished_ns = time_of(saved->root, "finished");
	report->live = json_is_object(vantage);
	report->vantage = (struct vantage){.address_count = 0};
	read_vantage(vantage, &report->vantage);
}

/* ---- do they belong together ---- */

static bool is_worded(const char *key)
{
	static const char *const keys[] = {"summary", "findings", "advice", "host"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i], key) == 0)
			return true;
	}
	return false;
}

static bool same_findings(const json_t *one, const json_t *other)
{
	if (json_array_size(one) != json_array_size(other))
		return false;
	for (size_t i = 0; i < json_array_size(one); i++) {
		if (strcmp(text_of(json_array_get(one, i), "id"),
			    text_of(json_array_get(other, i), "id")) != 0)
			return false;
	}
	return true;
}

/* The first member that both have and that is not the same; NULL: none. */
static const char *difference(const json_t *saved, json_t *judged)
{
	const char *key = NULL;
	json_t *value = NULL;

	json_object_foreach(judged, key, value)
	{
		const json_t *other = json_object_get(saved, key);
		if (other != NULL && !is_worded(key) && !json_equal(value, other))
			return key;
	}
	if (!same_findings(json_object_get(saved, "findings"), json_object_get(judged, "findings")))
		return "findings";
	return NULL;
}

static const struct result *find(const struct report *report, const json_t *saved)
{
	struct address address;
	json_int_t port = json_integer_value(json_object_get(saved, "port"));

	if (!address_parse(&address, text_of(saved, "address")))
		return NULL;
	for (size_t i = 0; i < report->result_count; i++) {
		if (report->results[i].port == port &&
			address_equal(&report->results[i].address, &address))
			return &report->results[i];
	}
	return NULL;
}

static int match_one(const struct saved_report *saved, const json_t *one,
	const struct report *report, struct fault *why)
{
	const struct result *result = find(report, one);
	const char *address = text_of(one, "address");
	int port = (int)json_integer_value(json_object_get(one, "port"));

	if (result == NULL)
		return fault_set(why, FAULT_DATA,
			"the evidence is not that of %.200s: it has nothing about %.60s port %d",
			saved->path, address, port);
	json_t *judged = document_result(report, result);
	const char *key = difference(one, judged);

	if (key != NULL)
		fault_set(why, FAULT_DATA,
			"the evidence is not that of %.200s: its \"%.40s\" of %.60s port %d is "
			"another",
			saved->path, key, address, port);
	json_decref(judged);
	return key == NULL ? 0 : -1;
}

int saved_report_match(
	const struct saved_report *saved, const struct report *report, struct fault *why)
{
	const json_t *results = json_object_get(saved->root, "results");

	if (json_array_size(results) == 0)
		return fault_set(why, FAULT_DATA,
			"%.200s has no results, so there is nothing to write a ticket about",
			saved->path);
	for (size_t i = 0; i < json_array_size(results); i++) {
		if (match_one(saved, json_array_get(results, i), report, why) < 0)
			return -1;
	}
	return 0;
}
