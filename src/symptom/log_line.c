/* SPDX-License-Identifier: BSD-2-Clause */
#include "log_line.h"

#include "cause.h"
#include "fault.h"
#include "log_clock.h"
#include "log_form.h"
#include "pattern.h"

#include <stdlib.h>
#include <string.h>

#define SESSIONS     256 /* of OpenSMTPD that are remembered; a power of two */
#define SESSION_ID   16
#define SESSION_NAME 256

struct session_place {
	char id[SESSION_ID + 1];
	char server[SESSION_NAME], address[64];
	uint16_t port;
};

#define PLACE_FORMS 3

struct log_reader {
	struct causes *causes;
	struct pattern **patterns; /* as log_forms */
	struct pattern *places[PLACE_FORMS];
	struct session_place *sessions;
	const struct log_form *last;
	char text[PATTERN_TEXT]; /* a message of qmail's, or one without zone, made readable */
};

/* A server within what a client says: Postfix's, Exim's, and Exim's on another port. */
static const char *const place_forms[PLACE_FORMS] = {
	"H=(?<server>\\S+) \\[(?<address>[0-9a-f.:]+)\\](?::(?<port>\\d+))?",
	"(?<server>[\\w.\\-]+)\\[(?<address>[0-9a-f.:]+)\\](?::(?<port>\\d+))?",
	"(?<server>[\\w.\\-]+) \\[(?<address>[0-9a-f.:]+)\\](?::(?<port>\\d+))?",
};

struct log_reader *log_reader_new(struct fault *why)
{
	struct log_reader *reader = fault_allocate(1, sizeof(*reader));
	bool whole = (reader->causes = causes_new(why)) != NULL;

	reader->patterns = fault_allocate(log_form_count, sizeof(struct pattern *));
	reader->sessions = fault_allocate(SESSIONS, sizeof(*reader->sessions));
	for (size_t i = 0; whole && i < log_form_count; i++)
		whole = (reader->patterns[i] = pattern_new(log_forms[i].pattern, why)) != NULL;
	for (size_t i = 0; whole && i < PLACE_FORMS; i++)
		whole = (reader->places[i] = pattern_new(place_forms[i], why)) != NULL;
	if (whole)
		return reader;
	log_reader_free(reader);
	return NULL;
}

void log_reader_free(struct log_reader *reader)
{
	if (reader == NULL)
		return;
	for (size_t i = 0; i < log_form_count; i++)
		pattern_free(reader->patterns[i]);
	for (size_t i = 0; i < PLACE_FORMS; i++)
		pattern_free(reader->places[i]);
	causes_free(reader->causes);
	free(reader->patterns);
	free(reader->sessions);
	free(reader);
}

/* ---- a line, taken apart ---- */

/* Takes what stands before the next blank off rest. */
static struct span take_word(struct span *rest)
{
	const char *blank = rest->length == 0 ? NULL : memchr(rest->at, ' ', rest->length);
	size_t length = blank == NULL ? rest->length : (size_t)(blank - rest->at);
	struct span word = {rest->at, length};

	*rest = span_after(*rest, length + (blank != NULL));
	return word;
}

/* "<22>" (RFC 3164) or "<22>1 " (RFC 5424); true for the latter. */
static bool take_priority(struct span *line)
{
	if (line->length < 5 || line->at[0] != '<')
		return false;
	const char *end = memchr(line->at, '>', 5);

	if (end == NULL)
		return false;
	*line = span_after(*line, (size_t)(end - line->at) + 1);
	if (!span_starts(*line, "1 "))
		return false;
	*line = span_after(*line, 2);
	return true;
}

/* HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG], RFC 5424 section 6. */
static bool split_modern(struct log_line *out, struct span rest)
{
	take_word(&rest);
	out->program = take_word(&rest);
	take_word(&rest);
	take_word(&rest);
	if (span_starts(rest, "-")) {
		take_word(&rest);
	} else {
		const char *end = span_find(rest, "] ");
		rest = end == NULL ? (struct span){rest.at, 0}
				   : span_after(rest, (size_t)(end - rest.at) + 2);
	}
	if (span_starts(rest, "\xef\xbb\xbf")) /* BOM, section 6.4 */
		rest = span_after(rest, 3);
	out->message = rest;
	return out->message.length > 0;
}

/* "program[123]:" or "program:". */
static bool is_tag(struct span word)
{
	return word.length > 1 && word.at[word.length - 1] == ':';
}

static struct span tag_name(struct span tag)
{
	const char *bracket = memchr(tag.at, '[', tag.length);

