/* SPDX-License-Identifier: BSD-2-Clause */
#include "bounce.h"

#include "bounce_source.h"
#include "cause.h"
#include "delivery_status.h"
#include "fault.h"
#include "letter.h"
#include "pattern.h"
#include "symptom.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SMTP_PORT      25
#define SECTION_MOST   4096 /* of a text that tells of one recipient */
#define RECIPIENT_MOST 320  /* RFC 5321 section 4.5.3.1: 64 + 1 + 255 */

/* How servers quote each other in running text; the first that fits is taken. */
static const char *const text_forms[] = {
	"refused to talk to me: (?<greeting>.*)",
	"SMTP error from remote (?:mail )?server after initial connection: (?:host \\S+ \\[[^\\]]+\\]: )?(?<greeting>.*)",
	"greeting failed\\.?\\s*Remote host said: (?<greeting>.*)",
	"BANNER rejected: (?<greeting>.*)",
	"SMTP error from remote (?:mail )?server after (?!STARTTLS)[^\\[]{1,400}?: (?:host \\S+ \\[[^\\]]+\\]: )?(?<reply>[245]\\d\\d.*)",
	"Remote host said: (?<reply>.*)",
	"(?<!refused to start TLS) said:? '?(?<reply>[245]\\d\\d.*)",
	"(?:Remote Server|server) returned:? '?(?<reply>[245]\\d\\d.*)",
	"<<< (?<reply>[45]\\d\\d.*?)(?= \\S+@\\S+\\.\\.\\. | Deferred: | <<< | >>> |$)",
	"error that the other server returned was:\\s*(?<reply>[245]\\d\\d.*)",
	"response (?:from the remote server )?was:\\s*(?<reply>[245]\\d\\d.*)",
	"reason: (?<reply>[45]\\d\\d (?!4\\.4\\.1 reply: ).*)\\)",
	"^(?:<?[^\\s<>]+@[^\\s<>]+>?:? )?(?<reply>[45]\\d\\d[ -](?!4\\.4\\.1 reply: ).*)",
};
#define TEXT_FORMS     (sizeof(text_forms) / sizeof(text_forms[0]))
#define GREETING_FORMS 4 /* the first of them */

/* Where it happened, in running text. */
static const char *const place_forms[] = {
	"LastAttemptedServerName=(?<server>[\\w.\\-]+)\\].{0,20}LastAttemptedIP=(?<address>[0-9a-f.:]+?):(?<port>\\d+)\\]",
	"dial tcp \\[?(?<address>[0-9a-f.:]+?)\\]?:(?<port>\\d+): ",
	"endpoint attempted was \\[?(?<address>[0-9a-f.:]+?)\\]?:(?<port>\\d+)",
	"FQDN=(?<server>[\\w.\\-]+)\\};\\{IP=(?<address>[0-9a-f.:]+)\\}",
	"H=(?<server>\\S+) \\[(?<address>[0-9a-f.:]+)\\](?::(?<port>\\d+))?",
	"(?<server>[\\w\\-]+\\.[\\w.\\-]+?)\\.? ?\\[(?<address>[0-9a-f.:]{3,45})\\](?::(?<port>\\d+))?",
	"\\[(?<server>[\\w\\-]+\\.[\\w.\\-]+?)\\.? (?<address>[0-9a-f.:]{3,45}): ",
	"(?<server>[\\w\\-]+\\.[\\w.\\-]+?)\\.? \\((?<address>[0-9a-f.:]{3,45})[,)]",
	"(?:connected to|to host|host|\\bIP\\b|address) \\[?(?<address>\\d+\\.\\d+\\.\\d+\\.\\d+)\\]?",
	"^(?<address>\\d+\\.\\d+\\.\\d+\\.\\d+) ",
	"while talking to (?<server>[\\w\\-]+\\.[\\w.\\-]+?)\\.?:",
	"(?:timed out with|refused by|reset by|connect to|connection to|closed by|server for|by) "
	"(?<server>[\\w\\-]+\\.[\\w.\\-]*\\w)",
};
#define PLACE_FORMS (sizeof(place_forms) / sizeof(place_forms[0]))

struct bounce_reader {
	struct causes *causes;
	struct pattern *texts[TEXT_FORMS], *places[PLACE_FORMS];
	struct pattern *status;
	char section[SECTION_MOST]; /* lines made one */
};

/* One recipient's failure, as far as it is known. */
struct failure {
	const char *source;
	char recipient[RECIPIENT_MOST];
	struct span server, address, status, reply, words;
	uint16_t port;
	const struct cause *cause;
};

