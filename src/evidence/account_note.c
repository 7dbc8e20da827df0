/* SPDX-License-Identifier: BSD-2-Clause */
#include "account_note.h"

#include "account.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum shape {
	SHAPE_BOOL,
	SHAPE_U8,
	SHAPE_U16,
	SHAPE_U32,
	SHAPE_CHOICE, /* an enum or an unsigned, at most `most` */
	SHAPE_TIME,   /* nanoseconds since 1970 */
	SHAPE_DATE,   /* seconds since 1970, of a year of four digits (RFC 5280 section 4.1.2.5) */
	SHAPE_TEXT,   /* ended by NUL, `most` bytes of room */
	SHAPE_BYTES,  /* all `most` bytes */
};

struct field {
	const char *name;
	enum shape shape;
	size_t offset;
	uint64_t most;
};

#define ACCOUNT(member)    offsetof(struct session_account, member)
#define TRANSCRIPT(member) (ACCOUNT(transcript) + offsetof(struct transcript, member))
#define TLS(member)        (TRANSCRIPT(tls) + offsetof(struct tls_facts, member))
#define INSIGHT(member)    (ACCOUNT(insight) + offsetof(struct insight, member))
#define VERIFIED(member)   (INSIGHT(verification) + offsetof(struct verification, member))
#define SHOWN(member)      (INSIGHT(certificate) + offsetof(struct certificate, member))
#define ALERT(member)      offsetof(struct tls_alert, member)

