/* SPDX-License-Identifier: BSD-2-Clause */
/* One keyword table per enum: reports, JSON and tests read the same. */
#include "verdict.h"

#include <string.h>

static const char *const word_names[VERDICT_WORDS] = {
	[VERDICT_OPEN] = "open",
	[VERDICT_DROPPED] = "dropped",
	[VERDICT_REFUSED] = "refused",
	[VERDICT_UNREACHABLE] = "unreachable",
	[VERDICT_THROTTLED] = "throttled",
	[VERDICT_LOSSY] = "lossy",
	[VERDICT_INTERCEPTED] = "intercepted",
	[VERDICT_MISCONFIGURED] = "misconfigured",
	[VERDICT_REJECTED] = "rejected",
	[VERDICT_DOWN] = "down",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
};

static const char *const phase_names[] = {
	[PHASE_CONNECT] = "connect",
	[PHASE_GREETING] = "greeting",
	[PHASE_STARTTLS] = "starttls",
	[PHASE_TLS] = "tls",
	[PHASE_CERTIFICATE] = "certificate",
};

static const char *const by_names[] = {
	[BY_NOBODY] = NULL,
	[BY_LOCAL] = "local",
	[BY_PATH] = "path",
	[BY_DESTINATION] = "destination",
	[BY_UNKNOWN] = "unknown",
};

static const char *const relation_names[] = {
	[PLACE_AT] = "at",
	[PLACE_AFTER] = "after",
};

