/* SPDX-License-Identifier: BSD-2-Clause */
#include "dialogue.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Devices that hide keywords write X over them, sometimes with one letter more to keep lists
 * apart; three X may be the start of a private keyword (XCLIENT). */
#define MASK_LEAST 4

/* The default of such devices writes over the whole banner (at least its host name). */
#define BANNER_MASK_LEAST 6

void dialogue_init(struct dialogue *dialogue, enum session_service service)
{
	dialogue->service = service;
	dialogue->state = DIALOGUE_TALKING;
	dialogue->greeted = false;
	dialogue->leaving = false;
	dialogue->listing = false;
	dialogue->domain_told = false;
	dialogue->pending_count = 0;
	dialogue->tag[0] = '\0';
	dialogue->last_tag[0] = '\0';
	dialogue->replies = 0;
	dialogue->positive = false;
	dialogue->unasked = false;
	dialogue->refusal[0] = '\0';
	dialogue->lines[SIDE_CLIENT].length = 0;
	dialogue->lines[SIDE_SERVER].length = 0;
}

/* Words of a line. */

static bool is_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	return strncasecmp(text, word, length) == 0 && !isalnum((unsigned char)text[length]);
}

static bool has_word(const char *line, const char *word)
{
	const char *at = line;

	while ((at = strcasestr(at, word)) != NULL) {
		bool starts = at == line || !isalnum((unsigned char)at[-1]);
		if (starts && is_word(at, word))
			return true;
		at++;
	}
	return false;
}

static const char *after_word(const char *text)
{
	text += strcspn(text, " ");
	return text + strspn(text, " ");
}

/* X{4,}[A-Z]? and nothing else; what ends in two other letters is a keyword of somebody's. */
static bool is_masked_keyword(const char *text)
{
	size_t masked = strspn(text, "X");

	if (masked < MASK_LEAST)
		return false;
	text += masked;
	if (isupper((unsigned char)*text))
		text++;
	return *text == '\0' || *text == ' ';
}

static bool has_masked_word(const char *line)
{
	for (; *line != '\0'; line = after_word(line)) {
		if (is_masked_keyword(line))
			return true;
	}
	return false;
}

/* Registered keywords of STARTTLS's length (IANA, SMTP service extensions), and one of Postfix's.
 */
static const char *const as_long_as_starttls[] = {
	"STARTTLS", "8BITMIME", "CHUNKING", "SMTPUTF8", "UTF8SMTP", "XFORWARD"};
#define KEYWORD_LENGTH 8

/* RFC 5321 section 4.1.1.1: letters, digits and hyphens; parameters follow after a space. */
static bool is_unknown_keyword(const char *text)
{
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) || text[length] == '-')
		length++;
	if (length != KEYWORD_LENGTH || (text[length] != '\0' && text[length] != ' '))
		return false;
	for (size_t i = 0; i < sizeof(as_long_as_starttls) / sizeof(as_long_as_starttls[0]); i++) {
		if (is_word(text, as_long_as_starttls[i]))
			return false;
	}
	return true;
}

/* Commands. */

static void expect(struct dialogue *dialogue, enum dialogue_command command)
{
	if (dialogue->pending_count == DIALOGUE_PIPELINE)
		dialogue->leaving = true;
	else
		dialogue->pending[dialogue->pending_count++] = command;
}

/* A whole reply, whose last line is given. */
static void replied(struct dialogue *dialogue, bool positive, const char *line)
{
	dialogue->replies++;
	dialogue->positive = positive;
	if (!positive && dialogue->replies > 1 && dialogue->refusal[0] == '\0')
		snprintf(dialogue->refusal, sizeof(dialogue->refusal), "%s", line);
}

static void greeted(struct dialogue *dialogue, struct transcript *transcript, const char *line)
{
	dialogue->greeted = true;
	transcript->greeted_ns = transcript->now_ns;
	replied(dialogue, transcript->greeting == GREETING_WELCOME, line);
}

