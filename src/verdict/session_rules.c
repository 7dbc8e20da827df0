/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A row for each way in which a session fails (SCIENCE section F). That most sessions of a port
 * fail is the condition of all rows: a port on which most succeed works.
 */
#include "session_rules.h"

#include "figures.h"
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
};

static const enum verdict_phase phases[] = {
	[REACHED_CONNECTED] = PHASE_CONNECT,
	[REACHED_GREETING] = PHASE_GREETING,
	[REACHED_STARTTLS] = PHASE_STARTTLS,
	[REACHED_TLS] = PHASE_TLS,
};

void session_rules_apply(struct verdict *verdict, const struct figures *figures)
{
	const struct session_signs *session = &figures->session;
	const struct session_rule *rule = &rules[session->ending];

	verdict->phase = phases[session->reached];
	if (rule->name == NULL)
		return;
	verdict->word = rule->word;
	verdict->phase = rule->phase;
	verdict->by = rule->by;
	/* Each session more that ends the same way halves the doubt or better. */
	if (rule->word == VERDICT_INCONCLUSIVE)
		verdict->confidence = 0;
	else
		verdict->confidence = 1 - (1 - rule->confidence) / fmax(1, session->count);
	verdict->rule = rule->name;
	verdict->findings[verdict->finding_count++] = rule->finding;
}
