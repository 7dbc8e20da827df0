/* SPDX-License-Identifier: BSD-2-Clause */
#include "figures.h"

#include "accounts.h"
#include "conversation.h"
#include "evidence.h"
#include "retired.h"
#include "timeline.h"

#include <math.h>
#include <string.h>

/* Answers and probes further apart than this belong to different moments. */
#define MOMENT_NS ((int64_t)100 * 1000000)

/* ARP and neighbour discovery ask three times (RFC 4861 section 10, MAX_UNICAST_SOLICIT); once or
 * twice unanswered may be loss. */
#define NEIGHBOUR_ASKED 3

/* A ring that overflows loses by bursts: here it may have lost twice as many as elsewhere. */
#define CAPTURE_EXPLAINS 2

static struct counts counts_of_retired(const struct retired *retired)
{
	if (retired == NULL)
		return (struct counts){0};
	return (struct counts){.probes = retired->probes,
		.syn_acks = retired->syn_acks,
		.resets = retired->resets,
		.icmp_errors = retired->icmp_errors,
		.unanswered = retired->unanswered};
}

static struct counts counts_of(
	const struct endpoint *endpoint, const struct patience *patience, int64_t now_ns)
{
	struct counts counts = counts_of_retired(endpoint->retired);

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange_is_sweep(exchange))
			continue;
		counts.probes++;
		counts.syn_acks += exchange_answer(exchange, ANSWER_SYN_ACK) != NULL;
		counts.resets += exchange_answer(exchange, ANSWER_RESET) != NULL;
		counts.icmp_errors += exchange_answer(exchange, ANSWER_ICMP) != NULL;
		counts.unanswered += exchange_is_missing(exchange, patience, now_ns);
	}
	return counts;
}

/*
 * A router that rejects while forwarding quotes the hop limit after taking one off, one that
 * rejects on arrival or sees it expire quotes it before (SCIENCE section C): the quote allows two
 * neighbouring distances, and the answer's own way back decides between them.
 */
static uint8_t sender_hops(
	const struct host *host, const struct exchange *exchange, const struct answer *answer)
{
	if (host->gateway.family != ADDRESS_NONE && address_equal(&host->gateway, &answer->from))
		return 1;
	if (answer->quoted_hop_limit == 0 || answer->quoted_hop_limit > exchange->hop_limit)
		return 0;
	unsigned low = (unsigned)(exchange->hop_limit - answer->quoted_hop_limit);
	unsigned back = answer_back(answer);

	if (low == 0)
		return 1;
	return (uint8_t)(back == low + 1 ? low + 1 : low);
}

static uint8_t sender_hops_least(const struct exchange *exchange, const struct answer *answer)
{
	bool quoted =
		answer->quoted_hop_limit != 0 && answer->quoted_hop_limit <= exchange->hop_limit;

	return quoted ? (uint8_t)(exchange->hop_limit - answer->quoted_hop_limit) : 0;
}

static struct icmp_seen icmp_of(const struct host *host, const struct endpoint *endpoint)
{
	struct icmp_seen icmp = {0};

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		const struct answer *answer = exchange_answer(exchange, ANSWER_ICMP);
		if (answer == NULL || exchange_is_sweep(exchange))
			continue;
		double delay_ms = (double)(answer->time_ns - exchange->sent_ns) / 1e6;
		if (icmp.present) {
			icmp.delay_ms = fmin(icmp.delay_ms, delay_ms);
			continue;
		}
		icmp = (struct icmp_seen){
			.present = true,
			.type = answer->icmp_type,
			.code = answer->icmp_code,
			.from = answer->from,
			.from_host = address_equal(&answer->from, &host->address),
			.from_here = address_equal(&answer->from, &exchange->source),
			.hops = sender_hops(host, exchange, answer),
			.hops_least = sender_hops_least(exchange, answer),
			.packet = answer->packet,
			.delay_ms = delay_ms,
		};
	}
	return icmp;
}

static unsigned refusal_rounds(const struct endpoint *endpoint)
{
	int64_t last_ns = 0;
	unsigned rounds = 0;

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		bool refused = exchange_answer(exchange, ANSWER_RESET) != NULL ||
			exchange_answer(exchange, ANSWER_ICMP) != NULL;
		if (!refused || exchange_is_sweep(exchange) ||
			(rounds > 0 && exchange->sent_ns - last_ns < MOMENT_NS))
			continue;
		last_ns = exchange->sent_ns;
		rounds++;
	}
	return rounds;
}