static void answered(struct dialogue *dialogue, bool positive, const char *line)
{
	if (dialogue->pending_count == 0) {
		dialogue->unasked = true;
		return;
	}
	replied(dialogue, positive, line);
	dialogue->pending_count--;
	memmove(dialogue->pending, dialogue->pending + 1,
		dialogue->pending_count * sizeof(dialogue->pending[0]));
}

static enum dialogue_command awaited(const struct dialogue *dialogue)
{
	return dialogue->pending_count > 0 ? dialogue->pending[0] : COMMAND_PLAIN;
}

struct verb {
	const char *word;
	enum dialogue_command command;
};

static enum dialogue_command look_up(
	const struct verb *verbs, const char *text, enum dialogue_command otherwise)
{
	for (; verbs->word != NULL; verbs++) {
		if (is_word(text, verbs->word))
			return verbs->command;
	}
	return otherwise;
}

static void asks(
	struct dialogue *dialogue, struct transcript *transcript, enum dialogue_command what)
{
	transcript->starttls_asked = transcript->starttls_asked || what == COMMAND_STARTTLS;
	if (what == COMMAND_MAIL)
		dialogue->leaving = true;
	else
		expect(dialogue, what);
}

static void starttls_answered(
	struct dialogue *dialogue, struct transcript *transcript, bool accepted)
{
	transcript->starttls_accepted = accepted;
	transcript->starttls_refused = !accepted;
	if (accepted)
		dialogue->state = DIALOGUE_UPGRADED;
}

/* SMTP. */

static void smtp_client(struct dialogue *dialogue, struct transcript *transcript, const char *line)
{
	static const struct verb verbs[] = {
		{"EHLO", COMMAND_CAPABILITIES},
		{"STARTTLS", COMMAND_STARTTLS},
		{"MAIL", COMMAND_MAIL},
		{"AUTH", COMMAND_MAIL},
		{"DATA", COMMAND_MAIL},
		{"BDAT", COMMAND_MAIL},
		{NULL, COMMAND_PLAIN},
	};

	/* Seen from beyond the device, it is the command that is written over. */
	if (is_masked_keyword(line))
		transcript->starttls_masked = true;
	asks(dialogue, transcript, look_up(verbs, line, COMMAND_PLAIN));
}

static unsigned reply_code(const char *line)
{
	unsigned code = 0;

	for (int i = 0; i < 3; i++) {
		if (!isdigit((unsigned char)line[i]))
			return 0;
		code = code * 10 + (unsigned)(line[i] - '0');
	}
	return code;
}

static enum greeting_kind smtp_greeting_kind(unsigned code)
{
	if (code == 220)
		return GREETING_WELCOME;
	return code >= 400 && code <= 599 ? GREETING_REFUSAL : GREETING_ODD;
}

static void smtp_greets(struct transcript *transcript, const char *line)
{
	unsigned code = reply_code(line);

	transcript->greeting = smtp_greeting_kind(code);
	transcript->greeting_code = code;
	transcript->greeting_masked =
		strlen(line) > 4 && strspn(line + 4, "*") >= BANNER_MASK_LEAST;
}

static void smtp_capability(struct transcript *transcript, const char *keyword)
{
	transcript->starttls_offered = transcript->starttls_offered || is_word(keyword, "STARTTLS");
	transcript->starttls_masked = transcript->starttls_masked || is_masked_keyword(keyword);
}

/* "250-..." goes on, "250 ..." or "250" ends a reply (RFC 5321 section 4.2.1). */
static void smtp_server(struct dialogue *dialogue, struct transcript *transcript, const char *line)
{
	unsigned code = reply_code(line);
	bool last = code == 0 || line[3] != '-';

	if (!dialogue->greeted) {
		if (transcript->greeting == GREETING_NONE)
			smtp_greets(transcript, line);
		if (last)
			greeted(dialogue, transcript, line);
		return;
	}
	if (awaited(dialogue) == COMMAND_CAPABILITIES && code == 250) {
		if (line[3] != '\0')
			smtp_capability(transcript, line + 4);
		if (dialogue->domain_told && line[3] != '\0' && is_unknown_keyword(line + 4) &&
			!is_masked_keyword(line + 4))
			transcript->starttls_replaced = true;
		dialogue->domain_told = !last;
		transcript->capabilities_told = transcript->capabilities_told || last;
	}
	if (!last || code == 0)
		return;
	if (awaited(dialogue) == COMMAND_STARTTLS) {
		transcript->starttls_unknown = code == 500 || code == 502;
		starttls_answered(dialogue, transcript, code == 220);
	}
	answered(dialogue, code < 400, line);
}

