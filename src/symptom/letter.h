/* SPDX-License-Identifier: BSD-2-Clause */
/* A message, taken apart by a process that has no rights. */
#ifndef SYMPTOM_LETTER_H
#define SYMPTOM_LETTER_H

#include "letter_form.h"
#include "span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;
struct letter_opener;

struct letter_piece {
	enum letter_kind kind; /* a header, a text or a report; of hostile content */
	int depth;             /* 0: the message itself; 1: one that it forwards; ... */
	struct span bytes;
};

struct letter {
	struct letter_piece pieces[LETTER_PIECES];
	size_t count;
	int64_t date_ns; /* the outermost message's; 0: none */
};

/* NULL: FAULT_SYSTEM, also where mailsonde-bounce is not there. */
struct letter_opener *letter_opener_new(struct fault *why);
/* Whether mailsonde-bounce, which is built with GMime, is there. */
bool letter_opener_is_there(void);

void letter_opener_free(struct letter_opener *opener); /* NULL is fine */

/* Takes a message apart; *out borrows from opener until the next. What is beyond LETTER_MOST is
 * left out. 1: done. 0: it cannot be taken apart in the time and memory that a message may take;
 * the next one may be. -1: FAULT_SYSTEM. */
int letter_open(
	struct letter_opener *opener, struct span message, struct letter *out, struct fault *why);

#endif