static const char *const finding_names[FINDING_IDS] = {
	[FINDING_LOCAL_OUTPUT] = "local-output-filter",
	[FINDING_LOCAL_EGRESS] = "local-egress-filter",
	[FINDING_LOCAL_INPUT] = "local-input-filter",
	[FINDING_LOCAL_PROCESS] = "local-process-filter",
	[FINDING_LOCAL_ROUTE] = "local-route",
	[FINDING_NEIGHBOUR_SILENT] = "neighbour-silent",
	[FINDING_PORT_LIMIT] = "port-limit",
	[FINDING_HOST_LIMIT] = "host-limit",
	[FINDING_CONNECTION_LIMIT] = "connection-limit",
	[FINDING_BAN] = "ban",
	[FINDING_PATH_LOSS] = "path-loss",
	[FINDING_PORT_LOSS] = "port-loss",
	[FINDING_LATE_ANSWERS] = "late-answers",
	[FINDING_MIXED_ANSWERS] = "mixed-answers",
	[FINDING_HOST_UNKNOWN] = "host-unknown",
	[FINDING_ROUTING_LOOP] = "routing-loop",
	[FINDING_CAPTURE_LOST] = "capture-lost",
	[FINDING_ANOMALIES] = "stray-answers",
	[FINDING_STALE_STATE] = "stale-state",
	[FINDING_PATH_ALIVE] = "path-alive",
	[FINDING_SHALLOW] = "shallow",
	[FINDING_MIDWAY] = "midway",
	[FINDING_UNHEARD] = "left-early",
	[FINDING_SILENT_SERVER] = "no-greeting",
	[FINDING_CUT] = "reset-before-greeting",
	[FINDING_GREETING_REFUSAL] = "greeting-refusal",
	[FINDING_WRONG_PROTOCOL] = "wrong-protocol",
	[FINDING_PLAIN_TEXT] = "plain-text",
	[FINDING_STARTTLS_STRIPPED] = "starttls-stripped",
	[FINDING_STARTTLS_REFUSED] = "starttls-refused",
	[FINDING_HELLO_UNANSWERED] = "client-hello-unanswered",
	[FINDING_HELLO_RESET] = "client-hello-reset",
	[FINDING_TLS_ALERT] = "tls-alert",
	[FINDING_CERTIFICATE_REFUSED] = "certificate-refused",
	[FINDING_POLICED] = "rate-policed",
	[FINDING_SHAPED] = "rate-shaped",
	[FINDING_EVEN_RATE] = "even-rate",
	[FINDING_WINDOW_CLOSED] = "zero-window",
	[FINDING_REPEATS] = "retransmissions",
	[FINDING_MANY_REPEATS] = "many-retransmissions",
	[FINDING_LARGE_UNTAKEN] = "large-packets-lost",
	[FINDING_REST_CUT] = "idle-cut",
	[FINDING_REST_RESET] = "idle-reset",
	[FINDING_RESET_MIDWAY] = "reset-midway",
	[FINDING_FOREIGN_RESET] = "forged-reset",
	[FINDING_HOPS_CHANGE] = "hop-limit-change",
	[FINDING_VERSIONS_REFUSED] = "tls-versions-refused",
	[FINDING_STARTTLS_RESET] = "starttls-reset",
	[FINDING_HUNG_UP] = "closed-before-greeting",
	[FINDING_FLOOD] = "endless-line",
	[FINDING_TALK_SILENT] = "command-unanswered",
	[FINDING_TALK_CLOSED] = "session-closed",
	[FINDING_TALK_RESET] = "session-reset",
	[FINDING_STARTTLS_ABSENT] = "starttls-absent",
	[FINDING_STARTTLS_UNEVEN] = "starttls-on-another-port",
	[FINDING_TLS_STALLED] = "tls-stalled",
	[FINDING_TLS_CLOSED] = "tls-closed",
	[FINDING_TLS_FAILED] = "tls-failed",
	[FINDING_MTU_BLACK_HOLE] = "path-mtu-black-hole",
	[FINDING_HELLO_FILTER] = "client-hello-filter",
	[FINDING_NAME_FILTER] = "server-name-filter",
	[FINDING_TLS_DEAD] = "tls-dead",
	[FINDING_OLD_TLS] = "old-tls",
	[FINDING_EXPIRED] = "certificate-expired",
	[FINDING_NOT_YET_VALID] = "certificate-not-yet-valid",
	[FINDING_SELF_SIGNED] = "certificate-self-signed",
	[FINDING_NOT_TRUSTED] = "certificate-untrusted",
	[FINDING_OTHER_NAME] = "certificate-name-mismatch",
	[FINDING_INTERMEDIATE_MISSING] = "intermediate-missing",
	[FINDING_EXPIRES_SOON] = "certificate-expires-soon",
	[FINDING_NAME_UNCHECKED] = "name-not-checked",
	[FINDING_DANE_MISMATCH] = "dane-mismatch",
	[FINDING_DANE_MATCH] = "dane-match",
	[FINDING_DANE_UNVALIDATED] = "dane-not-validated",
	[FINDING_GREETING_LATE] = "late-greeting",
	[FINDING_INJECTED] = "bytes-before-tls",
	[FINDING_NO_SESSION] = "no-session",
	[FINDING_ONE_WAY] = "one-direction",
	[FINDING_NO_SOURCE] = "no-source-address",
	[FINDING_SOURCE_ELSEWHERE] = "source-elsewhere",
	[FINDING_ANSWERS_ELSEWHERE] = "answers-elsewhere",
	[FINDING_NOT_OFFERED] = "port-not-offered",
	[FINDING_PLACE_BETWEEN] = "place-between",
	[FINDING_LAST_STRETCH] = "last-stretch",
	[FINDING_SILENT_BEYOND] = "silent-beyond",
	[FINDING_NEARER_ANSWER] = "nearer-answer",
	[FINDING_WAYS_DIFFER] = "ways-differ",
	[FINDING_SEVERAL_WAYS] = "several-ways",
	[FINDING_HOPS_SILENT] = "hops-silent",
	[FINDING_TUNNEL] = "tunnel",
	[FINDING_TRANSLATION] = "address-translation",
	[FINDING_CIRCLE] = "router-repeated",
	[FINDING_FORGED_REFUSAL] = "forged-refusal",
	[FINDING_TWO_ANSWERERS] = "two-answerers",
	[FINDING_IN_FRONT] = "device-in-front",
	[FINDING_SYN_PROXY] = "syn-proxy",
	[FINDING_TARPIT] = "tarpit",
	[FINDING_OTHER_PARTY] = "other-party",
	[FINDING_SUSPECT_ANSWERS] = "suspect-answers",
	[FINDING_STARTTLS_REPLACED] = "starttls-replaced",
	[FINDING_STARTTLS_GARBLED] = "starttls-garbled",
	[FINDING_SOURCE_LIMIT] = "source-limit",
	[FINDING_STARVED] = "limit-used-up",
};

const char *verdict_word_name(enum verdict_word word)
{
	return word_names[word];
}

const char *verdict_phase_name(enum verdict_phase phase)
{
	return phase_names[phase];
}

const char *verdict_by_name(enum verdict_by by)
{
	return by_names[by];
}

const char *place_relation_name(enum place_relation relation)
{
	return relation_names[relation];
}

const char *finding_id_name(enum finding_id id)
{
	return finding_names[id];
}

bool verdict_word_parse(enum verdict_word *out, const char *text)
{
	for (int word = 0; word < VERDICT_WORDS; word++) {
		if (strcmp(word_names[word], text) == 0) {
			*out = (enum verdict_word)word;
			return true;
		}
	}
	return false;
}
