/* SPDX-License-Identifier: BSD-2-Clause */
#include "unpacker.h"

#include "fault.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PACKED_ROOM   65536
#define UNPACKED_ROOM 65536

struct unpacker {
	FILE *packed;
	FILE *unpacked; /* borrowed: the caller's */
	struct archive *archive;
	uint64_t unpacked_bytes;
	bool failed;
	char path[256];
	char buffer[UNPACKED_ROOM]; /* of unpacked */
	uint8_t room[PACKED_ROOM];  /* of packed */
};

static la_ssize_t take_packed(struct archive *archive, void *context, const void **bytes)
{
	struct unpacker *unpacker = context;
	size_t length = fread(unpacker->room, 1, sizeof(unpacker->room), unpacker->packed);

	*bytes = unpacker->room;
	if (length == 0 && ferror(unpacker->packed)) {
		archive_set_error(archive, errno, "%s", strerror(errno));
		return -1;
	}
	return (la_ssize_t)length;
}

static ssize_t give_unpacked(void *context, char *out, size_t size)
{
	struct unpacker *unpacker = context;
	la_ssize_t length = 0;

	if (unpacker->failed)
		return 0;
	length = archive_read_data(unpacker->archive, out, size);
	if (length < 0) {
		unpacker->failed = true;
		return 0;
	}
	unpacker->unpacked_bytes += (uint64_t)length;
	return length;
}

/* Says which of the two it is, instead of having libarchive find out: it would look for more
 * compressed data within, as deep as they go. */
static bool begin(struct unpacker *unpacker, enum unpacker_format format)
{
	int filter = format == UNPACKER_GZIP ? ARCHIVE_FILTER_GZIP : ARCHIVE_FILTER_ZSTD;
	struct archive *archive = unpacker->archive;
	struct archive_entry *entry = NULL;

	return archive_read_append_filter(archive, filter) == ARCHIVE_OK &&
		archive_read_support_format_raw(archive) == ARCHIVE_OK &&
		archive_read_open(archive, unpacker, NULL, take_packed, NULL) == ARCHIVE_OK &&
		archive_read_next_header(archive, &entry) == ARCHIVE_OK;
}

/* libarchive tells nothing compressed and the beginning of something apart by no status. */
static int set_fault(const struct unpacker *unpacker, struct fault *why)
{
	const char *reason = archive_error_string(unpacker->archive);

	if (unpacker->unpacked_bytes == 0)
		return fault_set(why, FAULT_DATA,
			"%s is compressed, and empty, damaged or cut off before anything could be "
			"unpacked",
			unpacker->path);
	return fault_set(why, FAULT_DATA,
		"%s is compressed, and damaged or cut off after %" PRIu64 " bytes unpacked: %s",
		unpacker->path, unpacker->unpacked_bytes, reason ? reason : "no reason is known");
}

struct unpacker *unpacker_open(
	FILE *file, enum unpacker_format format, const char *path, struct fault *why)
{
	static const cookie_io_functions_t functions = {.read = give_unpacked};
	struct unpacker *unpacker = fault_allocate(1, sizeof(*unpacker));

	(void)snprintf(unpacker->path, sizeof(unpacker->path), "%s", path);
	unpacker->packed = file;
	unpacker->archive = archive_read_new();
	if (!unpacker->archive || !begin(unpacker, format)) {
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
	return unpacker->failed ? set_fault(unpacker, why) : 0;
}

void unpacker_close(struct unpacker *unpacker)
{
	if (!unpacker)
		return;
	if (unpacker->archive)
		(void)archive_read_free(unpacker->archive);
	if (unpacker->packed != stdin)
		(void)fclose(unpacker->packed);
	free(unpacker);
}

const char *unpacker_version(void)
{
	return archive_version_string();
}
