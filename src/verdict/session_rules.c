/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A row for each way in which a session fails (SCIENCE section F). That most sessions of a port
 * fail is the condition of all rows: a port on which most succeed works. Then what is noticed
 * besides, whatever the row.
 */
#include "session_rules.h"

#include "account.h"
#include "figures.h"
#include "rule_list.h"
#include "verdict.h"

#include <math.h>

struct session_rule {
	const char *name;  /* NULL: no rule */
	double confidence; /* of one session alone */
	enum verdict_word word;
	enum verdict_phase phase;
	enum verdict_by by;
	enum finding_id finding;
};

static const struct session_rule rules[ENDINGS] = {
	[ENDING_UNHEARD] = {"left before a greeting was due", 0, VERDICT_INCONCLUSIVE,
		PHASE_GREETING, BY_UNKNOWN, FINDING_UNHEARD},
	[ENDING_SILENT] = {"connected and then silent", .95, VERDICT_DROPPED, PHASE_GREETING,
		BY_UNKNOWN, FINDING_SILENT_SERVER},
	[ENDING_CUT] = {"reset before the greeting", .9, VERDICT_REFUSED, PHASE_GREETING,
		BY_UNKNOWN, FINDING_CUT},
	[ENDING_REJECTED] = {"the greeting says no", .98, VERDICT_REJECTED, PHASE_GREETING,
		BY_DESTINATION, FINDING_GREETING_REFUSAL},
	[ENDING_FOREIGN] = {"another protocol's greeting", .95, VERDICT_MISCONFIGURED,
		PHASE_GREETING, BY_DESTINATION, FINDING_WRONG_PROTOCOL},
	[ENDING_EARLY_TLS] = {"TLS where plain text comes first", .95, VERDICT_MISCONFIGURED,
		PHASE_GREETING, BY_DESTINATION, FINDING_WRONG_PROTOCOL},
	[ENDING_PLAIN] = {"plain text where TLS comes first", .98, VERDICT_MISCONFIGURED, PHASE_TLS,
		BY_DESTINATION, FINDING_PLAIN_TEXT},
	[ENDING_FOREIGN_TLS] = {"another protocol where TLS comes first", .95,
		VERDICT_MISCONFIGURED, PHASE_TLS, BY_DESTINATION, FINDING_WRONG_PROTOCOL},
	[ENDING_STRIPPED] = {"STARTTLS written over", .98, VERDICT_INTERCEPTED, PHASE_STARTTLS,
		BY_PATH, FINDING_STARTTLS_STRIPPED},
	[ENDING_NO_STARTTLS] = {"STARTTLS asked for and refused", .95, VERDICT_MISCONFIGURED,
		PHASE_STARTTLS, BY_DESTINATION, FINDING_STARTTLS_REFUSED},
	[ENDING_HELLO_SILENT] = {"ClientHello without an answer", .95, VERDICT_DROPPED, PHASE_TLS,
		BY_UNKNOWN, FINDING_HELLO_UNANSWERED},
	[ENDING_HELLO_RESET] = {"ClientHello answered by a RST", .95, VERDICT_REFUSED, PHASE_TLS,
		BY_UNKNOWN, FINDING_HELLO_RESET},
	[ENDING_TLS_ALERT] = {"alert in the handshake", .95, VERDICT_MISCONFIGURED, PHASE_TLS,
		BY_DESTINATION, FINDING_TLS_ALERT},
	[ENDING_UNTRUSTED] = {"the client refuses the certificate", .95, VERDICT_MISCONFIGURED,
		PHASE_CERTIFICATE, BY_DESTINATION, FINDING_CERTIFICATE_REFUSED},
	[ENDING_HUNG_UP] = {"closed before the greeting", .9, VERDICT_MISCONFIGURED, PHASE_GREETING,
		BY_UNKNOWN, FINDING_HUNG_UP},
	[ENDING_FLOOD] = {"bytes without an end", .95, VERDICT_MISCONFIGURED, PHASE_GREETING,
		BY_DESTINATION, FINDING_FLOOD},
	[ENDING_TALK_SILENT] = {"a command without a reply", .9, VERDICT_DROPPED, PHASE_STARTTLS,
		BY_UNKNOWN, FINDING_TALK_SILENT},
	[ENDING_TALK_CLOSED] = {"closed after the greeting", .9, VERDICT_MISCONFIGURED,
		PHASE_STARTTLS, BY_UNKNOWN, FINDING_TALK_CLOSED},
	[ENDING_TALK_RESET] = {"reset after the greeting", .9, VERDICT_REFUSED, PHASE_STARTTLS,
		BY_UNKNOWN, FINDING_TALK_RESET},
	[ENDING_NOT_OFFERED] = {"STARTTLS is not offered", .95, VERDICT_MISCONFIGURED,
		PHASE_STARTTLS, BY_UNKNOWN, FINDING_STARTTLS_ABSENT},
	[ENDING_TLS_STALLED] = {"a handshake that never ends", .95, VERDICT_DROPPED, PHASE_TLS,
		BY_UNKNOWN, FINDING_TLS_STALLED},
	[ENDING_TLS_CLOSED] = {"closed in the handshake", .9, VERDICT_MISCONFIGURED, PHASE_TLS,
		BY_UNKNOWN, FINDING_TLS_CLOSED},
	[ENDING_TLS_FAILED] = {"no handshake of TLS", .9, VERDICT_MISCONFIGURED, PHASE_TLS,
		BY_DESTINATION, FINDING_TLS_FAILED},
	[ENDING_EXPIRED] = {"the certificate has expired", .98, VERDICT_MISCONFIGURED,
		PHASE_CERTIFICATE, BY_DESTINATION, FINDING_EXPIRED},
	[ENDING_NOT_YET_VALID] = {"the certificate is not valid yet", .95, VERDICT_MISCONFIGURED,
		PHASE_CERTIFICATE, BY_DESTINATION, FINDING_NOT_YET_VALID},
	[ENDING_SELF_SIGNED] = {"the certificate vouches for itself", .98, VERDICT_MISCONFIGURED,
		PHASE_CERTIFICATE, BY_DESTINATION, FINDING_SELF_SIGNED},
	[ENDING_NOT_TRUSTED] = {"nobody trusted vouches for the certificate", .95,
		VERDICT_MISCONFIGURED, PHASE_CERTIFICATE, BY_DESTINATION, FINDING_NOT_TRUSTED},
	[ENDING_OTHER_NAME] = {"the certificate is for another name", .98, VERDICT_MISCONFIGURED,
		PHASE_CERTIFICATE, BY_DESTINATION, FINDING_OTHER_NAME},
	[ENDING_NOT_THAT_OF_DNS] = {"the certificate is not that of DNS", .98,
		VERDICT_MISCONFIGURED, PHASE_CERTIFICATE, BY_UNKNOWN, FINDING_DANE_MISMATCH},
};