	return (struct span){tag.at, bracket == NULL ? tag.length - 1 : (size_t)(bracket - tag.at)};
}

/* A host, a program and its message; or, in a server's own log, something else. */
static void split_classic(struct log_line *out, struct span rest)
{
	struct span whole = rest;
	struct span host = take_word(&rest);
	struct span tag = take_word(&rest);

	if (!is_tag(host) && is_tag(tag)) {
		out->program = tag_name(tag);
		out->message = rest;
	} else {
		out->program = is_tag(host) ? tag_name(host) : (struct span){whole.at, 0};
		out->message = whole;
	}
}

bool log_line_split(struct log_line *out, struct span line)
{
	bool modern = take_priority(&line);
	size_t length = log_clock_length(line);

	if (length == 0 || length >= line.length || line.at[length] != ' ')
		return false;
	struct span rest = span_after(line, length + 1);

	out->stamp = (struct span){line.at, length};
	if (modern)
		return split_modern(out, rest);
	if (line.at[0] != '@') {
		split_classic(out, rest);
		return out->message.length > 0;
	}
	out->program = span_of("qmail");
	out->message = rest;
	return rest.length > 0;
}

/* ---- whose line it is ---- */

struct program {
	const char *name;
	enum log_source source;
};

/* By the program's name; Postfix's is told by its last part, "postfix-out/smtp". */
static const struct program programs[] = {
	{"sendmail", LOG_SENDMAIL},
	{"sm-mta", LOG_SENDMAIL},
	{"sm-msp-queue", LOG_SENDMAIL},
	{"sm-que", LOG_SENDMAIL},
	{"smtpd", LOG_OPENSMTPD},
	{"opensmtpd", LOG_OPENSMTPD},
	{"exim", LOG_EXIM},
	{"exim4", LOG_EXIM},
	{"dovecot", LOG_DOVECOT},
	{"imap-login", LOG_DOVECOT},
	{"pop3-login", LOG_DOVECOT},
	{"submission-login", LOG_DOVECOT},
	{"master", LOG_DOVECOT},
	{"qmail", LOG_QMAIL},
	{"qmail-send", LOG_QMAIL},
};

static bool is_postfix(struct span program, enum log_source *out)
{
	const char *slash = memrchr(program.at, '/', program.length);

	if (slash == NULL)
		return false;
	struct span part = span_after(program, (size_t)(slash - program.at) + 1);

	*out = LOG_POSTFIX;
	if (part.length > 5) /* smtpd, qmgr, cleanup: most lines are theirs */
		return false;
	return span_is(part, "smtp") || span_is(part, "error") || span_is(part, "lmtp");
}

/* False for a program that tells nothing of ports, as most of Postfix's do. */
static bool source_of(const struct log_line *line, enum log_source *out)
{
	struct span program = line->program;

	if (program.length == 0) {
		*out = LOG_EXIM; /* its own log names none */
		return true;
	}
	if (program.length > 8 && program.at[0] == 'p' && program.at[1] == 'o')
		return is_postfix(program, out);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (!span_is(program, programs[i].name))
			continue;
		*out = programs[i].source;
		return true;
	}
	return is_postfix(program, out);
}

/* ---- what it says ---- */

/* "[123] ", and the time that Exim writes once more into a syslog. */
static struct span without_exim_head(struct span message)
{
	size_t stamp = log_clock_length(message);

	if (stamp > 0)
		message = span_trim(span_after(message, stamp));
	if (message.length > 2 && message.at[0] == '[') {
		const char *end =
			memchr(message.at, ']', message.length < 12 ? message.length : 12);
		if (end != NULL)
			message = span_trim(span_after(message, (size_t)(end - message.at) + 1));
	}
	return message;
}

static struct span with_blanks(struct log_reader *reader, struct span message)
{
	size_t length =
		message.length < sizeof(reader->text) ? message.length : sizeof(reader->text);

	memcpy(reader->text, message.at, length);
	for (size_t i = 0; i < length; i++) {
		if (reader->text[i] == '_')
			reader->text[i] = ' ';
	}
	return (struct span){reader->text, length};
}

static struct session_place *session_slot(struct log_reader *reader, struct span id)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < id.length; i++)
		hash = (hash ^ (unsigned char)id.at[i]) * 16777619u;
	return &reader->sessions[hash % SESSIONS];
}

static void remember_session(
	struct log_reader *reader, struct span message, const struct sighting *sighting)
{
	struct span id = {message.at, SESSION_ID};
	struct session_place *place = session_slot(reader, id);

