/* SPDX-License-Identifier: BSD-2-Clause */
#include "timeline.h"

#include "evidence.h"
#include "loss.h"
#include "retired.h"
#include "timing.h"

#include <stdlib.h>

static enum sample_outcome outcome_of(const struct exchange *exchange)
{
	if (exchange_answer(exchange, ANSWER_SYN_ACK) != NULL)
		return SAMPLE_ANSWERED;
	if (exchange_answer(exchange, ANSWER_RESET) != NULL)
		return SAMPLE_RESET;
	if (exchange_answer(exchange, ANSWER_ICMP) != NULL)
		return SAMPLE_ICMP;
	return SAMPLE_SILENT;
}

static enum sample_outcome closed_outcome(const struct exchange *exchange)
{
	enum sample_outcome outcome = outcome_of(exchange);

	return outcome == SAMPLE_RESET ? SAMPLE_ANSWERED : outcome;
}

static struct sample sample_of(const struct endpoint *endpoint, const struct exchange *exchange,
	enum sample_role role, int64_t now_ns)
{
	int64_t until_ns = exchange->sent_ns;

	if (exchange_answer(exchange, ANSWER_SYN_ACK) != NULL)
		until_ns = exchange->closed_ns != 0 ? exchange->closed_ns : now_ns;
	return (struct sample){
		.time_s = (double)exchange->sent_ns / 1e9,
		.held_until_s = (double)until_ns / 1e9,
		.role = role,
		.outcome = endpoint_accepts(endpoint) ? outcome_of(exchange)
						      : closed_outcome(exchange),
		.port = endpoint->port,
	};
}

/* With exchanges gone from its middle, a timeline of the port itself can begin only after them. */
static int64_t whole_from(const struct endpoint *endpoint, enum sample_role role)
{
	return role == SAMPLE_TARGET && endpoint->retired != NULL ? endpoint->retired->last_ns : 0;
}

static size_t add_endpoint(const struct endpoint *endpoint, enum sample_role role, int64_t now_ns,
	const struct patience *patience, struct sample *samples)
{
	int64_t from_ns = whole_from(endpoint, role);
	size_t count = 0;

	for (size_t i = 0; i < endpoint->exchange_count && count < RATE_SAMPLES; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		bool settled = exchange_answered(exchange) ||
			exchange_is_missing(exchange, patience, now_ns);

		if (settled && exchange->sent_ns >= from_ns && !exchange_is_sweep(exchange))
			samples[count++] = sample_of(endpoint, exchange, role, now_ns);
	}
	return count;
}

static int by_time(const void *a, const void *b)
{
	const struct sample *left = a, *right = b;

	return (left->time_s > right->time_s) - (left->time_s < right->time_s);
}

static void sort(struct sample *samples, size_t count)
{
	qsort(samples, count, sizeof(samples[0]), by_time);
	double first_s = count > 0 ? samples[0].time_s : 0;
	for (size_t i = 0; i < count; i++) {
		samples[i].time_s -= first_s;
		samples[i].held_until_s -= first_s;
	}
}

/* A closed port's own RST and that of a limit which refuses by RST look the same. */
static bool is_mute(const struct endpoint *endpoint, const struct endpoint *other)
{
	return !endpoint_accepts(other) && endpoint_resets(endpoint);
}

static enum sample_role role_of(
	const struct host *host, const struct endpoint *endpoint, size_t place, bool fit)
{
	const struct endpoint *other = &host->endpoints[place];

	if (other == endpoint)
		return SAMPLE_TARGET;
	if (is_mute(endpoint, other))
		return SAMPLE_MUTE;
	return fit ? SAMPLE_CONTROL : SAMPLE_OTHER;
}

size_t timeline_of(const struct host *host, const struct endpoint *endpoint, int64_t now_ns,
	struct sample samples[static RATE_SAMPLES])
{
	struct patience patience = patience_of(host);
	struct sample one[RATE_SAMPLES];
	bool fit[EVIDENCE_ENDPOINTS];
	size_t count = 0;

	loss_mark_controls(host, now_ns, fit);
	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *other = &host->endpoints[e];
		if (!endpoint_accepts(other) && !endpoint_resets(other))
			continue; /* it never answers by TCP: it says nothing of limits */
		size_t more = add_endpoint(
			other, role_of(host, endpoint, e, fit[e]), now_ns, &patience, one);
		for (size_t i = 0; i < more && count < RATE_SAMPLES; i++)
			samples[count++] = one[i];
	}
	sort(samples, count);
	return count;
}

/* As the port is to be looked at; false: not at all. */
static bool retell(struct sample *sample, const struct asked_port *port, bool turned_away)
{
	if (port->taker && sample->outcome != SAMPLE_ANSWERED)
		return false;
	sample->role = port->taker ? SAMPLE_MUTE : SAMPLE_TARGET;
	if (turned_away && sample->outcome == SAMPLE_ANSWERED)
		sample->outcome = SAMPLE_RESET;
	return true;
}

static size_t add_asked(const struct asked_port *port, bool resets, int64_t now_ns,
	struct sample *samples, size_t room)
{
	struct patience patience = patience_of(port->host);
	struct sample one[RATE_SAMPLES];
	size_t count = 0;

	for (size_t e = 0; e < port->host->endpoint_count; e++) {
		const struct endpoint *endpoint = &port->host->endpoints[e];
		bool turned_away = resets && !endpoint_accepts(endpoint);
		if (port->endpoint != NULL && port->endpoint != endpoint)
			continue;
		size_t more = add_endpoint(endpoint, SAMPLE_TARGET, now_ns, &patience, one);
		for (size_t i = 0; i < more && count < room; i++) {
			if (retell(&one[i], port, turned_away))
				samples[count++] = one[i];
		}
	}
	return count;
}

size_t timeline_of_hosts(const struct asked_port *ports, size_t port_count, bool resets,
	int64_t now_ns, struct sample samples[static RATE_SAMPLES])
{
	size_t count = 0;

	for (size_t p = 0; p < port_count; p++) {
		size_t from = count;
		count +=
			add_asked(&ports[p], resets, now_ns, samples + count, RATE_SAMPLES - count);
		for (size_t i = from; i < count; i++)
			samples[i].port = (uint16_t)p;
	}
	sort(samples, count);
	return count;
}
