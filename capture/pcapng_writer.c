/* SPDX-License-Identifier: BSD-2-Clause */
/* Little-endian, whatever the machine, so that a run always gives the same bytes. */
#include "fault.h"
#include "pcapng.h"
#include "pcapng_format.h"
#include "utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SNAP_LENGTH 262144U /* the most that libpcap reads, MAXIMUM_SNAPLEN */
#define OPTION_MOST 4096U   /* our own comments are far shorter */

struct pcapng_writer {
	FILE *file;
	uint32_t link_type;
	char path[256];
};

struct pcapng_writer *pcapng_writer_new(FILE *file, const char *path)
{
	struct pcapng_writer *writer = fault_allocate(1, sizeof(*writer));

	writer->file = file;
	(void)snprintf(writer->path, sizeof(writer->path), "%s", path);
	return writer;
}

/* Failed writes are sticky in the stream; each block asks once, at its end. */
static void put(const struct pcapng_writer *writer, const void *bytes, size_t length)
{
	if (length)
		(void)fwrite(bytes, 1, length, writer->file);
}

static void put_u16(const struct pcapng_writer *writer, uint16_t value)
{
	uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8)};

	put(writer, bytes, sizeof(bytes));
}

static void put_u32(const struct pcapng_writer *writer, uint32_t value)
{
	put_u16(writer, (uint16_t)value);
	put_u16(writer, (uint16_t)(value >> 16));
}

static uint32_t padded(uint32_t length)
{
	return length + pcapng_padding(length);
}

static void put_padding(const struct pcapng_writer *writer, uint32_t length)
{
	static const uint8_t zeros[3];

	put(writer, zeros, pcapng_padding(length));
}

struct option {
	uint16_t code, length;
	const char *value;
};

static uint32_t option_size(const struct option *option)
{
	return option->length ? 4 + padded(option->length) : 0;
}

/* An empty option is left out. */
static void put_option(const struct pcapng_writer *writer, const struct option *option)
{
	if (!option->length)
		return;
	put_u16(writer, option->code);
	put_u16(writer, option->length);
	put(writer, option->value, option->length);
	put_padding(writer, option->length);
}

/* Copies as much of text as fits; '?' for bytes that are no UTF-8. */
static struct option text_option(uint16_t code, const char *text, char out[static OPTION_MOST])
{
	const uint8_t *from = (const uint8_t *)(text ? text : "");
	size_t left = strlen((const char *)from), used = 0;

	while (left > 0) {
		size_t whole = utf8_length(from, left), taken = whole ? whole : 1;

		if (used + taken > OPTION_MOST)
			break;
		memcpy(out + used, whole ? (const char *)from : "?", taken);
		used += taken;
		from += taken;
		left -= taken;
	}
	return (struct option){.code = code, .length = (uint16_t)used, .value = out};
}

static int written(const struct pcapng_writer *writer, struct fault *why)
{
	if (!ferror(writer->file))
		return 0;
	return fault_set(why, FAULT_IO, "cannot write to %s: %s", writer->path, strerror(errno));
}

static void put_section(const struct pcapng_writer *writer, const char *comment)
{
	static const struct option application = {OPTION_USER_APPLICATION, 9, "mailsonde"};
	char text[OPTION_MOST];
	struct option remark = text_option(OPTION_COMMENT, comment, text);
	uint32_t total = BLOCK_OVERHEAD + 16 + option_size(&application) + option_size(&remark) + 4;

	put_u32(writer, BLOCK_SECTION);
	put_u32(writer, total);
	put_u32(writer, BYTE_ORDER_MAGIC);
	put_u16(writer, 1); /* version 1.0 */
	put_u16(writer, 0);
	put_u32(writer, UINT32_MAX); /* section length not known */
	put_u32(writer, UINT32_MAX);
	put_option(writer, &application);
	put_option(writer, &remark);
	put_u32(writer, OPTION_END);
	put_u32(writer, total);
}

