/* SPDX-License-Identifier: BSD-2-Clause */
#include "evidence.h"

#include "budget.h"
#include "conversation.h"
#include "fault.h"
#include "frame.h"
#include "index.h"
#include "mailport.h"
#include "names.h"
#include "retired.h"
#include "transcript.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IPPROTO_OF_TCP 6 /* RFC 9293, by the IANA protocol numbers */

/* Two captures of one packet (an "any" device, a mirror port) stand closer than any sender repeats
 * a SYN: kernels wait a second, RFC 6298 section 2. */
#define DUPLICATE_WITHIN_NS 1000000

/* And two captures in different places, of which files are read as one timeline, as far apart as
 * packets travel: still less than any SYN waits for its answer. */
#define ELSEWHERE_WITHIN_NS 200000000

/* A kernel that repeats a SYN this long after its SYN-ACK was captured never got that SYN-ACK. */
#define IGNORED_AFTER_NS 1000000

/* A host that goes on sending so soon after its RST did not send that RST (SCIENCE D3, Weaver et
 * al. 2009: segments that were under way already come from before it). */
#define CONTRADICTED_WITHIN_NS ((int64_t)2000000000)

/* Flows that are reused far more often than any probing does are walked only so far. */
#define FLOW_WALK 64

/* Most ports of most captures are tried once or twice. */
#define FIRST_ROOM 2

static void *grown(void *items, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return items;
	*room = *room == 0 ? FIRST_ROOM : *room * 2;
	return fault_resize(items, *room, size);
}

struct evidence *evidence_new(void)
{
	struct evidence *evidence = fault_allocate(1, sizeof(*evidence));

	evidence->flows = fault_allocate(1, sizeof(*evidence->flows));
	evidence->addresses = fault_allocate(1, sizeof(*evidence->addresses));
	evidence->share = EVIDENCE_EXCHANGES;
	index_init(evidence->flows);
	index_init(evidence->addresses);
	return evidence;
}

void endpoint_forget_exchanges(struct endpoint *endpoint)
{
	for (size_t i = 0; i < endpoint->exchange_count; i++)
		exchange_clear(&endpoint->exchanges[i]);
	free(endpoint->exchanges);
	endpoint->exchanges = NULL;
	endpoint->exchange_count = endpoint->exchange_room = 0;
}

void evidence_free(struct evidence *evidence)
{
	if (evidence == NULL)
		return;
	for (size_t h = 0; h < evidence->host_count; h++) {
		struct host *host = &evidence->hosts[h];
		for (size_t e = 0; e < host->endpoint_count; e++) {
			endpoint_forget_exchanges(&host->endpoints[e]);
			free(host->endpoints[e].refused);
			free(host->endpoints[e].retired);
			free(host->endpoints[e].accounts);
			free(host->endpoints[e].local_rule);
			conversation_forget(host->endpoints[e].sessions);
		}
		free(host->endpoints);
		free(host->local_rule);
		free(host->offer);
	}
	free(evidence->hosts);
	conversations_free(evidence->conversations);
	names_free(evidence->names);
	index_clear(evidence->flows);
	index_clear(evidence->addresses);
	free(evidence->flows);
	free(evidence->addresses);
	free(evidence);
}

struct host *evidence_host(const struct evidence *evidence, const struct address *address)
{
	uint32_t hash = index_of_address(evidence->addresses, address);
	struct index_slot *slot = NULL;

	while ((slot = index_seek(evidence->addresses, hash, slot)) != NULL) {
		struct host *host = &evidence->hosts[slot->position.host];
		if (address_equal(&host->address, address))
			return host;
	}
	return NULL;
}

struct endpoint *host_endpoint(const struct host *host, uint16_t port)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (host->endpoints[e].port == port)
			return &host->endpoints[e];
	}
	return NULL;
}

bool endpoint_accepts(const struct endpoint *endpoint)
{
	if (endpoint->retired != NULL && endpoint->retired->accepted > 0)
		return true;
	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange->connected || exchange_answer(exchange, ANSWER_SYN_ACK) != NULL)
			return true;
	}
	return false;
}

bool endpoint_resets(const struct endpoint *endpoint)
{
	if (endpoint->retired != NULL && endpoint->retired->resets > 0)
		return true;
	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		if (exchange_answer(&endpoint->exchanges[i], ANSWER_RESET) != NULL)
			return true;
	}
	return false;
}

