/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Section numbers are those of draft-ietf-opsawg-pcapng ("pcapng") and, for the journal block, of
 * draft-richardson-opsawg-pcapng-extras ("extras").
 */
#include "pcapng.h"

#include "fault.h"
#include "utf8.h"
#include "wire.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum block_type {
	BLOCK_SECTION = 0x0a0d0d0a, /* pcapng 4.1: the same in both byte orders */
	BLOCK_INTERFACE = 1,        /* pcapng 4.2 */
	BLOCK_OLD_PACKET = 2,       /* pcapng appendix: obsolete, still met */
	BLOCK_SIMPLE_PACKET = 3,    /* pcapng 4.4 */
	BLOCK_PACKET = 6,           /* pcapng 4.3 */
	BLOCK_JOURNAL = 9,          /* extras, systemd Journal Export Block */
	BLOCK_CUSTOM = 0x0bad,      /* pcapng 4.7 */
	BLOCK_CUSTOM_NO_COPY = 0x40000bad,
};

enum option_code {
	OPTION_END = 0, /* pcapng 3.5 */
	OPTION_COMMENT = 1,
	OPTION_USER_APPLICATION = 4, /* pcapng 4.1 */
	OPTION_INTERFACE_NAME = 2,   /* pcapng 4.2 */
	OPTION_TIME_RESOLUTION = 9,
	OPTION_TIME_OFFSET = 14,
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4dU
#define BLOCK_OVERHEAD   12U                 /* type, length, length again: pcapng 3.1 */
#define BLOCK_MOST       (16U * 1024 * 1024) /* no honest packet comes near it */
#define SNAP_LENGTH      262144U             /* the most that libpcap reads, MAXIMUM_SNAPLEN */
#define OPTION_MOST      4096U               /* our own comments are far shorter */
#define INTERFACES_MOST  65536U
#define TIME_MOST        ((int64_t)1 << 62) /* differences of two times always fit */
#define SECOND_NS        1000000000U

/* ---- writing: little-endian, whatever the machine, so that a run always gives the same bytes ----
 */

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

static uint32_t padding(uint32_t length)
{
	return (4 - length % 4) % 4;
}

static uint32_t padded(uint32_t length)
{
	return length + padding(length);
}

static void put_padding(const struct pcapng_writer *writer, uint32_t length)
{
	static const uint8_t zeros[3];

	put(writer, zeros, padding(length));
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

/* The value of a line NAME=value, or NULL; the text is not NUL-terminated. */
static const char *line_value(const char *text, size_t length, const char *name, size_t *left)
{
	size_t name_length = strlen(name);

	while (length > name_length) {
		const char *end = memchr(text, '\n', length);
		size_t line = end ? (size_t)(end - text) + 1 : length;

		if (memcmp(text, name, name_length) == 0 && line > name_length) {
			*left = line - name_length;
			return text + name_length;
		}
		text += line;
		length -= line;
	}
	return NULL;
}

/* A journal entry must carry this field (extras); Wireshark takes the entry's time from it. */
#define TIMESTAMP_FIELD "__REALTIME_TIMESTAMP="

int pcapng_write_note(struct pcapng_writer *writer, const struct note *note, struct fault *why)
{
	char stamp[64] = "";
	size_t left = 0;
	uint32_t stamp_length = 0, length = 0;
	bool open_line = note->length && note->text[note->length - 1] != '\n';

	if (note->length > BLOCK_MOST / 2)
		return fault_set(why, FAULT_IO, "a note for %s is too long", writer->path);
	if (!line_value(note->text, note->length, TIMESTAMP_FIELD, &left))
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

/* ---- reading: any writer's files, so nothing is believed ---- */

struct interface {
	uint32_t link_type, snap_length; /* 0: no limit */
	uint8_t resolution;              /* as in the option: a power of 10, or of 2 with bit 7 */
	int64_t offset_s;
};

struct block {
	uint32_t type;
	struct wire body;
};

struct pcapng_reader {
	FILE *file;
	uint64_t at;      /* where the present block began */
	uint64_t next_at; /* how far the file was read */
	bool in_section, little_endian;
	struct interface *interfaces; /* of the present section */
	size_t interface_count, interface_room;
	uint8_t *bytes; /* the present block's body and its second length */
	size_t room;
	uint64_t number;
	int64_t last_ns; /* simple packets have no time of their own */
	char path[256];
};

struct pcapng_reader *pcapng_reader_new(FILE *file, const char *path)
{
	struct pcapng_reader *reader = fault_allocate(1, sizeof(*reader));

	reader->file = file;
	(void)snprintf(reader->path, sizeof(reader->path), "%s", path);
	return reader;
}

/* What is wrong with the present block, and where it is. */
static enum pcapng_event broken(
	const struct pcapng_reader *reader, struct fault *why, const char *what)
{
	(void)fault_set(why, FAULT_DATA, "%s is broken at byte %" PRIu64 ": %s", reader->path,
		reader->at, what);
	return PCAPNG_BROKEN;
}

static uint16_t take_u16(const struct pcapng_reader *reader, struct wire *at)
{
	uint16_t value = wire_u16(at);

	return reader->little_endian ? __builtin_bswap16(value) : value;
}

static uint32_t take_u32(const struct pcapng_reader *reader, struct wire *at)
{
	uint32_t value = wire_u32(at);

	return reader->little_endian ? __builtin_bswap32(value) : value;
}

/* Reads length bytes after the first `held` of the block's body. */
static bool fetch(struct pcapng_reader *reader, size_t held, size_t length)
{
	size_t got = 0;

	if (held + length > reader->room) {
		reader->bytes = fault_resize(reader->bytes, held + length, 1);
		reader->room = held + length;
	}
	got = fread(reader->bytes + held, 1, length, reader->file);
	reader->next_at += got;
	return got == length;
}

static enum pcapng_event cut_off(const struct pcapng_reader *reader, struct fault *why)
{
	if (!ferror(reader->file))
		return broken(reader, why, "the file ends inside a block");
	(void)fault_set(why, FAULT_IO, "cannot read %s: %s", reader->path, strerror(errno));
	return PCAPNG_BROKEN;
}

/* The byte order that a section's magic shows; its interfaces begin anew. */
static bool open_section(struct pcapng_reader *reader)
{
	struct wire magic = wire_over(reader->bytes, 4);
	uint32_t value = wire_u32(&magic);

	reader->little_endian = value != BYTE_ORDER_MAGIC;
	reader->in_section = true;
	reader->interface_count = 0;
	return value == BYTE_ORDER_MAGIC || __builtin_bswap32(value) == BYTE_ORDER_MAGIC;
}

/* The rest of a block whose first `held` bytes of body are read already. */
static enum pcapng_event fetch_rest(struct pcapng_reader *reader, struct block *block,
	uint32_t length, uint32_t held, struct fault *why)
{
	uint32_t body = 0;
	struct wire trailer;

	if (length < BLOCK_OVERHEAD + held || length % 4 != 0) /* pcapng 3.1 */
		return broken(reader, why, "a block has an impossible length");
	if (length > BLOCK_MOST)
		return broken(reader, why, "a block is longer than 16 MiB");
	body = length - BLOCK_OVERHEAD;
	if (!fetch(reader, held, body - held + 4))
		return cut_off(reader, why);
	trailer = wire_over(reader->bytes + body, 4);
	if (take_u32(reader, &trailer) != length)
		return broken(reader, why, "a block's two lengths differ");
	block->body = wire_over(reader->bytes, body);
	return PCAPNG_PACKET;
}

/* PCAPNG_PACKET: *block is filled, whatever is in it. */
static enum pcapng_event take_block(
	struct pcapng_reader *reader, struct block *block, struct fault *why)
{
	struct wire head;
	uint32_t type_big = 0, length_big = 0, held = 0;

	reader->at = reader->next_at;
	if (!fetch(reader, 0, 8)) {
		if (reader->next_at == reader->at && !ferror(reader->file))
			return PCAPNG_END;
		return cut_off(reader, why);
	}
	head = wire_over(reader->bytes, 8);
	type_big = wire_u32(&head);
	length_big = wire_u32(&head);
	if (type_big == BLOCK_SECTION) {
		held = 4;
		if (!fetch(reader, 0, held))
			return cut_off(reader, why);
		if (!open_section(reader))
			return broken(reader, why, "a section has no byte-order magic");
	}
	if (!reader->in_section)
		return broken(reader, why, "it does not begin with a section");
	block->type = reader->little_endian ? __builtin_bswap32(type_big) : type_big;
	return fetch_rest(reader, block,
		reader->little_endian ? __builtin_bswap32(length_big) : length_big, held, why);
}

static bool section_is_known(const struct pcapng_reader *reader, struct wire body)
{
	wire_skip(&body, 4);                                      /* magic */
	return take_u16(reader, &body) == 1 && wire_whole(&body); /* major version */
}

/* Options that do not fit their block are ignored, as are all that we have no use for. */
static void take_interface_options(
	const struct pcapng_reader *reader, struct interface *interface, struct wire at)
{
	while (wire_left(&at) >= 4) {
		uint16_t code = take_u16(reader, &at), length = take_u16(reader, &at);
		struct wire value = wire_take(&at, length);
		uint64_t high = 0, low = 0;

		wire_skip(&at, padding(length));
		if (code == OPTION_END || wire_left(&value) < length)
			return;
		if (code == OPTION_TIME_RESOLUTION && length == 1)
			interface->resolution = wire_u8(&value);
		if (code != OPTION_TIME_OFFSET || length != 8)
			continue;
		high = take_u32(reader, &value);
		low = take_u32(reader, &value);
		interface->offset_s =
			(int64_t)(reader->little_endian ? low << 32 | high : high << 32 | low);
	}
}

/* False if it is one too many. */
static bool add_interface(struct pcapng_reader *reader, struct wire body)
{
	struct interface interface = {.resolution = 6}; /* microseconds: pcapng 4.2 */

	interface.link_type = take_u16(reader, &body);
	wire_skip(&body, 2);
	interface.snap_length = take_u32(reader, &body);
	take_interface_options(reader, &interface, body);
	if (!wire_whole(&body) || reader->interface_count == INTERFACES_MOST)
		return false;
	if (reader->interface_count == reader->interface_room) {
		reader->interface_room = reader->interface_room ? reader->interface_room * 2 : 4;
		reader->interfaces = fault_resize(
			reader->interfaces, reader->interface_room, sizeof(*reader->interfaces));
	}
	reader->interfaces[reader->interface_count++] = interface;
	return true;
}

/* Splits ticks of 2^-power seconds. */
static uint64_t split_binary(uint64_t ticks, unsigned power, uint64_t *fraction_ns)
{
	uint64_t rest = power < 64 ? ticks & (((uint64_t)1 << power) - 1) : ticks;

	/* Beyond 2^-34 the product with 10^9 would overflow; what is cut is below a nanosecond. */
	if (power > 34) {
		rest = power - 34 < 64 ? rest >> (power - 34) : 0;
		*fraction_ns = rest * SECOND_NS >> 34;
	} else {
		*fraction_ns = rest * SECOND_NS >> power;
	}
	return power < 64 ? ticks >> power : 0;
}

/* Splits ticks of 10^-power seconds; a tick below 10^-19 seconds makes all of them no second. */
static uint64_t split_decimal(uint64_t ticks, unsigned power, uint64_t *fraction_ns)
{
	uint64_t per_second = 1;
	unsigned i = 0;

	for (i = 0; i < power && i < 19; i++)
		per_second *= 10;
	for (; i < power && ticks; i++)
		ticks /= 10;
	*fraction_ns = ticks % per_second;
	for (i = power < 19 ? power : 19; i > 9; i--)
		*fraction_ns /= 10;
	for (; i < 9; i++)
		*fraction_ns *= 10;
	return ticks / per_second;
}

static int64_t time_of(const struct interface *interface, uint64_t ticks)
{
	uint64_t fraction_ns = 0;
	unsigned power = interface->resolution & 0x7f;
	uint64_t seconds = interface->resolution & 0x80 ? split_binary(ticks, power, &fraction_ns)
							: split_decimal(ticks, power, &fraction_ns);
	int64_t most_s = TIME_MOST / SECOND_NS;
	int64_t whole_s = 0;

	if (seconds > (uint64_t)most_s || interface->offset_s > most_s)
		return TIME_MOST;
	if (interface->offset_s < -most_s)
		return 0;
	whole_s = (int64_t)seconds + interface->offset_s;
	if (whole_s < 0)
		return 0;
	return whole_s < most_s ? whole_s * SECOND_NS + (int64_t)fraction_ns : TIME_MOST;
}

/* What the three kinds of packet block have in common. */
struct record {
	uint32_t interface;
	uint64_t ticks;
	bool timed;
	uint32_t captured, length;
};

static enum pcapng_event take_data(struct pcapng_reader *reader, struct packet *packet,
	const struct record *record, struct wire body, struct fault *why)
{
	const struct interface *interface = NULL;

	if (!wire_whole(&body))
		return broken(reader, why, "a packet block is too short");
	if (record->interface >= reader->interface_count)
		return broken(reader, why, "a packet names an interface that was not described");
	if (record->captured > wire_left(&body))
		return broken(reader, why, "a packet is longer than its block");
	interface = &reader->interfaces[record->interface];
	if (record->timed)
		reader->last_ns = time_of(interface, record->ticks);
	*packet = (struct packet){
		.time_ns = reader->last_ns,
		.number = ++reader->number,
		.link_type = interface->link_type,
		.captured = record->captured,
		.length = record->length > record->captured ? record->length : record->captured,
		.bytes = body.next,
	};
	return PCAPNG_PACKET;
}

static enum pcapng_event take_packet(struct pcapng_reader *reader, struct packet *packet,
	const struct block *block, struct fault *why)
{
	struct wire body = block->body;
	struct record record = {.timed = true};

	if (block->type == BLOCK_OLD_PACKET) {
		record.interface = take_u16(reader, &body);
		wire_skip(&body, 2); /* drops */
	} else {
		record.interface = take_u32(reader, &body);
	}
	record.ticks = (uint64_t)take_u32(reader, &body) << 32;
	record.ticks |= take_u32(reader, &body);
	record.captured = take_u32(reader, &body);
	record.length = take_u32(reader, &body);
	return take_data(reader, packet, &record, body, why);
}

/* Its captured length is what the snap length left (pcapng 4.4). */
static enum pcapng_event take_simple_packet(struct pcapng_reader *reader, struct packet *packet,
	const struct block *block, struct fault *why)
{
	struct wire body = block->body;
	struct record record = {.length = take_u32(reader, &body)};
	uint32_t snap = reader->interface_count ? reader->interfaces[0].snap_length : 0;

	record.captured = record.length;
	if (snap && record.captured > snap)
		record.captured = snap;
	if (record.captured > wire_left(&body))
		record.captured = (uint32_t)wire_left(&body);
	return take_data(reader, packet, &record, body, why);
}

static int64_t note_time(const char *text, size_t length)
{
	size_t left = 0;
	const char *digits = line_value(text, length, TIMESTAMP_FIELD, &left);
	int64_t microseconds = 0;

	for (; digits && left && *digits >= '0' && *digits <= '9'; digits++, left--) {
		if (microseconds > TIME_MOST / 1000 / 10 - 1)
			return TIME_MOST;
		microseconds = microseconds * 10 + (*digits - '0');
	}
	return microseconds * 1000;
}

/* The entry ends with its last byte that is not zero (extras). */
static enum pcapng_event take_note(
	struct pcapng_reader *reader, struct note *note, const struct block *block)
{
	const char *text = (const char *)block->body.next;
	size_t length = wire_left(&block->body);

	while (length && text[length - 1] == '\0')
		length--;
	*note = (struct note){
		.time_ns = note_time(text, length),
		.number = ++reader->number,
		.text = text,
		.length = length,
	};
	return PCAPNG_NOTE;
}

/* PCAPNG_END: nothing in this block, go on. */
static enum pcapng_event take_content(struct pcapng_reader *reader, struct packet *packet,
	struct note *note, const struct block *block, struct fault *why)
{
	switch (block->type) {
	case BLOCK_SECTION:
		if (!section_is_known(reader, block->body))
			return broken(reader, why, "a section is of another version than 1");
		return PCAPNG_END;
	case BLOCK_INTERFACE:
		if (!add_interface(reader, block->body))
			return broken(reader, why, "an interface cannot be understood");
		return PCAPNG_END;
	case BLOCK_PACKET:
	case BLOCK_OLD_PACKET:
		return take_packet(reader, packet, block, why);
	case BLOCK_SIMPLE_PACKET:
		return take_simple_packet(reader, packet, block, why);
	case BLOCK_JOURNAL:
		return take_note(reader, note, block);
	case BLOCK_CUSTOM:
	case BLOCK_CUSTOM_NO_COPY:
		reader->number++; /* Wireshark shows and counts them */
		return PCAPNG_END;
	default:
		return PCAPNG_END;
	}
}

enum pcapng_event pcapng_read(
	struct pcapng_reader *reader, struct packet *packet, struct note *note, struct fault *why)
{
	struct block block;
	enum pcapng_event event = PCAPNG_END;

	/* Each turn takes at least eight bytes of the file. */
	while ((event = take_block(reader, &block, why)) == PCAPNG_PACKET) {
		event = take_content(reader, packet, note, &block, why);
		if (event != PCAPNG_END)
			return event;
	}
	return event;
}

void pcapng_reader_free(struct pcapng_reader *reader)
{
	if (!reader)
		return;
	if (reader->file != stdin)
		(void)fclose(reader->file);
	free(reader->interfaces);
	free(reader->bytes);
	free(reader);
}