static bool compile(struct pattern **out, const char *const *texts, size_t count, struct fault *why)
{
	for (size_t i = 0; i < count; i++) {
		if ((out[i] = pattern_new(texts[i], why)) == NULL)
			return false;
	}
	return true;
}

struct bounce_reader *bounce_reader_new(struct fault *why)
{
	static const char *const status[] = {
		"(?<![\\d.])(?<status>[45]\\.\\d{1,3}\\.\\d{1,3})(?![\\d.])"};
	struct bounce_reader *reader = fault_allocate(1, sizeof(*reader));

	reader->causes = causes_new(why);
	if (reader->causes != NULL && compile(reader->texts, text_forms, TEXT_FORMS, why) &&
		compile(reader->places, place_forms, PLACE_FORMS, why) &&
		compile(&reader->status, status, 1, why))
		return reader;
	bounce_reader_free(reader);
	return NULL;
}

void bounce_reader_free(struct bounce_reader *reader)
{
	if (reader == NULL)
		return;
	for (size_t i = 0; i < TEXT_FORMS; i++)
		pattern_free(reader->texts[i]);
	for (size_t i = 0; i < PLACE_FORMS; i++)
		pattern_free(reader->places[i]);
	pattern_free(reader->status);
	causes_free(reader->causes);
	free(reader);
}

/* ---- one text about one recipient ---- */

/* "x.4.y": network and routing (RFC 3463); "x.7.32y": Microsoft's for DANE and MTA-STS. A server
 * that writes so in a reply speaks of another connection than that over which it speaks, which is
 * the one that failed. */
static bool is_network_status(struct span status)
{
	struct span detail = span_after(status, 2);

	return span_starts(detail, "4.") || span_starts(detail, "7.32");
}

static const struct cause *cause_of_reply(struct bounce_reader *reader, enum speaker speaker,
	const struct failure *failure, struct span reply, struct span *words)
{
	struct span other = {NULL, 0};
	const struct cause *cause = cause_find(reader->causes, speaker, reply, words);

	if (speaker == SPEAKER_GREETING || cause == NULL || !cause->unrelated ||
		!is_network_status(failure->status))
		return cause;
	const struct cause *client = cause_find(reader->causes, SPEAKER_CLIENT, reply, &other);

	if (client == NULL && span_is(span_after(failure->status, 2), "4.7")) /* it took too long */
		return cause;
	if (client == NULL)
		return cause_of_status(failure->status);
	*words = other;
	return client;
}

static void find_status(struct bounce_reader *reader, struct span text, struct failure *out)
{
	struct pattern_match match;

	if (out->status.length == 0 && pattern_find(reader->status, text, &match))
		out->status = match.groups[GROUP_STATUS];
}

static void find_place(struct bounce_reader *reader, struct span text, struct failure *out)
{
	struct pattern_match match;
	uint32_t port = 0;

	for (size_t i = 0; i < PLACE_FORMS && out->address.length == 0; i++) {
		if (!pattern_find(reader->places[i], text, &match))
			continue;
		if (match.groups[GROUP_SERVER].length > 0 && out->server.length == 0)
			out->server = match.groups[GROUP_SERVER];
		out->address = match.groups[GROUP_ADDRESS];
		if (span_number(match.groups[GROUP_PORT], UINT16_MAX, &port) && port > 0)
			out->port = (uint16_t)port;
		if (out->server.length > 0)
			return;
	}
}

/* Fills what text tells and was not known yet. */
static void explain(struct bounce_reader *reader, struct span text, struct failure *out)
{
	struct pattern_match match;
	struct span words = {NULL, 0};
	const struct cause *cause = NULL;

	text = span_trim(text);
	if (text.length == 0)
		return;
	find_status(reader, text, out);
	find_place(reader, text, out);
	/* A report gives a server's words; only the text may tell that they were its greeting. */
	bool known = out->cause != NULL && out->cause->claims != VERDICT_INCONCLUSIVE;
	size_t forms = known ? GREETING_FORMS : TEXT_FORMS;

	for (size_t i = 0; i < forms && cause == NULL; i++) {
		if (!pattern_find(reader->texts[i], text, &match))
			continue;
		bool greeting = match.groups[GROUP_GREETING].at != NULL;
		out->reply = match.groups[greeting ? GROUP_GREETING : GROUP_REPLY];
		cause = cause_of_reply(reader, greeting ? SPEAKER_GREETING : SPEAKER_SERVER, out,
			out->reply, &words);
	}
	if (cause == NULL && !known)
		cause = cause_find(reader->causes, SPEAKER_CLIENT, text, &words);
	if (cause == NULL)
		return;
	out->cause = cause;
	out->words = words;
}

