/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact.h"

#include "account_note.h"
#include "packet.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[FACT_KINDS] = {
	[FACT_TARGET] = "target",
	[FACT_ROUTE] = "route",
	[FACT_WRITE_ERROR] = "write-error",
	[FACT_NOT_SEEN] = "not-seen",
	[FACT_CONNECT] = "connect",
	[FACT_CAPTURE_LOST] = "capture-lost",
	[FACT_SESSION] = "session",
	[FACT_END] = "end",
	[FACT_LOCAL_RULE] = "local-rule",
	[FACT_PROVIDER] = "provider",
	[FACT_OFFER] = "offer",
};

static const char *const rule_kind_names[LOCAL_RULE_KINDS] = {
	[LOCAL_RULE_NONE] = "none",
	[LOCAL_RULE_FILTER] = "rule",
	[LOCAL_RULE_POLICY] = "policy",
	[LOCAL_RULE_PASSED] = "passed",
	[LOCAL_RULE_ROUTE] = "route",
	[LOCAL_RULE_POLICY_ROUTE] = "policy-route",
};

/*
 * Errors travel by name, since their numbers differ between machines. These are what the kernel
 * gives for sendto(), connect() and a route (SCIENCE section E).
 */
static const struct {
	int number;
	const char *name;
} error_names[] = {
	{0, "none"},
	{EACCES, "EACCES"},
	{EADDRNOTAVAIL, "EADDRNOTAVAIL"},
	{EAGAIN, "EAGAIN"},
	{ECONNABORTED, "ECONNABORTED"},
	{ECONNREFUSED, "ECONNREFUSED"},
	{ECONNRESET, "ECONNRESET"},
	{EHOSTDOWN, "EHOSTDOWN"},
	{EHOSTUNREACH, "EHOSTUNREACH"},
	{EINVAL, "EINVAL"},
	{EIO, "EIO"},
	{EMSGSIZE, "EMSGSIZE"},
	{ENETDOWN, "ENETDOWN"},
	{ENETUNREACH, "ENETUNREACH"},
	{ENOBUFS, "ENOBUFS"},
	{ENODEV, "ENODEV"},
	{ENOMEM, "ENOMEM"},
	{ENOPROTOOPT, "ENOPROTOOPT"},
	{EPERM, "EPERM"},
	{EPROTO, "EPROTO"},
	{ETIMEDOUT, "ETIMEDOUT"},
};
#define ERROR_NAMES (sizeof(error_names) / sizeof(error_names[0]))

const char *fact_kind_name(enum fact_kind kind)
{
	return kind_names[kind];
}

const char *local_rule_kind_name(enum local_rule_kind kind)
{
	return rule_kind_names[kind];
}

static const char *error_name(int number)
{
	for (size_t i = 0; i < ERROR_NAMES; i++) {
		if (error_names[i].number == number)
			return error_names[i].name;
	}
	return "EIO";
}

static bool error_parse(int *out, const char *name)
{
	for (size_t i = 0; i < ERROR_NAMES; i++) {
		if (strcmp(error_names[i].name, name) == 0) {
			*out = error_names[i].number;
			return true;
		}
	}
	return false;
}

struct text {
	char *out;
	size_t used;
};

static void say(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct text *text, const char *format, ...)
{
	size_t room = FACT_TEXT - text->used;
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(text->out + text->used, room, format, arguments);
	va_end(arguments);
	if (length > 0)
		text->used += (size_t)length < room ? (size_t)length : room - 1;
}

/* A line break inside a value would start a field of its own. */
static void say_name(struct text *text, const char *field, const char *value)
{
	if (value[0] == '\0')
		return;
	say(text, "%s=", field);
	for (; *value != '\0'; value++) {
		unsigned char byte = (unsigned char)*value;
		say(text, "%c", byte < 0x20 || byte == 0x7f ? '?' : byte);
	}
	say(text, "\n");
}