/*
 * Sessions that end well enough, or as a server's own choice would end them, and that another port
 * of the same server shows to have been tampered with (SCIENCE section F).
 */

static bool starttls_is_replaced(const struct session_signs *s)
{
	const struct transcript *t = s->transcript;

	return t->starttls_replaced && t->capabilities_told && !t->starttls_offered &&
		!t->starttls_accepted && s->offered_elsewhere;
}

/* Who offers a command knows it. */
static bool command_is_garbled(const struct session_signs *s)
{
	const struct transcript *t = s->transcript;

	return t->starttls_offered && t->starttls_refused && t->starttls_unknown &&
		s->accepted_elsewhere;
}

static const struct tampering {
	bool (*holds)(const struct session_signs *session);
	struct session_rule rule;
} tamperings[] = {
	{starttls_is_replaced,
		{"a keyword in the place of STARTTLS", .9, VERDICT_INTERCEPTED, PHASE_STARTTLS,
			BY_PATH, FINDING_STARTTLS_REPLACED}},
	{command_is_garbled,
		{"STARTTLS arrives as another command", .9, VERDICT_INTERCEPTED, PHASE_STARTTLS,
			BY_PATH, FINDING_STARTTLS_GARBLED}},
};

static const enum verdict_phase phases[] = {
	[REACHED_CONNECTED] = PHASE_CONNECT,
	[REACHED_GREETING] = PHASE_GREETING,
	[REACHED_STARTTLS] = PHASE_STARTTLS,
	[REACHED_TLS] = PHASE_TLS,
	[REACHED_CERTIFICATE] = PHASE_CERTIFICATE,
};

