/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a run: packets, facts and notes folded into evidence, then weighed and judged. The
 * composed ones live in a small world of four addresses, four ports and few sequence numbers, so
 * that they answer, quote and contradict each other.
 */
#include "account_note.h"
#include "corpus.h"
#include "evidence.h"
#include "fact.h"
#include "figures.h"
#include "frame.h"
#include "packet.h"
#include "reassembly.h"
#include "verdict.h"
#include "wire.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct run {
	struct reassembly *reassembly;
	struct evidence *evidence;
	int64_t now_ns;
	uint64_t number;
};

static struct address address_in(struct wire *at)
{
	uint8_t choice = wire_u8(at);
	const uint8_t ipv4[4] = {192, 0, 2, choice & 3};
	const uint8_t ipv6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = choice & 3};

	return choice & 0x10 ? address_ipv6(ipv6) : address_ipv4(ipv4);
}

static uint16_t port_in(struct wire *at)
{
	static const uint16_t ports[] = {25, 465, 40000, 40001};

	return ports[wire_u8(at) & 3];
}

static uint32_t sequence_in(struct wire *at)
{
	uint8_t choice = wire_u8(at);

	return choice == 0xff ? 0 : 1000U + (choice & 7U) + (choice & 8U ? 64U : 0U);
}

static void check_role(const struct run *run, const struct role *role)
{
	if (role->kind != ROLE_PROBE && role->kind != ROLE_ANSWER && role->kind != ROLE_CLOSING &&
		role->kind != ROLE_TRAFFIC)
		return;
	assert(role->host < run->evidence->host_count);
	assert(role->endpoint < run->evidence->hosts[role->host].endpoint_count);
	assert(role->exchange <
		run->evidence->hosts[role->host].endpoints[role->endpoint].exchange_count);
}

static void fold(struct run *run, const struct frame *frame)
{
	struct role role = evidence_add_frame(run->evidence, frame);

	check_role(run, &role);
}

static void add_packet(struct run *run, struct wire at)
{
	struct packet packet = {.time_ns = run->now_ns, .number = run->number};
	struct frame frame;
	enum frame_outcome outcome = FRAME_DECODED;

	packet.link_type = corpus_link_type(wire_u8(&at));
	packet.bytes = at.next;
	packet.captured = (uint32_t)wire_left(&at);
	packet.length = packet.captured;
	outcome = reassembly_decode(run->reassembly, &frame, &packet);
	if (outcome == FRAME_DECODED)
		fold(run, &frame);
	else
		evidence_add_skipped(run->evidence, (int)outcome);
}

/* In one packet both addresses are of one family, as the decoder sees to. */
static void addresses_in(struct wire *at, struct address *source, struct address *destination)
{
	*source = address_in(at);
	*destination = address_in(at);
	if (source->family != destination->family)
		*destination = *source;
}

static void add_segment(struct run *run, struct wire at)
{
	struct frame frame = {.time_ns = run->now_ns, .number = run->number, .kind = FRAME_TCP};

	addresses_in(&at, &frame.source, &frame.destination);
	frame.tcp.source_port = port_in(&at);
	frame.tcp.destination_port = port_in(&at);
	frame.tcp.flags = wire_u8(&at);
	frame.tcp.sequence = sequence_in(&at);
	frame.tcp.acknowledgement = sequence_in(&at);
	frame.hop_limit = wire_u8(&at);
	frame.identifier = wire_u16(&at);
	frame.tcp.window = wire_u16(&at);
	frame.tcp.payload = wire_u8(&at);
	fold(run, &frame);
}

static void add_error(struct run *run, struct wire at)
{
	struct frame frame = {
		.time_ns = run->now_ns, .number = run->number, .kind = FRAME_ICMP_ERROR};
	struct frame_quote *quote = &frame.icmp.quote;
	uint8_t carried = wire_u8(&at);

	addresses_in(&at, &frame.source, &frame.destination);
	addresses_in(&at, &quote->source, &quote->destination);
	quote->addressed = true;
	quote->protocol = 6;
	quote->has_ports = carried & 1;
	quote->has_sequence = (carried & 3) == 3;
	quote->source_port = port_in(&at);
	quote->destination_port = port_in(&at);
	quote->sequence = sequence_in(&at);
	quote->hop_limit = wire_u8(&at);
	quote->identifier = wire_u16(&at);
	frame.icmp.type = wire_u8(&at);
	frame.icmp.code = wire_u8(&at);
	fold(run, &frame);
}

static void text_in(struct wire *at, char *out, size_t room)
{
	size_t length = wire_u8(at) % room;

	if (length > wire_left(at))
		length = wire_left(at);
	wire_copy(at, (uint8_t *)out, length);
	out[length] = '\0';
}

