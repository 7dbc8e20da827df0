/* SPDX-License-Identifier: BSD-2-Clause */
/* Section numbers are those of draft-ietf-opsawg-pcap. */
#include "savefile.h"

#include "fault.h"
#include "wire.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Section 4, as they read in the byte order of the file; the last is Alexey Kuznetzov's libpcap,
 * whose records have eight more bytes. */
#define MAGIC_MICROSECONDS 0xa1b2c3d4U
#define MAGIC_NANOSECONDS  0xa1b23c4dU
#define MAGIC_MODIFIED     0xa1b2cd34U

#define FILE_HEAD       24
#define RECORD_HEAD     16 /* section 5 */
#define RECORD_MODIFIED 24
#define RECORD_MOST     262144 /* the most that libpcap reads, MAXIMUM_SNAPLEN */
#define READ_BYTES      131072 /* at once: more would only leave the processor's cache */
#define WINDOW_BYTES    (RECORD_MODIFIED + RECORD_MOST + READ_BYTES)
#define SECOND_NS       1000000000
#define LINK_MASK       0x03ffffff /* above it, what is known of checksums: section 4 */

struct savefile_reader {
	FILE *file;
	size_t from, to; /* of the window: what was read of the file and not yet given out */
	uint64_t number;
	uint32_t link_type, record_head, unit_ns;
	bool little_endian, lengths_swapped;
	char path[256];
	uint8_t window[WINDOW_BYTES];
};

/* Reads on until so many bytes stand in the window; false where the file ends before. */
static bool fill(struct savefile_reader *reader, size_t length)
{
	size_t held = reader->to - reader->from;

	if (held >= length)
		return true;
	memmove(reader->window, reader->window + reader->from, held);
	reader->from = 0;
	reader->to = held;
	while (reader->to < length) {
		size_t room = WINDOW_BYTES - reader->to;
		size_t got = fread(reader->window + reader->to, 1,
			room < READ_BYTES ? room : READ_BYTES, reader->file);

		if (got == 0)
			return false;
		reader->to += got;
	}
	return true;
}

static uint32_t take_u32(const struct savefile_reader *reader, struct wire *at)
{
	uint32_t value = wire_u32(at);

	return reader->little_endian ? __builtin_bswap32(value) : value;
}

static bool take_magic(struct savefile_reader *reader, struct wire *at)
{
	uint32_t magic = wire_u32(at);

	reader->little_endian = (magic & 0xff) == 0xa1;
	if (reader->little_endian)
		magic = __builtin_bswap32(magic);
	reader->unit_ns = magic == MAGIC_NANOSECONDS ? 1 : 1000;
	reader->record_head = magic == MAGIC_MODIFIED ? RECORD_MODIFIED : RECORD_HEAD;
	return magic == MAGIC_MICROSECONDS || magic == MAGIC_NANOSECONDS || magic == MAGIC_MODIFIED;
}

static int take_head(struct savefile_reader *reader, struct fault *why)
{
	bool is_there = fill(reader, FILE_HEAD);
	struct wire at = wire_over(reader->window, is_there ? FILE_HEAD : 0);
	uint32_t version = 0, major = 0, minor = 0;

	if (!is_there)
		return fault_set(
			why, FAULT_DATA, "%s is a pcap file truncated in its header", reader->path);
	if (!take_magic(reader, &at))
		return fault_set(
			why, FAULT_DATA, "%s is neither a pcap nor a pcapng file", reader->path);
	version = take_u32(reader, &at);
	major = reader->little_endian ? version & 0xffff : version >> 16;
	minor = reader->little_endian ? version >> 16 : version & 0xffff;
	if (major != 2)
		return fault_set(why, FAULT_DATA,
			"%s is a pcap file of version %u.%u, and only 2 is known", reader->path,
			major, minor);
	reader->lengths_swapped = minor < 4; /* pcap-savefile(5): before 2.3 always, in it maybe */
	wire_skip(&at, 12);                  /* zone, accuracy, snap length */
	reader->link_type = take_u32(reader, &at) & LINK_MASK;
	reader->from = FILE_HEAD;
	return 0;
}

struct savefile_reader *savefile_reader_new(FILE *file, const char *path, struct fault *why)
{
	struct savefile_reader *reader = fault_allocate(1, sizeof(*reader));

	reader->file = file;
	(void)snprintf(reader->path, sizeof(reader->path), "%s", path);
	if (take_head(reader, why) == 0)
		return reader;
	savefile_reader_free(reader);
	return NULL;
}

uint32_t savefile_link_type(const struct savefile_reader *reader)
{
	return reader->link_type;
}

static enum savefile_event broken(
	const struct savefile_reader *reader, struct fault *why, const char *what)
{
	if (ferror(reader->file))
		(void)fault_set(why, FAULT_IO, "cannot read %s: %s", reader->path, strerror(errno));
	else
		(void)fault_set(why, FAULT_DATA, "%s is broken after packet %" PRIu64 ": %s",
			reader->path, reader->number, what);
	return SAVEFILE_BROKEN;
}

/* A fraction of a second, which files get wrong as much as anything. */
static int64_t fraction_of(const struct savefile_reader *reader, uint32_t units)
{
	int64_t fraction_ns = (int64_t)units * reader->unit_ns;

	return fraction_ns < SECOND_NS ? fraction_ns : 0;
}

static void take_record(struct savefile_reader *reader, struct packet *packet)
{
	struct wire at = wire_over(reader->window + reader->from, RECORD_HEAD);
	int64_t seconds = take_u32(reader, &at);
	int64_t fraction_ns = fraction_of(reader, take_u32(reader, &at));
	uint32_t captured = take_u32(reader, &at), length = take_u32(reader, &at);
	bool swapped = reader->lengths_swapped && captured > length;

	*packet = (struct packet){
		.time_ns = seconds * SECOND_NS + fraction_ns,
		.link_type = reader->link_type,
		.captured = swapped ? length : captured,
		.length = captured > length ? captured : length,
	};
}

enum savefile_event savefile_read(
	struct savefile_reader *reader, struct packet *packet, struct fault *why)
{
	if (!fill(reader, reader->record_head)) {
		if (reader->to == reader->from && !ferror(reader->file))
			return SAVEFILE_END;
		return broken(reader, why, "the file ends inside a packet's header");
	}
	take_record(reader, packet);
	if (packet->captured > RECORD_MOST)
		return broken(reader, why, "the next is impossibly long");
	if (!fill(reader, reader->record_head + packet->captured))
		return broken(reader, why, "the file ends inside the next");
	packet->bytes = reader->window + reader->from + reader->record_head;
	packet->number = ++reader->number;
	reader->from += reader->record_head + packet->captured;
	return SAVEFILE_PACKET;
}

void savefile_reader_free(struct savefile_reader *reader)
{
	if (!reader)
		return;
	if (reader->file != stdin)
		(void)fclose(reader->file);
	free(reader);
}
