/* SPDX-License-Identifier: BSD-2-Clause */
#include "line_file.h"

#include "fault.h"
#include "unpacker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Fits the second cache level beside what is read from it. */
#define ROOM (256 * 1024)

struct line_file {
	const char *path;
	int descriptor;
	FILE *packed; /* read from in the place of descriptor; NULL: not compressed */
	struct unpacker *unpacker;
	size_t from, to;
	bool ended, skipping;
	int error; /* errno of a read that failed */
	uint64_t cut, read, size;
	int64_t changed_s;
	char room[ROOM];
};

static const char *shown(const struct line_file *file)
{
	return file->descriptor == STDIN_FILENO ? "standard input" : file->path;
}

static int look_at(struct line_file *file, struct fault *why)
{
	struct stat status;

	if (fstat(file->descriptor, &status) < 0)
		return fault_set(why, FAULT_NO_INPUT, "cannot read %.200s: %s", shown(file),
			strerror(errno));
	if (S_ISDIR(status.st_mode))
		return fault_set(
			why, FAULT_NO_INPUT, "%.200s is a directory: name its files", shown(file));
	if (S_ISREG(status.st_mode)) {
		file->changed_s = status.st_mtim.tv_sec;
		file->size = (uint64_t)status.st_size;
	}
	return 0;
}

/* RFC 1952 section 2.3.1, RFC 8878 section 3.1.1. A pipe is looked at as well: what was read stays
 * in the room. */
static int look_for_packing(struct line_file *file, struct fault *why)
{
	static const struct {
		const char *magic;
		size_t length;
		enum unpacker_format format;
	} formats[] = {{"\x1f\x8b", 2, UNPACKER_GZIP}, {"\x28\xb5\x2f\xfd", 4, UNPACKER_ZSTD}};
	char head[4];
	FILE *stream = NULL;
	int format = -1;

	if (pread(file->descriptor, head, sizeof(head), 0) < (ssize_t)sizeof(head))
		return 0;
	for (int i = 0; i < 2; i++) {
		if (memcmp(head, formats[i].magic, formats[i].length) == 0)
			format = i;
	}
	if (format < 0)
		return 0;
	stream = file->descriptor == STDIN_FILENO ? stdin : fdopen(file->descriptor, "rb");
	if (stream == NULL)
		return fault_set(
			why, FAULT_SYSTEM, "cannot read %.200s: %s", shown(file), strerror(errno));
	file->size = 0;
	file->unpacker = unpacker_open(stream, formats[format].format, shown(file), why);
	if (file->unpacker == NULL) {
		file->descriptor = STDIN_FILENO; /* closed with the stream */
		return -1;
	}
	file->packed = unpacker_file(file->unpacker);
	return 0;
}

struct line_file *line_file_open(const char *path, struct fault *why)
{
	struct line_file *file = fault_allocate(1, sizeof(*file));

	file->path = path;
	file->descriptor =
		strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (file->descriptor < 0)
		fault_set(why, FAULT_NO_INPUT, "cannot open %.200s: %s", path, strerror(errno));
	else if (look_at(file, why) == 0 && look_for_packing(file, why) == 0)
		return file;
	line_file_close(file);
	return NULL;
}

void line_file_close(struct line_file *file)
{
	if (file == NULL)
		return;
	if (file->packed != NULL)
		(void)fclose(file->packed);
	else if (file->descriptor > STDIN_FILENO)
		(void)close(file->descriptor);
	unpacker_close(file->unpacker);
	free(file);
}

static size_t read_some(struct line_file *file, char *out, size_t size)
{
	if (file->packed != NULL)
		return fread(out, 1, size, file->packed);
	ssize_t got;

	do {
		got = read(file->descriptor, out, size);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		file->error = errno;
	return got < 0 ? 0 : (size_t)got;
}

/* More of the file behind what is there already. */
static void fill(struct line_file *file)
{
	if (file->from > 0) {
		memmove(file->room, file->room + file->from, file->to - file->from);
		file->to -= file->from;
		file->from = 0;
	}
	size_t got = read_some(file, file->room + file->to, ROOM - file->to);

	file->to += got;
	file->read += got;
	file->ended = got == 0;
}

static void take(struct line_file *file, size_t length, struct span *line)
{
	const char *at = file->room + file->from;

	*line = (struct span){at, length};
	if (length > 0 && at[length - 1] == '\r')
		line->length--;
	if (line->length > LINE_MOST) {
		line->length = LINE_MOST;
		file->cut++;
	}
}

bool line_file_next(struct line_file *file, struct span *line)
{
	for (;;) {
		const char *at = file->room + file->from;
		size_t left = file->to - file->from;
		const char *end = left == 0 ? NULL : memchr(at, '\n', left);
		if (end != NULL) {
			size_t length = (size_t)(end - at);
			bool skipped = file->skipping;
			if (!skipped)
				take(file, length, line);
			file->from += length + 1;
			file->skipping = false;
			if (!skipped)
				return true;
			continue;
		}
		if (file->skipping) {
			file->from = file->to;
		} else if (left == ROOM || (file->ended && left > 0)) {
			take(file, left, line);
			file->from = file->to;
			file->skipping = left == ROOM;
			return true;
		}
		if (file->ended)
			return false;
		fill(file);
	}
}

int line_file_check(const struct line_file *file, struct fault *why)
{
	if (file->error != 0)
		return fault_set(why, FAULT_IO, "cannot read %.200s to its end: %s", shown(file),
			strerror(file->error));
	return file->unpacker == NULL ? 0 : unpacker_check(file->unpacker, why);
}

int64_t line_file_changed_s(const struct line_file *file)
{
	return file->changed_s;
}

uint64_t line_file_cut(const struct line_file *file)
{
	return file->cut;
}

uint64_t line_file_read(const struct line_file *file)
{
	return file->read;
}

uint64_t line_file_size(const struct line_file *file)
{
	return file->size;
}
