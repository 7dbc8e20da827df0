/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace_text.h"

#include <stdlib.h>
#include <string.h>

#define VERDICT " (verdict "
#define COMMENT " comment \""
#define HANDLE  " # handle "

/* The rest of a line; taken from the front. */
struct rest {
	const char *at;
	size_t length;
};

/* Copies what fits; control characters would forge lines, so they become '?'. */
static void copy(char *out, size_t room, struct rest text)
{
	size_t length = text.length < room ? text.length : room - 1;

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text.at[i];
		out[i] = (char)(byte < 0x20 || byte == 0x7f ? '?' : byte);
	}
	out[length] = '\0';
}

static bool begins(struct rest text, const char *with)
{
	size_t length = strlen(with);

	return text.length >= length && memcmp(text.at, with, length) == 0;
}

static struct rest beyond(struct rest text, size_t count)
{
	return (struct rest){text.at + count, text.length - count};
}

/* Takes what comes first if it is this. */
static bool take(struct rest *text, const char *what)
{
	if (!begins(*text, what))
		return false;
	*text = beyond(*text, strlen(what));
	return true;
}

/* Takes a word and the blank after it. */
static bool take_word(struct rest *text, struct rest *word)
{
	const char *blank = memchr(text->at, ' ', text->length);

	if (blank == NULL || blank == text->at)
		return false;
	*word = (struct rest){text->at, (size_t)(blank - text->at)};
	*text = beyond(*text, word->length + 1);
	return true;
}

/* The last place of what in text; NULL: none. */
static const char *last(struct rest text, const char *what)
{
	size_t length = strlen(what);

	if (text.length < length)
		return NULL;
	for (size_t from = text.length - length + 1; from-- > 0;) {
		if (memcmp(text.at + from, what, length) == 0)
			return text.at + from;
	}
	return NULL;
}

static struct rest until(struct rest text, const char *end)
{
	return (struct rest){text.at, (size_t)(end - text.at)};
}

static struct rest trimmed(struct rest text)
{
	while (text.length > 0 && (text.at[0] == ' ' || text.at[0] == '\t'))
		text = beyond(text, 1);
	while (text.length > 0 && text.at[text.length - 1] == ' ')
		text.length--;
	return text;
}

/* A number of the given base that ends with the text or at a blank or parenthesis. */
static bool number(struct rest text, int base, uint64_t *out)
{
	char digits[24];
	char *end = NULL;
	size_t length = 0;

	while (length < text.length && text.at[length] != ' ' && text.at[length] != ')')
		length++;
	if (length == 0 || length >= sizeof(digits) || text.at[0] == '-' || text.at[0] == '+')
		return false;
	memcpy(digits, text.at, length);
	digits[length] = '\0';
	*out = strtoull(digits, &end, base);
	return *end == '\0';
}

/* The port behind " tcp sport " or the like; 0 where none is told. */
static uint16_t port_after(struct rest text, const char *what)
{
	const char *at = last(text, what);
	uint64_t value = 0;

	if (at == NULL || !number(beyond(text, (size_t)(at - text.at) + strlen(what)), 10, &value))
		return 0;
	return value <= UINT16_MAX ? (uint16_t)value : 0;
}

/* In hooks of a device nft writes the headers as they are: the ports come first in TCP's. */
static void take_raw_ports(struct trace_line *out, struct rest text)
{
	static const char header[] = " @th,0,";
	const char *at = last(text, header);
	uint64_t ports = 0;
	char digits[11] = "";

	if (at == NULL)
		return;
	text = beyond(text, (size_t)(at - text.at) + strlen(header));
	at = memchr(text.at, ' ', text.length);
	if (at == NULL || text.length - (size_t)(at - text.at) < sizeof(digits))
		return;
	copy(digits, sizeof(digits), beyond(text, (size_t)(at - text.at) + 1));
	if (strncmp(digits, "0x", 2) != 0 ||
		!number((struct rest){digits + 2, strlen(digits + 2)}, 16, &ports))
		return;
	out->source_port = (uint16_t)(ports >> 16);
	out->destination_port = (uint16_t)ports;
}

/* nft puts a rule's comment last. */
static void take_comment(struct local_rule *rule, struct rest text)
{
	const char *at = last(text, COMMENT);

	if (at == NULL || text.length == 0 || text.at[text.length - 1] != '"')
		return;
	text = beyond(text, (size_t)(at - text.at) + strlen(COMMENT));
	if (text.length > 0)
		copy(rule->comment, sizeof(rule->comment), until(text, text.at + text.length - 1));
}

