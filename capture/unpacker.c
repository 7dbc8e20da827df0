/* SPDX-License-Identifier: BSD-2-Clause */
#include "unpacker.h"

#include "fault.h"
#include "gzip_member.h"
#include "packed.h"
#include "zstd_frame.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define UNPACKED_ROOM 65536
#define PIECE         4096 /* of a gzip file: where one is damaged, all of it is lost */

struct unpacker {
	enum unpacker_format format;
	FILE *unpacked;          /* borrowed: the caller's */
	struct archive *archive; /* of the present part; NULL: of none */
	bool begun;              /* the part's first bytes were given to libarchive */
	uint64_t given;          /* bytes of the file that it was given of the part */
	uint64_t part_bytes;     /* unpacked, of the part */
	uint64_t unpacked_bytes; /* of all */
	bool failed;
	const void *block; /* what libarchive unpacked last, and how much of it is left */
	size_t block_left;
	struct zstd_frames frames;
	char path[256];
	char buffer[UNPACKED_ROOM]; /* of unpacked */
	struct packed packed;
};

/* ---- to libarchive ---- */

static la_ssize_t tell_read_error(struct archive *archive, const struct unpacker *unpacker)
{
	if (!ferror(unpacker->packed.file))
		return 0;
	archive_set_error(archive, errno, "%s", strerror(errno));
	return -1;
}

static la_ssize_t take_member(struct archive *archive, void *context, const void **bytes)
{
	struct unpacker *unpacker = context;
	struct packed *packed = &unpacker->packed;
	size_t length = 0;

	if (!unpacker->begun) {
		unpacker->begun = true;
		*bytes = gzip_member_disguise(&length);
		return (la_ssize_t)length;
	}
	if (!packed_has(packed, 1))
		return tell_read_error(archive, unpacker);
	length = packed->to - packed->from < PIECE ? packed->to - packed->from : PIECE;
	*bytes = packed->room + packed->from;
	packed->from += length;
	unpacker->given += length;
	return (la_ssize_t)length;
}

static la_ssize_t take_frames(struct archive *archive, void *context, const void **bytes)
{
	struct unpacker *unpacker = context;
	const uint8_t *next = NULL;
	size_t length = zstd_frames_next(&unpacker->frames, &unpacker->packed, &next);

	*bytes = next;
	return length > 0 ? (la_ssize_t)length : tell_read_error(archive, unpacker);
}

/* Which format it is is said, instead of having libarchive find out: it would look for more
 * compressed data within, as deep as they go. */
static bool choose(struct unpacker *unpacker)
{
	struct archive *archive = unpacker->archive;

	if (unpacker->format == UNPACKER_ZSTD)
		return archive_read_append_filter(archive, ARCHIVE_FILTER_ZSTD) == ARCHIVE_OK &&
			archive_read_support_format_raw(archive) == ARCHIVE_OK;
	/* The disguise tells of no checksum. */
	return archive_read_support_format_zip_streamable(archive) == ARCHIVE_OK &&
		archive_read_set_options(archive, "zip:ignorecrc32") == ARCHIVE_OK;
}

static bool begin_part(struct unpacker *unpacker)
{
	struct archive_entry *entry = NULL;
	archive_read_callback *take = unpacker->format == UNPACKER_GZIP ? take_member : take_frames;

	if (unpacker->format == UNPACKER_GZIP && !gzip_member_open(&unpacker->packed))
		return false;
	unpacker->archive = archive_read_new();
	unpacker->begun = false;
	unpacker->given = unpacker->part_bytes = 0;
	return unpacker->archive && choose(unpacker) &&
		archive_read_open(unpacker->archive, unpacker, NULL, take, NULL) == ARCHIVE_OK &&
		archive_read_next_header(unpacker->archive, &entry) == ARCHIVE_OK;
}

/* ---- from libarchive ---- */

/* What libarchive was given and did not use stands behind the member. */
static bool give_back(struct unpacker *unpacker)
{
	size_t disguise = 0;
	int64_t used = archive_filter_bytes(unpacker->archive, -1);

	(void)gzip_member_disguise(&disguise);
	uint64_t left = unpacker->given + disguise - (uint64_t)used;

	if (used < (int64_t)disguise || left > unpacker->packed.from)
		return false;
	unpacker->packed.from -= (size_t)left;
	return true;
}