/* IMAP: answers name the command by its tag, so no queue is needed. */

static void imap_client(struct dialogue *dialogue, struct transcript *transcript, const char *line)
{
	static const struct verb verbs[] = {
		{"CAPABILITY", COMMAND_PLAIN},
		{"NOOP", COMMAND_PLAIN},
		{"ID", COMMAND_PLAIN},
		{"LOGOUT", COMMAND_PLAIN},
		{"STARTTLS", COMMAND_STARTTLS},
		{NULL, COMMAND_MAIL},
	};
	enum dialogue_command command = look_up(verbs, after_word(line), COMMAND_MAIL);

	snprintf(dialogue->last_tag, DIALOGUE_TAG, "%.*s", (int)strcspn(line, " "), line);
	if (command == COMMAND_STARTTLS)
		memcpy(dialogue->tag, dialogue->last_tag, DIALOGUE_TAG);
	asks(dialogue, transcript, command);
	dialogue->pending_count = 0;
}

static void imap_greets(struct dialogue *dialogue, struct transcript *transcript, const char *line)
{
	const char *word = after_word(line);

	transcript->greeting = GREETING_ODD;
	if (is_word(word, "OK") || is_word(word, "PREAUTH"))
		transcript->greeting = GREETING_WELCOME;
	else if (is_word(word, "BYE"))
		transcript->greeting = GREETING_REFUSAL;
	greeted(dialogue, transcript, line);
}

/* The status after a tag, or NULL where the line begins otherwise. */
static const char *status_of(const char *line, const char *tag)
{
	size_t length = strlen(tag);

	if (length == 0 || strncmp(line, tag, length) != 0 || line[length] != ' ')
		return NULL;
	return line + length + 1;
}

static void imap_server(struct dialogue *dialogue, struct transcript *transcript, const char *line)
{
	const char *upgrade = status_of(line, dialogue->tag);
	const char *status = status_of(line, dialogue->last_tag);

	if (!dialogue->greeted)
		imap_greets(dialogue, transcript, line);
	if (has_word(line, "CAPABILITY") && line[0] == '*') {
		transcript->capabilities_told = true;
		transcript->starttls_offered =
			transcript->starttls_offered || has_word(line, "STARTTLS");
		transcript->starttls_masked = transcript->starttls_masked || has_masked_word(line);
	}
	if (upgrade != NULL) {
		transcript->starttls_unknown = is_word(upgrade, "BAD");
		starttls_answered(dialogue, transcript, is_word(upgrade, "OK"));
	}
	if (status != NULL) {
		dialogue->last_tag[0] = '\0';
		replied(dialogue, is_word(status, "OK"), line);
	} else if (line[0] != '*' && line[0] != '+' && upgrade == NULL) {
		dialogue->unasked = true;
	}
}

/* POP3. */

static void pop3_client(struct dialogue *dialogue, struct transcript *transcript, const char *line)
{
	static const struct verb verbs[] = {
		{"CAPA", COMMAND_CAPABILITIES},
		{"STLS", COMMAND_STARTTLS},
		{"NOOP", COMMAND_PLAIN},
		{"QUIT", COMMAND_PLAIN},
		{NULL, COMMAND_MAIL},
	};

	/* Without a mechanism it asks which there are (a habit older than CAPA). */
	if (strcasecmp(line, "AUTH") == 0)
		asks(dialogue, transcript, COMMAND_LIST);
	else
		asks(dialogue, transcript, look_up(verbs, line, COMMAND_MAIL));
}

static void pop3_status(struct dialogue *dialogue, struct transcript *transcript, const char *line)
{
	bool ok = line[0] == '+';

	if (awaited(dialogue) == COMMAND_STARTTLS)
		starttls_answered(dialogue, transcript, ok);
	dialogue->listing = ok &&
		(awaited(dialogue) == COMMAND_CAPABILITIES || awaited(dialogue) == COMMAND_LIST);
	if (!dialogue->listing)
		answered(dialogue, ok, line);
}