	span_copy(id, place->id, sizeof(place->id));
	span_copy(sighting->server, place->server, sizeof(place->server));
	span_copy(sighting->address, place->address, sizeof(place->address));
	place->port = sighting->port;
}

static void recall_session(struct log_reader *reader, struct span message, struct sighting *out)
{
	struct span id = {message.at, SESSION_ID};

	if (message.length < SESSION_ID)
		return;
	const struct session_place *place = session_slot(reader, id);

	if (!span_is(id, place->id))
		return;
	out->server = span_of(place->server);
	out->address = span_of(place->address);
	out->port = place->port;
}

static void take_place(struct sighting *out, const struct pattern_match *match)
{
	uint32_t port = 0;

	out->server = match->groups[GROUP_SERVER];
	out->address = match->groups[GROUP_ADDRESS];
	if (out->address.length > 2 && out->address.at[0] == '[')
		out->address = (struct span){out->address.at + 1, out->address.length - 2};
	if (span_starts(out->address, "IPv6:")) /* RFC 5321 section 4.1.3 */
		out->address = span_after(out->address, 5);
	if (span_number(match->groups[GROUP_PORT], UINT16_MAX, &port) && port > 0) {
		out->port = (uint16_t)port;
		out->port_guessed = false;
	}
}

static void place_by_text(const struct log_reader *reader, struct span text, struct sighting *out)
{
	struct pattern_match match;

	for (size_t i = 0; i < PLACE_FORMS; i++) {
		if (!pattern_find(reader->places[i], text, &match))
			continue;
		take_place(out, &match);
		return;
	}
}

static void understand(
	struct log_reader *reader, const struct pattern_match *match, struct sighting *out)
{
	static const enum pattern_group groups[SPEAKERS] = {
		[SPEAKER_CLIENT] = GROUP_ERROR,
		[SPEAKER_GREETING] = GROUP_GREETING,
		[SPEAKER_SERVER] = GROUP_REPLY,
	};

	out->status = match->groups[GROUP_STATUS];
	out->cause = &cause_untold;
	for (int speaker = 0; speaker < SPEAKERS; speaker++) {
		struct span text = match->groups[groups[speaker]];
		if (text.at == NULL)
			continue;
		const struct cause *cause =
			speaker == SPEAKER_SERVER ? cause_of_recipient(out->status) : NULL;
		if (cause == NULL)
			cause = cause_find(
				reader->causes, (enum speaker)speaker, text, &out->words);
		out->cause = cause == NULL ? &cause_untold : cause;
		if (speaker == SPEAKER_CLIENT && out->address.length == 0)
			place_by_text(reader, text, out);
		if (speaker != SPEAKER_CLIENT)
			out->reply = text;
	}
}

static bool take_match(struct log_reader *reader, struct span message,
	const struct pattern_match *match, struct sighting *out)
{
	const struct log_form *form = reader->last;

	*out = (struct sighting){
		.source = log_source_name(form->source),
		.port = form->port,
		.port_guessed = true,
	};
	take_place(out, match);
	if (form->tells == LOG_OPENED) {
		remember_session(reader, message, out);
		return false;
	}
	if (form->tells == LOG_ANSWERED) {
		out->kind = SIGHTING_ANSWERED;
		return true;
	}
	out->kind = form->tells == LOG_FAILED ? SIGHTING_CONNECTION : SIGHTING_DELIVERY;
	understand(reader, match, out);
	if (form->source == LOG_OPENSMTPD && out->address.length == 0)
		recall_session(reader, message, out);
	return true;
}

static bool has_literal(struct span message, const char *literal)
{
	if (literal[0] == '^')
		return span_starts(message, literal + 1);
	return literal[0] == '\0' || span_find(message, literal) != NULL;
}

bool log_line_read(struct log_reader *reader, const struct log_line *line, struct sighting *out)
{
	enum log_source source;
	struct pattern_match match;
	struct span message = line->message;

	reader->last = NULL;
	if (!source_of(line, &source))
		return false;
	if (message.length > PATTERN_TEXT)
		message.length = PATTERN_TEXT;
	if (source == LOG_EXIM)
		message = without_exim_head(message);
	if (source == LOG_QMAIL)
		message = with_blanks(reader, message);
	for (size_t i = 0; i < log_form_count; i++) {
		const struct log_form *form = &log_forms[i];
		if (form->source != source || !has_literal(message, form->literal) ||
			!pattern_find(reader->patterns[i], message, &match))
			continue;
		reader->last = form;
		return form->tells != LOG_NOTHING && take_match(reader, message, &match, out);
	}
	return false;
}

const struct log_form *log_reader_form(const struct log_reader *reader)
{
	return reader->last;
}