bool endpoint_answers(const struct endpoint *endpoint)
{
	return endpoint_accepts(endpoint) || endpoint_resets(endpoint);
}

/* With a mail port it may take the place of one without. */
static struct host *new_host(struct evidence *evidence, bool has_mail)
{
	bool full =
		evidence->host_count == EVIDENCE_HOSTS || evidence->endpoint_count == BUDGET_PORTS;

	if (full) {
		int64_t place = has_mail ? budget_forget_host(evidence) : -1;
		return place < 0 ? NULL : &evidence->hosts[place];
	}
	evidence->hosts = grown(evidence->hosts, evidence->host_count, &evidence->host_room,
		sizeof(*evidence->hosts));
	return &evidence->hosts[evidence->host_count++];
}

static struct host *add_host(
	struct evidence *evidence, const struct address *address, uint16_t port)
{
	struct host *host = evidence_host(evidence, address);

	if (host != NULL)
		return host;
	host = new_host(evidence, evidence_mailport(evidence, port) != NULL);
	if (host == NULL)
		return NULL;
	*host = (struct host){.address = *address};
	index_add(evidence->addresses, index_of_address(evidence->addresses, address),
		(struct position){.host = (uint32_t)(host - evidence->hosts)});
	return host;
}

/* What ports offer. */

void evidence_name_service(struct evidence *evidence, uint16_t port, const struct mailport *row)
{
	if (evidence->service_count == EVIDENCE_SERVICES)
		return;
	evidence->services[evidence->service_count++] = (struct named_service){port, row};
}

static const struct mailport *named_row(const struct evidence *evidence, uint16_t port)
{
	for (size_t i = evidence->service_count; i > 0; i--) {
		if (evidence->services[i - 1].port == port)
			return evidence->services[i - 1].row;
	}
	return NULL;
}

const struct mailport *evidence_mailport(const struct evidence *evidence, uint16_t port)
{
	const struct mailport *row = named_row(evidence, port);

	return row != NULL ? row : mailport_find(port);
}

static void name_endpoint(const struct evidence *evidence, struct endpoint *endpoint)
{
	const struct mailport *row = named_row(evidence, endpoint->port);

	if (row != NULL && row->port != endpoint->port)
		snprintf(endpoint->service, sizeof(endpoint->service), "%s", row->service);
}

/* Of a host, which may be NULL; NULL where there is no room. */
static struct endpoint *endpoint_of(struct evidence *evidence, struct host *host, uint16_t port)
{
	struct endpoint *endpoint = host == NULL ? NULL : host_endpoint(host, port);

	if (host == NULL || endpoint != NULL)
		return endpoint;
	if (host->endpoint_count == EVIDENCE_ENDPOINTS || evidence->endpoint_count == BUDGET_PORTS)
		return NULL;
	host->endpoints = grown(host->endpoints, host->endpoint_count, &host->endpoint_room,
		sizeof(*host->endpoints));
	endpoint = &host->endpoints[host->endpoint_count++];
	evidence->endpoint_count++;
	*endpoint = (struct endpoint){.port = port};
	name_endpoint(evidence, endpoint);
	return endpoint;
}

static struct endpoint *add_endpoint(
	struct evidence *evidence, const struct address *address, uint16_t port)
{
	return endpoint_of(evidence, add_host(evidence, address, port), port);
}

/* Finding exchanges again. */

static struct exchange *exchange_at(
	const struct evidence *evidence, const struct position *position)
{
	struct endpoint *endpoint = &evidence->hosts[position->host].endpoints[position->endpoint];
	return &endpoint->exchanges[position->exchange];
}

static bool is_between(const struct evidence *evidence, const struct position *position,
	struct index_end from, struct index_end to)
{
	const struct host *host = &evidence->hosts[position->host];
	const struct exchange *exchange = exchange_at(evidence, position);

	return exchange->source_port == from.port &&
		host->endpoints[position->endpoint].port == to.port &&
		address_equal(&host->address, to.address) &&
		address_equal(&exchange->source, from.address);
}

/* Whoever asks has something else to do before the answer is needed. */
static uint32_t flow_of(const struct evidence *evidence, struct index_end from, struct index_end to)
{
	uint32_t hash = index_of_flow(evidence->flows, from, to);

	index_prefetch(evidence->flows, hash);
	return hash;
}

