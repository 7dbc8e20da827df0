/* SPDX-License-Identifier: BSD-2-Clause */
#include "session.h"

#include "dialogue.h"
#include "fault.h"
#include "insight.h"
#include "tls_client.h"
#include "tls_record.h"
#include "verification.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than any server has to say to one command; a banner or capability list is a kilobyte. */
#define REPLY_BYTES_MOST 65536

/* Room for a chain of a hundred certificates, and for whatever else TLS has to say. */
#define TLS_BYTES_MOST (512 * 1024)

/* Nothing is learnt from the answer to a goodbye. */
#define GOODBYE_NS ((int64_t)2000000000)

#define SPLIT_BYTES 3 /* of a ClientHello: not even its length, SCIENCE section F */

#define NAME_TEXT 256
#define LINE_TEXT 320
#define PIECE     4096
#define SERVICES  3

struct session {
	struct session_options options;
	char server_name[NAME_TEXT], verify_name[NAME_TEXT], client_name[NAME_TEXT];

	int64_t began_ns, since_ns; /* of the session; of this stage, or the last byte in it */
	unsigned heard;             /* replies of the dialogue that have been acted upon */
	uint32_t told_bytes;        /* by the server in this stage, in plain text or under TLS */
	uint32_t tls_bytes;         /* of the server since TLS began, as it sent them */

	uint8_t *output;
	size_t output_length;
	size_t split_left;      /* bytes of the first part of a split ClientHello still to go */
	int64_t split_until_ns; /* when the second part may follow; 0: no matter */

	struct dialogue dialogue; /* in the clear, then a new one under TLS */
	struct tls_client *tls;   /* NULL until TLS begins */
	struct tls_reader readers[SESSION_SIDES];
	struct transcript transcript;
	struct transcript sealed; /* of the dialogue under TLS */
	struct insight insight;
};

/*
 * The script. A stage begins with what we say; it ends with a whole reply, with which the session
 * goes on to one stage or the other.
 */
struct step {
	const char *says[SERVICES]; /* NULL: the server is to speak; after a space, our own name */
	enum session_stage yes[SERVICES], no[SERVICES];
};

#define ALL(stage)                                                                                 \
	{                                                                                          \
		(stage), (stage), (stage)                                                          \
	}

/*
 * STARTTLS is tried whether it is offered or not: the offer may have been taken out on the way
 * (SCIENCE section F). Not where EHLO is refused, since then it would be refused whoever offers it;
 * CAPA is younger than POP3, so its refusal means nothing.
 */
static const struct step steps[SESSION_STAGES] = {
	[STAGE_GREETING] = {.yes = ALL(STAGE_CAPABILITIES), .no = ALL(STAGE_QUIT)},
	[STAGE_CAPABILITIES] = {.says = {"EHLO ", "a1 CAPABILITY", "CAPA"},
		.yes = ALL(STAGE_STARTTLS),
		.no = {STAGE_QUIT, STAGE_QUIT, STAGE_STARTTLS}},
	[STAGE_STARTTLS] = {.says = {"STARTTLS", "a2 STARTTLS", "STLS"},
		.yes = ALL(STAGE_HANDSHAKE),
		.no = ALL(STAGE_QUIT)},
	[STAGE_SEALED_GREETING] = {.yes = ALL(STAGE_SEALED_CAPABILITIES), .no = ALL(STAGE_QUIT)},
	[STAGE_SEALED_CAPABILITIES] = {.says = {"EHLO ", "b1 CAPABILITY", "CAPA"},
		.yes = ALL(STAGE_QUIT),
		.no = ALL(STAGE_QUIT)},
	[STAGE_QUIT] = {.says = {"QUIT", "c1 LOGOUT", "QUIT"},
		.yes = ALL(STAGE_OVER),
		.no = ALL(STAGE_OVER)},
};

