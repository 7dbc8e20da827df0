/* SPDX-License-Identifier: BSD-2-Clause */
#include "scope.h"

#include "evidence.h"
#include "fact.h"
#include "fault.h"
#include "frame.h"
#include "instant.h"
#include "mailport.h"
#include "suggest.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SERVICES_MAX 64

enum key {
	KEY_PORT = 0x2000, /* beyond every letter and the keys of the other options */
	KEY_HOST,
	KEY_AFTER,
	KEY_BEFORE,
};

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "What is looked at", -3},
	{"port", KEY_PORT, "N=SERVICE", 0,
		"Port N offers a mail service: smtp, submission, submissions, imap, ... Can be "
		"repeated",
		-3},
	{"host", KEY_HOST, "ADDRESS", 0, "Only this server. Can be repeated", -3},
	{"after", KEY_AFTER, "TIME", 0,
		"Only packets from then on: 2026-01-31T23:59:00, with Z or +01:00 behind it if it "
		"is "
		"not UTC that is meant, or @ and seconds since 1970",
		-3},
	{"before", KEY_BEFORE, "TIME", 0, "Only packets before then", -3},
	{0},
};

/* ---- the command line ---- */

static const struct mailport *row_of(const char *service)
{
	const struct mailport *row = NULL;

	for (size_t i = 0; (row = mailport_at(i)) != NULL; i++) {
		if (strcmp(row->service, service) == 0)
			return row;
	}
	return NULL;
}

static int unknown_service(const char *word, const char *service, struct fault *why)
{
	const char *names[SERVICES_MAX];
	const struct mailport *row = NULL;
	const char *meant = NULL;
	size_t count = 0;

	while (count < SERVICES_MAX && (row = mailport_at(count)) != NULL)
		names[count++] = row->service;
	meant = suggest(service, names, count);
	return fault_set(why, FAULT_USAGE, "--port %.60s: there is no service '%.40s'%s%s%s", word,
		service, meant ? ": did you mean " : " that is mail", meant ? meant : "",
		meant ? "?" : "");
}

/* 0 where text up to its end is no port. */
static uint16_t port_of(const char *text, const char *end)
{
	unsigned port = 0;

	for (; text < end && *text >= '0' && *text <= '9' && port <= UINT16_MAX; text++)
		port = port * 10 + (unsigned)(*text - '0');
	return text == end && port <= UINT16_MAX ? (uint16_t)port : 0;
}

static int add_port(struct scope *scope, const char *word)
{
	const char *sign = strchr(word, '=');
	struct scope_port port = {.port = sign ? port_of(word, sign) : 0};

	if (!sign)
		return fault_set(scope->why, FAULT_USAGE,
			"--port %.60s: write it as a port and its service, like 8025=smtp", word);
	if (port.port == 0)
		return fault_set(scope->why, FAULT_USAGE,
			"--port %.60s: '%.*s' is not a port (1 to 65535)", word,
			(int)(sign - word > 40 ? 40 : sign - word), word);
	port.row = row_of(sign + 1);
	if (!port.row)
		return unknown_service(word, sign + 1, scope->why);
	if (scope->port_count == SCOPE_PORTS)
		return fault_set(scope->why, FAULT_USAGE, "more than %d times --port", SCOPE_PORTS);
	scope->ports[scope->port_count++] = port;
	return 0;
}

static int add_host(struct scope *scope, const char *word)
{
	if (scope->host_count == SCOPE_HOSTS)
		return fault_set(scope->why, FAULT_USAGE, "more than %d times --host", SCOPE_HOSTS);
	if (!address_parse(&scope->hosts[scope->host_count], word))
		return fault_set(scope->why, FAULT_USAGE,
			"--host %.60s: it is the address of a server, since a capture knows no "
			"names",
			word);
	scope->host_count++;
	return 0;
}

static int set_time(struct scope *scope, int64_t *out, const char *option, const char *word)
{
	if (!instant_parse(out, word))
		return fault_set(scope->why, FAULT_USAGE,
			"--%s %.60s: a time is written like 2026-01-31T23:59:00Z or @1769903940",
			option, word);
	if (scope->before_ns != 0 && scope->after_ns >= scope->before_ns)
		return fault_set(
			scope->why, FAULT_USAGE, "--after and --before leave no time between them");
	return 0;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct scope *scope = state->input;
	int outcome = 0;

	switch (key) {
	case KEY_PORT:
		outcome = add_port(scope, word);
		break;
	case KEY_HOST:
		outcome = add_host(scope, word);
		break;
	case KEY_AFTER:
		outcome = set_time(scope, &scope->after_ns, "after", word);
		break;
	case KEY_BEFORE:
		outcome = set_time(scope, &scope->before_ns, "before", word);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return outcome < 0 ? EINVAL : 0;
}

const struct argp scope_argp = {.options = options, .parser = parse};

/* ---- what is in it ---- */

bool scope_has_time(const struct scope *scope, int64_t time_ns)
{
	return time_ns >= scope->after_ns && (scope->before_ns == 0 || time_ns < scope->before_ns);
}

bool scope_has_server(const struct scope *scope, const struct address *address)
{
	for (size_t i = 0; i < scope->host_count; i++) {
		if (address_equal(&scope->hosts[i], address))
			return true;
	}
	return scope->host_count == 0;
}

bool scope_has_frame(const struct scope *scope, const struct frame *frame)
{
	uint8_t opening = frame->tcp.flags & (TCP_SYN | TCP_ACK);

	if (scope->host_count == 0)
		return true;
	switch (frame->kind) {
	case FRAME_TCP:
		return (opening != (TCP_SYN | TCP_ACK) &&
			       scope_has_server(scope, &frame->destination)) ||
			(opening != TCP_SYN && scope_has_server(scope, &frame->source));
	case FRAME_ICMP_ERROR:
		return scope_has_server(scope, &frame->icmp.quote.destination) ||
			scope_has_server(scope, &frame->source);
	case FRAME_NAMES:
	case FRAME_ECHO_REPLY:
	case FRAME_ICMP_OTHER:
	case FRAME_NEIGHBOUR_ASK:
	case FRAME_NEIGHBOUR_TELL:
		break;
	}
	return true;
}

bool scope_has_fact(const struct scope *scope, const struct fact *fact)
{
	return fact->kind == FACT_TARGET || fact->kind == FACT_ROUTE ||
		scope_has_time(scope, fact->time_ns);
}

void scope_name_services(const struct scope *scope, struct evidence *evidence)
{
	for (size_t i = 0; i < scope->port_count; i++)
		evidence_name_service(evidence, scope->ports[i].port, scope->ports[i].row);
}