/* What is known of a segment's flow: at most one of the two. */
struct acquaintance {
	struct position *opened; /* the latest exchange that the sender opened it with */
	struct position *joined; /* or the receiver, if the sender did not */
};

static struct acquaintance find_either(
	const struct evidence *evidence, uint32_t hash, struct index_end from, struct index_end to)
{
	struct index_slot *slot = NULL;
	struct acquaintance known = {NULL, NULL};

	while ((slot = index_seek(evidence->flows, hash, slot)) != NULL) {
		if (is_between(evidence, &slot->position, from, to))
			return (struct acquaintance){.opened = &slot->position};
		if (is_between(evidence, &slot->position, to, from))
			known.joined = &slot->position;
	}
	return known;
}

static struct index_end sender_of(const struct frame *frame)
{
	return (struct index_end){&frame->source, frame->tcp.source_port};
}

static struct index_end receiver_of(const struct frame *frame)
{
	return (struct index_end){&frame->destination, frame->tcp.destination_port};
}

/* The latest exchange of a flow from latest back that has this sequence number; false if there is
 * none. */
static bool find_exchange(const struct evidence *evidence, const struct position *latest,
	uint32_t sequence, struct position *out)
{
	*out = *latest;
	for (int steps = 0; steps < FLOW_WALK; steps++) {
		const struct exchange *exchange = exchange_at(evidence, out);
		if (exchange->sequence == sequence)
			return true;
		if (exchange->earlier == EXCHANGE_NONE)
			return false;
		out->exchange = (uint16_t)exchange->earlier;
	}
	return false;
}

static struct role role_at(enum role_kind kind, const struct position *position)
{
	return (struct role){.kind = kind,
		.host = position->host,
		.endpoint = position->endpoint,
		.exchange = position->exchange};
}

/* SYNs. */

/*
 * No sender numbers two packets alike (where it numbers them at all), and none changes the hop
 * limit of what it repeats, as every router on the way does: it is the same packet, captured in two
 * places.
 */
static bool is_duplicate(const struct exchange *before, const struct frame *frame)
{
	int64_t later_ns = frame->time_ns - before->sent_ns;
	bool elsewhere = frame->identifier != 0 || frame->hop_limit != before->hop_limit;

	return before->sequence == frame->tcp.sequence && before->identifier == frame->identifier &&
		later_ns < (elsewhere ? ELSEWHERE_WITHIN_NS : DUPLICATE_WITHIN_NS);
}

static bool ignored_its_answer(const struct exchange *before, int64_t now_ns)
{
	const struct answer *answer = exchange_answer(before, ANSWER_SYN_ACK);

	return answer != NULL && now_ns - answer->time_ns > IGNORED_AFTER_NS;
}

/* Field by field: there is no need to clear the room for an answer, which is half of it. */
static void begin_exchange(struct exchange *out, const struct frame *frame, bool own)
{
	out->sent_ns = frame->time_ns;
	out->closed_ns = 0;
	out->packet = frame->number;
	out->source = frame->source;
	out->sequence = frame->tcp.sequence;
	out->earlier = EXCHANGE_NONE;
	out->conversation = 0;
	out->source_port = frame->tcp.source_port;
	out->identifier = frame->identifier;
	out->hop_limit = frame->hop_limit;
	out->own = own;
	out->repeated = out->ignored_answer = out->connected = false;
	out->after = (struct aftermath){0};
	out->answer_count = out->answers_more = 0;
	out->more = NULL;
}

/* The capture shows a SYN after all that was given up as never seen: it left, late. */
static void forget_refusal(struct endpoint *endpoint, uint32_t sequence)
{
	for (size_t i = 0; i < endpoint->refused_count; i++) {
		if (endpoint->refused[i].error == 0 && endpoint->refused[i].sequence == sequence) {
			endpoint->refused[i] = endpoint->refused[--endpoint->refused_count];
			return;
		}
	}
}

static struct endpoint *endpoint_for_syn(
	struct evidence *evidence, const struct frame *frame, struct position *here)
{
	const struct address *to = &frame->destination;
	uint16_t port = frame->tcp.destination_port;
	struct host *host = evidence->targets_known ? evidence_host(evidence, to)
						    : add_host(evidence, to, port);
	struct endpoint *endpoint = NULL;