bool session_defaults(struct session_options *out, uint16_t port)
{
	struct transcript transcript;

	if (!transcript_begin(&transcript, port))
		return false;
	*out = (struct session_options){.port = port,
		.service = transcript.service,
		.implicit_tls = transcript.implicit_tls,
		.greeting_ns = SESSION_GREETING_NS,
		.reply_ns = SESSION_REPLY_NS,
		.total_ns = SESSION_TOTAL_NS};
	return true;
}

/* Output. */

static void append(struct session *s, const uint8_t *bytes, size_t length)
{
	s->output = fault_resize(s->output, s->output_length + length, 1);
	memcpy(s->output + s->output_length, bytes, length);
	s->output_length += length;
}

static bool follows_tls(const struct session *s)
{
	const struct tls_facts *tls = &s->transcript.tls;

	return !tls->complete && !tls->alert.seen && !tls->sealed_alert;
}

/* The transcript is to be what anyone on the way can read: by the same reader. */
static void watch_tls(
	struct session *s, enum session_side side, const uint8_t *bytes, size_t length)
{
	struct transcript *t = &s->transcript;

	if (!follows_tls(s))
		return;
	tls_reader_take(&s->readers[side], &t->tls, side, bytes, length);
	if (side == SIDE_SERVER && t->tls.client_hello)
		t->answered_hello = true;
	if (t->tls.client_hello && t->hello_ns == 0)
		t->hello_ns = t->now_ns;
}

static void collect_sealed(struct session *s)
{
	uint8_t piece[PIECE];
	size_t length;

	while ((length = tls_client_output(s->tls, piece, sizeof(piece))) > 0) {
		watch_tls(s, SIDE_CLIENT, piece, length);
		append(s, piece, length);
	}
}

/* The end. */

static void end(struct session *s, enum session_end how)
{
	if (session_done(s))
		return;
	s->insight.end = how;
	s->transcript.left_ns[SIDE_CLIENT] = s->transcript.now_ns;
	if (s->tls == NULL)
		return;
	tls_client_close(s->tls);
	collect_sealed(s);
}

/* The plain text of another protocol, where TLS was to come. */
static bool speaks_strangely(const struct session *s)
{
	enum session_protocol speaks = s->transcript.speaks;

	if (speaks == PROTOCOL_UNDECIDED)
		return false;
	return s->options.implicit_tls ? speaks != PROTOCOL_TLS
				       : !transcript_speaks_own(&s->transcript);
}

/* Something other than the script's end; what is known already says more than how it broke off. */
static void break_off(struct session *s, enum session_end how)
{
	if (s->insight.stage == STAGE_QUIT)
		how = SESSION_END_COMPLETE;
	else if (speaks_strangely(s))
		how = SESSION_END_FOREIGN;
	end(s, how);
}

/* Stages. */

static void say(struct session *s, const char *words)
{
	char line[LINE_TEXT];
	bool wants_name = words[strlen(words) - 1] == ' ';
	int length =
		snprintf(line, sizeof(line), "%s%s\r\n", words, wants_name ? s->client_name : "");
	struct transcript *t = s->tls == NULL ? &s->transcript : &s->sealed;

	(void)dialogue_take(&s->dialogue, t, SIDE_CLIENT, (const uint8_t *)line, (size_t)length);
	if (s->tls == NULL) {
		append(s, (const uint8_t *)line, (size_t)length);
	} else {
		tls_client_write(s->tls, line, (size_t)length);
		collect_sealed(s);
	}
}

static void note_tls(struct session *s)
{
	struct insight *insight = &s->insight;

	insight->alert = tls_client_alert(s->tls);
	insight->renegotiation_asked = tls_client_asked_again(s->tls);
	snprintf(insight->tls_error, sizeof(insight->tls_error), "%s", tls_client_error(s->tls));
	if (tls_client_state(s->tls) == TLS_CLIENT_BROKEN)
		break_off(s, SESSION_END_TLS);
	else if (tls_client_state(s->tls) == TLS_CLIENT_CLOSED)
		break_off(s, SESSION_END_CLOSED);
}