static void take_text(struct local_rule *rule, struct rest text)
{
	copy(rule->text, sizeof(rule->text), trimmed(text));
	take_comment(rule, trimmed(text));
}

static enum trace_step step_of(struct rest verdict)
{
	return begins(verdict, "drop") || begins(verdict, "reject") ? TRACE_DROPS : TRACE_PASSES;
}

static bool read_rule(struct trace_line *out, struct rest text)
{
	const char *verdict = last(text, VERDICT);

	if (verdict == NULL)
		return false;
	out->rule.kind = LOCAL_RULE_FILTER;
	out->step = step_of(beyond(text, (size_t)(verdict - text.at) + strlen(VERDICT)));
	take_text(&out->rule, until(text, verdict));
	return true;
}

/* The monitor knows the rules that were there when it began; of later ones the handle alone. */
static bool read_unknown(struct trace_line *out, struct rest text)
{
	const char *verdict = last(text, VERDICT);

	if (verdict == NULL || !number(text, 10, &out->rule.handle))
		return false;
	out->rule.kind = LOCAL_RULE_FILTER;
	out->step = step_of(beyond(text, (size_t)(verdict - text.at) + strlen(VERDICT)));
	return true;
}

static bool read_step(struct trace_line *out, struct rest text)
{
	if (take(&text, "packet: ")) {
		out->step = TRACE_PACKET;
		out->source_port = port_after(text, " tcp sport ");
		out->destination_port = port_after(text, " tcp dport ");
		if (out->source_port == 0)
			take_raw_ports(out, text);
		return true;
	}
	if (take(&text, "rule "))
		return read_rule(out, text);
	if (take(&text, "unknown rule handle "))
		return read_unknown(out, text);
	if (take(&text, "policy ")) {
		out->rule.kind = LOCAL_RULE_POLICY;
		out->step = step_of(text);
		copy(out->rule.text, sizeof(out->rule.text), (struct rest){"policy drop", 11});
		return true;
	}
	out->step = TRACE_PASSES;
	return begins(text, "verdict ");
}

bool trace_line_read(struct trace_line *out, const char *line, size_t length)
{
	struct rest text = {line, length};
	struct rest id, family, table, chain;
	uint64_t value = 0;

	*out = (struct trace_line){0};
	if (!take(&text, "trace id ") || !take_word(&text, &id) || !number(id, 16, &value) ||
		value > UINT32_MAX || !take_word(&text, &family) || !take_word(&text, &table) ||
		!take_word(&text, &chain))
		return false;
	out->id = (uint32_t)value;
	copy(out->rule.family, sizeof(out->rule.family), family);
	copy(out->rule.table, sizeof(out->rule.table), table);
	copy(out->rule.chain, sizeof(out->rule.chain), chain);
	return read_step(out, text);
}

/* One rule of a listing: its text and handle. False for other lines. */
static bool listed(struct rest line, struct local_rule *out)
{
	const char *handle = last(line, HANDLE);

	*out = (struct local_rule){0};
	if (handle == NULL ||
		!number(beyond(line, (size_t)(handle - line.at) + strlen(HANDLE)), 10,
			&out->handle))
		return false;
	take_text(out, until(line, handle));
	return true;
}

static bool completes(struct local_rule *rule, const struct local_rule *candidate)
{
	bool same = rule->text[0] != '\0' ? strcmp(rule->text, candidate->text) == 0
					  : rule->handle == candidate->handle;

	if (!same)
		return false;
	rule->handle = candidate->handle;
	memcpy(rule->text, candidate->text, sizeof(rule->text));
	memcpy(rule->comment, candidate->comment, sizeof(rule->comment));
	return true;
}

void trace_rule_complete(struct local_rule *rule, const char *listing, size_t length)
{
	struct rest text = {listing, length};
	struct local_rule candidate;

	while (text.length > 0) {
		const char *end = memchr(text.at, '\n', text.length);
		struct rest line = end != NULL ? until(text, end) : text;
		if (listed(line, &candidate) && completes(rule, &candidate))
			return;
		text = beyond(text, end != NULL ? line.length + 1 : line.length);
	}
}