	if (host != NULL)
		endpoint = evidence->targets_known ? host_endpoint(host, port)
						   : endpoint_of(evidence, host, port);
	if (endpoint == NULL)
		return NULL;
	if (endpoint->exchange_count < endpoint->exchange_room)
		exchange_prefetch(&endpoint->exchanges[endpoint->exchange_count]);
	host->asked_ns = frame->time_ns;
	*here = (struct position){.host = (uint32_t)(host - evidence->hosts),
		.endpoint = (uint16_t)(endpoint - host->endpoints)};
	return endpoint;
}

static bool has_room(
	struct evidence *evidence, const struct position *here, const struct frame *frame)
{
	const struct endpoint *endpoint = &evidence->hosts[here->host].endpoints[here->endpoint];

	if (evidence->targets_known)
		return endpoint->exchange_count < EVIDENCE_EXCHANGES;
	return budget_admit(evidence, here, frame->time_ns);
}

/* What an earlier SYN of the same flow makes of this one. */
static void follow(
	struct exchange *exchange, const struct exchange *before, const struct position *place)
{
	exchange->earlier = place->exchange;
	exchange->repeated = before->sequence == exchange->sequence;
	exchange->ignored_answer =
		exchange->repeated && ignored_its_answer(before, exchange->sent_ns);
	exchange->conversation = exchange->repeated ? before->conversation : 0;
}

static struct role add_syn(struct evidence *evidence, const struct frame *frame)
{
	struct index_end from = sender_of(frame), to = receiver_of(frame);
	uint32_t flow = flow_of(evidence, from, to);
	struct position here;
	struct endpoint *endpoint = endpoint_for_syn(evidence, frame, &here);

	if (endpoint == NULL || !has_room(evidence, &here, frame)) {
		evidence->overflow += !evidence->targets_known || endpoint != NULL;
		return (struct role){.kind = ROLE_OTHER};
	}
	struct position *latest = find_either(evidence, flow, from, to).opened;

	if (latest != NULL && is_duplicate(exchange_at(evidence, latest), frame))
		return role_at(ROLE_PROBE, latest);
	here.exchange = (uint16_t)endpoint->exchange_count;
	endpoint->exchanges = grown(endpoint->exchanges, endpoint->exchange_count,
		&endpoint->exchange_room, sizeof(*endpoint->exchanges));
	struct exchange *exchange = &endpoint->exchanges[endpoint->exchange_count++];

	begin_exchange(exchange, frame, evidence->targets_known);
	exchange->flow = flow;
	if (latest != NULL)
		follow(exchange, exchange_at(evidence, latest), latest);
	evidence->kept++;
	forget_refusal(endpoint, exchange->sequence);
	if (latest != NULL)
		*latest = here;
	else
		index_add(evidence->flows, flow, here);
	return role_at(ROLE_PROBE, &here);
}

/* Answers. */

static struct answer answer_of(enum answer_kind kind, const struct frame *frame)
{
	return (struct answer){
		.kind = kind,
		.time_ns = frame->time_ns,
		.packet = frame->number,
		.from = frame->source,
		.hop_limit = frame->hop_limit,
		.icmp_type = kind == ANSWER_ICMP ? frame->icmp.type : 0,
		.icmp_code = kind == ANSWER_ICMP ? frame->icmp.code : 0,
		.quoted_hop_limit = kind == ANSWER_ICMP ? frame->icmp.quote.hop_limit : 0,
		.identifier = frame->identifier,
		.window = kind == ANSWER_ICMP ? 0 : frame->tcp.window,
		.mss = kind == ANSWER_ICMP ? 0 : frame->tcp.mss,
		.sequence = kind == ANSWER_ICMP ? 0 : frame->tcp.sequence,
	};
}

static bool same_answer_again(const struct exchange *exchange, const struct answer *answer)
{
	for (size_t i = 0; i < exchange->answer_count; i++) {
		const struct answer *before = exchange_answer_at(exchange, i);
		if (before->kind == answer->kind && before->identifier == answer->identifier &&
			before->sequence == answer->sequence &&
			address_equal(&before->from, &answer->from) &&
			answer->time_ns - before->time_ns < DUPLICATE_WITHIN_NS)
			return true;
	}
	return false;
}

static struct role add_answer(
	struct evidence *evidence, const struct position *position, const struct answer *answer)
{
	struct exchange *exchange = exchange_at(evidence, position);
	struct role role = role_at(ROLE_ANSWER, position);

