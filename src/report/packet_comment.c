/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet_comment.h"

#include "icmp_name.h"
#include "sentence.h"
#include "timing.h"

#include <stdio.h>

#define NS_PER_MS 1e6

static const struct endpoint *endpoint_of(const struct evidence *evidence, const struct role *role)
{
	if (role->host >= evidence->host_count)
		return NULL;
	const struct host *host = &evidence->hosts[role->host];

	return role->endpoint < host->endpoint_count ? &host->endpoints[role->endpoint] : NULL;
}

static const struct answer *answer_in(const struct exchange *exchange, uint64_t packet)
{
	for (size_t i = 0; i < exchange->answer_count; i++) {
		const struct answer *answer = exchange_answer_at(exchange, i);
		if (answer->packet == packet)
			return answer;
	}
	return NULL;
}

static const char *outcome(const struct exchange *exchange)
{
	if (exchange_answer(exchange, ANSWER_SYN_ACK) != NULL)
		return "answered with SYN-ACK";
	if (exchange_answer(exchange, ANSWER_RESET) != NULL)
		return "answered with RST";
	return exchange_answered(exchange) ? "answered with an ICMP error" : "never answered";
}

static const char *answer_words(const struct answer *answer)
{
	if (answer->kind == ANSWER_SYN_ACK)
		return "SYN-ACK";
	if (answer->kind == ANSWER_RESET)
		return "RST";
	return icmp_name(answer->from.family, answer->icmp_type, answer->icmp_code);
}

static void comment_on_answer(char out[static PACKET_COMMENT], const struct exchange *exchange,
	size_t number, const struct answer *answer)
{
	char took[SENTENCE_NUMBER];

	if (answer == NULL) {
		snprintf(out, PACKET_COMMENT, "answer to probe %zu, again", number);
		return;
	}
	sentence_number(took, (double)(answer->time_ns - exchange->sent_ns) / NS_PER_MS);
	snprintf(out, PACKET_COMMENT, "answer to probe %zu: %s after %s ms", number,
		answer_words(answer), took);
}

/* A probe of a sweep says how far it may travel; every other travels all the way. */
static void comment_on_probe(char out[static PACKET_COMMENT], const struct endpoint *endpoint,
	const struct exchange *exchange, size_t number)
{
	char limit[24] = "";

	if (exchange->hop_limit <= SWEEP_HOP_LIMIT)
		snprintf(limit, sizeof(limit), ", hop limit %u", exchange->hop_limit);
	snprintf(out, PACKET_COMMENT, "probe %zu of %zu to port %u%s, %s", number,
		endpoint->exchange_count, endpoint->port, limit, outcome(exchange));
}

static void comment_on_exchange(char out[static PACKET_COMMENT], const struct endpoint *endpoint,
	const struct role *role, uint64_t packet)
{
	const struct exchange *exchange = &endpoint->exchanges[role->exchange];
	size_t number = role->exchange + 1;

	switch (role->kind) {
	case ROLE_PROBE:
		comment_on_probe(out, endpoint, exchange, number);
		break;
	case ROLE_ANSWER:
		comment_on_answer(out, exchange, number, answer_in(exchange, packet));
		break;
	case ROLE_CLOSING:
		snprintf(out, PACKET_COMMENT, "our RST closes probe %zu to port %u", number,
			endpoint->port);
		break;
	case ROLE_TRAFFIC:
		snprintf(out, PACKET_COMMENT, "more of the connection of probe %zu", number);
		break;
	case ROLE_OTHER:
	case ROLE_NEIGHBOUR:
	case ROLE_ANOMALY:
		break;
	}
}

static bool is_of_exchange(enum role_kind kind)
{
	return kind == ROLE_PROBE || kind == ROLE_ANSWER || kind == ROLE_CLOSING ||
		kind == ROLE_TRAFFIC;
}

const char *packet_comment(const struct evidence *evidence, const struct role *role,
	uint64_t packet, char out[static PACKET_COMMENT])
{
	out[0] = '\0';
	if (role->kind == ROLE_NEIGHBOUR)
		snprintf(out, PACKET_COMMENT, "asks or tells the next machine's hardware address");
	if (role->kind == ROLE_ANOMALY)
		snprintf(out, PACKET_COMMENT, "answers nothing that was sent; ignored");
	if (!is_of_exchange(role->kind))
		return out;
	const struct endpoint *endpoint = endpoint_of(evidence, role);

	if (endpoint != NULL && role->exchange < endpoint->exchange_count)
		comment_on_exchange(out, endpoint, role, packet);
	return out;
}
