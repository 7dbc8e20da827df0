/* SPDX-License-Identifier: BSD-2-Clause */
#include "wording.h"

#include "icmp_name.h"
#include "mailport.h"
#include "report.h"
#include "sentence.h"
#include "session_wording.h"

#include <stdio.h>
#include <string.h>

struct words {
	char host[320], address[ADDRESS_TEXT], place[WORDING_PLACE + 8], purpose[48];
	char port[8], tries[16], missing[16], resets[16], icmp_errors[16], never_left[16];
	char took[SENTENCE_NUMBER + 16], rate[SENTENCE_NUMBER], burst[16], loss[16];
	char control_loss[16], late[16], reached[8];
	char icmp_from[ADDRESS_TEXT];
	struct session_words session;
	const char *icmp, *excess, *error;
};

const char *wording_place(const struct result *result, char out[static WORDING_PLACE])
{
	const struct place *hop = &result->verdict.hop;
	char address[ADDRESS_TEXT];

	out[0] = '\0';
	if (!hop->known || hop->ttl == 0)
		return out;
	address_print(&hop->address, address);
	snprintf(out, WORDING_PLACE, "%s hop %u%s%s%s", place_relation_name(hop->relation),
		hop->ttl, hop->address.family == ADDRESS_NONE ? "" : " (",
		hop->address.family == ADDRESS_NONE ? "" : address,
		hop->address.family == ADDRESS_NONE ? "" : ")");
	return out;
}

static void count(char out[static 16], unsigned number)
{
	snprintf(out, 16, "%u", number);
}

static void ratio(char out[static 16], double value)
{
	snprintf(out, 16, "%.0f %%", value * 100);
}

static void name_host(struct words *words, const struct result *result)
{
	address_print(&result->address, words->address);
	if (result->host[0] == '\0')
		snprintf(words->host, sizeof(words->host), "%s", words->address);
	else
		snprintf(words->host, sizeof(words->host), "%s (%s)", result->host, words->address);
}

static void name_purpose(struct words *words, const struct result *result)
{
	const struct mailport *row = mailport_find(result->port);

	words->purpose[0] = '\0';
	if (row != NULL)
		snprintf(words->purpose, sizeof(words->purpose), " (%s)", row->purpose);
}

static void name_time(struct words *words, const struct result *result)
{
	char number[SENTENCE_NUMBER];

	words->took[0] = '\0';
	if (result->figures.round_trips.samples == 0)
		return;
	sentence_number(number, result->figures.round_trips.median_ms);
	snprintf(words->took, sizeof(words->took), " in %s ms", number);
}

static const char *excess_words(enum sample_outcome excess)
{
	if (excess == SAMPLE_RESET)
		return "is refused";
	return excess == SAMPLE_ICMP ? "is turned away with an ICMP error" : "gets no answer";
}

static const char *error_words(const struct result *result)
{
	const struct local_signs *local = &result->figures.local;
	int error = local->route_error;

	if (error == 0)
		error = local->connect_error;
	if (error == 0)
		error = local->write_error;
	return error == 0 ? "no error" : strerrordesc_np(error);
}

static void count_all(struct words *words, const struct figures *figures)
{
	count(words->tries, figures->counts.probes);
	count(words->missing, figures->counts.unanswered);
	count(words->resets, figures->counts.resets);
	count(words->icmp_errors, figures->counts.icmp_errors);
	count(words->never_left, figures->local.writes_refused + figures->local.never_left);
	count(words->burst, figures->rate.burst);
	count(words->late, figures->late_answers);
	ratio(words->loss, figures->loss.ratio);
	ratio(words->control_loss, figures->loss.control_ratio);
	sentence_number(words->rate, figures->rate.rate_per_s);
	snprintf(words->reached, sizeof(words->reached), "%u", figures->host.path_reached);
}

static void gather(struct words *words, const struct result *result)
{
	const struct figures *figures = &result->figures;
	char place[WORDING_PLACE];

	name_host(words, result);
	name_purpose(words, result);
	name_time(words, result);
	count_all(words, figures);
	snprintf(words->port, sizeof(words->port), "%u", result->port);
	wording_place(result, place);
	snprintf(words->place, sizeof(words->place), "%s%s", place[0] == '\0' ? "" : " ", place);
	words->icmp = icmp_name(figures->icmp.from.family, figures->icmp.type, figures->icmp.code);
	address_print(&figures->icmp.from, words->icmp_from);
	words->excess = excess_words(figures->rate.excess);
	session_words(&words->session, &figures->session);
	words->error = error_words(result);
	if (words->error == NULL)
		words->error = "an unknown error";
}

const char *wording_fill(char *out, size_t size, const char *pattern, const struct result *result)
{
	struct words words;

	gather(&words, result);
	const struct blank blanks[] = {
		{"host", words.host},
		{"address", words.address},
		{"port", words.port},
		{"purpose", words.purpose},
		{"place", words.place},
		{"took", words.took},
		{"tries", words.tries},
		{"missing", words.missing},
		{"resets", words.resets},
		{"icmp_errors", words.icmp_errors},
		{"never_left", words.never_left},
		{"icmp", words.icmp},
		{"icmp_from", words.icmp_from},
		{"rate", words.rate},
		{"burst", words.burst},
		{"excess", words.excess},
		{"loss", words.loss},
		{"control_loss", words.control_loss},
		{"late", words.late},
		{"reached", words.reached},
		{"error", words.error},
		{"greeting", words.session.greeting},
		{"protocol", words.session.protocol},
		{"alert", words.session.alert},
		{"greeting_delay", words.session.greeting_delay},
		{"stage", words.session.stage},
		{"session_error", words.session.error},
		{"tls", words.session.tls},
		{"tls_error", words.session.tls_error},
		{"subject", words.session.subject},
		{"issuer", words.session.issuer},
		{"names", words.session.names},
		{"asked_name", words.session.asked_name},
		{"not_before", words.session.not_before},
		{"not_after", words.session.not_after},
		{"days_left", words.session.days_left},
		{"verify_reason", words.session.reason},
		{NULL, NULL},
	};

	return sentence_fill(out, size, pattern, blanks);
}
