/* SPDX-License-Identifier: BSD-2-Clause */
#include "packer.h"

#include "fault.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#define PIECE     65536
#define FILE_MODE 0644

bool packer_present(void)
{
	return true;
}

static long length_of(FILE *file)
{
	if (fseek(file, 0, SEEK_END) != 0)
		return -1;
	long length = ftell(file);

	return fseek(file, 0, SEEK_SET) == 0 ? length : -1;
}

static bool pack_head(
	struct archive *archive, const struct packer_entry *entry, long length, int64_t time_s)
{
	struct archive_entry *head = archive_entry_new();

	if (head == NULL)
		fault_out_of_memory();
	archive_entry_set_pathname(head, entry->name);
	archive_entry_set_size(head, length);
	archive_entry_set_filetype(head, AE_IFREG);
	archive_entry_set_perm(head, FILE_MODE);
	archive_entry_set_mtime(head, (time_t)time_s, 0);
	int outcome = archive_write_header(archive, head);

	archive_entry_free(head);
	return outcome == ARCHIVE_OK;
}

static bool pack(struct archive *archive, const struct packer_entry *entry, int64_t time_s)
{
	char piece[PIECE];
	long left = length_of(entry->file);

	if (left < 0 || !pack_head(archive, entry, left, time_s))
		return false;
	while (left > 0) {
		size_t length = fread(piece, 1, sizeof(piece), entry->file);
		if (length == 0 || archive_write_data(archive, piece, length) != (la_ssize_t)length)
			return false;
		left -= (long)length;
	}
	return true;
}

int packer_write(const struct packer *packer, const struct packer_entry *entries, size_t count,
	struct fault *why)
{
	struct archive *archive = archive_write_new();

	if (archive == NULL)
		fault_out_of_memory();
	bool works = archive_write_set_format_zip(archive) == ARCHIVE_OK &&
		archive_write_open_fd(archive, packer->descriptor) == ARCHIVE_OK;

	for (size_t i = 0; works && i < count; i++)
		works = pack(archive, &entries[i], packer->time_s);
	works = works && archive_write_close(archive) == ARCHIVE_OK;
	if (!works) {
		const char *reason = archive_error_string(archive);
		fault_set(why, FAULT_IO, "cannot write %s: %s", packer->path,
			reason != NULL ? reason : strerror(errno));
	}
	archive_write_free(archive);
	return works ? 0 : -1;
}
