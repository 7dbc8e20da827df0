/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include "account.h"
#include "evidence.h"
#include "fault.h"
#include "local_rule.h"
#include "mailport.h"
#include "names.h"
#include "rule_owner.h"
#include "sending_service.h"
#include "transcript.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_ALL_OPEN     0
#define STATUS_PROBLEM      1
#define STATUS_INCONCLUSIVE 2

#define CHAIN_TEXT 160 /* family, table and chain of struct local_rule */

#define OTHERS_MAX 1024 /* each is looked at for each */

const char *report_version(void)
{
	return MAILSONDE_VERSION;
}

struct result *report_add(struct report *report)
{
	struct result *result;

	/* The room is always the next power of two, so the count alone tells when it is full. */
	if ((report->result_count & (report->result_count - 1)) == 0) {
		size_t room = report->result_count == 0 ? 1 : report->result_count * 2;
		report->results = fault_resize(report->results, room, sizeof(*report->results));
	}
	result = &report->results[report->result_count++];
	*result = (struct result){.port = 0};
	return result;
}

/* A user names what he asks for; a capture names it where its client did, to the server itself or
 * to a name server. */
static const char *name_of(const struct evidence *evidence, const struct host *host,
	const struct session_signs *session)
{
	if (host->name[0] != '\0' || evidence->targets_known)
		return host->name;
	if (session->transcript != NULL && session->transcript->tls.server_name[0] != '\0')
		return session->transcript->tls.server_name;
	return names_find(evidence->names, &host->address);
}

/* Of a run of our own every port is worth all the work. */
static void judge(struct report *report, const struct host *host, const struct endpoint *endpoint,
	int64_t now_ns, size_t *work)
{
	const struct evidence *evidence = report->evidence;
	struct result *result = report_add(report);
	const char *service =
		endpoint->service[0] != '\0' ? endpoint->service : mailport_service(endpoint->port);

	snprintf(result->service, sizeof(result->service), "%s", service);
	result->address = host->address;
	result->port = endpoint->port;
	result->offer = host->offer;
	result->figures = evidence->targets_known
		? figures_of(evidence, host, endpoint, now_ns)
		: figures_within(evidence, host, endpoint, now_ns, work);
	snprintf(result->host, sizeof(result->host), "%s",
		name_of(evidence, host, &result->figures.session));
}

static size_t gather_port(
	const struct report *report, uint16_t port, struct source_subject *subjects)
{
	size_t count = 0;

	for (size_t i = 0; i < report->result_count; i++) {
		struct result *result = &report->results[i];
		const struct host *host = evidence_host(report->evidence, &result->address);
		if (result->port != port || host == NULL)
			continue;
		subjects[count++] =
			(struct source_subject){host, host_endpoint(host, port), &result->figures};
	}
	return count;
}

static bool has_port_before(const struct report *report, size_t place)
{
	for (size_t i = 0; i < place; i++) {
		if (report->results[i].port == report->results[place].port)
			return true;
	}
	return false;
}

/* What a limit that counts several hosts together has done to each. */
static void judge_together(struct report *report, int64_t now_ns)
{
	struct source_subject *subjects =
		fault_resize(NULL, report->result_count + 1, sizeof(*subjects));

	for (size_t i = 0; i < report->result_count; i++) {
		if (has_port_before(report, i))
			continue;
		size_t count = gather_port(report, report->results[i].port, subjects);

		if (count > 1)
			source_limit_judge(subjects, count, now_ns);
	}
	free(subjects);
}

/* The loop's words for an end that came before the plan's own. */
static bool was_cut_short(const struct evidence *evidence)
{
	return strcmp(evidence->ending, "interrupted") == 0 ||
		strcmp(evidence->ending, "deadline") == 0;
}

/* A record out of a file is believed only as a whole. */
static void judge_provider(struct report *report, const struct evidence *evidence)
{
	enum provider_match match;

	if (provider_match_parse(&match, evidence->provider_by) &&
		provider_parse(&report->provider, evidence->provider))
		report->provider_match = match;
}

void report_judge(struct report *report, const struct evidence *evidence, int64_t now_ns)
{
	size_t work = RATE_WORK;

	report->evidence = evidence;
	report->interrupted = was_cut_short(evidence);
	judge_provider(report, evidence);
	for (size_t h = 0; h < evidence->host_count; h++) {
		const struct host *host = &evidence->hosts[h];
		for (size_t e = 0; e < host->endpoint_count; e++) {
			if (host->endpoints[e].asked || !evidence->targets_known)
				judge(report, host, &host->endpoints[e], now_ns, &work);
		}
	}
	if (evidence->targets_known)
		judge_together(report, now_ns);
	for (size_t i = 0; i < report->result_count; i++)
		report->results[i].verdict = verdict_of(&report->results[i].figures);
}

void report_clear(struct report *report)
{
	free(report->results);
	*report = (struct report){.results = NULL};
}

int report_exit_status(const struct report *report)
{
	bool unsure = false;

	for (size_t i = 0; i < report->result_count; i++) {
		enum verdict_word word = report->results[i].verdict.word;
		if (word != VERDICT_OPEN && word != VERDICT_INCONCLUSIVE)
			return STATUS_PROBLEM;
		unsure = unsure || word == VERDICT_INCONCLUSIVE;
	}
	return unsure ? STATUS_INCONCLUSIVE : STATUS_ALL_OPEN;
}

