/* SPDX-License-Identifier: BSD-2-Clause */
#include "story.h"

#include "unit.h"

#define STORY_START_NS ((int64_t)1700000000 * 1000000000)
#define NS_PER_MS      1000000

struct address story_address(const char *text)
{
	struct address address = {0};

	assert_true(address_parse(&address, text));
	return address;
}

static void add_targets(struct story *story, const uint16_t *ports, bool asked)
{
	for (size_t i = 0; ports != NULL && ports[i] != 0; i++) {
		struct fact fact = {.kind = FACT_TARGET,
			.asked = asked,
			.time_ns = story->now_ns,
			.flow = {.destination = story_address(STORY_HOST),
				.destination_port = ports[i]}};
		evidence_add_fact(story->evidence, &fact);
	}
}

void story_begin(struct story *story, const uint16_t *asked, const uint16_t *controls)
{
	struct fact route = {.kind = FACT_ROUTE,
		.time_ns = STORY_START_NS,
		.flow = {.source = story_address(STORY_HERE),
			.destination = story_address(STORY_HOST)},
		.gateway = story_address(STORY_HOP)};

	*story = (struct story){
		.evidence = evidence_new(), .now_ns = STORY_START_NS, .next_port = 40000};
	add_targets(story, asked, true);
	add_targets(story, controls, false);
	evidence_add_fact(story->evidence, &route);
}

void story_end(struct story *story)
{
	evidence_free(story->evidence);
}

void story_wait(struct story *story, double ms)
{
	story->now_ns += (int64_t)(ms * NS_PER_MS);
}

struct frame story_frame(const struct story *story, struct story_probe probe, bool from_host)
{
	struct address here = story_address(STORY_HERE), host = story_address(STORY_HOST);

	return (struct frame){
		.time_ns = story->now_ns,
		.kind = FRAME_TCP,
		.hop_limit = 64,
		.source = from_host ? host : here,
		.destination = from_host ? here : host,
		.tcp = {.source_port = from_host ? probe.port : probe.source_port,
			.destination_port = from_host ? probe.source_port : probe.port},
	};
}

struct role story_fold(struct story *story, struct frame *frame)
{
	frame->number = ++story->number;
	struct role role = evidence_add_frame(story->evidence, frame);
	story_wait(story, 1);
	return role;
}

void story_ask(struct story *story, struct story_probe probe, uint8_t hop_limit)
{
	struct frame frame = story_frame(story, probe, false);

	frame.hop_limit = hop_limit;
	frame.tcp.flags = TCP_SYN;
	frame.tcp.sequence = probe.sequence;
	assert_int_equal(story_fold(story, &frame).kind, ROLE_PROBE);
}

struct story_probe story_syn_hops(struct story *story, uint16_t port, uint8_t hop_limit)
{
	struct story_probe probe = {.port = port,
		.source_port = story->next_port++,
		.sequence = 0x1000U * story->next_port};

	story_ask(story, probe, hop_limit);
	return probe;
}

struct story_probe story_syn(struct story *story, uint16_t port)
{
	return story_syn_hops(story, port, 64);
}

void story_syn_again(struct story *story, struct story_probe probe)
{
	story_ask(story, probe, 64);
}

static struct role fold_answer(struct story *story, struct story_probe probe, uint8_t flags)
{
	struct frame frame = story_frame(story, probe, true);

	frame.tcp.flags = flags;
	frame.tcp.sequence = STORY_SEQUENCE;
	frame.tcp.acknowledgement = probe.sequence + 1;
	return story_fold(story, &frame);
}

struct role story_syn_ack(struct story *story, struct story_probe probe)
{
	return fold_answer(story, probe, TCP_SYN | TCP_ACK);
}

struct role story_reset(struct story *story, struct story_probe probe)
{
	return fold_answer(story, probe, TCP_RST | TCP_ACK);
}

struct role story_icmp(struct story *story, struct story_probe probe, uint8_t type, uint8_t code)
{
	struct frame frame = story_frame(story, probe, true);

	frame.kind = FRAME_ICMP_ERROR;
	frame.source = story_address(STORY_HOP);
	frame.tcp = (struct frame_tcp){0};
	frame.icmp = (struct frame_icmp){.type = type,
		.code = code,
		.quote = {.addressed = true,
			.has_ports = true,
			.has_sequence = true,
			.protocol = 6,
			.hop_limit = 63,
			.source_port = probe.source_port,
			.destination_port = probe.port,
			.sequence = probe.sequence,
			.source = story_address(STORY_HERE),
			.destination = story_address(STORY_HOST)}};
	return story_fold(story, &frame);
}

struct role story_close(struct story *story, struct story_probe probe)
{
	struct frame frame = story_frame(story, probe, false);

	frame.tcp.flags = TCP_RST;
	frame.tcp.sequence = probe.sequence + 1;
	return story_fold(story, &frame);
}

void story_fact(struct story *story, enum fact_kind kind, uint16_t port, int error)
{
	struct fact fact = {.kind = kind,
		.error = error,
		.time_ns = story->now_ns,
		.flow = {.source = story_address(STORY_HERE),
			.destination = story_address(STORY_HOST),
			.source_port = (uint16_t)(story->next_port - 1),
			.destination_port = port}};

	if (kind == FACT_END)
		fact.flow = (struct flow){0};
	evidence_add_fact(story->evidence, &fact);
}

const struct host *story_host(const struct story *story)
{
	struct address address = story_address(STORY_HOST);

	return evidence_host(story->evidence, &address);
}

const struct endpoint *story_endpoint(const struct story *story, uint16_t port)
{
	return host_endpoint(story_host(story), port);
}