static void say_message(struct text *text, const struct fact *fact)
{
	char to[ADDRESS_TEXT];

	address_print(&fact->flow.destination, to);
	say(text, "MESSAGE=mailsonde: ");
	switch (fact->kind) {
	case FACT_TARGET:
		say(text, "%s %s port %u", fact->asked ? "diagnosing" : "for comparison", to,
			fact->flow.destination_port);
		break;
	case FACT_ROUTE:
		say(text, "route to %s: %s", to, error_name(fact->error));
		break;
	case FACT_WRITE_ERROR:
		say(text, "the kernel refused to send a SYN to %s port %u: %s", to,
			fact->flow.destination_port, error_name(fact->error));
		break;
	case FACT_NOT_SEEN:
		say(text, "a SYN to %s port %u was written but never left", to,
			fact->flow.destination_port);
		break;
	case FACT_CONNECT:
		say(text, "connect() to %s port %u ended with %s", to, fact->flow.destination_port,
			error_name(fact->error));
		break;
	case FACT_CAPTURE_LOST:
		say(text, "the capture lost %" PRIu64 " of %" PRIu64 " packets so far", fact->count,
			fact->arrived);
		break;
	case FACT_SESSION:
		say(text, "a mail session (%s) with %s port %u ended in stage %s: %s",
			session_variant_name(fact->session.variant), to,
			fact->flow.destination_port,
			session_stage_name(fact->session.insight.stage),
			session_end_name(fact->session.insight.end));
		break;
	case FACT_END:
		say(text, "end of the run");
		break;
	case FACT_LOCAL_RULE:
		say(text, "what of this machine's stops packets to %s port %u was looked for", to,
			fact->flow.destination_port);
		break;
	case FACT_PROVIDER:
		say(text, "the provider of this machine, as it is known by: %s", fact->text);
		break;
	case FACT_OFFER:
		say(text, "%zu ports are offered by the service at %s", fact->port_count, to);
		break;
	}
	say(text, "\n");
}

static void say_flow(struct text *text, const struct flow *flow)
{
	char address[ADDRESS_TEXT];

	if (flow->destination.family != ADDRESS_NONE) {
		say(text, "MAILSONDE_TO=%s\n", address_print(&flow->destination, address));
		say(text, "MAILSONDE_TO_PORT=%u\n", flow->destination_port);
	}
	if (flow->source.family != ADDRESS_NONE) {
		say(text, "MAILSONDE_FROM=%s\n", address_print(&flow->source, address));
		say(text, "MAILSONDE_FROM_PORT=%u\n", flow->source_port);
	}
}

static void say_session(struct text *text, const struct session_account *account)
{
	char lines[ACCOUNT_NOTE_TEXT];

	account_note_print(account, lines);
	say(text, "%s", lines);
}

static void say_gateway(struct text *text, const struct address *gateway)
{
	char address[ADDRESS_TEXT];

	if (gateway->family != ADDRESS_NONE)
		say(text, "MAILSONDE_GATEWAY=%s\n", address_print(gateway, address));
}

static void say_rule(struct text *text, const struct local_rule *rule)
{
	say(text, "MAILSONDE_RULE_KIND=%s\n", rule_kind_names[rule->kind]);
	say_name(text, "MAILSONDE_RULE_FAMILY", rule->family);
	say_name(text, "MAILSONDE_RULE_TABLE", rule->table);
	say_name(text, "MAILSONDE_RULE_CHAIN", rule->chain);
	say(text, "MAILSONDE_RULE_HANDLE=%" PRIu64 "\n", rule->handle);
	say_name(text, "MAILSONDE_RULE", rule->text);
	say_name(text, "MAILSONDE_RULE_COMMENT", rule->comment);
}

static void say_ports(struct text *text, const struct fact *fact)
{
	for (size_t i = 0; i < fact->port_count; i++)
		say(text, "%s%u", i == 0 ? "MAILSONDE_PORTS=" : ",", fact->ports[i]);
	if (fact->port_count > 0)
		say(text, "\n");
}