/* An account as no session would give it, each value within its bounds. */
static void account_in(struct wire *at, struct session_account *out, int64_t now_ns)
{
	uint8_t flags = wire_u8(at), more = wire_u8(at);
	struct transcript *t = &out->transcript;
	struct insight *insight = &out->insight;

	(void)transcript_begin(t, port_in(at));
	out->variant = (enum session_variant)(wire_u8(at) % VARIANTS);
	out->ended_ns = now_ns;
	t->opened_ns = flags & 1 ? now_ns - (int64_t)wire_u32(at) : 0;
	t->greeted_ns = flags & 2 ? now_ns : 0;
	t->speaks = (enum session_protocol)(wire_u8(at) % (PROTOCOL_OTHER + 1));
	t->greeting = (enum greeting_kind)(wire_u8(at) % (GREETING_ODD + 1));
	t->capabilities_told = flags & 4;
	t->starttls_offered = flags & 8;
	t->starttls_accepted = flags & 16;
	t->starttls_refused = flags & 32;
	t->tls.client_hello = flags & 64;
	t->answered_hello = flags & 128;
	t->bytes[SIDE_SERVER] = more & 1;
	text_in(at, t->greeting_text, sizeof(t->greeting_text));
	insight->stage = (enum session_stage)(wire_u8(at) % SESSION_STAGES);
	insight->end = (enum session_end)(wire_u8(at) % SESSION_ENDS);
	insight->tls_complete = more & 2;
	insight->tls_version = wire_u16(at);
	insight->alert.seen = more & 4;
	insight->dane = (enum dane_state)(wire_u8(at) % DANE_STATES);
	insight->verification.word = (enum verify_word)(wire_u8(at) % VERIFY_WORDS);
	insight->verification.problems = wire_u8(at);
	insight->sealed_greeting = (enum greeting_kind)(wire_u8(at) % (GREETING_ODD + 1));
	insight->certificate.present = more & 8;
	insight->certificate.dated = more & 16;
	insight->certificate.not_after_s = (int64_t)wire_u32(at);
	text_in(at, insight->certificate.subject, sizeof(insight->certificate.subject));
	text_in(at, insight->certificate.names, sizeof(insight->certificate.names));
	insight->certificate.names_length = (uint16_t)(strlen(insight->certificate.names) + 1);
}

/* An account comes back whole. */
static void check_account(
	const struct session_account *account, const struct session_account *again)
{
	char text[ACCOUNT_NOTE_TEXT], back[ACCOUNT_NOTE_TEXT];

	assert(account_note_print(account, text) < ACCOUNT_NOTE_TEXT - 1);
	(void)account_note_print(again, back);
	assert(strcmp(text, back) == 0);
}

/* What is printed of a fact is read back as the same kind of fact. */
static void add_fact(struct run *run, struct wire at)
{
	struct fact fact = {.time_ns = run->now_ns, .number = run->number}, again;
	char text[FACT_TEXT];
	struct note note = {.time_ns = run->now_ns, .number = run->number, .text = text};

	fact.kind = (enum fact_kind)(wire_u8(&at) % FACT_KINDS);
	addresses_in(&at, &fact.flow.source, &fact.flow.destination);
	fact.flow.source_port = port_in(&at);
	fact.flow.destination_port = port_in(&at);
	fact.sequence = sequence_in(&at);
	fact.asked = wire_u8(&at) & 1;
	fact.error = wire_u8(&at) & 127;
	fact.count = wire_u16(&at);
	fact.duration_ns = (int64_t)wire_u32(&at);
	if (fact.kind == FACT_SESSION)
		account_in(&at, &fact.session, run->now_ns);
	wire_copy(&at, (uint8_t *)fact.host, wire_left(&at) < 200 ? wire_left(&at) : 200);
	(void)snprintf(fact.text, sizeof(fact.text), "%.63s", fact.host);
	note.length = fact_print(&fact, text);
	assert(note.length < FACT_TEXT);
	if (!fact_parse(&again, &note))
		return;
	assert(again.kind == fact.kind);
	if (fact.kind == FACT_SESSION)
		check_account(&fact.session, &again.session);
	evidence_add_fact(run->evidence, &again);
}

static void add_note(struct run *run, const struct wire *at)
{
	struct note note = {
		.time_ns = run->now_ns,
		.number = run->number,
		.text = (const char *)at->next,
		.length = wire_left(at),
	};
	struct fact fact;

	if (fact_parse(&fact, &note))
		evidence_add_fact(run->evidence, &fact);
}

static void add_record(struct run *run, struct wire *input)
{
	uint8_t kind = wire_u8(input), later = wire_u8(input);
	uint16_t length = wire_u16(input);
	struct wire content = wire_take(input, length);

	run->now_ns += (int64_t)later * 10000000;
	run->number++;
	switch ((enum record_kind)(kind % RECORD_KINDS)) {
	case RECORD_PACKET:
		add_packet(run, content);
		break;
	case RECORD_SEGMENT:
		add_segment(run, content);
		break;
	case RECORD_ERROR:
		add_error(run, content);
		break;
	case RECORD_FACT:
		add_fact(run, content);
		break;
	case RECORD_NOTE:
		add_note(run, &content);
		break;
	}
}

static void judge(const struct run *run, const struct host *host)
{
	for (size_t i = 0; i < host->endpoint_count; i++) {
		struct figures figures = figures_of(
			run->evidence, host, &host->endpoints[i], run->now_ns + 5000000000);
		struct verdict verdict = verdict_of(&figures);

		assert(verdict.word < VERDICT_WORDS);
		assert(verdict.confidence >= 0 && verdict.confidence <= 1);
		assert(verdict.rule);
		assert(verdict.finding_count <= VERDICT_FINDINGS);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire input = wire_over(data, size);
	struct run run = {.reassembly = reassembly_new(),
		.evidence = evidence_new(),
		.now_ns = 1700000000000000000};

	while (wire_left(&input) > 0)
		add_record(&run, &input);
	for (size_t i = 0; i < run.evidence->host_count; i++)
		judge(&run, &run.evidence->hosts[i]);
	evidence_free(run.evidence);
	reassembly_free(run.reassembly);
	return 0;
}
