/* SPDX-License-Identifier: BSD-2-Clause */
#include "specimen.h"

#include "mailport.h"

#include <stdio.h>

struct result *specimen_add(struct report *report, uint16_t port, enum verdict_word word)
{
	struct result *result = report_add(report);
	bool open = word == VERDICT_OPEN;

	snprintf(result->host, sizeof(result->host), "mail.example.com");
	snprintf(result->service, sizeof(result->service), "%s", mailport_service(port));
	result->address = (struct address){.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}};
	result->port = port;
	result->figures.counts =
		(struct counts){.probes = 8, .syn_acks = open ? 8 : 0, .unanswered = open ? 0 : 8};
	result->verdict = (struct verdict){.word = word,
		.by = open ? BY_NOBODY : BY_UNKNOWN,
		.confidence = 0.998,
		.rule = "specimen"};
	if (open)
		result->figures.round_trips = (struct round_trips){
			.samples = 8, .min_ms = 1.0, .median_ms = 21.2, .max_ms = 30.5};
	return result;
}

static void set_every_figure(struct result *result)
{
	result->figures.icmp = (struct icmp_seen){
		.present = true,
		.type = 3,
		.code = 13,
		.from = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 9}},
	};
	result->figures.loss = (struct loss_figures){.sent = 8,
		.missing = 1,
		.control_sent = 10,
		.control_missing = 1,
		.ratio = 0.125,
		.control_ratio = 0.1};
	result->figures.rate = (struct rate_estimate){.judged = true,
		.best = RATE_PORT_BUCKET,
		.rate_per_s = 5,
		.rate_low_per_s = 4.4,
		.rate_high_per_s = 5.7,
		.burst = 5};
	result->figures.proof[0] = 12;
	result->figures.proof[1] = 14;
	result->verdict.hop = (struct place){.known = true,
		.ttl = 2,
		.relation = PLACE_AFTER,
		.address = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 9}}};
	result->verdict.findings[0] = FINDING_PATH_ALIVE;
	result->verdict.finding_count = 1;
}

void specimen_fill(struct report *report)
{
	*report = (struct report){.command = "probe",
		.live = true,
		.started_ns = 1795500000123456789,
		.finished_ns = 1795500009000000000,
		.vantage = {.interface = "eth0",
			.addresses = {{.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 77}}},
			.address_count = 1}};
	specimen_add(report, 587, VERDICT_OPEN);
	for (int word = VERDICT_OPEN + 1; word < VERDICT_WORDS; word++)
		set_every_figure(specimen_add(report, 25, (enum verdict_word)word));
}
