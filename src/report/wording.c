/* SPDX-License-Identifier: BSD-2-Clause */
#include "wording.h"

#include "exchange.h"
#include "icmp_name.h"
#include "mailport.h"
#include "place_wording.h"
#include "report.h"
#include "rule_wording.h"
#include "sentence.h"
#include "session_wording.h"

#include <stdio.h>
#include <string.h>

struct words {
	char host[320], address[ADDRESS_TEXT], source[ADDRESS_TEXT], place[PLACE_WORDS + 1],
		purpose[48];
	char rule[RULE_TEXT + 8];
	char port[8], tries[16], missing[16], resets[16], icmp_errors[16], never_left[16];
	char took[SENTENCE_NUMBER + 16], rate[SENTENCE_NUMBER], burst[16], loss[16];
	char control_loss[16], late[16], reached[8], sharers[16];
	char icmp_from[ADDRESS_TEXT];
	char last[PLACE_WORDS], next[PLACE_WORDS], control_port[8], reached_hop[8];
	char nearest[8], expired[8];
	char silent_hops[8], circle[8];
	char limit[SENTENCE_DATA_RATE], limit_losses[16], limit_seconds[16], repeats[16];
	char stalled[SENTENCE_NUMBER], rest[SENTENCE_NUMBER], survived[SENTENCE_NUMBER + 48];
	char offered[2 * TLS_NUMBER_TEXT + 8];
	char rest_cuts[16], rest_resets[16], midway[16], connections[16];
	const char *way, *trigger, *foreign;
	struct session_words session;
	const char *icmp, *excess, *error, *sharers_whose;
};

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
	address_print(&result->figures.local.source, words->source);
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
	count(words->sharers, figures->source.addresses);
	words->sharers_whose = figures->source.one_name
		? "they are one name's, so it may be the server's own or stand anywhere on the way"
		: "it is set where the ways to them are still one, by this computer, its router or "
		  "the provider, unless all of them stand in one network";
	ratio(words->loss, figures->loss.ratio);
	ratio(words->control_loss, figures->loss.control_ratio);
	sentence_number(words->rate, figures->rate.rate_per_s);
	snprintf(words->reached, sizeof(words->reached), "%u", figures->host.path_reached);
}

/* What the client had said last, where that was the same each time. */
static const char *trigger_words(const struct transfer_signs *transfer)
{
	static const char *const words[TRIGGERS] = {
		[TRIGGER_NONE] = "",
		[TRIGGER_STARTTLS] = ", each time right after STARTTLS",
		[TRIGGER_HELLO] = ", each time right after the first TLS message",
		[TRIGGER_DATA] = ", each time right after DATA",
		[TRIGGER_OTHER] = "",
	};

	for (int i = 0; i < TRIGGERS && transfer->reset > 1; i++) {
		if (transfer->reset_at[i] == transfer->reset)
			return words[i];
	}
	return "";
}

static void name_transfer(struct words *words, const struct transfer_signs *transfer)
{
	const struct delivery_signs *limit = &transfer->limit;
	double ratio_again = transfer->segments == 0
		? 0
		: (double)transfer->repeats / (double)transfer->segments;

	sentence_data_rate(words->limit, delivery_bits_per_s(limit));
	count(words->limit_losses, limit->losses);
	count(words->limit_seconds, limit->seconds);
	ratio(words->repeats, ratio_again);
	sentence_number(words->stalled, transfer->stalled_s);
	sentence_number(words->rest, transfer->cut_s);
	words->survived[0] = '\0';
	if (transfer->survived_s > 0) {
		char number[SENTENCE_NUMBER];
		snprintf(words->survived, sizeof(words->survived), " (%s s did no harm)",
			sentence_number(number, transfer->survived_s));
	}
	count(words->rest_cuts, transfer->cut_silent);
	count(words->rest_resets, transfer->cut_reset);
	count(words->midway, transfer->reset);
	count(words->connections, transfer->connections);
	words->way = transfer->limit_from_server ? "from" : "to";
	words->trigger = trigger_words(transfer);
	words->foreign = transfer->reset_is_foreign
		? "; the resets came with another hop limit than its own packets"
		: "";
}

static void name_offer(char *out, size_t size, const struct transcript *t)
{
	char least[TLS_NUMBER_TEXT], most[TLS_NUMBER_TEXT];

	tls_version_name(t == NULL ? 0 : t->tls.offered_least, least);
	tls_version_name(t == NULL ? 0 : t->tls.offered_most, most);
	if (most[0] == '\0')
		snprintf(out, size, "its TLS versions");
	else if (least[0] == '\0')
		snprintf(out, size, "TLS up to %s", most);
	else if (strcmp(least, most) == 0)
		snprintf(out, size, "%s alone", most);
	else
		snprintf(out, size, "%s to %s", least, most);
}

static void name_rule(struct words *words, const struct result *result)
{
	char place[RULE_TEXT];

	rule_place(result->figures.local.rule, place);
	snprintf(words->rule, sizeof(words->rule), "%s%s%s", place[0] == '\0' ? "" : " (", place,
		place[0] == '\0' ? "" : ")");
}

static void hop_number(char out[static 8], unsigned number)
{
	snprintf(out, 8, "%u", number);
}

