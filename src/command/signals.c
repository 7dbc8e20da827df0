/* SPDX-License-Identifier: BSD-2-Clause */
#include "signals.h"

#include <stddef.h>

static const int held[] = {SIGINT, SIGTERM, SIGPIPE};
#define HELD   (sizeof(held) / sizeof(held[0]))
#define ENDING 2 /* of these the first, that end a run */

static sigset_t set_of(size_t count)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < count; i++)
		sigaddset(&set, held[i]);
	return set;
}

sigset_t signals_hold(void)
{
	sigset_t all = set_of(HELD);

	sigprocmask(SIG_BLOCK, &all, NULL);
	return set_of(ENDING);
}

void signals_heed(void)
{
	sigset_t ending = set_of(ENDING);

	sigprocmask(SIG_UNBLOCK, &ending, NULL);
}

/* Ignoring a signal discards what is pending of it (POSIX, sigaction). */
void signals_forget(void)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t all = set_of(HELD);

	for (size_t i = 0; i < HELD; i++) {
		struct sigaction before;

		sigaction(held[i], &ignore, &before);
		sigaction(held[i], &before, NULL);
	}
	sigprocmask(SIG_UNBLOCK, &all, NULL);
}