size_t fact_print(const struct fact *fact, char out[static FACT_TEXT])
{
	struct text text = {.out = out};

	say(&text, "__REALTIME_TIMESTAMP=%" PRId64 "\n", fact->time_ns / 1000);
	say(&text, "SYSLOG_IDENTIFIER=mailsonde\n");
	say_message(&text, fact);
	say(&text, "MAILSONDE_FACT=%s\n", kind_names[fact->kind]);
	say(&text, "MAILSONDE_TIME_NS=%" PRId64 "\n", fact->time_ns);
	say_flow(&text, &fact->flow);
	say_gateway(&text, &fact->gateway);
	if (fact->elsewhere)
		say(&text, "MAILSONDE_SOURCE_ELSEWHERE=1\n");
	say(&text, "MAILSONDE_ERROR=%s\n", error_name(fact->error));
	say(&text, "MAILSONDE_SEQUENCE=%" PRIu32 "\n", fact->sequence);
	say(&text, "MAILSONDE_DURATION_NS=%" PRId64 "\n", fact->duration_ns);
	say(&text, "MAILSONDE_COUNT=%" PRIu64 "\n", fact->count);
	if (fact->arrived > 0)
		say(&text, "MAILSONDE_ARRIVED=%" PRIu64 "\n", fact->arrived);
	say(&text, "MAILSONDE_ASKED=%d\n", fact->asked);
	say_name(&text, "MAILSONDE_HOST", fact->host);
	say_name(&text, "MAILSONDE_SERVICE", fact->service);
	say_name(&text, "MAILSONDE_TEXT", fact->text);
	say_name(&text, "MAILSONDE_RECORD", fact->record);
	say_ports(&text, fact);
	if (fact->kind == FACT_SESSION)
		say_session(&text, &fact->session);
	if (fact->kind == FACT_LOCAL_RULE)
		say_rule(&text, &fact->rule);
	return text.used;
}

static bool take_number(uint64_t *out, const char *value, uint64_t most)
{
	char *end;

	if (value[0] < '0' || value[0] > '9')
		return false;
	errno = 0;
	*out = strtoull(value, &end, 10);
	return errno == 0 && *end == '\0' && *out <= most;
}

static bool take_port(uint16_t *out, const char *value)
{
	uint64_t number;

	if (!take_number(&number, value, UINT16_MAX))
		return false;
	*out = (uint16_t)number;
	return true;
}

static bool take_time(int64_t *out, const char *value)
{
	uint64_t number;

	if (!take_number(&number, value, INT64_MAX))
		return false;
	*out = (int64_t)number;
	return true;
}

static bool take_text(char *out, size_t room, const char *value)
{
	size_t length = strlen(value);

	if (length >= room)
		return false;
	memcpy(out, value, length + 1);
	return true;
}

static bool take_kind(struct fact *out, const char *value)
{
	for (int kind = 0; kind < FACT_KINDS; kind++) {
		if (strcmp(kind_names[kind], value) == 0) {
			out->kind = (enum fact_kind)kind;
			return true;
		}
	}
	return false;
}

static bool take_sequence(struct fact *out, const char *value)
{
	uint64_t number;

	if (!take_number(&number, value, UINT32_MAX))
		return false;
	out->sequence = (uint32_t)number;
	return true;
}

static bool take_from(struct fact *out, const char *value)
{
	return address_parse(&out->flow.source, value);
}

static bool take_from_port(struct fact *out, const char *value)
{
	return take_port(&out->flow.source_port, value);
}

static bool take_to(struct fact *out, const char *value)
{
	return address_parse(&out->flow.destination, value);
}

static bool take_to_port(struct fact *out, const char *value)
{
	return take_port(&out->flow.destination_port, value);
}

static bool take_gateway(struct fact *out, const char *value)
{
	return address_parse(&out->gateway, value);
}

static bool take_time_ns(struct fact *out, const char *value)
{
	return take_time(&out->time_ns, value);
}

static bool take_duration(struct fact *out, const char *value)
{
	return take_time(&out->duration_ns, value);
}

static bool take_count(struct fact *out, const char *value)
{
	return take_number(&out->count, value, UINT64_MAX);
}

static bool take_arrived(struct fact *out, const char *value)
{
	return take_number(&out->arrived, value, UINT64_MAX);
}

static bool take_error(struct fact *out, const char *value)
{
	return error_parse(&out->error, value);
}

static bool take_asked(struct fact *out, const char *value)
{
	out->asked = strcmp(value, "1") == 0;
	return true;
}

static bool take_elsewhere(struct fact *out, const char *value)
{
	out->elsewhere = strcmp(value, "1") == 0;
	return true;
}

static bool take_host(struct fact *out, const char *value)
{
	return take_text(out->host, sizeof(out->host), value);
}

static bool take_service(struct fact *out, const char *value)
{
	return take_text(out->service, sizeof(out->service), value);
}

static bool take_ending(struct fact *out, const char *value)
{
	return take_text(out->text, sizeof(out->text), value);
}

static bool take_rule_kind(struct fact *out, const char *value)
{
	for (int kind = 0; kind < LOCAL_RULE_KINDS; kind++) {
		if (strcmp(rule_kind_names[kind], value) == 0) {
			out->rule.kind = (enum local_rule_kind)kind;
			return true;
		}
	}
	return false;
}