	if (!same_answer_again(exchange, answer))
		role.answer = exchange_add_answer(exchange, answer);
	return role;
}

/* Whoever has forgotten cannot tell. */
static struct role anomaly(struct evidence *evidence, struct endpoint *endpoint)
{
	if (endpoint != NULL && endpoint->retired != NULL)
		return (struct role){.kind = ROLE_OTHER};
	evidence->anomalies++;
	if (endpoint != NULL)
		endpoint->anomalies++;
	return (struct role){.kind = ROLE_ANOMALY};
}

static bool is_syn_ack(const struct frame *frame)
{
	return (frame->tcp.flags & (TCP_SYN | TCP_ACK | TCP_RST)) == (TCP_SYN | TCP_ACK);
}

/*
 * A RST answers a SYN if it acknowledges it (RFC 9293 section 3.10.7.1); some stacks and filters
 * acknowledge the sequence number itself instead of the next, which other scanners accept too.
 */
static bool find_reset(const struct evidence *evidence, const struct frame *frame,
	const struct position *latest, struct position *out)
{
	if ((frame->tcp.flags & TCP_ACK) == 0)
		return false;
	return find_exchange(evidence, latest, frame->tcp.acknowledgement - 1, out) ||
		find_exchange(evidence, latest, frame->tcp.acknowledgement, out);
}

static void note_later_reset(struct aftermath *after, const struct frame *frame)
{
	if (after->reset_hop_limit != 0)
		return;
	after->reset_hop_limit = frame->hop_limit;
	after->reset_sequence = frame->tcp.sequence;
	after->reset_ns = frame->time_ns;
}

/* A segment of the connection that an exchange opened, but no RST. */
static void note_later(struct exchange *exchange, const struct frame *frame)
{
	struct aftermath *after = &exchange->after;
	int32_t beyond = (int32_t)(frame->tcp.sequence - after->reset_sequence);

	if (!exchange->connected || frame->hop_limit == 0)
		return;
	if (after->hop_limit == 0)
		after->hop_limit = frame->hop_limit;
	else if (after->hop_limit != frame->hop_limit)
		after->hop_limit_varies = true;
	if (after->reset_hop_limit != 0 && frame->tcp.payload > 0 && beyond >= 0 &&
		frame->time_ns - after->reset_ns < CONTRADICTED_WITHIN_NS)
		after->contradicted = true;
}

static struct role add_reset(
	struct evidence *evidence, const struct frame *frame, const struct position *latest)
{
	struct position position;

	struct exchange *exchange = exchange_at(evidence, latest);

	if (exchange->connected) {
		note_later_reset(&exchange->after, frame);
		return role_at(ROLE_TRAFFIC, latest);
	}
	if (!find_reset(evidence, frame, latest, &position))
		return anomaly(
			evidence, &evidence->hosts[latest->host].endpoints[latest->endpoint]);
	struct answer answer = answer_of(ANSWER_RESET, frame);
	answer.odd = frame->tcp.acknowledgement == exchange_at(evidence, &position)->sequence ||
		frame->tcp.payload > 0;
	return add_answer(evidence, &position, &answer);
}

/*
 * A run of our own that sends packets alone hangs up as soon as a port has opened; what it still
 * hears is chance, so only in foreign captures sessions are listened to.
 */
static void listen_to(
	struct evidence *evidence, const struct position *position, const struct frame *frame)
{
	struct exchange *exchange = exchange_at(evidence, position);

	if (!evidence->targets_known && exchange->conversation == 0)
		exchange->conversation = conversation_open(evidence, position, frame);
}

/* Ports from here on are handed out to clients as well, so their number alone tells no server. */
#define CLIENT_PORTS 1024

static bool is_service_of(const struct evidence *evidence, uint16_t port, uint16_t peer)
{
	if (named_row(evidence, port) != NULL)
		return named_row(evidence, peer) == NULL;
	return port < CLIENT_PORTS && peer >= CLIENT_PORTS && mailport_find(port) != NULL;
}