/* ---- what comes of it ---- */

static bool is_same(const struct symptom *symptom, const struct symptom *other)
{
	return symptom->cause == other->cause && symptom->port == other->port &&
		symptom->source == other->source &&
		address_equal(&symptom->address, &other->address) &&
		strcasecmp(symptom->server, other->server) == 0 &&
		strcasecmp(symptom->domain, other->domain) == 0;
}

static void fill(struct symptom *out, const struct failure *failure, int64_t date_ns)
{
	const char *at = strrchr(failure->recipient, '@');
	char address[ADDRESS_TEXT];

	*out = (struct symptom){
		.source = failure->source,
		.cause = failure->cause,
		.port = failure->port,
		.count = 1,
		.first_ns = date_ns,
		.last_ns = date_ns,
	};
	span_copy(failure->server, out->server, sizeof(out->server));
	span_copy(failure->status, out->status, sizeof(out->status));
	span_copy(failure->reply, out->reply, sizeof(out->reply));
	span_copy(failure->words, out->words, sizeof(out->words));
	span_copy(span_of(at == NULL ? "" : at + 1), out->domain, sizeof(out->domain));
	if (failure->address.length < sizeof(address))
		address_parse(&out->address, span_copy(failure->address, address, sizeof(address)));
}

static void merge(struct symptom *into, const struct symptom *from)
{
	into->count++;
	if (from->first_ns != 0 && (into->first_ns == 0 || from->first_ns < into->first_ns))
		into->first_ns = from->first_ns;
	if (from->last_ns > into->last_ns)
		into->last_ns = from->last_ns;
}

static void add(struct symptom_report *report, struct failure *failure, int64_t date_ns)
{
	struct symptom symptom;

	if (failure->cause == NULL)
		failure->cause = cause_of_status(failure->status);
	if (failure->cause == NULL)
		failure->cause = &cause_untold;
	if (failure->cause->unrelated) {
		report->unrelated++;
		return;
	}
	fill(&symptom, failure, date_ns);
	for (size_t i = 0; i < report->symptom_count; i++) {
		if (is_same(&report->symptoms[i], &symptom)) {
			merge(&report->symptoms[i], &symptom);
			return;
		}
	}
	if (report->symptom_count == BOUNCE_SYMPTOMS)
		report->beyond++;
	else
		*symptom_report_add(report) = symptom;
}

/* ---- sections of a text ---- */

static struct span take_line(struct span *text)
{
	const char *end = text->length == 0 ? NULL : memchr(text->at, '\n', text->length);
	size_t length = end == NULL ? text->length : (size_t)(end - text->at);
	struct span line = {text->at, length};

	*text = span_after(*text, length + (end != NULL));
	return line;
}

static bool is_address_byte(char byte)
{
	return isalnum((unsigned char)byte) || strchr(".!#$%&'*+-/=?^_`{|}~", byte) != NULL;
}

/* A line that begins with an address: "<user@example.com>: ...", "  user@example.com". */
static bool names_recipient(struct span line, struct span *recipient, struct span *rest)
{
	line = span_trim(line);
	bool angled = line.length > 0 && line.at[0] == '<';
	struct span text = span_after(line, angled);
	size_t length = 0;
	size_t ats = 0;

	for (; length < text.length && (is_address_byte(text.at[length]) || text.at[length] == '@');
		length++)
		ats += text.at[length] == '@';
	if (ats != 1 || length < 3 || length >= RECIPIENT_MOST || text.at[0] == '@' ||
		text.at[length - 1] == '@')
		return false;
	while (length > 3 &&
		text.at[length - 1] == '.') /* Sendmail's "user@example.com... Deferred" */
		length--;
	*recipient = (struct span){text.at, length};
	*rest = span_after(text, length);
	if (angled && span_starts(*rest, ">"))
		*rest = span_after(*rest, 1);
	else if (angled)
		return false;
	if (span_starts(*rest, ":"))
		*rest = span_after(*rest, 1);
	else if (span_starts(*rest, "... "))
		*rest = span_after(*rest, 4);
	else if (rest->length > 0 && rest->at[0] != ' ' && rest->at[0] != '\r')
		return false;
	return true;
}

/* Here the bounce ends and what it returns begins. */
static bool begins_original(struct span line)
{
	static const char *const marks[] = {"--- Below this line is a copy of the message",
		"------ This is a copy of", "----- Original message", "---- Original message",
		"Original message headers", "   ----- Original message follows",
		"    Below is a copy of the original message",
		"Reporting-MTA:", "Original Message Headers", "   ----- Unsent message follows",
		"--- The header of the original message", "Final-Recipient:"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (span_starts(line, marks[i]) || span_starts(span_trim(line), marks[i]))
			return true;
	}
	return false;
}