/* What is noticed besides. */

#define LATE_GREETING_NS ((int64_t)1000000000)
#define SOON_DAYS        14 /* renewals are due a month before; two weeks are left to forget one */
#define VERSION_TLS12    0x0303

static bool hello_fails(const struct session_signs *s)
{
	return s->ending == ENDING_HELLO_SILENT || s->ending == ENDING_HELLO_RESET ||
		s->ending == ENDING_TLS_STALLED;
}

static bool gets_through(const struct session_signs *s, enum session_variant variant)
{
	return hello_fails(s) && s->retries[variant] == RETRY_WORKED;
}

static bool filter_reads_hellos(const struct session_signs *s)
{
	return gets_through(s, VARIANT_SPLIT);
}

/* What passes whole without the name is judged by the name. */
static bool filter_reads_names(const struct session_signs *s)
{
	return gets_through(s, VARIANT_NAMELESS) && !filter_reads_hellos(s);
}

/* Two in small segments or none that is large: it is their size. */
static bool large_segments_vanish(const struct session_signs *s)
{
	return gets_through(s, VARIANT_SMALL) && !filter_reads_hellos(s) && !filter_reads_names(s);
}

static bool nothing_gets_through(const struct session_signs *s)
{
	return hello_fails(s) && s->retries[VARIANT_SPLIT] == RETRY_FAILED &&
		s->retries[VARIANT_SMALL] == RETRY_FAILED &&
		s->retries[VARIANT_NAMELESS] != RETRY_WORKED;
}

static bool starttls_is_missing(const struct session_signs *s)
{
	return s->transcript->capabilities_told && !s->transcript->starttls_offered &&
		!s->transcript->starttls_accepted && !s->transcript->implicit_tls;
}

static bool starttls_is_refused(const struct session_signs *s)
{
	return s->transcript->starttls_offered && s->transcript->starttls_refused;
}

static bool another_port_offers_it(const struct session_signs *s)
{
	return starttls_is_missing(s) && s->offered_elsewhere;
}

static bool tls_is_old(const struct session_signs *s)
{
	return s->account->insight.tls_complete && s->account->insight.tls_version < VERSION_TLS12;
}

static bool names_another(const struct session_signs *s)
{
	return s->account->insight.verification.problems & (1U << VERIFY_NAME_MISMATCH);
}

static bool intermediate_is_missing(const struct session_signs *s)
{
	return s->account->insight.verification.intermediate_missing;
}

static bool expires_soon(const struct session_signs *s)
{
	const struct certificate *certificate = &s->account->insight.certificate;
	int64_t days = certificate_days_left(certificate, s->account->ended_ns);

	return certificate->present && certificate->dated && days >= 0 && days < SOON_DAYS;
}

static bool name_was_not_checked(const struct session_signs *s)
{
	return s->account->insight.certificate.present &&
		!s->account->insight.verification.name_checked;
}

static bool dane_contradicts(const struct session_signs *s)
{
	return s->account->insight.dane == DANE_MISMATCH;
}

static bool dane_agrees(const struct session_signs *s)
{
	return s->account->insight.dane == DANE_MATCH;
}

static bool dane_cannot_be_relied_on(const struct session_signs *s)
{
	return s->account->insight.dane == DANE_NOT_VALIDATED;
}

static bool greets_late(const struct session_signs *s)
{
	const struct transcript *t = s->transcript;

	return t->greeted_ns != 0 && t->greeted_ns - t->opened_ns >= LATE_GREETING_NS;
}

static bool bytes_were_injected(const struct session_signs *s)
{
	return s->account->insight.injected;
}