static void note_connection(struct local_signs *local, const struct endpoint *endpoint)
{
	const struct connection *connection = &endpoint->connection;

	local->connect_tried = connection->tried;
	local->connect_error = connection->error;
	for (size_t i = 0; i < endpoint->exchange_count && connection->tried; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange->source_port != connection->flow.source_port)
			continue;
		local->connect_left = true;
		if (exchange_answer(exchange, ANSWER_SYN_ACK) != NULL)
			local->connect_answered = true;
	}
}

static bool nothing_left(const struct host *host)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (host->endpoints[e].exchange_count > 0)
			return false;
	}
	return true;
}

/* Only a capture of our own was surely taken on the machine that asked: elsewhere an answer that
 * was captured may have been lost on its further way. */
static struct local_signs local_of(
	const struct evidence *evidence, const struct host *host, const struct endpoint *endpoint)
{
	const struct retired *retired = endpoint->retired;
	struct local_signs local = {
		.left = (unsigned)endpoint->exchange_count +
			(retired == NULL ? 0 : retired->probes + retired->sweeps),
		.route_error = host->route_error,
		.source = host->source,
		.source_elsewhere = host->source_elsewhere,
		.next_hop_is_host = host->gateway.family == ADDRESS_NONE,
		.neighbour_silent = host->neighbour_asked >= NEIGHBOUR_ASKED &&
			host->neighbour_told == 0 && nothing_left(host),
		.rule = endpoint->local_rule != NULL ? endpoint->local_rule : host->local_rule,
	};

	for (size_t i = 0; i < endpoint->refused_count; i++) {
		int error = endpoint->refused[i].error;
		local.never_left += error == 0;
		local.writes_refused += error != 0;
		local.write_error = error != 0 ? error : local.write_error;
	}
	for (size_t i = 0; i < endpoint->exchange_count && evidence->targets_known; i++)
		local.answers_ignored += endpoint->exchanges[i].ignored_answer;
	note_connection(&local, endpoint);
	return local;
}

struct span {
	int64_t first_ns, last_ns, moment_ns;
	unsigned moments;
};

static void span_add(struct span *span, int64_t time_ns)
{
	if (span->moments == 0)
		span->first_ns = time_ns;
	if (span->moments == 0 || time_ns - span->moment_ns >= MOMENT_NS) {
		span->moment_ns = time_ns;
		span->moments++;
	}
	if (time_ns > span->last_ns)
		span->last_ns = time_ns;
}

static void note_path(struct host_signs *signs, const struct exchange *exchange)
{
	if (exchange_answer(exchange, ANSWER_ICMP) == NULL)
		return;
	signs->path_answers++;
	if (exchange->hop_limit > signs->path_reached)
		signs->path_reached = exchange->hop_limit;
}

static void note_retired(struct host_signs *signs, const struct retired *retired)
{
	signs->path_answers += retired->path_answers;
	if (retired->path_reached > signs->path_reached)
		signs->path_reached = retired->path_reached;
}

static void span_join(struct span *all, const struct span *span)
{
	if (all->moments == 0 || span->first_ns < all->first_ns)
		all->first_ns = span->first_ns;
	if (span->last_ns > all->last_ns)
		all->last_ns = span->last_ns;
	if (span->moments > all->moments)
		all->moments = span->moments;
}

static void note_endpoint(
	struct host_signs *signs, struct span *all, const struct endpoint *endpoint)
{
	const struct retired *retired = endpoint->retired;
	struct span span = {0};
	bool answering = retired != NULL && retired->answered > 0;

	if (retired != NULL)
		note_retired(signs, retired);
	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange_is_sweep(exchange)) {
			note_path(signs, exchange);
			continue;
		}
		span_add(&span, exchange->sent_ns);
		answering = answering || exchange_answered(exchange) || exchange->connected;
	}
	if (span.moments == 0)
		return;
	signs->endpoints_probed++;
	signs->endpoints_answering += answering;
	signs->kinds_silent += !answering;
	span_join(all, &span);
}

static struct host_signs host_of(const struct host *host)
{
	struct host_signs signs = {0};
	struct span all = {0};

	for (size_t e = 0; e < host->endpoint_count; e++)
		note_endpoint(&signs, &all, &host->endpoints[e]);
	signs.rounds = all.moments;
	signs.span_s = (double)(all.last_ns - all.first_ns) / 1e9;
	return signs;
}

