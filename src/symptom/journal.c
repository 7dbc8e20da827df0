/* SPDX-License-Identifier: BSD-2-Clause */
#include "journal.h"

#include "fault.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>

#define PROGRAM_MOST 128
#define MESSAGE_MOST 65536 /* longer fields are cut by the journal itself */

struct journal {
	sd_journal *handle;
	char program[PROGRAM_MOST];
};

static int begin(struct journal *journal, struct fault *why)
{
	/* RFC 5424 section 6.2.1: facility 2 is mail. */
	int error = sd_journal_add_match(journal->handle, "SYSLOG_FACILITY=2", 0);

	(void)sd_journal_set_data_threshold(journal->handle, MESSAGE_MOST);
	if (error >= 0)
		error = sd_journal_seek_head(journal->handle);
	if (error < 0)
		return fault_set(
			why, FAULT_SYSTEM, "cannot search the journal: %s", strerror(-error));
	return 0;
}

struct journal *journal_open(const char *const *files, size_t count, struct fault *why)
{
	struct journal *journal = fault_allocate(1, sizeof(*journal));
	const char **paths = fault_allocate(count + 1, sizeof(*paths));

	for (size_t i = 0; i < count; i++)
		paths[i] = files[i];
	int error = count > 0 ? sd_journal_open_files(&journal->handle, paths, 0)
			      : sd_journal_open(&journal->handle, SD_JOURNAL_LOCAL_ONLY);

	free(paths);
	if (error < 0)
		fault_set(why, error == -EBADMSG ? FAULT_DATA : FAULT_NO_INPUT,
			"cannot open %.200s: %s", count > 0 ? files[0] : "the journal",
			strerror(-error));
	else if (begin(journal, why) == 0)
		return journal;
	journal_close(journal);
	return NULL;
}

void journal_close(struct journal *journal)
{
	if (journal == NULL)
		return;
	sd_journal_close(journal->handle);
	free(journal);
}

static struct span field(struct journal *journal, const char *name)
{
	const void *data = NULL;
	size_t length = 0;

	if (sd_journal_get_data(journal->handle, name, &data, &length) < 0)
		return (struct span){NULL, 0};
	return span_after((struct span){data, length}, strlen(name) + 1);
}

int journal_next(struct journal *journal, struct journal_entry *out, struct fault *why)
{
	uint64_t time_us = 0;
	int more = sd_journal_next(journal->handle);

	if (more < 0)
		return fault_set(why, FAULT_IO, "cannot read the journal on: %s", strerror(-more));
	if (more == 0)
		return 0;
	(void)sd_journal_get_realtime_usec(journal->handle, &time_us);
	/* What one field gives is gone with the next. */
	span_copy(field(journal, "SYSLOG_IDENTIFIER"), journal->program, sizeof(journal->program));
	out->program = span_of(journal->program);
	out->message = field(journal, "MESSAGE");
	out->time_ns = time_us < INT64_MAX / 1000 ? (int64_t)time_us * 1000 : 0;
	return 1;
}

bool journal_is_known(void)
{
	return true;
}