/* One section after another: a recipient and all that stands before the next. */
struct section {
	char recipient[RECIPIENT_MOST];
	size_t length; /* in the reader's room */
};

static void append(struct bounce_reader *reader, struct section *section, struct span line)
{
	line = span_trim(line);
	size_t left = sizeof(reader->section) - section->length;

	if (line.length == 0 || left < 2)
		return;
	if (section->length > 0)
		reader->section[section->length++] = ' ';
	if (line.length >= left - 1)
		line.length = left - 1;
	memcpy(reader->section + section->length, line.at, line.length);
	section->length += line.length;
}

/* The next section of *text; false if there is none. */
static bool take_section(struct bounce_reader *reader, struct span *text, struct section *section)
{
	struct span recipient, rest;
	bool begun = false;

	section->length = 0;
	while (text->length > 0) {
		struct span before = *text;
		struct span line = take_line(text);
		if (begins_original(line)) {
			*text = (struct span){text->at, 0};
			return begun;
		}
		bool names = names_recipient(line, &recipient, &rest);
		bool same = names && begun && span_is(recipient, section->recipient);
		if (names && !same && begun && section->length > 0) {
			*text = before;
			return true;
		}
		if (names && !same) {
			span_copy(recipient, section->recipient, sizeof(section->recipient));
			begun = true;
			append(reader, section, rest);
		} else if (begun) {
			append(reader, section, same ? rest : line);
		}
	}
	return begun;
}

/* ---- letters ---- */

static bool is_at(const struct letter_piece *piece, enum letter_kind kind, int depth)
{
	return piece->kind == kind && piece->depth == depth;
}

/* What the texts say of a recipient, for what a report leaves out. */
static void explain_by_text(struct bounce_reader *reader, const struct letter *letter, int depth,
	struct failure *failure)
{
	for (size_t i = 0; i < letter->count; i++) {
		struct section section;
		struct span text = letter->pieces[i].bytes;
		if (!is_at(&letter->pieces[i], LETTER_TEXT, depth))
			continue;
		while (take_section(reader, &text, &section)) {
			if (strcasecmp(section.recipient, failure->recipient) != 0)
				continue;
			explain(reader, (struct span){reader->section, section.length}, failure);
			return;
		}
	}
}

static void read_status(struct bounce_reader *reader, const struct letter *letter,
	const struct letter_piece *piece, struct symptom_report *report)
{
	struct delivery_status status;

	delivery_status_begin(&status, piece->bytes);
	while (delivery_status_next(&status)) {
		struct failure failure = {
			.source = bounce_source_of(letter, piece->depth),
			.server = status.server,
			.address = status.address,
			.status = status.status,
			.port = SMTP_PORT,
		};
		span_copy(status.recipient, failure.recipient, sizeof(failure.recipient));
		explain(reader, status.diagnostic, &failure);
		explain_by_text(reader, letter, piece->depth, &failure);
		add(report, &failure, letter->date_ns);
	}
}

static void read_text(struct bounce_reader *reader, const struct letter *letter,
	const struct letter_piece *piece, struct symptom_report *report)
{
	const char *source = bounce_source_of(letter, piece->depth);
	struct span text = piece->bytes;
	struct section section;

	while (take_section(reader, &text, &section)) {
		struct failure failure = {.source = source, .port = SMTP_PORT};
		memcpy(failure.recipient, section.recipient, sizeof(failure.recipient));
		explain(reader, (struct span){reader->section, section.length}, &failure);
		add(report, &failure, letter->date_ns);
	}
}

static bool has(const struct letter *letter, enum letter_kind kind, int depth)
{
	for (size_t i = 0; i < letter->count; i++) {
		if (is_at(&letter->pieces[i], kind, depth))
			return true;
	}
	return false;
}

bool bounce_read(
	struct bounce_reader *reader, const struct letter *letter, struct symptom_report *report)
{
	for (int depth = 0; depth < LETTER_DEPTH; depth++) {
		bool reported = has(letter, LETTER_REPORT, depth);
		if (!reported && !bounce_is_one(letter, depth))
			continue;
		for (size_t i = 0; i < letter->count; i++) {
			const struct letter_piece *piece = &letter->pieces[i];
			if (is_at(piece, LETTER_REPORT, depth))
				read_status(reader, letter, piece, report);
			else if (!reported && is_at(piece, LETTER_TEXT, depth))
				read_text(reader, letter, piece, report);
		}
		return true;
	}
	return false;
}