static void pop3_list(struct dialogue *dialogue, struct transcript *transcript, const char *line)
{
	bool capabilities = awaited(dialogue) == COMMAND_CAPABILITIES;

	transcript->starttls_offered =
		transcript->starttls_offered || (capabilities && is_word(line, "STLS"));
	transcript->starttls_masked =
		transcript->starttls_masked || (capabilities && is_masked_keyword(line));
	if (strcmp(line, ".") != 0)
		return;
	transcript->capabilities_told = transcript->capabilities_told || capabilities;
	dialogue->listing = false;
	answered(dialogue, true, line);
}

static void pop3_server(struct dialogue *dialogue, struct transcript *transcript, const char *line)
{
	if (dialogue->listing) {
		pop3_list(dialogue, transcript, line);
	} else if (!dialogue->greeted) {
		transcript->greeting = line[0] == '+' ? GREETING_WELCOME : GREETING_REFUSAL;
		greeted(dialogue, transcript, line);
	} else {
		pop3_status(dialogue, transcript, line);
	}
}

/* Lines out of bytes. */

static void read_line(struct dialogue *dialogue, struct transcript *transcript,
	enum session_side side, const char *line)
{
	static void (*const readers[][SESSION_SIDES])(
		struct dialogue *, struct transcript *, const char *) = {
		[SESSION_SMTP] = {smtp_client, smtp_server},
		[SESSION_IMAP] = {imap_client, imap_server},
		[SESSION_POP3] = {pop3_client, pop3_server},
	};

	if (side == SIDE_SERVER && transcript->greeting == GREETING_NONE) {
		snprintf(transcript->greeting_text, GREETING_TEXT, "%s", line);
		transcript->greeting_ns = transcript->now_ns;
	}
	if (side == SIDE_SERVER || !dialogue->leaving)
		readers[dialogue->service][side](dialogue, transcript, line);
	if (dialogue->leaving && dialogue->greeted)
		dialogue->state = DIALOGUE_OVER;
}

/* A NUL would hide the rest of its line from us, though not from the server. */
static void add_byte(struct dialogue_line *line, uint8_t byte)
{
	if (byte == '\0')
		byte = '?';
	if (line->length < DIALOGUE_LINE - 1)
		line->text[line->length++] = (char)byte;
}

static void end_line(
	struct dialogue *dialogue, struct transcript *transcript, enum session_side side)
{
	struct dialogue_line *line = &dialogue->lines[side];

	if (line->length > 0 && line->text[line->length - 1] == '\r')
		line->length--;
	line->text[line->length] = '\0';
	line->length = 0;
	read_line(dialogue, transcript, side, line->text);
}

/* The first bytes of a server tell whether there is a dialogue at all. */
static void recognise(struct dialogue *dialogue, struct transcript *transcript, uint8_t last)
{
	const struct dialogue_line *line = &dialogue->lines[SIDE_SERVER];
	uint8_t first[5];
	size_t length = line->length < 4 ? line->length : 4;

	memcpy(first, line->text, length);
	if (last == '\n')
		first[length++] = last;
	transcript->speaks = protocol_of(first, length);
	if (transcript->speaks != PROTOCOL_UNDECIDED && !transcript_speaks_own(transcript))
		dialogue->state = DIALOGUE_OVER;
}

size_t dialogue_take(struct dialogue *dialogue, struct transcript *transcript,
	enum session_side side, const uint8_t *bytes, size_t length)
{
	size_t used = 0;

	while (used < length && dialogue->state == DIALOGUE_TALKING) {
		uint8_t byte = bytes[used++];
		if (byte != '\n')
			add_byte(&dialogue->lines[side], byte);
		if (side == SIDE_SERVER && transcript->speaks == PROTOCOL_UNDECIDED)
			recognise(dialogue, transcript, byte);
		if (byte == '\n' && dialogue->state == DIALOGUE_TALKING)
			end_line(dialogue, transcript, side);
	}
	return used;
}