static void name_path(struct words *words, const struct path_signs *path)
{
	uint8_t reset = path->answers[ANSWER_RESET].ttl;
	uint8_t accepted = path->answers[ANSWER_SYN_ACK].ttl;

	place_hop_words(path, &path->last_told, words->last);
	place_hop_words(path, &path->next_seen, words->next);
	hop_number(words->control_port, path->control_port);
	hop_number(words->reached_hop, path->reached);
	hop_number(words->nearest, reset != 0 ? reset : accepted);
	hop_number(words->expired, path->host_least > 0 ? path->host_least - 1U : 0);
	hop_number(words->silent_hops, path->silent_hops);
	hop_number(words->circle, path->circle);
}

static void gather(struct words *words, const struct result *result)
{
	const struct figures *figures = &result->figures;
	char place[PLACE_WORDS];

	name_host(words, result);
	name_purpose(words, result);
	name_time(words, result);
	name_rule(words, result);
	count_all(words, figures);
	snprintf(words->port, sizeof(words->port), "%u", result->port);
	name_path(words, &figures->path);
	place_words(result, place);
	snprintf(words->place, sizeof(words->place), "%s%s", place[0] == '\0' ? "" : " ", place);
	words->icmp = icmp_name(figures->icmp.from.family, figures->icmp.type, figures->icmp.code);
	address_print(&figures->icmp.from, words->icmp_from);
	words->excess = excess_words(figures->rate.excess);
	name_transfer(words, &figures->transfer);
	name_offer(words->offered, sizeof(words->offered), figures->session.transcript);
	session_words(&words->session, &figures->session);
	words->error = error_words(result);
	if (words->error == NULL)
		words->error = "an unknown error";
}

#define BLANKS 80 /* room for all of the lists below */

static size_t list_packets(struct blank *out, const struct words *words)
{
	const struct blank blanks[] = {
		{"host", words->host},
		{"address", words->address},
		{"source", words->source},
		{"port", words->port},
		{"purpose", words->purpose},
		{"place", words->place},
		{"took", words->took},
		{"tries", words->tries},
		{"missing", words->missing},
		{"resets", words->resets},
		{"icmp_errors", words->icmp_errors},
		{"never_left", words->never_left},
		{"icmp", words->icmp},
		{"icmp_from", words->icmp_from},
		{"rate", words->rate},
		{"burst", words->burst},
		{"excess", words->excess},
		{"loss", words->loss},
		{"control_loss", words->control_loss},
		{"late", words->late},
		{"sharers", words->sharers},
		{"sharers_whose", words->sharers_whose},
		{"reached", words->reached},
		{"error", words->error},
		{"rule", words->rule},
		{"last", words->last},
		{"next", words->next},
		{"control_port", words->control_port},
		{"reached_hop", words->reached_hop},
		{"nearest", words->nearest},
		{"expired", words->expired},
		{"silent_hops", words->silent_hops},
		{"circle", words->circle},
	};

	memcpy(out, blanks, sizeof(blanks));
	return sizeof(blanks) / sizeof(blanks[0]);
}

static size_t list_data(struct blank *out, const struct words *words)
{
	const struct blank blanks[] = {
		{"offered", words->offered},
		{"limit", words->limit},
		{"limit_losses", words->limit_losses},
		{"limit_seconds", words->limit_seconds},
		{"way", words->way},
		{"repeats", words->repeats},
		{"stalled", words->stalled},
		{"rest", words->rest},
		{"survived", words->survived},
		{"rest_cuts", words->rest_cuts},
		{"rest_resets", words->rest_resets},
		{"midway", words->midway},
		{"connections", words->connections},
		{"trigger", words->trigger},
		{"foreign", words->foreign},
	};

	memcpy(out, blanks, sizeof(blanks));
	return sizeof(blanks) / sizeof(blanks[0]);
}

static size_t list_session(struct blank *out, const struct words *words)
{
	const struct blank blanks[] = {
		{"greeting", words->session.greeting},
		{"protocol", words->session.protocol},
		{"alert", words->session.alert},
		{"greeting_delay", words->session.greeting_delay},
		{"stage", words->session.stage},
		{"session_error", words->session.error},
		{"tls", words->session.tls},
		{"tls_error", words->session.tls_error},
		{"subject", words->session.subject},
		{"issuer", words->session.issuer},
		{"names", words->session.names},
		{"asked_name", words->session.asked_name},
		{"not_before", words->session.not_before},
		{"not_after", words->session.not_after},
		{"days_left", words->session.days_left},
		{"verify_reason", words->session.reason},
	};

	memcpy(out, blanks, sizeof(blanks));
	return sizeof(blanks) / sizeof(blanks[0]);
}

const char *wording_fill(char *out, size_t size, const char *pattern, const struct result *result)
{
	struct blank blanks[BLANKS];
	struct words words;
	size_t count = 0;

	gather(&words, result);
	count += list_packets(blanks + count, &words);
	count += list_data(blanks + count, &words);
	count += list_session(blanks + count, &words);
	blanks[count] = (struct blank){NULL, NULL};
	return sentence_fill(out, size, pattern, blanks);
}