static void begin_handshake(struct session *s)
{
	if (s->options.split_hello)
		s->split_left = s->output_length + SPLIT_BYTES;
	s->tls = tls_client_new(s->options.trust, s->server_name);
	collect_sealed(s);
	note_tls(s);
}

static void enter(struct session *s, enum session_stage stage)
{
	const char *words = steps[stage].says[s->options.service];

	s->insight.stage = stage;
	s->since_ns = s->transcript.now_ns;
	s->told_bytes = 0;
	if (stage == STAGE_OVER)
		end(s, SESSION_END_COMPLETE);
	else if (stage == STAGE_HANDSHAKE)
		begin_handshake(s);
	else if (words != NULL)
		say(s, words);
}

static void note_dialogue(struct session *s)
{
	struct insight *insight = &s->insight;

	insight->unasked = insight->unasked || s->dialogue.unasked;
	if (insight->refusal[0] == '\0')
		snprintf(insight->refusal, sizeof(insight->refusal), "%s", s->dialogue.refusal);
	if (s->tls == NULL)
		return;
	insight->sealed_capabilities_told = s->sealed.capabilities_told;
	if (!s->options.implicit_tls)
		return;
	insight->sealed_speaks = s->sealed.speaks;
	insight->sealed_greeting = s->sealed.greeting;
	insight->sealed_greeting_code = s->sealed.greeting_code;
	memcpy(insight->sealed_greeting_text, s->sealed.greeting_text, GREETING_TEXT);
}

/* Acts upon a whole reply, if there is one. */
static void proceed(struct session *s)
{
	const struct step *step = &steps[s->insight.stage];
	enum session_service service = s->options.service;

	note_dialogue(s);
	if (session_done(s) || s->dialogue.replies == s->heard)
		return;
	s->heard = s->dialogue.replies;
	enter(s, s->dialogue.positive ? step->yes[service] : step->no[service]);
}

/* In the clear. */

static size_t take_plain(struct session *s, const uint8_t *bytes, size_t length)
{
	size_t used = dialogue_take(&s->dialogue, &s->transcript, SIDE_SERVER, bytes, length);

	s->told_bytes += (uint32_t)used;
	proceed(s);
	if (s->dialogue.state == DIALOGUE_OVER)
		end(s, SESSION_END_FOREIGN);
	return used;
}

/* TLS. */

static void examine_certificate(struct session *s)
{
	const struct verify_wish wish = {.trust = s->options.trust,
		.name = s->verify_name,
		.tlsa = s->options.tlsa,
		.smtp = s->options.service == SESSION_SMTP,
		.now_ns = s->transcript.now_ns};

	verification_fill(&s->insight, tls_client_connection(s->tls), &wish);
}

/* What was said before is forgotten (RFC 3207 section 4.2); after STARTTLS nobody greets again. */
static void go_on_sealed(struct session *s)
{
	s->insight.tls_complete = true;
	s->insight.tls_version = tls_client_version(s->tls);
	s->insight.tls_cipher = tls_client_cipher(s->tls);
	s->insight.tls_group = s->transcript.tls.group;
	s->sealed.service = s->options.service;
	dialogue_init(&s->dialogue, s->options.service);
	s->heard = 0;
	if (s->options.implicit_tls) {
		enter(s, STAGE_SEALED_GREETING);
		return;
	}
	s->dialogue.greeted = true;
	s->sealed.speaks = s->transcript.speaks;
	s->sealed.greeting = GREETING_WELCOME;
	enter(s, STAGE_SEALED_CAPABILITIES);
}

static void shaken(struct session *s)
{
	if (tls_client_state(s->tls) == TLS_CLIENT_SHAKING)
		return;
	examine_certificate(s);
	if (tls_client_state(s->tls) == TLS_CLIENT_OPEN)
		go_on_sealed(s);
}

