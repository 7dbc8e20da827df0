/* SPDX-License-Identifier: BSD-2-Clause */
#include "loss.h"

#include "evidence.h"
#include "retired.h"
#include "timing.h"

#include <math.h>

#define WILSON_Z 1.96 /* two-sided 95 % (Wilson 1927) */

/* A port stands out if its loss is this many standard errors above the others': less than one in a
 * thousand healthy ports does. */
#define STANDS_OUT_Z 3.1

/* With no loss seen at all the standard error would be zero: one imagined loss in twenty, after
 * Agresti and Coull's added successes and failures. */
#define IMAGINED_LOST 1.0
#define IMAGINED_SENT 20.0

struct tally {
	unsigned sent, missing, answered;
	unsigned accepted, refused; /* by SYN-ACK; by RST or ICMP error */
};

static struct tally tally_of_retired(const struct retired *retired)
{
	if (retired == NULL)
		return (struct tally){0};
	return (struct tally){.sent = retired->answered + retired->unanswered,
		.missing = retired->unanswered + retired->late,
		.answered = retired->answered,
		.accepted = retired->accepted,
		.refused = retired->answered - retired->accepted};
}

static struct tally tally_of(
	const struct endpoint *endpoint, const struct patience *patience, int64_t now_ns)
{
	struct tally tally = tally_of_retired(endpoint->retired);

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		bool answered = exchange_answered(exchange);
		bool missing = exchange_is_missing(exchange, patience, now_ns) ||
			exchange_is_late(exchange, patience);

		if (exchange_is_sweep(exchange) || (!answered && !missing))
			continue;
		tally.sent++;
		tally.missing += missing;
		tally.answered += answered;
		bool accepted = exchange_answer(exchange, ANSWER_SYN_ACK) != NULL;
		tally.accepted += accepted;
		tally.refused += answered && !accepted;
	}
	return tally;
}

static double standard_errors(const struct tally *port, const struct tally *rest)
{
	if (port->sent == 0 || rest->sent == 0)
		return 0;
	double base = (rest->missing + IMAGINED_LOST) / (rest->sent + IMAGINED_SENT);
	double error = sqrt(base * (1 - base) / port->sent);

	return ((double)port->missing / port->sent - base) / error;
}

static struct tally sum_without(
	const struct tally *tallies, const bool *out, size_t count, size_t without)
{
	struct tally sum = {0};

	for (size_t i = 0; i < count; i++) {
		if (i == without || out[i])
			continue;
		sum.sent += tallies[i].sent;
		sum.missing += tallies[i].missing;
	}
	return sum;
}

/* The place of the port that stands out most among those still in; count if none does. */
static size_t worst_of(const struct tally *tallies, const bool *out, size_t count)
{
	size_t worst = count;
	double worst_errors = STANDS_OUT_Z;

	for (size_t i = 0; i < count; i++) {
		struct tally rest = sum_without(tallies, out, count, i);
		double errors = standard_errors(&tallies[i], &rest);

		if (!out[i] && errors > worst_errors) {
			worst = i;
			worst_errors = errors;
		}
	}
	return worst;
}

/* Takes out the port that stands out most, then looks again without it. */
static void find_outliers(const struct tally *tallies, bool *out, size_t count)
{
	for (size_t round = 0; round < count; round++) {
		size_t worst = worst_of(tallies, out, count);

		if (worst == count)
			return;
		out[worst] = true;
	}
}

/* Ports that never answer say nothing about loss, and who accepts and refuses by turns has a
 * trouble of its own. */
static size_t tally_all(const struct host *host, int64_t now_ns, struct tally *tallies, bool *out)
{
	struct patience patience = patience_of(host);

	for (size_t e = 0; e < host->endpoint_count; e++) {
		tallies[e] = tally_of(&host->endpoints[e], &patience, now_ns);
		out[e] = tallies[e].answered == 0 ||
			(tallies[e].accepted > 0 && tallies[e].refused > 0);
	}
	find_outliers(tallies, out, host->endpoint_count);
	return host->endpoint_count;
}

static void wilson(struct loss_figures *loss, double missing, double sent)
{
	double square = WILSON_Z * WILSON_Z;
	double ratio = missing / sent;
	double centre = (ratio + square / (2 * sent)) / (1 + square / sent);
	double half = WILSON_Z / (1 + square / sent) *
		sqrt(ratio * (1 - ratio) / sent + square / (4 * sent * sent));

	loss->low = fmax(0, centre - half);
	loss->high = fmin(1, centre + half);
}

struct loss_figures loss_of(
	const struct host *host, const struct endpoint *endpoint, int64_t now_ns)
{
	struct tally tallies[EVIDENCE_ENDPOINTS];
	bool out[EVIDENCE_ENDPOINTS];
	size_t count = tally_all(host, now_ns, tallies, out);
	size_t here = (size_t)(endpoint - host->endpoints);
	struct tally rest = sum_without(tallies, out, count, here);
	struct loss_figures loss = {
		.sent = tallies[here].sent,
		.missing = tallies[here].missing,
		.control_sent = rest.sent,
		.control_missing = rest.missing,
		.stands_out = out[here] && tallies[here].answered > 0,
	};
	double sent = loss.sent + loss.control_sent;

	if (loss.sent > 0)
		loss.ratio = (double)loss.missing / loss.sent;
	if (loss.control_sent > 0)
		loss.control_ratio = (double)loss.control_missing / loss.control_sent;
	if (sent > 0) {
		loss.common_ratio = (loss.missing + loss.control_missing) / sent;
		wilson(&loss, loss.missing + loss.control_missing, sent);
	}
	return loss;
}

void loss_mark_controls(const struct host *host, int64_t now_ns, bool *fit)
{
	struct tally tallies[EVIDENCE_ENDPOINTS];

	tally_all(host, now_ns, tallies, fit);
	for (size_t e = 0; e < host->endpoint_count; e++)
		fit[e] = !fit[e];
}