static const struct field fields[] = {
	{"VARIANT", SHAPE_CHOICE, ACCOUNT(variant), VARIANTS - 1},
	{"ENDED_NS", SHAPE_TIME, ACCOUNT(ended_ns), 0},

	{"PORT", SHAPE_U16, TRANSCRIPT(port), UINT16_MAX},
	{"SPOKEN", SHAPE_CHOICE, TRANSCRIPT(service), SESSION_POP3},
	{"IMPLICIT_TLS", SHAPE_BOOL, TRANSCRIPT(implicit_tls), 1},
	{"NOW_NS", SHAPE_TIME, TRANSCRIPT(now_ns), 0},
	{"OPENED_NS", SHAPE_TIME, TRANSCRIPT(opened_ns), 0},
	{"HELLO_NS", SHAPE_TIME, TRANSCRIPT(hello_ns), 0},
	{"SPEAKS", SHAPE_CHOICE, TRANSCRIPT(speaks), PROTOCOL_OTHER},
	{"GREETING", SHAPE_CHOICE, TRANSCRIPT(greeting), GREETING_ODD},
	{"GREETING_CODE", SHAPE_CHOICE, TRANSCRIPT(greeting_code), 999},
	{"GREETING_NS", SHAPE_TIME, TRANSCRIPT(greeting_ns), 0},
	{"GREETED_NS", SHAPE_TIME, TRANSCRIPT(greeted_ns), 0},
	{"GREETING_TEXT", SHAPE_TEXT, TRANSCRIPT(greeting_text), GREETING_TEXT},
	{"GREETING_MASKED", SHAPE_BOOL, TRANSCRIPT(greeting_masked), 1},
	{"CAPABILITIES_TOLD", SHAPE_BOOL, TRANSCRIPT(capabilities_told), 1},
	{"STARTTLS_OFFERED", SHAPE_BOOL, TRANSCRIPT(starttls_offered), 1},
	{"STARTTLS_ASKED", SHAPE_BOOL, TRANSCRIPT(starttls_asked), 1},
	{"STARTTLS_ACCEPTED", SHAPE_BOOL, TRANSCRIPT(starttls_accepted), 1},
	{"STARTTLS_REFUSED", SHAPE_BOOL, TRANSCRIPT(starttls_refused), 1},
	{"STARTTLS_MASKED", SHAPE_BOOL, TRANSCRIPT(starttls_masked), 1},
	{"STARTTLS_REPLACED", SHAPE_BOOL, TRANSCRIPT(starttls_replaced), 1},
	{"STARTTLS_UNKNOWN", SHAPE_BOOL, TRANSCRIPT(starttls_unknown), 1},
	{"BYTES_SENT", SHAPE_U32, TRANSCRIPT(bytes[SIDE_CLIENT]), UINT32_MAX},
	{"BYTES_HEARD", SHAPE_U32, TRANSCRIPT(bytes[SIDE_SERVER]), UINT32_MAX},
	{"ANSWERED_HELLO", SHAPE_BOOL, TRANSCRIPT(answered_hello), 1},
	{"UNHEARD", SHAPE_BOOL, TRANSCRIPT(unheard), 1},
	{"LEFT_NS", SHAPE_TIME, TRANSCRIPT(left_ns[SIDE_CLIENT]), 0},
	{"SERVER_LEFT_NS", SHAPE_TIME, TRANSCRIPT(left_ns[SIDE_SERVER]), 0},
	{"RESET", SHAPE_BOOL, TRANSCRIPT(reset), 1},

	{"CLIENT_HELLO", SHAPE_BOOL, TLS(client_hello), 1},
	{"SERVER_HELLO", SHAPE_BOOL, TLS(server_hello), 1},
	{"TLS_SEEN_COMPLETE", SHAPE_BOOL, TLS(complete), 1},
	{"TLS_SEALED_ALERT", SHAPE_BOOL, TLS(sealed_alert), 1},
	{"TLS_SEEN_VERSION", SHAPE_U16, TLS(version), UINT16_MAX},
	{"TLS_SEEN_CIPHER", SHAPE_U16, TLS(cipher), UINT16_MAX},
	{"TLS_GROUP", SHAPE_U16, TLS(group), UINT16_MAX},
	{"TLS_SEEN_ALERT", SHAPE_BOOL, TLS(alert) + ALERT(seen), 1},
	{"TLS_SEEN_ALERT_FROM", SHAPE_CHOICE, TLS(alert) + ALERT(from), SIDE_SERVER},
	{"TLS_SEEN_ALERT_LEVEL", SHAPE_U8, TLS(alert) + ALERT(level), UINT8_MAX},
	{"TLS_SEEN_ALERT_WORD", SHAPE_U8, TLS(alert) + ALERT(description), UINT8_MAX},
	{"SERVER_NAME", SHAPE_TEXT, TLS(server_name), TLS_NAME_TEXT},

	{"STAGE", SHAPE_CHOICE, INSIGHT(stage), SESSION_STAGES - 1},
	{"END", SHAPE_CHOICE, INSIGHT(end), SESSION_ENDS - 1},
	{"TLS_COMPLETE", SHAPE_BOOL, INSIGHT(tls_complete), 1},
	{"TLS_VERSION", SHAPE_U16, INSIGHT(tls_version), UINT16_MAX},
	{"TLS_CIPHER", SHAPE_U16, INSIGHT(tls_cipher), UINT16_MAX},
	{"TLS_ALERT", SHAPE_BOOL, INSIGHT(alert) + ALERT(seen), 1},
	{"TLS_ALERT_FROM", SHAPE_CHOICE, INSIGHT(alert) + ALERT(from), SIDE_SERVER},
	{"TLS_ALERT_LEVEL", SHAPE_U8, INSIGHT(alert) + ALERT(level), UINT8_MAX},
	{"TLS_ALERT_WORD", SHAPE_U8, INSIGHT(alert) + ALERT(description), UINT8_MAX},
	{"TLS_ERROR", SHAPE_TEXT, INSIGHT(tls_error), INSIGHT_TEXT},
	{"TLS_RENEGOTIATION", SHAPE_BOOL, INSIGHT(renegotiation_asked), 1},
	{"CHAIN_LENGTH", SHAPE_U16, INSIGHT(chain_length), UINT16_MAX},
	{"DANE", SHAPE_CHOICE, INSIGHT(dane), DANE_STATES - 1},
	{"SEALED_SPEAKS", SHAPE_CHOICE, INSIGHT(sealed_speaks), PROTOCOL_OTHER},
	{"SEALED_GREETING", SHAPE_CHOICE, INSIGHT(sealed_greeting), GREETING_ODD},
	{"SEALED_GREETING_CODE", SHAPE_CHOICE, INSIGHT(sealed_greeting_code), 999},
	{"SEALED_GREETING_TEXT", SHAPE_TEXT, INSIGHT(sealed_greeting_text), GREETING_TEXT},
	{"SEALED_CAPABILITIES_TOLD", SHAPE_BOOL, INSIGHT(sealed_capabilities_told), 1},
	{"INJECTED", SHAPE_BOOL, INSIGHT(injected), 1},
	{"UNASKED", SHAPE_BOOL, INSIGHT(unasked), 1},
	{"REFUSAL", SHAPE_TEXT, INSIGHT(refusal), INSIGHT_TEXT},

	{"VERIFY", SHAPE_CHOICE, VERIFIED(word), VERIFY_WORDS - 1},
	{"VERIFY_PROBLEMS", SHAPE_U8, VERIFIED(problems), UINT8_MAX},
	{"VERIFY_DEPTH", SHAPE_U8, VERIFIED(depth), UINT8_MAX},
	{"NAME_CHECKED", SHAPE_BOOL, VERIFIED(name_checked), 1},
	{"INTERMEDIATE_MISSING", SHAPE_BOOL, VERIFIED(intermediate_missing), 1},
	{"VERIFY_REASON", SHAPE_TEXT, VERIFIED(reason), INSIGHT_TEXT},

	{"CERTIFICATE", SHAPE_BOOL, SHOWN(present), 1},
	{"CERTIFICATE_DATED", SHAPE_BOOL, SHOWN(dated), 1},
	{"CERTIFICATE_SELF_ISSUED", SHAPE_BOOL, SHOWN(self_issued), 1},
	{"CERTIFICATE_ISSUER_TOLD", SHAPE_BOOL, SHOWN(issuer_told), 1},
	{"CERTIFICATE_NOT_BEFORE", SHAPE_DATE, SHOWN(not_before_s), 0},
	{"CERTIFICATE_NOT_AFTER", SHAPE_DATE, SHOWN(not_after_s), 0},
	{"CERTIFICATE_SHA256", SHAPE_BYTES, SHOWN(sha256), CERTIFICATE_SHA256},
	{"CERTIFICATE_SUBJECT", SHAPE_TEXT, SHOWN(subject), CERTIFICATE_NAME_TEXT},
	{"CERTIFICATE_ISSUER", SHAPE_TEXT, SHOWN(issuer), CERTIFICATE_NAME_TEXT},
	{"CERTIFICATE_NAMES_LEFT_OUT", SHAPE_U16, SHOWN(names_left_out), UINT16_MAX},
};
#define DATE_FIRST ((int64_t)-62167219200) /* 0000-01-01 */
#define DATE_LAST  ((int64_t)253402300799) /* 9999-12-31 */

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

