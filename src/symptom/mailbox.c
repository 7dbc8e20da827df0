/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailbox.h"

#include "fault.h"
#include "letter_form.h"
#include "line_file.h"

#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct mailbox {
	char *path;
	FTS *folder;            /* NULL: one file */
	struct line_file *file; /* NULL: none is open */
	bool begun, mbox;       /* of file */
	bool overfull;          /* the message at hand */
	char *room;             /* LETTER_MOST bytes */
	size_t used;
	uint64_t cut;
};

static int compare(const FTSENT **left, const FTSENT **right)
{
	return strcmp((*left)->fts_name, (*right)->fts_name);
}

static int open_folder(struct mailbox *mailbox, struct fault *why)
{
	char *const paths[] = {mailbox->path, NULL};

	mailbox->folder = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, compare);
	if (mailbox->folder == NULL)
		return fault_set(why, FAULT_NO_INPUT, "cannot open the folder %.200s: %s",
			mailbox->path, strerror(errno));
	return 0;
}

static int open_file(struct mailbox *mailbox, const char *path, struct fault *why)
{
	mailbox->file = line_file_open(path, why);
	mailbox->begun = mailbox->mbox = false;
	return mailbox->file == NULL ? -1 : 0;
}

struct mailbox *mailbox_open(const char *path, struct fault *why)
{
	struct mailbox *mailbox = fault_allocate(1, sizeof(*mailbox));
	struct stat status;
	bool folder = strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISDIR(status.st_mode);

	mailbox->path = strdup(path);
	mailbox->room = fault_allocate(LETTER_MOST, 1);
	if (mailbox->path == NULL)
		fault_out_of_memory();
	if ((folder ? open_folder(mailbox, why) : open_file(mailbox, path, why)) == 0)
		return mailbox;
	mailbox_close(mailbox);
	return NULL;
}

void mailbox_close(struct mailbox *mailbox)
{
	if (mailbox == NULL)
		return;
	line_file_close(mailbox->file);
	if (mailbox->folder != NULL)
		(void)fts_close(mailbox->folder);
	free(mailbox->room);
	free(mailbox->path);
	free(mailbox);
}

/* 1: a file is open, 0: there is none left, -1: the next cannot be opened. */
static int next_file(struct mailbox *mailbox, struct fault *why)
{
	const FTSENT *entry;

	if (mailbox->file != NULL)
		return 1;
	while (mailbox->folder != NULL && (entry = fts_read(mailbox->folder)) != NULL) {
		if (entry->fts_info == FTS_F)
			return open_file(mailbox, entry->fts_path, why) < 0 ? -1 : 1;
	}
	return 0;
}

static void append(struct mailbox *mailbox, struct span line)
{
	size_t left = LETTER_MOST - mailbox->used;

	if (line.length >= left) {
		line.length = left > 0 ? left - 1 : 0;
		mailbox->cut += !mailbox->overfull;
		mailbox->overfull = true;
	}
	if (mailbox->overfull && left <= 1)
		return;
	memcpy(mailbox->room + mailbox->used, line.at, line.length);
	mailbox->used += line.length;
	mailbox->room[mailbox->used++] = '\n';
}

/* The lines up to the end or to the line that parts it from the next; false where there are none.
 */
static bool take_message(struct mailbox *mailbox)
{
	struct span line;
	bool after_blank = true;

	mailbox->used = 0;
	mailbox->overfull = false;
	while (line_file_next(mailbox->file, &line)) {
		bool parts = after_blank && span_starts(line, "From ");
		if (!mailbox->begun)
			mailbox->mbox = parts;
		mailbox->begun = true;
		after_blank = line.length == 0;
		if (parts && mailbox->mbox && mailbox->used == 0)
			continue;
		if (parts && mailbox->mbox)
			return true;
		append(mailbox, line);
	}
	return mailbox->used > 0;
}

int mailbox_next(struct mailbox *mailbox, struct span *message, struct fault *why)
{
	int outcome;

	while ((outcome = next_file(mailbox, why)) > 0) {
		if (take_message(mailbox)) {
			*message = (struct span){mailbox->room, mailbox->used};
			return 1;
		}
		outcome = line_file_check(mailbox->file, why);
		line_file_close(mailbox->file);
		mailbox->file = NULL;
		if (outcome < 0)
			return -1;
	}
	return outcome;
}

uint64_t mailbox_cut(const struct mailbox *mailbox)
{
	return mailbox->cut;
}
