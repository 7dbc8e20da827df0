/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as packets that may be fragments: what comes of them is whole, and can be read to its
 * end, whatever was put together from what. */
#include "corpus.h"
#include "frame.h"
#include "packet.h"
#include "reassembly.h"
#include "wire.h"

#include <assert.h>

#define SECOND_NS 1000000000LL

static void check(const struct frame *frame, uint64_t number)
{
	const struct frame_tcp *tcp = &frame->tcp;
	uint8_t sum = 0;

	assert(frame->source.family == frame->destination.family);
	assert(frame->pieces <= number && frame->number == number);
	if (frame->kind != FRAME_TCP)
		return;
	assert((tcp->data == NULL) == (tcp->data_captured == 0));
	assert(tcp->data_captured <= tcp->payload);
	for (uint32_t i = 0; i < tcp->data_captured; i++)
		sum ^= tcp->data[i];
	(void)*(volatile uint8_t *)&sum; /* every byte was read */
}

/* A fragment in a small world, of which a byte each tells: whose, where, how long and whether the
 * last, how much of it is captured. */
static struct packet compose(struct wire *at, uint8_t bytes[static 320])
{
	uint8_t whose = wire_u8(at), place = wire_u8(at), length = wire_u8(at);
	uint8_t cut = wire_u8(at), data = wire_u8(at);
	struct packet packet = {.link_type = LINK_RAW, .bytes = bytes, .length = 20U + length};
	const uint8_t header[20] = {0x45, 0, (uint8_t)(packet.length >> 8), (uint8_t)packet.length,
		0, whose & 3, whose & 0x80 ? 0x20 : 0, place, 64, whose & 0x40 ? 4 : 6, 0, 0, 192,
		0, 2, 1, 198, 51, 100, 25};

	for (uint32_t i = 0; i < packet.length; i++)
		bytes[i] = i < sizeof(header) ? header[i] : data;
	packet.captured = packet.length - (cut < packet.length ? cut : packet.length);
	return packet;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reassembly *reassembly = reassembly_new();
	struct wire at = wire_over(data, size);
	int64_t time_ns = 1;

	for (uint64_t number = 1; wire_left(&at) > 0; number++) {
		uint8_t bytes[320];
		uint8_t link = wire_u8(&at);
		struct packet packet;
		struct frame frame;

		time_ns += wire_u8(&at) * (SECOND_NS / 4);
		if (link == REASSEMBLY_COMPOSED) {
			packet = compose(&at, bytes);
		} else {
			struct wire content = wire_take(&at, wire_u16(&at));

			packet = (struct packet){.link_type = corpus_link_type(link),
				.captured = (uint32_t)wire_left(&content),
				.length = (uint32_t)wire_left(&content),
				.bytes = content.next};
		}
		packet.time_ns = time_ns;
		packet.number = number;
		if (reassembly_decode(reassembly, &frame, &packet) == FRAME_DECODED)
			check(&frame, number);
	}
	reassembly_free(reassembly);
	return 0;
}
