/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "journal.h"

struct journal *journal_open(const char *const *files, size_t count, struct fault *why)
{
	(void)files;
	(void)count;
	fault_set(why, FAULT_USAGE,
		"this mailsonde was built without libsystemd, which reads the journal: build it with "
		"libsystemd-dev installed, or hand over what journalctl -o short-iso prints");
	return NULL;
}

void journal_close(struct journal *journal)
{
	(void)journal;
}

int journal_next(struct journal *journal, struct journal_entry *out, struct fault *why)
{
	(void)journal;
	(void)out;
	(void)why;
	return 0;
}

bool journal_is_known(void)
{
	return false;
}