static void put_interface(const struct pcapng_writer *writer, const char *interface)
{
	static const struct option nanoseconds = {OPTION_TIME_RESOLUTION, 1, "\x09"};
	char text[OPTION_MOST];
	struct option name = text_option(OPTION_INTERFACE_NAME, interface, text);
	uint32_t total = BLOCK_OVERHEAD + 8 + option_size(&name) + option_size(&nanoseconds) + 4;

	put_u32(writer, BLOCK_INTERFACE);
	put_u32(writer, total);
	put_u16(writer, (uint16_t)writer->link_type);
	put_u16(writer, 0);
	put_u32(writer, SNAP_LENGTH);
	put_option(writer, &name);
	put_option(writer, &nanoseconds);
	put_u32(writer, OPTION_END);
	put_u32(writer, total);
}

int pcapng_write_head(struct pcapng_writer *writer, uint32_t link_type, const char *interface,
	const char *comment, struct fault *why)
{
	writer->link_type = link_type;
	put_section(writer, comment);
	put_interface(writer, interface);
	return written(writer, why);
}

int pcapng_write_packet(struct pcapng_writer *writer, const struct packet *packet,
	const char *comment, struct fault *why)
{
	char text[OPTION_MOST];
	struct option remark = text_option(OPTION_COMMENT, comment, text);
	uint64_t time = packet->time_ns > 0 ? (uint64_t)packet->time_ns : 0;
	uint32_t captured = packet->captured < SNAP_LENGTH ? packet->captured : SNAP_LENGTH;
	uint32_t options = remark.length ? option_size(&remark) + 4 : 0;
	uint32_t total = BLOCK_OVERHEAD + 20 + padded(captured) + options;

	if (packet->link_type != writer->link_type)
		return fault_set(why, FAULT_IO,
			"%s has one link type, %" PRIu32 ", and cannot take"
			" a packet of another, %" PRIu32,
			writer->path, writer->link_type, packet->link_type);
	put_u32(writer, BLOCK_PACKET);
	put_u32(writer, total);
	put_u32(writer, 0); /* interface */
	put_u32(writer, (uint32_t)(time >> 32));
	put_u32(writer, (uint32_t)time);
	put_u32(writer, captured);
	put_u32(writer, packet->length);
	put(writer, packet->bytes, captured);
	put_padding(writer, captured);
	put_option(writer, &remark);
	if (options)
		put_u32(writer, OPTION_END);
	put_u32(writer, total);
	return written(writer, why);
}

int pcapng_write_note(struct pcapng_writer *writer, const struct note *note, struct fault *why)
{
	char stamp[64] = "";
	size_t left = 0;
	uint32_t stamp_length = 0, length = 0;
	bool open_line = note->length && note->text[note->length - 1] != '\n';

	if (note->length > BLOCK_MOST / 2)
		return fault_set(why, FAULT_IO, "a note for %s is too long", writer->path);
	if (!pcapng_line_value(note->text, note->length, TIMESTAMP_FIELD, &left))
		stamp_length = (uint32_t)snprintf(stamp, sizeof(stamp),
			TIMESTAMP_FIELD "%" PRId64 "\n", note->time_ns / 1000);
	length = stamp_length + (uint32_t)note->length + open_line;
	put_u32(writer, BLOCK_JOURNAL);
	put_u32(writer, BLOCK_OVERHEAD + padded(length));
	put(writer, stamp, stamp_length);
	put(writer, note->text, note->length);
	put(writer, "\n", open_line);
	put_padding(writer, length);
	put_u32(writer, BLOCK_OVERHEAD + padded(length));
	return written(writer, why);
}

int pcapng_writer_close(struct pcapng_writer *writer, struct fault *why)
{
	int outcome = written(writer, why);

	if (fflush(writer->file) != 0 && outcome == 0)
		outcome = written(writer, why);
	/* EINVAL, EROFS: a pipe or a terminal, which knows no disk. */
	if (outcome == 0 && fsync(fileno(writer->file)) != 0 && errno != EINVAL && errno != EROFS)
		outcome = fault_set(why, FAULT_IO, "cannot write %s to the disk: %s", writer->path,
			strerror(errno));
	if (fclose(writer->file) != 0 && outcome == 0)
		outcome = fault_set(
			why, FAULT_IO, "cannot close %s: %s", writer->path, strerror(errno));
	free(writer);
	return outcome;
}
