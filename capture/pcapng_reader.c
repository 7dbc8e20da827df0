/* SPDX-License-Identifier: BSD-2-Clause */
/* Any writer's files, so nothing is believed. */
#include "fault.h"
#include "pcapng.h"
#include "pcapng_format.h"
#include "wire.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define INTERFACES_MOST 65536U
#define TIME_MOST       ((int64_t)1 << 62) /* differences of two times always fit */
#define SECOND_NS       1000000000U

struct interface {
	uint32_t link_type, snap_length; /* 0: no limit */
	uint8_t resolution;              /* as in the option: a power of 10, or of 2 with bit 7 */
	int64_t offset_s;
	struct pcapng_tally tally;
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
	struct pcapng_tally earlier; /* of the sections before it */
	uint8_t *bytes;              /* the present block's body and its second length */
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

static uint64_t take_u64(const struct pcapng_reader *reader, struct wire *at)
{
	uint64_t first = take_u32(reader, at), second = take_u32(reader, at);

	return reader->little_endian ? second << 32 | first : first << 32 | second;
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

struct pcapng_tally pcapng_tally(const struct pcapng_reader *reader)
{
	struct pcapng_tally sum = reader->earlier;

	for (size_t i = 0; i < reader->interface_count; i++) {
		sum.arrived += reader->interfaces[i].tally.arrived;
		sum.lost += reader->interfaces[i].tally.lost;
	}
	return sum;
}

/* The byte order that a section's magic shows; its interfaces begin anew. */
static bool open_section(struct pcapng_reader *reader)
{
	struct wire magic = wire_over(reader->bytes, 4);
	uint32_t value = wire_u32(&magic);

	reader->little_endian = value != BYTE_ORDER_MAGIC;
	reader->in_section = true;
	reader->earlier = pcapng_tally(reader);
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

/* The next option; false at their end. One that does not fit its block is ignored with all behind
 * it. */
static bool take_option(
	const struct pcapng_reader *reader, struct wire *at, uint16_t *code, struct wire *value)
{
	uint16_t length = 0;

	if (wire_left(at) < 4)
		return false;
	*code = take_u16(reader, at);
	length = take_u16(reader, at);
	*value = wire_take(at, length);
	wire_skip(at, pcapng_padding(length));
	return *code != OPTION_END && wire_left(value) == length;
}

static void take_interface_options(
	const struct pcapng_reader *reader, struct interface *interface, struct wire at)
{
	uint16_t code = 0;
	struct wire value;

	while (take_option(reader, &at, &code, &value)) {
		if (code == OPTION_TIME_RESOLUTION && wire_left(&value) == 1)
			interface->resolution = wire_u8(&value);
		if (code == OPTION_TIME_OFFSET && wire_left(&value) == 8)
			interface->offset_s = (int64_t)take_u64(reader, &value);
	}
}

/* Counted from the interface's beginning on, so that the last block about it tells all. */
static void take_statistics(struct pcapng_reader *reader, struct wire body)
{
	struct pcapng_tally tally = {0};
	uint32_t number = take_u32(reader, &body);
	uint16_t code = 0;
	struct wire value;

	wire_skip(&body, 8); /* time */
	while (take_option(reader, &body, &code, &value)) {
		uint64_t count = wire_left(&value) == 8 ? take_u64(reader, &value) : 0;

		if (code == OPTION_RECEIVED)
			tally.arrived = count;
		if (code == OPTION_INTERFACE_DROPPED || code == OPTION_SYSTEM_DROPPED)
			tally.lost += count;
	}
	if (wire_whole(&body) && number < reader->interface_count)
		reader->interfaces[number].tally = tally;
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
	const char *digits = pcapng_line_value(text, length, TIMESTAMP_FIELD, &left);
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
	case BLOCK_STATISTICS:
		take_statistics(reader, block->body);
		return PCAPNG_END;
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