static void read_sealed(struct session *s)
{
	uint8_t piece[PIECE];
	size_t length;

	while (!session_done(s) && (length = tls_client_read(s->tls, piece, sizeof(piece))) > 0) {
		s->told_bytes += (uint32_t)length;
		s->sealed.now_ns = s->transcript.now_ns;
		(void)dialogue_take(&s->dialogue, &s->sealed, SIDE_SERVER, piece, length);
		proceed(s);
		if (s->dialogue.state != DIALOGUE_TALKING)
			end(s, SESSION_END_FOREIGN);
		else if (s->told_bytes > REPLY_BYTES_MOST)
			end(s, SESSION_END_FLOOD);
	}
}

/* Where TLS comes first the server may still speak plainly, and shows it by its greeting. */
static bool is_plain(struct session *s, const uint8_t *bytes, size_t length)
{
	if (!s->options.implicit_tls || s->insight.stage != STAGE_HANDSHAKE)
		return false;
	if (s->dialogue.state == DIALOGUE_TALKING)
		(void)dialogue_take(&s->dialogue, &s->transcript, SIDE_SERVER, bytes, length);
	if (!speaks_strangely(s))
		return false;
	if (s->dialogue.state != DIALOGUE_TALKING || s->transcript.greeting != GREETING_NONE)
		end(s, SESSION_END_FOREIGN);
	return true;
}

static size_t take_sealed(struct session *s, const uint8_t *bytes, size_t length)
{
	s->tls_bytes += (uint32_t)length;
	watch_tls(s, SIDE_SERVER, bytes, length);
	if (is_plain(s, bytes, length))
		return length;
	tls_client_take(s->tls, bytes, length);
	if (s->insight.stage == STAGE_HANDSHAKE)
		shaken(s);
	read_sealed(s);
	collect_sealed(s);
	note_tls(s);
	return length;
}

/* What is called from outside. */

static void copy_name(char out[static NAME_TEXT], const char *name)
{
	snprintf(out, NAME_TEXT, "%s", name == NULL ? "" : name);
	for (; *out != '\0'; out++) {
		if (!isgraph((unsigned char)*out))
			*out = '?'; /* no second command may come out of a name */
	}
}

struct session *session_new(const struct session_options *options, int64_t now_ns)
{
	struct session *s = fault_allocate(1, sizeof(*s));

	s->options = *options;
	copy_name(s->server_name, options->server_name);
	copy_name(s->verify_name, options->verify_name);
	copy_name(
		s->client_name, options->client_name == NULL ? "localhost" : options->client_name);
	s->options.server_name = s->server_name;
	s->options.verify_name = s->verify_name;
	s->options.client_name = s->client_name;
	s->began_ns = now_ns;
	s->transcript.port = options->port;
	s->transcript.service = options->service;
	s->transcript.implicit_tls = options->implicit_tls;
	s->transcript.opened_ns = now_ns;
	s->transcript.now_ns = now_ns;
	dialogue_init(&s->dialogue, options->service);
	tls_reader_init(&s->readers[SIDE_CLIENT]);
	tls_reader_init(&s->readers[SIDE_SERVER]);
	enter(s, options->implicit_tls ? STAGE_HANDSHAKE : STAGE_GREETING);
	return s;
}

void session_free(struct session *s)
{
	if (s == NULL)
		return;
	tls_client_free(s->tls);
	tls_reader_clear(&s->readers[SIDE_CLIENT]);
	tls_reader_clear(&s->readers[SIDE_SERVER]);
	free(s->output);
	free(s);
}

static bool is_flooded(const struct session *s)
{
	return s->tls == NULL ? s->told_bytes > REPLY_BYTES_MOST : s->tls_bytes > TLS_BYTES_MOST;
}

static size_t take_piece(struct session *s, const uint8_t *bytes, size_t length)
{
	size_t used = s->tls == NULL ? take_plain(s, bytes, length) : take_sealed(s, bytes, length);

	s->transcript.bytes[SIDE_SERVER] += (uint32_t)used;
	return used;
}

