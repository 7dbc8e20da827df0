/* SPDX-License-Identifier: BSD-2-Clause */
#include "hop_line.h"

#include "evidence.h"
#include "paper.h"
#include "report.h"
#include "safe_json.h"

#include <stdio.h>
#include <string.h>

#define LINE_TEXT   2048 /* thirty hops with an address each */
#define LABEL_WIDTH 15   /* "  What we saw  " */

bool hop_line_paths(const struct report *report, const struct result *result, struct path *own,
	struct path *control)
{
	const struct host *host =
		report->evidence == NULL ? NULL : evidence_host(report->evidence, &result->address);
	const struct endpoint *endpoint = host == NULL ? NULL : host_endpoint(host, result->port);

	*own = *control = (struct path){.flows = 0};
	if (endpoint == NULL || result->figures.path.flows == 0)
		return false;
	*own = path_of(host, endpoint);
	endpoint = path_control(host, endpoint);
	if (endpoint != NULL)
		*control = path_of(host, endpoint);
	return own->swept;
}

/* Where TCP answers begin, hop limits no longer tell hops apart. */
static uint8_t last_shown(const struct path *path)
{
	for (uint8_t ttl = 1; ttl <= path->last; ttl++) {
		const struct path_hop *hop = &path->hops[ttl];
		if (hop->answers[ANSWER_SYN_ACK] + hop->answers[ANSWER_RESET] +
				hop->answers[ANSWER_ICMP] >
			0)
			return ttl;
	}
	return path->last;
}

static const struct {
	const char *word, *brief;
} answer_words[PATH_ANSWER_KINDS] = {
	[ANSWER_SYN_ACK] = {"syn-ack", "accepted"},
	[ANSWER_RESET] = {"reset", "RST"},
	[ANSWER_ICMP] = {"icmp", "ICMP error"},
};

/* The strongest answer that ended the probe's way here, or -1. */
static int answer_of_hop(const struct path_hop *hop)
{
	for (int kind = 0; kind < PATH_ANSWER_KINDS; kind++) {
		if (hop->answers[kind] > 0)
			return kind;
	}
	return -1;
}

/* Who spoke at that hop: a router of expiry, or whoever answered. */
static const struct address *speaker(const struct path *path, uint8_t ttl)
{
	const struct path_hop *hop = &path->hops[ttl];
	int kind = answer_of_hop(hop);

	return kind < 0 ? &hop->from : &path->answers[kind].from;
}

static json_t *hop_json(const struct path *path, uint8_t ttl)
{
	const struct path_hop *hop = &path->hops[ttl];
	int kind = answer_of_hop(hop);
	json_t *object = json_object();

	safe_json_put(object, "ttl", json_integer(ttl));
	safe_json_put(object, "address", safe_json_address(speaker(path, ttl)));
	safe_json_put(
		object, "rtt_ms", hop->rtt_ms > 0 ? safe_json_number(hop->rtt_ms) : json_null());
	safe_json_put(object, "probes", json_integer(hop->asked));
	safe_json_put(object, "expired", json_integer(hop->told));
	safe_json_put(object, "answer", safe_json(kind < 0 ? NULL : answer_words[kind].word));
	return object;
}

static json_t *path_json(const struct path *path)
{
	json_t *array = json_array();
	uint8_t last = last_shown(path);

	for (uint8_t ttl = 1; ttl <= last; ttl++) {
		if (path->hops[ttl].asked > 0)
			safe_json_append(array, hop_json(path, ttl));
	}
	return array;
}

json_t *hop_line_path_json(const struct report *report, const struct result *result)
{
	struct path own, control;

	return hop_line_paths(report, result, &own, &control) ? path_json(&own) : json_array();
}

json_t *hop_line_control_json(const struct report *report, const struct result *result)
{
	struct path own, control;

	if (!hop_line_paths(report, result, &own, &control) || control.flows == 0)
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "port", json_integer(control.port));
	safe_json_put(object, "hops", path_json(&control));
	return object;
}

/* Text. */

static void append(char *line, const char *text)
{
	size_t used = strlen(line);

	snprintf(line + used, LINE_TEXT - used, "%s", text);
}

static void append_hop(char *line, const struct path *path, uint8_t ttl)
{
	const struct path_hop *hop = &path->hops[ttl];
	int kind = answer_of_hop(hop);
	char address[ADDRESS_TEXT], text[ADDRESS_TEXT + 48];

	if (kind < 0 && hop->told == 0) {
		snprintf(text, sizeof(text), "  %u *", ttl);
	} else {
		address_print(speaker(path, ttl), address);
		snprintf(text, sizeof(text), "  %u %s%s%s%s", ttl, address, kind < 0 ? "" : " (",
			kind < 0 ? "" : answer_words[kind].brief, kind < 0 ? "" : ")");
	}
	append(line, text);
}

/* After the last hop that said anything the rest is silence. */
static uint8_t last_heard(const struct path *path)
{
	uint8_t heard = 0, last = last_shown(path);

	for (uint8_t ttl = 1; ttl <= last; ttl++) {
		if (path->hops[ttl].told > 0 || answer_of_hop(&path->hops[ttl]) >= 0)
			heard = ttl;
	}
	return heard;
}

static void print_path(const struct paper *paper, const char *label, const struct path *path)
{
	uint8_t heard = last_heard(path);
	char line[LINE_TEXT] = "", text[64];

	snprintf(text, sizeof(text), "port %u:", path->port);
	append(line, text);
	for (uint8_t ttl = 1; ttl <= heard; ttl++) {
		if (path->hops[ttl].asked > 0)
			append_hop(line, path, ttl);
	}
	if (heard < last_shown(path)) {
		snprintf(text, sizeof(text), "  %u no answer (tried to %u)", heard + 1, path->last);
		append(line, text);
	}
	paper_format(paper, "  %-13s", label);
	paper_wrap(paper, PAPER_PLAIN, LABEL_WIDTH, line);
}

void hop_line_print(
	const struct paper *paper, const struct report *report, const struct result *result)
{
	struct path own, control;

	if (!hop_line_paths(report, result, &own, &control))
		return;
	print_path(paper, "Hop by hop", &own);
	if (control.flows > 0)
		print_path(paper, "", &control);
}
