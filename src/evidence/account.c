/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"

const char *session_variant_name(enum session_variant variant)
{
	static const char *const names[VARIANTS] = {
		[VARIANT_USUAL] = "usual",
		[VARIANT_SPLIT] = "split",
		[VARIANT_SMALL] = "small",
		[VARIANT_NAMELESS] = "nameless",
		[VARIANT_TLS_FIRST] = "tls-first",
	};
	return names[variant];
}

bool account_met_tls(const struct session_account *account)
{
	const struct transcript *transcript = &account->transcript;

	return transcript->speaks == PROTOCOL_TLS || transcript->tls.server_hello ||
		account->insight.tls_complete;
}

/* What is wrong with the certificate of a session that is sound otherwise. Where DANE vouches for
 * it, or against it, that alone counts (RFC 7672 section 3.1.1). */
static enum ending certificate_ending(const struct insight *insight)
{
	static const enum ending endings[VERIFY_WORDS] = {
		[VERIFY_UNKNOWN] = ENDING_SOUND,
		[VERIFY_OK] = ENDING_SOUND,
		[VERIFY_EXPIRED] = ENDING_EXPIRED,
		[VERIFY_NOT_YET_VALID] = ENDING_NOT_YET_VALID,
		[VERIFY_SELF_SIGNED] = ENDING_SELF_SIGNED,
		[VERIFY_UNTRUSTED] = ENDING_NOT_TRUSTED,
		[VERIFY_NAME_MISMATCH] = ENDING_OTHER_NAME,
	};

	if (insight->dane == DANE_MISMATCH)
		return ENDING_NOT_THAT_OF_DNS;
	return insight->dane == DANE_MATCH ? ENDING_SOUND : endings[insight->verification.word];
}

/* Under TLS the greeting may still say no, or be another protocol's. */
static enum ending sealed_ending(const struct insight *insight)
{
	if (insight->sealed_greeting == GREETING_REFUSAL)
		return ENDING_REJECTED;
	if (insight->sealed_greeting == GREETING_ODD)
		return ENDING_FOREIGN_TLS;
	return certificate_ending(insight);
}

/* We ask for STARTTLS even where it is not offered, since a device on the way may have taken it
 * out; that we are refused then says no more than that. */
static bool starttls_is_absent(const struct transcript *t)
{
	return t->capabilities_told && !t->starttls_offered && !t->starttls_accepted &&
		ending_needs_starttls(t);
}

static enum ending complete_ending(const struct session_account *account)
{
	const struct transcript *t = &account->transcript;
	enum ending ending = ending_of(t, account->ended_ns);

	if ((ending == ENDING_SOUND || ending == ENDING_NO_STARTTLS) && !t->implicit_tls &&
		starttls_is_absent(t))
		return ENDING_NOT_OFFERED;
	if (ending != ENDING_SOUND && ending != ENDING_UNKNOWN)
		return ending;
	return account->insight.tls_complete ? sealed_ending(&account->insight) : ending;
}

/* Who speaks another protocol tells which by its first bytes, and where TLS is spoken by those
 * under it. */
static enum ending foreign_ending(const struct session_account *account)
{
	enum ending ending = ending_of(&account->transcript, account->ended_ns);

	if (account->insight.tls_complete)
		return ENDING_FOREIGN_TLS;
	if (ending != ENDING_SOUND && ending != ENDING_UNKNOWN)
		return ending;
	return account->transcript.implicit_tls ? ENDING_FOREIGN_TLS : ENDING_FOREIGN;
}

/* The phases of a session by what failing in them is called. */
enum part {
	PART_GREETING,
	PART_TALK,
	PART_TLS,
	PART_GOODBYE,
};
#define PARTS 4

static enum part part_of(const struct insight *insight)
{
	switch (insight->stage) {
	case STAGE_GREETING:
	case STAGE_SEALED_GREETING:
		return PART_GREETING;
	case STAGE_CAPABILITIES:
	case STAGE_STARTTLS:
	case STAGE_SEALED_CAPABILITIES:
		return PART_TALK;
	case STAGE_HANDSHAKE:
		return PART_TLS;
	case STAGE_QUIT:
	case STAGE_OVER:
		break;
	}
	return PART_GOODBYE;
}

/* ENDING_UNKNOWN where the goodbye is all that went wrong: then it was a complete session. */
static enum ending broken_ending(const struct session_account *account)
{
	static const enum ending endings[PARTS][SESSION_ENDS] = {
		[PART_GREETING] = {[SESSION_END_SILENT] = ENDING_SILENT,
			[SESSION_END_STALLED] = ENDING_SILENT,
			[SESSION_END_CLOSED] = ENDING_HUNG_UP,
			[SESSION_END_RESET] = ENDING_CUT,
			[SESSION_END_FLOOD] = ENDING_FLOOD,
			[SESSION_END_TLS] = ENDING_TLS_FAILED},
		[PART_TALK] = {[SESSION_END_SILENT] = ENDING_TALK_SILENT,
			[SESSION_END_STALLED] = ENDING_TALK_SILENT,
			[SESSION_END_CLOSED] = ENDING_TALK_CLOSED,
			[SESSION_END_RESET] = ENDING_TALK_RESET,
			[SESSION_END_FLOOD] = ENDING_FLOOD,
			[SESSION_END_TLS] = ENDING_TLS_FAILED},
		[PART_TLS] = {[SESSION_END_SILENT] = ENDING_HELLO_SILENT,
			[SESSION_END_STALLED] = ENDING_HELLO_SILENT,
			[SESSION_END_CLOSED] = ENDING_TLS_CLOSED,
			[SESSION_END_RESET] = ENDING_HELLO_RESET,
			[SESSION_END_FLOOD] = ENDING_TLS_FAILED,
			[SESSION_END_TLS] = ENDING_TLS_FAILED},
	};
	const struct insight *insight = &account->insight;
	enum ending ending = endings[part_of(insight)][insight->end];

	if (ending == ENDING_HELLO_SILENT && account->transcript.answered_hello)
		return ENDING_TLS_STALLED;
	if (ending == ENDING_TLS_FAILED && insight->alert.seen)
		return ENDING_TLS_ALERT;
	return ending;
}

enum ending account_ending(const struct session_account *account)
{
	const struct insight *insight = &account->insight;
	enum ending ending = ENDING_UNKNOWN;

	if (account->error != 0 || insight->end == SESSION_END_NONE)
		return ENDING_UNKNOWN;
	if (insight->end == SESSION_END_FOREIGN)
		return foreign_ending(account);
	if (insight->end != SESSION_END_COMPLETE)
		ending = broken_ending(account);
	return ending == ENDING_UNKNOWN ? complete_ending(account) : ending;
}

enum reached account_reached(const struct session_account *account)
{
	if (!account->insight.tls_complete)
		return reached_by(&account->transcript);
	return account->insight.certificate.present ? REACHED_CERTIFICATE : REACHED_TLS;
}