static const struct {
	bool (*holds)(const struct session_signs *session);
	enum finding_id id;
} notices[] = {
	{filter_reads_hellos, FINDING_HELLO_FILTER},
	{filter_reads_names, FINDING_NAME_FILTER},
	{large_segments_vanish, FINDING_MTU_BLACK_HOLE},
	{nothing_gets_through, FINDING_TLS_DEAD},
	{another_port_offers_it, FINDING_STARTTLS_UNEVEN},
	{starttls_is_missing, FINDING_STARTTLS_ABSENT},
	{starttls_is_refused, FINDING_STARTTLS_REFUSED},
	{tls_is_old, FINDING_OLD_TLS},
	{names_another, FINDING_OTHER_NAME},
	{intermediate_is_missing, FINDING_INTERMEDIATE_MISSING},
	{dane_contradicts, FINDING_DANE_MISMATCH},
	{dane_agrees, FINDING_DANE_MATCH},
	{dane_cannot_be_relied_on, FINDING_DANE_UNVALIDATED},
	{name_was_not_checked, FINDING_NAME_UNCHECKED},
	{expires_soon, FINDING_EXPIRES_SOON},
	{greets_late, FINDING_GREETING_LATE},
	{bytes_were_injected, FINDING_INJECTED},
};
#define NOTICES (sizeof(notices) / sizeof(notices[0]))

static void notice(struct verdict *verdict, const struct session_signs *session)
{
	size_t told = verdict->finding_count;

	for (size_t i = 0; i < NOTICES && verdict->finding_count < VERDICT_FINDINGS; i++) {
		bool again = told > 0 && verdict->findings[0] == notices[i].id;
		if (!again && notices[i].holds(session))
			verdict->findings[verdict->finding_count++] = notices[i].id;
	}
}

/* A form of the ClientHello that gets through where the usual one does not: who stops the usual one
 * looks at it on the way. */
static bool stopped_on_the_way(const struct session_signs *s)
{
	return filter_reads_hellos(s) || filter_reads_names(s) || large_segments_vanish(s);
}

/* Packets pass, and yet no connection could be had: then nothing is known of the rest. */
static const struct session_rule unheld = {"no session could be held", 0, VERDICT_INCONCLUSIVE,
	PHASE_CONNECT, BY_UNKNOWN, FINDING_NO_SESSION};

static const struct session_rule *rule_for(const struct session_signs *session)
{
	if (session->account != NULL && session->account->error != 0)
		return &unheld;
	for (size_t i = 0; i < sizeof(tamperings) / sizeof(tamperings[0]); i++) {
		if (session->transcript != NULL && tamperings[i].holds(session))
			return &tamperings[i].rule;
	}
	return &rules[session->ending];
}

static void apply(struct verdict *verdict, const struct session_signs *session)
{
	const struct session_rule *rule = rule_for(session);

	if (rule->name == NULL)
		return;
	verdict->word = rule->word;
	verdict->phase = rule->phase;
	verdict->by = stopped_on_the_way(session) ? BY_PATH : rule->by;
	/* Each session more that ends the same way halves the doubt or better. */
	if (rule->word == VERDICT_INCONCLUSIVE)
		verdict->confidence = 0;
	else
		verdict->confidence = 1 - (1 - rule->confidence) / fmax(1, session->count);
	verdict->rule = rule->name;
	verdict->findings[verdict->finding_count++] = rule->finding;
}

void session_rules_apply(struct verdict *verdict, const struct figures *figures)
{
	const struct session_signs *session = &figures->session;

	verdict->phase = phases[session->reached];
	apply(verdict, session);
	if (session->account != NULL)
		notice(verdict, session);
}

static void tell(struct rule_list *list, const struct session_rule *rule)
{
	if (rule->name != NULL)
		rule_list_add(list,
			(struct rule_row){
				rule->name, rule->word, (int)rule->phase, rule->by, rule->finding});
}

void session_rules_tell(struct rule_list *list)
{
	tell(list, &unheld);
	for (size_t i = 0; i < ENDINGS; i++)
		tell(list, &rules[i]);
	for (size_t i = 0; i < sizeof(tamperings) / sizeof(tamperings[0]); i++)
		tell(list, &tamperings[i].rule);
	for (size_t i = 0; i < NOTICES; i++)
		rule_list_notice(list, notices[i].id);
}