/* The results of one address stand together. */
struct span {
	const struct result *first, *end;
};

static struct span span_of(const struct report *report, const struct result *one)
{
	const struct result *end = report->results + report->result_count;
	struct span span = {.first = one, .end = one};

	while (span.first > report->results &&
		address_equal(&span.first[-1].address, &one->address))
		span.first--;
	while (span.end < end && address_equal(&span.end->address, &one->address))
		span.end++;
	return span;
}

/* A capture may have a quarter of a million results: only those of the address are looked at. */
struct port_list report_open_ports(const struct report *report, const struct result *one)
{
	struct span span = span_of(report, one);
	struct port_list open = {.count = 0};

	for (const struct result *result = span.first; result < span.end; result++) {
		if (result->verdict.word == VERDICT_OPEN)
			port_list_add(&open, result->port);
	}
	return open;
}

static bool is_shut(const struct verdict *verdict)
{
	return verdict->phase == PHASE_CONNECT &&
		(verdict->word == VERDICT_DROPPED || verdict->word == VERDICT_REFUSED ||
			verdict->word == VERDICT_UNREACHABLE);
}

static struct port_list shut_ports(const struct report *report, const struct result *one)
{
	struct span span = span_of(report, one);
	struct port_list shut = {.count = 0};

	for (const struct result *result = span.first; result < span.end; result++) {
		if (is_shut(&result->verdict))
			port_list_add(&shut, result->port);
	}
	return shut;
}

/* Other hosts are asked about on purpose in a run of our own alone, and are few. */
static bool looks_at_others(const struct report *report)
{
	return report->result_count <= OTHERS_MAX &&
		(report->evidence == NULL || report->evidence->targets_known);
}

/* The best submission port of another host that is open. */
static void find_relay(
	const struct report *report, const struct result *one, struct advice_case *about)
{
	const struct mailport *row = mailport_find(25);

	for (size_t i = 0; i < MAILPORT_ALTERNATIVES; i++) {
		for (size_t r = 0; r < report->result_count && about->relay == NULL; r++) {
			const struct result *result = &report->results[r];
			if (result->port != row->alternatives[i] || result->host[0] == '\0' ||
				result->verdict.word != VERDICT_OPEN ||
				strcmp(result->host, one->host) == 0)
				continue;
			about->relay = result->host;
			about->relay_port = result->port;
		}
	}
}

static bool opens_over_ipv4(const struct report *report, const struct result *one)
{
	if (one->address.family != ADDRESS_IPV6 || one->host[0] == '\0')
		return false;
	for (size_t i = 0; i < report->result_count; i++) {
		const struct result *result = &report->results[i];
		if (result->address.family == ADDRESS_IPV4 && result->port == one->port &&
			result->verdict.word == VERDICT_OPEN &&
			strcmp(result->host, one->host) == 0)
			return true;
	}
	return false;
}

/* By the rule that was found to stop the port. */
static void find_firewall(
	struct advice_case *about, const struct local_rule *rule, char chain[static CHAIN_TEXT])
{
	if (rule == NULL || (rule->kind != LOCAL_RULE_FILTER && rule->kind != LOCAL_RULE_POLICY))
		return;
	about->firewall = rule_firewall(rule);
	if (about->firewall == FIREWALL_UNKNOWN || strcmp(rule->family, "netdev") == 0)
		return;
	snprintf(chain, CHAIN_TEXT, "%s %s %s", rule->family, rule->table, rule->chain);
	about->chain = chain;
}

size_t report_advice(const struct report *report, const struct result *result,
	const struct port_list *named, struct advice out[static ADVICE_MAX])
{
	struct port_list open = report_open_ports(report, result);
	struct port_list shut = shut_ports(report, result);
	struct sending_service service;
	char chain[CHAIN_TEXT];
	struct advice_case about = {
		.verdict = &result->verdict,
		.figures = &result->figures,
		.host = result->host,
		.address = result->address,
		.port = result->port,
		.open = &open,
		.named = named,
		.shut = &shut,
		.provider = report->provider_match == PROVIDER_UNMATCHED ? NULL : &report->provider,
		.provider_match = report->provider_match,
	};

	find_firewall(&about, result->figures.local.rule, chain);
	if (result->offer != NULL && sending_service_parse(&service, result->offer->record))
		about.service = &service;
	if (looks_at_others(report) && result->verdict.word != VERDICT_OPEN) {
		find_relay(report, result, &about);
		about.other_family_open = opens_over_ipv4(report, result);
	}
	return advice_for(&about, out);
}

bool result_limits_data(const struct result *result)
{
	return result->verdict.word == VERDICT_THROTTLED &&
		(verdict_has(&result->verdict, FINDING_POLICED) ||
			verdict_has(&result->verdict, FINDING_SHAPED));
}

const struct certificate *result_certificate(const struct result *result)
{
	const struct session_signs *signs = &result->figures.session;
	const struct certificate *seen = NULL;

	if (signs->account != NULL)
		seen = &signs->account->insight.certificate;
	else if (signs->transcript != NULL)
		seen = &signs->transcript->tls.certificate;
	return seen != NULL && seen->present ? seen : NULL;
}
