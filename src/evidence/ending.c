/* SPDX-License-Identifier: BSD-2-Clause */
#include "ending.h"

#include "transcript.h"

#include <string.h>

#define NS_PER_S ((int64_t)1000000000)

/* Servers delay their greeting on purpose, by five or six seconds (postscreen, greet_pause); after
 * ten it is no longer that (SCIENCE section F). */
#define GREETING_DUE_NS (10 * NS_PER_S)

/* Whoever leaves within a second did not come to listen. */
#define LISTENED_NS NS_PER_S

/* Alerts about the certificate, RFC 8446 section 6.2. */
#define ALERT_CERTIFICATE_FIRST 41
#define ALERT_CERTIFICATE_LAST  46
#define ALERT_UNKNOWN_CA        48
#define ALERT_BAD_STATUS        113

bool ending_is_failure(enum ending ending)
{
	return ending > ENDING_UNHEARD;
}

enum reached reached_by(const struct transcript *t)
{
	if (t->tls.complete)
		return REACHED_TLS;
	if (t->capabilities_told || t->starttls_asked)
		return REACHED_STARTTLS;
	return t->greeting == GREETING_WELCOME ? REACHED_GREETING : REACHED_CONNECTED;
}

static int64_t end_of(const struct transcript *t, int64_t now_ns)
{
	int64_t end_ns = now_ns;

	for (int side = 0; side < SESSION_SIDES; side++) {
		if (t->left_ns[side] != 0 && t->left_ns[side] < end_ns)
			end_ns = t->left_ns[side];
	}
	return end_ns;
}

/* Nothing answered since since_ns: what that is worth by the time that there was. */
static enum ending silence_since(
	const struct transcript *t, int64_t since_ns, int64_t now_ns, enum ending certain)
{
	int64_t waited_ns = end_of(t, now_ns) - since_ns;

	if (t->unheard || since_ns == 0)
		return ENDING_UNKNOWN;
	if (waited_ns >= GREETING_DUE_NS)
		return certain;
	return waited_ns >= LISTENED_NS ? ENDING_UNHEARD : ENDING_UNKNOWN;
}

static bool is_about_certificate(const struct tls_alert *alert)
{
	uint8_t what = alert->description;

	return alert->from == SIDE_CLIENT &&
		((what >= ALERT_CERTIFICATE_FIRST && what <= ALERT_CERTIFICATE_LAST) ||
			what == ALERT_UNKNOWN_CA || what == ALERT_BAD_STATUS);
}

/* From the ClientHello on. */
static enum ending tls_ending(const struct transcript *t, int64_t now_ns)
{
	if (t->tls.complete)
		return ENDING_SOUND;
	if (t->tls.alert.seen)
		return is_about_certificate(&t->tls.alert) ? ENDING_UNTRUSTED : ENDING_TLS_ALERT;
	if (t->tls.sealed_alert)
		return ENDING_TLS_ALERT;
	if (t->tls.server_hello || t->answered_hello)
		return ENDING_UNKNOWN;
	if (t->reset && !t->unheard)
		return ENDING_HELLO_RESET;
	if (t->left_ns[SIDE_SERVER] != 0)
		return ENDING_UNKNOWN;
	return silence_since(t, t->hello_ns, now_ns, ENDING_HELLO_SILENT);
}

static enum ending implicit_ending(const struct transcript *t, int64_t now_ns)
{
	switch (t->speaks) {
	case PROTOCOL_SMTP:
	case PROTOCOL_IMAP:
	case PROTOCOL_POP3:
		return ENDING_PLAIN;
	case PROTOCOL_HTTP:
	case PROTOCOL_SSH:
		return ENDING_FOREIGN_TLS;
	case PROTOCOL_UNDECIDED:
	case PROTOCOL_TLS:
	case PROTOCOL_OTHER:
		break;
	}
	return t->tls.client_hello ? tls_ending(t, now_ns) : ENDING_UNKNOWN;
}

/* Who has not greeted. */
static enum ending mute_ending(const struct transcript *t, int64_t now_ns)
{
	if (t->bytes[SIDE_SERVER] > 0 || t->unheard)
		return ENDING_UNKNOWN;
	if (t->reset)
		return ENDING_CUT;
	if (t->left_ns[SIDE_SERVER] != 0)
		return ENDING_UNHEARD;
	return silence_since(t, t->opened_ns, now_ns, ENDING_SILENT);
}

bool ending_needs_starttls(const struct transcript *t)
{
	return t->port != 25 && t->port != 2525;
}

static enum ending greeted_ending(const struct transcript *t, int64_t now_ns)
{
	if (t->greeting == GREETING_REFUSAL)
		return ENDING_REJECTED;
	if (t->greeting == GREETING_ODD)
		return ENDING_FOREIGN;
	if (transcript_stripped(t))
		return ENDING_STRIPPED;
	if (t->starttls_refused && ending_needs_starttls(t))
		return ENDING_NO_STARTTLS;
	if (t->starttls_accepted && t->tls.client_hello)
		return tls_ending(t, now_ns);
	return ENDING_SOUND;
}

enum ending ending_of(const struct transcript *t, int64_t now_ns)
{
	if (t->opened_ns == 0)
		return ENDING_UNKNOWN;
	if (t->implicit_tls)
		return implicit_ending(t, now_ns);
	if (t->speaks == PROTOCOL_UNDECIDED)
		return mute_ending(t, now_ns);
	if (t->speaks == PROTOCOL_TLS)
		return ENDING_EARLY_TLS;
	if (!transcript_speaks_own(t))
		return ENDING_FOREIGN;
	return t->greeting == GREETING_NONE ? ENDING_UNKNOWN : greeted_ending(t, now_ns);
}

static bool greets_alike(const struct transcript *one, const struct transcript *other)
{
	return one->greeting_text[0] != '\0' &&
		strcmp(one->greeting_text, other->greeting_text) == 0;
}

void session_signs_compare(struct session_signs *signs, const struct transcript *other)
{
	const struct transcript *here = signs->transcript;

	if (!greets_alike(here, other))
		return;
	if (here->capabilities_told && !here->starttls_offered && other->starttls_offered)
		signs->offered_elsewhere = true;
	if (other->starttls_accepted && other->tls.server_hello)
		signs->accepted_elsewhere = true;
}
