/* SPDX-License-Identifier: BSD-2-Clause */
/* history.h where the program is built without SQLite: there is none. */
#include "fault.h"
#include "history.h"

#include <stddef.h>

static int absent(struct fault *why)
{
	return fault_set(why, FAULT_USAGE,
		"this mailsonde is built without SQLite: set history = none, and it remembers for "
		"as long as it runs");
}

const char *history_library(void)
{
	return NULL;
}

struct history *history_open(const char *path, enum history_mode mode, struct fault *why)
{
	(void)path;
	(void)mode;
	absent(why);
	return NULL;
}

void history_close(struct history *history)
{
	(void)history;
}

int history_recall(
	struct history *history, struct memory *memory, struct moment *last, struct fault *why)
{
	(void)history;
	(void)memory;
	(void)last;
	return absent(why);
}

int history_save(struct history *history, const struct history_run *run, struct fault *why)
{
	(void)history;
	(void)run;
	return absent(why);
}

int history_untold(struct history *history, struct news **out, size_t *count, struct fault *why)
{
	(void)history;
	(void)out;
	(void)count;
	return absent(why);
}

int history_told(struct history *history, struct fault *why)
{
	(void)history;
	return absent(why);
}

int history_view(struct history *history, size_t runs, struct view *out, struct fault *why)
{
	(void)history;
	(void)runs;
	(void)out;
	return absent(why);
}