void session_take(struct session *s, const uint8_t *bytes, size_t length, int64_t now_ns)
{
	bool plain = s->tls == NULL;
	size_t used = 0;

	s->transcript.now_ns = now_ns;
	s->since_ns = now_ns;
	while (used < length && !session_done(s)) {
		size_t left = length - used;
		used += take_piece(s, bytes + used, left < PIECE ? left : PIECE);
		if (is_flooded(s))
			break_off(s, SESSION_END_FLOOD);
		if (plain && s->tls != NULL && used < length) {
			s->insight.injected = true; /* nobody may take it for a part of TLS */
			break;
		}
	}
}

void session_closed(struct session *s, enum session_closing how, int64_t now_ns)
{
	struct transcript *t = &s->transcript;

	t->now_ns = now_ns;
	if (t->left_ns[SIDE_SERVER] == 0)
		t->left_ns[SIDE_SERVER] = now_ns;
	if (how == CLOSING_RESET && t->left_ns[SIDE_CLIENT] == 0)
		t->reset = true;
	break_off(s, how == CLOSING_RESET ? SESSION_END_RESET : SESSION_END_CLOSED);
}

size_t session_output(const struct session *s, const uint8_t **bytes)
{
	*bytes = s->output;
	if (s->split_until_ns != 0)
		return 0;
	return s->split_left > 0 && s->split_left < s->output_length ? s->split_left
								     : s->output_length;
}

void session_sent(struct session *s, size_t length, int64_t now_ns)
{
	if (length > s->output_length)
		length = s->output_length;
	s->output_length -= length;
	if (s->output_length > 0)
		memmove(s->output, s->output + length, s->output_length);
	s->transcript.bytes[SIDE_CLIENT] += (uint32_t)length;
	if (s->split_left == 0 || length == 0)
		return;
	s->split_left -= length < s->split_left ? length : s->split_left;
	if (s->split_left == 0)
		s->split_until_ns = now_ns + SESSION_SPLIT_NS;
}

static int64_t patience_ns(const struct session *s)
{
	switch (s->insight.stage) {
	case STAGE_GREETING:
	case STAGE_SEALED_GREETING:
		return s->options.greeting_ns;
	case STAGE_QUIT:
		return GOODBYE_NS < s->options.reply_ns ? GOODBYE_NS : s->options.reply_ns;
	case STAGE_CAPABILITIES:
	case STAGE_STARTTLS:
	case STAGE_HANDSHAKE:
	case STAGE_SEALED_CAPABILITIES:
	case STAGE_OVER:
		break;
	}
	return s->options.reply_ns;
}

static int64_t deadline_ns(const struct session *s)
{
	int64_t stage_ns = s->since_ns + patience_ns(s);
	int64_t all_ns = s->began_ns + s->options.total_ns;

	return stage_ns < all_ns ? stage_ns : all_ns;
}

int64_t session_wake_ns(const struct session *s)
{
	int64_t wake_ns = session_done(s) ? INT64_MAX : deadline_ns(s);

	return s->split_until_ns != 0 && s->split_until_ns < wake_ns ? s->split_until_ns : wake_ns;
}

/* To say what this stage waits for. */
static bool has_begun(const struct session *s)
{
	return s->insight.stage == STAGE_HANDSHAKE ? s->tls_bytes > 0 : s->told_bytes > 0;
}

void session_tick(struct session *s, int64_t now_ns)
{
	s->transcript.now_ns = now_ns;
	if (s->split_until_ns != 0 && now_ns >= s->split_until_ns)
		s->split_until_ns = 0;
	if (now_ns >= deadline_ns(s))
		break_off(s, has_begun(s) ? SESSION_END_STALLED : SESSION_END_SILENT);
}

bool session_done(const struct session *s)
{
	return s->insight.end != SESSION_END_NONE;
}

const struct transcript *session_transcript(const struct session *s)
{
	return &s->transcript;
}

const struct insight *session_insight(const struct session *s)
{
	return &s->insight;
}