/* Names stand in a room of their own, each ended by NUL; a line holds them all. */
#define NAMES "CERTIFICATE_NAMES"

#define PREFIX "MAILSONDE_SESSION_"

/* Printing. */

struct note {
	char *out;
	size_t used;
};

static void say(struct note *note, const char *text)
{
	size_t length = strlen(text);

	if (length >= ACCOUNT_NOTE_TEXT - note->used)
		length = ACCOUNT_NOTE_TEXT - note->used - 1;
	memcpy(note->out + note->used, text, length);
	note->used += length;
	note->out[note->used] = '\0';
}

/* Plain ASCII stands for itself, everything else as \xHH. */
static void say_bytes(struct note *note, const char *bytes, size_t length)
{
	char one[8];

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		bool plain = byte >= 0x20 && byte < 0x7f && byte != '\\';
		snprintf(one, sizeof(one), plain ? "%c" : "\\x%02x", byte);
		say(note, one);
	}
}

static void say_number(struct note *note, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, number);
	say(note, text);
}

static int64_t number_of(const struct field *field, const char *at)
{
	bool flag;
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	unsigned choice;
	int64_t time;

	switch (field->shape) {
	case SHAPE_BOOL:
		memcpy(&flag, at, sizeof(flag));
		return flag;
	case SHAPE_U8:
		memcpy(&u8, at, sizeof(u8));
		return u8;
	case SHAPE_U16:
		memcpy(&u16, at, sizeof(u16));
		return u16;
	case SHAPE_U32:
		memcpy(&u32, at, sizeof(u32));
		return u32;
	case SHAPE_CHOICE:
		memcpy(&choice, at, sizeof(choice));
		return choice;
	case SHAPE_TIME:
	case SHAPE_DATE:
		memcpy(&time, at, sizeof(time));
		return time;
	case SHAPE_TEXT:
	case SHAPE_BYTES:
		break;
	}
	return 0;
}

static void print_field(struct note *note, const struct field *field, const char *at)
{
	bool text = field->shape == SHAPE_TEXT;
	bool bytes = field->shape == SHAPE_BYTES;
	size_t length = text ? strnlen(at, field->most) : (size_t)field->most;
	int64_t number = number_of(field, at);

	if ((text && length == 0) || (!text && !bytes && number == 0))
		return;
	say(note, PREFIX);
	say(note, field->name);
	say(note, "=");
	if (text || bytes)
		say_bytes(note, at, length);
	else
		say_number(note, number);
	say(note, "\n");
}

size_t account_note_print(const struct session_account *account, char out[static ACCOUNT_NOTE_TEXT])
{
	struct note note = {.out = out};
	const struct certificate *certificate = &account->insight.certificate;

	out[0] = '\0';
	for (size_t i = 0; i < FIELDS; i++) {
		if (fields[i].shape != SHAPE_BYTES || certificate->present)
			print_field(&note, &fields[i], (const char *)account + fields[i].offset);
	}
	if (certificate->names_length > 0) {
		say(&note, PREFIX NAMES "=");
		say_bytes(&note, certificate->names, certificate->names_length);
		say(&note, "\n");
	}
	return note.used;
}

