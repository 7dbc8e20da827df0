/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a pcapng file: it ends or breaks, with a sentence, and what comes before can be
 * decoded and written again. */
#include "corpus.h"
#include "fault.h"
#include "frame.h"
#include "pcapng.h"

#include <assert.h>
#include <stdio.h>

static struct pcapng_writer *begun_writer(void)
{
	FILE *file = fopen("/dev/null", "wb");
	struct pcapng_writer *writer = NULL;
	struct fault why;

	assert(file);
	writer = pcapng_writer_new(file, "/dev/null");
	assert(pcapng_write_head(writer, LINK_RAW, "eth0", NULL, &why) == 0);
	return writer;
}

static void take_packet(struct pcapng_writer *writer, const struct packet *packet)
{
	struct packet again = *packet;
	struct frame frame;
	struct fault why;

	assert(packet->time_ns >= 0 && packet->time_ns <= (int64_t)1 << 62);
	assert(packet->captured <= packet->length);
	(void)frame_decode(&frame, packet);
	again.link_type = LINK_RAW; /* that of the file */
	assert(pcapng_write_packet(writer, &again, "again", &why) == 0);
}

static void take_note(struct pcapng_writer *writer, const struct note *note)
{
	struct fault why;

	assert(note->time_ns >= 0);
	assert(note->length == 0 || note->text[note->length - 1] != '\0');
	assert(pcapng_write_note(writer, note, &why) == 0 || note->length > 8 << 20);
}

/* Reads to the end, and returns what the end was. */
static enum pcapng_event read_all(
	struct pcapng_reader *reader, struct pcapng_writer *writer, struct fault *why)
{
	struct packet packet;
	struct note note;
	uint64_t last = 0;
	enum pcapng_event event = PCAPNG_END;

	while ((event = pcapng_read(reader, &packet, &note, why)) == PCAPNG_PACKET ||
		event == PCAPNG_NOTE) {
		uint64_t number = event == PCAPNG_PACKET ? packet.number : note.number;

		assert(number > last);
		last = number;
		if (event == PCAPNG_PACKET)
			take_packet(writer, &packet);
		else
			take_note(writer, &note);
	}
	return event;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *file = fmemopen(NULL, size + 1, "w+b");
	struct pcapng_reader *reader = NULL;
	struct pcapng_writer *writer = begun_writer();
	struct fault why = {0};
	enum pcapng_event event = PCAPNG_END;

	assert(file && fwrite(data, 1, size, file) == size);
	rewind(file);
	reader = pcapng_reader_new(file, "input");
	event = read_all(reader, writer, &why);
	assert(event == PCAPNG_END || why.text[0] != '\0');
	pcapng_reader_free(reader);
	(void)pcapng_writer_close(writer, &why);
	return 0;
}