/* A connection that was there before the capture began: its server was seen, no more. */
static void note_stray(struct evidence *evidence, const struct frame *frame)
{
	const struct frame_tcp *tcp = &frame->tcp;
	bool from_server = is_service_of(evidence, tcp->source_port, tcp->destination_port);
	bool to_server = is_service_of(evidence, tcp->destination_port, tcp->source_port);

	if (evidence->targets_known || (!from_server && !to_server))
		return;
	struct endpoint *endpoint = from_server
		? add_endpoint(evidence, &frame->source, tcp->source_port)
		: add_endpoint(evidence, &frame->destination, tcp->destination_port);

	if (endpoint == NULL) {
		evidence->overflow++;
		return;
	}
	endpoint->strays++;
}

/* From someone who has opened no flow that is known, to someone who has not either. */
static struct role add_stranger(struct evidence *evidence, const struct frame *frame)
{
	note_stray(evidence, frame);
	struct host *host = is_syn_ack(frame) ? evidence_host(evidence, &frame->source) : NULL;

	return host == NULL ? (struct role){.kind = ROLE_OTHER}
			    : anomaly(evidence, host_endpoint(host, frame->tcp.source_port));
}

/* From the server to whoever opened the flow. */
static struct role add_reply(
	struct evidence *evidence, const struct frame *frame, const struct position *latest)
{
	struct endpoint *endpoint = &evidence->hosts[latest->host].endpoints[latest->endpoint];
	struct position position;

	conversation_add(evidence, exchange_at(evidence, latest)->conversation, SIDE_SERVER, frame);
	if (frame->tcp.flags & TCP_RST)
		return add_reset(evidence, frame, latest);
	if (is_syn_ack(frame)) {
		if (!find_exchange(evidence, latest, frame->tcp.acknowledgement - 1, &position))
			return anomaly(evidence, endpoint);
		listen_to(evidence, &position, frame);
		struct answer answer = answer_of(ANSWER_SYN_ACK, frame);
		return add_answer(evidence, &position, &answer);
	}
	note_later(exchange_at(evidence, latest), frame);
	if (!exchange_answered(exchange_at(evidence, latest)))
		endpoint->stale_acks++;
	return role_at(ROLE_TRAFFIC, latest);
}

/* Nobody goes on with a connection that was not answered: where the capture has no answer, it lacks
 * it, as one of a single direction does. In our own a segment may be forged. */
static bool was_answered(
	const struct evidence *evidence, const struct exchange *exchange, const struct frame *frame)
{
	bool goes_on = (frame->tcp.flags & TCP_ACK) != 0 && frame->tcp.acknowledgement != 0;

	return exchange_answer(exchange, ANSWER_SYN_ACK) != NULL ||
		(goes_on && !evidence->targets_known);
}

/* From the opener, after its SYN. */
static struct role add_follow_up(
	struct evidence *evidence, const struct frame *frame, const struct position *latest)
{
	struct position position;

	conversation_add(evidence, exchange_at(evidence, latest)->conversation, SIDE_CLIENT, frame);
	if (!find_exchange(evidence, latest, frame->tcp.sequence - 1, &position))
		return role_at(ROLE_TRAFFIC, latest);
	struct exchange *exchange = exchange_at(evidence, &position);

	if (frame->tcp.flags & TCP_RST) {
		if (exchange->closed_ns == 0)
			exchange->closed_ns = frame->time_ns;
		return role_at(ROLE_CLOSING, &position);
	}
	if (was_answered(evidence, exchange, frame))
		exchange->connected = true;
	return role_at(ROLE_TRAFFIC, &position);
}

static struct role add_tcp(struct evidence *evidence, const struct frame *frame)
{
	if ((frame->tcp.flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN)
		return add_syn(evidence, frame);
	struct index_end from = sender_of(frame), to = receiver_of(frame);
	struct acquaintance known = find_either(evidence, flow_of(evidence, from, to), from, to);

	if (known.opened != NULL)
		return add_follow_up(evidence, frame, known.opened);
	if (known.joined != NULL)
		return add_reply(evidence, frame, known.joined);
	return add_stranger(evidence, frame);
}

/*
 * Destination unreachable and time exceeded say that a packet went no further. Fragmentation needed
 * and packet too big ask for smaller packets, which a SYN is already (RFC 1191, RFC 8201).
 */
static bool icmp_answers(const struct frame *frame)
{
	uint8_t type = frame->icmp.type;

	if (frame->source.family == ADDRESS_IPV4)
		return (type == 3 && frame->icmp.code != 4) || type == 11;
	return type == 1 || type == 3;
}

static struct role add_icmp_error(struct evidence *evidence, const struct frame *frame)
{
	const struct frame_quote *quote = &frame->icmp.quote;
	struct index_end from = {&quote->source, quote->source_port};
	struct index_end to = {&quote->destination, quote->destination_port};
	struct position position;

