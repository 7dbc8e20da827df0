/* SPDX-License-Identifier: BSD-2-Clause */
/* An account of a session as lines NAME=value of a note, and back. What a server said is escaped so
 * that it stays on its line and comes back byte for byte. */
#ifndef EVIDENCE_ACCOUNT_NOTE_H
#define EVIDENCE_ACCOUNT_NOTE_H

#include <stdbool.h>
#include <stddef.h>

struct session_account;

#define ACCOUNT_NOTE_TEXT                                                                          \
	16384 /* all texts full, every byte escaped, and a field's name to each                    \
	       */

/* Fields that are zero are left out. Returns the length, below ACCOUNT_NOTE_TEXT. */
size_t account_note_print(
	const struct session_account *account, char out[static ACCOUNT_NOTE_TEXT]);

enum account_note_outcome {
	ACCOUNT_NOTE_TAKEN,
	ACCOUNT_NOTE_UNKNOWN, /* no field of an account */
	ACCOUNT_NOTE_WRONG,   /* out of its bounds */
};

enum account_note_outcome account_note_take(
	struct session_account *out, const char *name, const char *value);

#endif