/* Taking. */

static bool take_signed(int64_t *out, const char *value)
{
	char *end = NULL;

	if (value[0] != '-' && (value[0] < '0' || value[0] > '9'))
		return false;
	errno = 0;
	*out = strtoll(value, &end, 10);
	return errno == 0 && end != value && *end == '\0';
}

static int digit_of(char letter)
{
	const char *digits = "0123456789abcdef";
	const char *at = letter == '\0' ? NULL : strchr(digits, letter);

	return at == NULL ? -1 : (int)(at - digits);
}

/* How many bytes value stands for, written to out; SIZE_MAX where it is malformed or too long. */
static size_t take_bytes(char *out, size_t room, const char *value)
{
	size_t used = 0;

	while (*value != '\0') {
		char byte = *value++;
		if (byte == '\\') {
			int high = value[0] == 'x' ? digit_of(value[1]) : -1;
			int low = high < 0 ? -1 : digit_of(value[2]);
			if (low < 0)
				return SIZE_MAX;
			byte = (char)(high << 4 | low);
			value += 3;
		}
		if (used == room)
			return SIZE_MAX;
		out[used++] = byte;
	}
	return used;
}

/* A text within its room, and no NUL within the text. */
static bool take_text(char *out, size_t room, const char *value)
{
	size_t length = take_bytes(out, room - 1, value);

	if (length == SIZE_MAX || memchr(out, '\0', length) != NULL)
		return false;
	out[length] = '\0';
	return true;
}

/* All names are ended. */
static bool take_names(struct certificate *out, const char *value)
{
	size_t length = take_bytes(out->names, sizeof(out->names), value);

	if (length == SIZE_MAX || (length > 0 && out->names[length - 1] != '\0'))
		return false;
	out->names_length = (uint16_t)length;
	return true;
}

static void store(const struct field *field, char *at, int64_t number)
{
	bool flag = number != 0;
	uint8_t u8 = (uint8_t)number;
	uint16_t u16 = (uint16_t)number;
	uint32_t u32 = (uint32_t)number;
	unsigned choice = (unsigned)number;

	switch (field->shape) {
	case SHAPE_BOOL:
		memcpy(at, &flag, sizeof(flag));
		break;
	case SHAPE_U8:
		memcpy(at, &u8, sizeof(u8));
		break;
	case SHAPE_U16:
		memcpy(at, &u16, sizeof(u16));
		break;
	case SHAPE_U32:
		memcpy(at, &u32, sizeof(u32));
		break;
	case SHAPE_CHOICE:
		memcpy(at, &choice, sizeof(choice));
		break;
	case SHAPE_TIME:
	case SHAPE_DATE:
		memcpy(at, &number, sizeof(number));
		break;
	case SHAPE_TEXT:
	case SHAPE_BYTES:
		break;
	}
}

static bool is_within(const struct field *field, int64_t number)
{
	if (field->shape == SHAPE_DATE)
		return number >= DATE_FIRST && number <= DATE_LAST;
	return number >= 0 && (field->shape == SHAPE_TIME || (uint64_t)number <= field->most);
}

static bool take_field(const struct field *field, char *at, const char *value)
{
	int64_t number;

	if (field->shape == SHAPE_TEXT)
		return take_text(at, field->most, value);
	if (field->shape == SHAPE_BYTES)
		return take_bytes(at, field->most, value) == field->most;
	if (!take_signed(&number, value) || !is_within(field, number))
		return false;
	store(field, at, number);
	return true;
}

enum account_note_outcome account_note_take(
	struct session_account *out, const char *name, const char *value)
{
	bool fits = true;

	if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
		return ACCOUNT_NOTE_UNKNOWN;
	name += strlen(PREFIX);
	if (strcmp(name, NAMES) == 0)
		return take_names(&out->insight.certificate, value) ? ACCOUNT_NOTE_TAKEN
								    : ACCOUNT_NOTE_WRONG;
	for (size_t i = 0; i < FIELDS; i++) {
		if (strcmp(fields[i].name, name) != 0)
			continue;
		fits = take_field(&fields[i], (char *)out + fields[i].offset, value);
		return fits ? ACCOUNT_NOTE_TAKEN : ACCOUNT_NOTE_WRONG;
	}
	return ACCOUNT_NOTE_UNKNOWN;
}