	if (!quote->addressed || quote->protocol != IPPROTO_OF_TCP || !quote->has_ports ||
		!icmp_answers(frame))
		return (struct role){.kind = ROLE_OTHER};
	const struct host *host = evidence_host(evidence, to.address);
	if (host == NULL)
		return (struct role){.kind = ROLE_OTHER};
	const struct position *latest =
		find_either(evidence, flow_of(evidence, from, to), from, to).opened;
	if (!quote->has_sequence || latest == NULL ||
		!find_exchange(evidence, latest, quote->sequence, &position))
		return anomaly(evidence, host_endpoint(host, to.port));
	struct answer answer = answer_of(ANSWER_ICMP, frame);
	return add_answer(evidence, &position, &answer);
}

static struct role add_neighbour(struct evidence *evidence, const struct frame *frame)
{
	struct role role = {.kind = ROLE_OTHER};

	for (size_t h = 0; h < evidence->host_count; h++) {
		struct host *host = &evidence->hosts[h];
		const struct address *next_hop =
			host->gateway.family != ADDRESS_NONE ? &host->gateway : &host->address;
		if (!address_equal(next_hop, &frame->neighbour))
			continue;
		if (frame->kind == FRAME_NEIGHBOUR_ASK)
			host->neighbour_asked++;
		else
			host->neighbour_told++;
		role.kind = ROLE_NEIGHBOUR;
	}
	return role;
}

static void look_at_clock(struct evidence *evidence, int64_t time_ns)
{
	if (evidence->first_ns == 0)
		evidence->first_ns = time_ns;
	if (time_ns > evidence->last_ns)
		evidence->last_ns = time_ns;
}

/* The pieces before a packet's last one counted as skipped as long as they might be of no use. */
static void forgive_pieces(struct evidence *evidence, const struct frame *frame)
{
	uint64_t *skipped = &evidence->skipped[FRAME_FRAGMENT];
	uint64_t before_last = frame->pieces - 1U;

	*skipped -= before_last < *skipped ? before_last : *skipped;
}

struct role evidence_add_frame(struct evidence *evidence, const struct frame *frame)
{
	evidence->packets++;
	if (frame->pieces > 0)
		forgive_pieces(evidence, frame);
	look_at_clock(evidence, frame->time_ns);
	switch (frame->kind) {
	case FRAME_TCP:
		return add_tcp(evidence, frame);
	case FRAME_ICMP_ERROR:
		return add_icmp_error(evidence, frame);
	case FRAME_NEIGHBOUR_ASK:
	case FRAME_NEIGHBOUR_TELL:
		return add_neighbour(evidence, frame);
	case FRAME_NAMES:
		if (!evidence->targets_known)
			names_add(&evidence->names, frame->names.message, frame->names.captured);
		break;
	case FRAME_ECHO_REPLY:
	case FRAME_ICMP_OTHER:
		break;
	}
	return (struct role){.kind = ROLE_OTHER};
}

_Static_assert(sizeof(((struct evidence *)NULL)->skipped) == FRAME_OUTCOMES * sizeof(uint64_t),
	"a counter for each outcome");

void evidence_add_skipped(struct evidence *evidence, int outcome)
{
	evidence->packets++;
	if (outcome > FRAME_DECODED && outcome < FRAME_OUTCOMES)
		evidence->skipped[outcome]++;
}

/* Facts. */

static void add_target(struct evidence *evidence, const struct fact *fact)
{
	const struct address *address = &fact->flow.destination;
	struct endpoint *endpoint = add_endpoint(evidence, address, fact->flow.destination_port);
	struct host *host = evidence_host(evidence, address);

	evidence->targets_known = true;
	if (host == NULL || endpoint == NULL) {
		evidence->overflow++;
		return;
	}
	endpoint->asked = endpoint->asked || fact->asked;
	memcpy(endpoint->service, fact->service, sizeof(endpoint->service));
	name_endpoint(evidence, endpoint);
	if (fact->host[0] != '\0')
		memcpy(host->name, fact->host, sizeof(host->name));
}

static void add_refusal(struct endpoint *endpoint, const struct fact *fact)
{
	if (endpoint->refused_count == EVIDENCE_EXCHANGES)
		return;
	endpoint->refused = grown(endpoint->refused, endpoint->refused_count,
		&endpoint->refused_room, sizeof(*endpoint->refused));
	endpoint->refused[endpoint->refused_count++] = (struct refused_write){
		.time_ns = fact->time_ns,
		.sequence = fact->sequence,
		.error = fact->kind == FACT_NOT_SEEN ? 0 : fact->error,
	};
}

static void add_connection(struct endpoint *endpoint, const struct fact *fact)
{
	endpoint->connection = (struct connection){.tried = true,
		.flow = fact->flow,
		.error = fact->error,
		.time_ns = fact->time_ns,
		.duration_ns = fact->duration_ns};
}

static void add_account(
	struct evidence *evidence, struct endpoint *endpoint, const struct fact *fact)
{
	if (endpoint->account_count == EVIDENCE_ACCOUNTS) {
		evidence->overflow++;
		return;
	}
	endpoint->accounts = grown(endpoint->accounts, endpoint->account_count,
		&endpoint->account_room, sizeof(*endpoint->accounts));
	endpoint->accounts[endpoint->account_count++] = fact->session;
}

static void add_local_rule(struct local_rule **place, const struct local_rule *rule)
{
	if (*place == NULL)
		*place = fault_allocate(1, sizeof(**place));
	**place = *rule;
}

static void add_about_host(struct evidence *evidence, const struct fact *fact)
{
	struct host *host = evidence_host(evidence, &fact->flow.destination);
	struct endpoint *endpoint =
		host != NULL ? host_endpoint(host, fact->flow.destination_port) : NULL;

	if (host != NULL && fact->kind == FACT_ROUTE) {
		host->route_known = true;
		host->route_error = fact->error;
		host->source = fact->flow.source;
		host->source_elsewhere = fact->elsewhere;
		host->gateway = fact->gateway;
	} else if (endpoint != NULL && fact->kind == FACT_CONNECT) {
		add_connection(endpoint, fact);
	} else if (host != NULL && fact->kind == FACT_LOCAL_RULE) {
		add_local_rule(
			endpoint != NULL ? &endpoint->local_rule : &host->local_rule, &fact->rule);
	} else if (endpoint != NULL && fact->kind == FACT_SESSION) {
		add_account(evidence, endpoint, fact);
	} else if (endpoint != NULL) {
		add_refusal(endpoint, fact);
	}
}

bool offer_has(const struct offer *offer, uint16_t port)
{
	for (size_t i = 0; i < offer->port_count; i++) {
		if (offer->ports[i] == port)
			return true;
	}
	return false;
}

static void add_offer(struct evidence *evidence, const struct fact *fact)
{
	struct host *host = evidence_host(evidence, &fact->flow.destination);

	if (host == NULL || fact->port_count == 0)
		return;
	if (host->offer == NULL)
		host->offer = fault_allocate(1, sizeof(*host->offer));
	memcpy(host->offer->ports, fact->ports, sizeof(host->offer->ports));
	host->offer->port_count = fact->port_count;
	memcpy(host->offer->record, fact->record, sizeof(host->offer->record));
}

void evidence_add_fact(struct evidence *evidence, const struct fact *fact)
{
	look_at_clock(evidence, fact->time_ns);
	switch (fact->kind) {
	case FACT_TARGET:
		add_target(evidence, fact);
		break;
	case FACT_ROUTE:
	case FACT_WRITE_ERROR:
	case FACT_NOT_SEEN:
	case FACT_CONNECT:
	case FACT_SESSION:
	case FACT_LOCAL_RULE:
		add_about_host(evidence, fact);
		break;
	case FACT_CAPTURE_LOST:
		evidence->lost = fact->count;
		evidence->lost_of = fact->arrived;
		break;
	case FACT_END:
		memcpy(evidence->ending, fact->text, sizeof(evidence->ending));
		break;
	case FACT_PROVIDER:
		memcpy(evidence->provider, fact->record, sizeof(evidence->provider));
		memcpy(evidence->provider_by, fact->text, sizeof(evidence->provider_by));
		break;
	case FACT_OFFER:
		add_offer(evidence, fact);
		break;
	}
}