static bool take_rule_family(struct fact *out, const char *value)
{
	return take_text(out->rule.family, sizeof(out->rule.family), value);
}

static bool take_rule_table(struct fact *out, const char *value)
{
	return take_text(out->rule.table, sizeof(out->rule.table), value);
}

static bool take_rule_chain(struct fact *out, const char *value)
{
	return take_text(out->rule.chain, sizeof(out->rule.chain), value);
}

static bool take_rule_handle(struct fact *out, const char *value)
{
	return take_number(&out->rule.handle, value, UINT64_MAX);
}

static bool take_rule(struct fact *out, const char *value)
{
	return take_text(out->rule.text, sizeof(out->rule.text), value);
}

static bool take_rule_comment(struct fact *out, const char *value)
{
	return take_text(out->rule.comment, sizeof(out->rule.comment), value);
}

static bool take_record(struct fact *out, const char *value)
{
	return take_text(out->record, sizeof(out->record), value);
}

static bool take_ports(struct fact *out, const char *value)
{
	char word[8];

	out->port_count = 0;
	while (*value != '\0') {
		size_t length = strcspn(value, ",");
		if (length >= sizeof(word) || out->port_count == FACT_PORTS)
			return false;
		memcpy(word, value, length);
		word[length] = '\0';
		if (!take_port(&out->ports[out->port_count++], word))
			return false;
		value += length + (value[length] == ',');
	}
	return true;
}

static const struct field {
	const char *name;
	bool (*take)(struct fact *out, const char *value);
} fields[] = {
	{"MAILSONDE_FACT", take_kind},
	{"MAILSONDE_TIME_NS", take_time_ns},
	{"MAILSONDE_FROM", take_from},
	{"MAILSONDE_FROM_PORT", take_from_port},
	{"MAILSONDE_TO", take_to},
	{"MAILSONDE_TO_PORT", take_to_port},
	{"MAILSONDE_GATEWAY", take_gateway},
	{"MAILSONDE_SOURCE_ELSEWHERE", take_elsewhere},
	{"MAILSONDE_ERROR", take_error},
	{"MAILSONDE_SEQUENCE", take_sequence},
	{"MAILSONDE_DURATION_NS", take_duration},
	{"MAILSONDE_COUNT", take_count},
	{"MAILSONDE_ARRIVED", take_arrived},
	{"MAILSONDE_ASKED", take_asked},
	{"MAILSONDE_HOST", take_host},
	{"MAILSONDE_SERVICE", take_service},
	{"MAILSONDE_TEXT", take_ending},
	{"MAILSONDE_RULE_KIND", take_rule_kind},
	{"MAILSONDE_RULE_FAMILY", take_rule_family},
	{"MAILSONDE_RULE_TABLE", take_rule_table},
	{"MAILSONDE_RULE_CHAIN", take_rule_chain},
	{"MAILSONDE_RULE_HANDLE", take_rule_handle},
	{"MAILSONDE_RULE", take_rule},
	{"MAILSONDE_RULE_COMMENT", take_rule_comment},
	{"MAILSONDE_RECORD", take_record},
	{"MAILSONDE_PORTS", take_ports},
};

/* True if the line is no field of ours or was taken. */
static bool take_line(struct fact *out, char *line)
{
	char *equals = strchr(line, '=');

	if (equals == NULL)
		return true;
	*equals = '\0';
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcmp(fields[i].name, line) == 0)
			return fields[i].take(out, equals + 1);
	}
	return account_note_take(&out->session, line, equals + 1) != ACCOUNT_NOTE_WRONG;
}

/* A fact about a flow that names no destination would be about nothing. */
static bool has_destination(const struct fact *fact)
{
	return fact->kind == FACT_CAPTURE_LOST || fact->kind == FACT_END ||
		fact->kind == FACT_PROVIDER || fact->flow.destination.family != ADDRESS_NONE;
}

bool fact_parse(struct fact *out, const struct note *note)
{
	char text[FACT_TEXT];
	char *rest = text;
	char *line;

	if (note->length >= sizeof(text) || memchr(note->text, '\0', note->length) != NULL)
		return false;
	memcpy(text, note->text, note->length);
	text[note->length] = '\0';
	if (strstr(text, "MAILSONDE_FACT=") == NULL)
		return false;
	*out = (struct fact){.number = note->number};
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (!take_line(out, line))
			return false;
	}
	out->session.error = out->error;
	return has_destination(out);
}