/* Whether another member follows: members stand one behind the other (RFC 1952 section 2.2), and
 * what is none, as the zeros of tapes, is ignored, as gzip does. */
static bool next_member(struct unpacker *unpacker)
{
	struct packed *packed = &unpacker->packed;

	if (!give_back(unpacker) || !gzip_member_close(packed, unpacker->part_bytes)) {
		unpacker->failed = true;
		return false;
	}
	(void)archive_read_free(unpacker->archive);
	unpacker->archive = NULL;
	if (!packed_has(packed, 2) || packed->room[packed->from] != 0x1f ||
		packed->room[packed->from + 1] != 0x8b)
		return false;
	unpacker->failed = !begin_part(unpacker);
	return !unpacker->failed;
}

/* False at the end, whatever kind of end it is. */
static bool next_block(struct unpacker *unpacker)
{
	la_int64_t offset = 0;

	if (unpacker->failed || !unpacker->archive)
		return false;
	switch (archive_read_data_block(
		unpacker->archive, &unpacker->block, &unpacker->block_left, &offset)) {
	case ARCHIVE_OK:
	case ARCHIVE_WARN: /* the disguise has the wrong length */
		unpacker->part_bytes += unpacker->block_left;
		return true;
	case ARCHIVE_EOF:
		unpacker->block_left = 0;
		return unpacker->format == UNPACKER_GZIP && next_member(unpacker);
	default:
		unpacker->block_left = 0;
		unpacker->failed = true;
		return false;
	}
}

static ssize_t give_unpacked(void *context, char *out, size_t size)
{
	struct unpacker *unpacker = context;

	while (unpacker->block_left == 0) {
		if (!next_block(unpacker))
			return 0;
	}
	if (size > unpacker->block_left)
		size = unpacker->block_left;
	memcpy(out, unpacker->block, size);
	unpacker->block = (const char *)unpacker->block + size;
	unpacker->block_left -= size;
	unpacker->unpacked_bytes += size;
	return (ssize_t)size;
}

/* ---- the caller's ---- */

static int set_fault(const struct unpacker *unpacker, struct fault *why)
{
	if (ferror(unpacker->packed.file))
		return fault_set(why, FAULT_IO, "cannot read on from %s", unpacker->path);
	if (unpacker->unpacked_bytes == 0)
		return fault_set(why, FAULT_DATA,
			"%s is compressed, and empty, damaged or cut off before anything could be "
			"unpacked",
			unpacker->path);
	return fault_set(why, FAULT_DATA,
		"%s is compressed, and %s after %" PRIu64 " bytes unpacked", unpacker->path,
		unpacker->packed.ended ? "cut off" : "damaged", unpacker->unpacked_bytes);
}

struct unpacker *unpacker_open(
	FILE *file, enum unpacker_format format, const char *path, struct fault *why)
{
	static const cookie_io_functions_t functions = {.read = give_unpacked};
	struct unpacker *unpacker = fault_allocate(1, sizeof(*unpacker));

	(void)snprintf(unpacker->path, sizeof(unpacker->path), "%s", path);
	unpacker->packed.file = file;
	unpacker->format = format;
	if (!begin_part(unpacker)) {
		(void)set_fault(unpacker, why);
		unpacker_close(unpacker);
		return NULL;
	}
	unpacker->unpacked = fopencookie(unpacker, "rb", functions);
	if (!unpacker->unpacked) {
		(void)fault_set(why, FAULT_SYSTEM, "cannot unpack %s: %s", path, strerror(errno));
		unpacker_close(unpacker);
		return NULL;
	}
	(void)setvbuf(unpacker->unpacked, unpacker->buffer, _IOFBF, sizeof(unpacker->buffer));
	return unpacker;
}

FILE *unpacker_file(struct unpacker *unpacker)
{
	return unpacker->unpacked;
}

int unpacker_check(const struct unpacker *unpacker, struct fault *why)
{
	bool sound = !unpacker->failed && !unpacker->frames.broken && unpacker->unpacked_bytes > 0;

	return sound ? 0 : set_fault(unpacker, why);
}

void unpacker_close(struct unpacker *unpacker)
{
	if (!unpacker)
		return;
	if (unpacker->archive)
		(void)archive_read_free(unpacker->archive);
	if (unpacker->packed.file != stdin)
		(void)fclose(unpacker->packed.file);
	free(unpacker);
}

const char *unpacker_version(void)
{
	return archive_version_string();
}