static unsigned handshakes_unheard(const struct endpoint *endpoint)
{
	unsigned unheard = 0;

	for (size_t i = 0; i < endpoint->exchange_count; i++)
		unheard += endpoint->exchanges[i].connected &&
			!exchange_answered(&endpoint->exchanges[i]);
	return unheard;
}

static unsigned late_answers(const struct endpoint *endpoint, const struct patience *patience)
{
	unsigned late = endpoint->retired == NULL ? 0 : endpoint->retired->late;

	for (size_t i = 0; i < endpoint->exchange_count; i++)
		late += exchange_is_late(&endpoint->exchanges[i], patience);
	return late;
}

/* The first probes with their first answers, up to the room there is. */
static void note_proof(struct figures *figures, const struct endpoint *endpoint)
{
	const size_t room = sizeof(figures->proof) / sizeof(figures->proof[0]);
	size_t count = 0;

	for (size_t i = 0; i < endpoint->exchange_count && count + 1 < room; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange_is_sweep(exchange))
			continue;
		figures->proof[count++] = exchange->packet;
		if (exchange_answered(exchange))
			figures->proof[count++] = exchange->first.packet;
	}
}

/* All of them where an evidence file does not say how many arrived. */
static double capture_lost(const struct evidence *evidence)
{
	if (evidence->lost == 0)
		return 0;
	return evidence->lost < evidence->lost_of
		? (double)evidence->lost / (double)evidence->lost_of
		: 1;
}

struct figures figures_quick(const struct evidence *evidence, const struct host *host,
	const struct endpoint *endpoint, int64_t now_ns)
{
	struct patience patience = patience_of(host);
	struct figures figures = {
		.counts = counts_of(endpoint, &patience, now_ns),
		.round_trips = round_trips_of(endpoint),
		.silence = silence_of(host, endpoint, now_ns,
			evidence->targets_known ? SILENCE_OURS : SILENCE_FOREIGN),
		.icmp = icmp_of(host, endpoint),
		.local = local_of(evidence, host, endpoint),
		.host = host_of(host),
		.loss = loss_of(host, endpoint, now_ns),
		.session = endpoint->account_count > 0
			? accounts_weigh(host, endpoint)
			: session_signs_of(evidence, host, endpoint, now_ns),
		.transfer = transfer_signs_of(evidence, host, endpoint),
		.refusal_rounds = refusal_rounds(endpoint),
		.unheard = handshakes_unheard(endpoint),
		.strays = endpoint->strays,
		.stale_acks = endpoint->stale_acks,
		.anomalies = endpoint->anomalies,
		.late_answers = late_answers(endpoint, &patience),
		.capture_lost = capture_lost(evidence),
		.not_offered = host->offer != NULL && !offer_has(host->offer, endpoint->port),
		.finished = strcmp(evidence->ending, "complete") == 0,
	};

	figures.capture_explains = figures.capture_lost > 0 &&
		fmax(figures.loss.ratio, figures.loss.control_ratio) <=
			CAPTURE_EXPLAINS * figures.capture_lost;
	note_proof(&figures, endpoint);
	return figures;
}

/* Only a port that sometimes answers and sometimes does not can be limited. */
static bool worth_judging(const struct counts *counts)
{
	return counts->syn_acks > 0 &&
		counts->unanswered + counts->resets + counts->icmp_errors > 0;
}

struct figures figures_of(const struct evidence *evidence, const struct host *host,
	const struct endpoint *endpoint, int64_t now_ns)
{
	struct figures figures = figures_quick(evidence, host, endpoint, now_ns);
	struct sample samples[RATE_SAMPLES];

	figures.path = path_signs_of(host, endpoint);
	figures.answerer = answerer_signs_of(host, endpoint, &figures.path);
	if (worth_judging(&figures.counts) && !figures.capture_explains) {
		size_t count = timeline_of(host, endpoint, now_ns, samples);
		figures.rate = rate_judge(samples, count);
	}
	return figures;
}

struct figures figures_within(const struct evidence *evidence, const struct host *host,
	const struct endpoint *endpoint, int64_t now_ns, size_t *work)
{
	struct figures figures = figures_quick(evidence, host, endpoint, now_ns);
	struct sample samples[RATE_SAMPLES];

	figures.path = path_signs_of(host, endpoint);
	figures.answerer = answerer_signs_of(host, endpoint, &figures.path);
	if (worth_judging(&figures.counts)) {
		size_t count = timeline_of(host, endpoint, now_ns, samples);
		figures.rate = rate_judge_within(samples, count, work);
	}
	return figures;
}
