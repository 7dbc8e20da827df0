/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages one after another: a message file, an mbox (RFC 4155), a Maildir or any folder of
 * message files, or standard input; compressed files as well. */
#ifndef SYMPTOM_MAILBOX_H
#define SYMPTOM_MAILBOX_H

#include "span.h"

#include <stdint.h>

struct fault;
struct mailbox;

/* "-" is standard input. NULL: FAULT_NO_INPUT, FAULT_DATA. */
struct mailbox *mailbox_open(const char *path, struct fault *why);
void mailbox_close(struct mailbox *mailbox); /* NULL is fine */

/* 1: a message, borrowed until the next; what is beyond LETTER_MOST of it is left out. 0: there is
 * none left. -1: a file of it cannot be read on (FAULT_NO_INPUT, FAULT_IO, FAULT_DATA); the next
 * call goes on behind it. */
int mailbox_next(struct mailbox *mailbox, struct span *message, struct fault *why);

uint64_t mailbox_cut(const struct mailbox *mailbox); /* messages that were too long */

#endif
