/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a capture file, compressed or not: it is refused with a sentence, or its packets are
 * whole and numbered in turn until it ends or breaks, with a sentence. */
#include "corpus.h"
#include "fault.h"
#include "packet.h"
#include "tap.h"

#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define RECORDS_MOST 4096 /* a few bytes unpack to millions */

static void check_packet(const struct packet *packet, uint64_t last)
{
	uint8_t sum = 0;

	assert(packet->number > last);
	assert(packet->time_ns >= 0 && packet->time_ns <= (int64_t)1 << 62);
	assert(packet->captured <= packet->length);
	for (uint32_t i = 0; i < packet->captured; i++)
		sum ^= packet->bytes[i];
	(void)*(volatile uint8_t *)&sum; /* every byte was read */
}

static void read_all(struct tap *tap)
{
	struct packet packet;
	struct note note;
	struct fault why = {0};
	enum tap_event event = TAP_EMPTY;
	uint64_t last = 0;

	for (unsigned i = 0; i < RECORDS_MOST; i++) {
		event = tap_next(tap, &packet, &note, &why);
		if (event == TAP_EMPTY || event == TAP_BROKEN)
			break;
		if (event == TAP_PACKET)
			check_packet(&packet, last);
		last = event == TAP_PACKET ? packet.number : note.number;
	}
	assert(event != TAP_BROKEN || why.text[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int descriptor = memfd_create("capture", MFD_CLOEXEC);
	char path[64];
	struct fault why = {0};
	struct tap *tap = NULL;

	assert(descriptor >= 0 && write(descriptor, data, size) == (ssize_t)size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	tap = tap_open_file(path, &why);
	assert(tap || why.text[0] != '\0');
	if (tap)
		read_all(tap);
	tap_close(tap);
	(void)close(descriptor);
	return 0;
}
