/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a packet of any link type: nothing outside them is read, and what is said of them is
 * within its bounds. */
#include "corpus.h"
#include "frame.h"
#include "packet.h"

#include <assert.h>

static void check_tcp(const struct frame *frame, const struct packet *packet)
{
	const struct frame_tcp *tcp = &frame->tcp;

	assert((tcp->data == NULL) == (tcp->data_captured == 0));
	assert(tcp->data_captured <= tcp->payload);
	if (!tcp->data)
		return;
	assert(tcp->data >= packet->bytes);
	assert(tcp->data + tcp->data_captured <= packet->bytes + packet->captured);
}

static void check_decoded(const struct frame *frame, const struct packet *packet)
{
	assert(frame->source.family == frame->destination.family);
	assert(frame->source.family == ADDRESS_IPV4 || frame->source.family == ADDRESS_IPV6);
	assert(frame->number == packet->number && frame->time_ns == packet->time_ns);
	if (frame->kind == FRAME_TCP)
		check_tcp(frame, packet);
	if (frame->kind == FRAME_ICMP_ERROR && frame->icmp.quote.has_ports)
		assert(frame->icmp.quote.addressed);
	if (frame->kind == FRAME_ICMP_ERROR && frame->icmp.quote.has_sequence)
		assert(frame->icmp.quote.has_ports);
	if (frame->kind == FRAME_NEIGHBOUR_ASK || frame->kind == FRAME_NEIGHBOUR_TELL)
		assert(frame->neighbour.family == frame->source.family);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet packet = {.time_ns = 1, .number = 1};
	struct frame frame;
	enum frame_outcome outcome = FRAME_DECODED;

	if (size < 1 || size > UINT32_MAX)
		return 0;
	packet.link_type = corpus_link_type(data[0]);
	packet.bytes = data + 1;
	packet.captured = (uint32_t)(size - 1);
	packet.length = packet.captured;
	outcome = frame_decode(&frame, &packet);
	assert(frame_outcome_name(outcome)[0] != '\0');
	if (outcome == FRAME_DECODED)
		check_decoded(&frame, &packet);
	return 0;
}
