/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ctrl-C (SIGINT), SIGTERM, and SIGPIPE, from the first file that is created to the last that is
 * closed: whoever ends a run gets what is known, and no half a file.
 */
#ifndef COMMAND_SIGNALS_H
#define COMMAND_SIGNALS_H

#include <signal.h>

/* Holds all three back. Returns the set of those that end a run, for signalfd(2). */
sigset_t signals_hold(void);

/* Lets SIGINT and SIGTERM through, those held back at once: somebody listens to them now. */
void signals_heed(void);

/* As before signals_hold(), and whatever was held back has never been. */
void signals_forget(void);

#endif
