/* SPDX-License-Identifier: BSD-2-Clause */
/* Who wrote a bounce, by the words that each puts into all of its own. */
#ifndef SYMPTOM_BOUNCE_SOURCE_H
#define SYMPTOM_BOUNCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct letter;

/* "postfix", "exim", "microsoft-365", ...; "unknown" where no words are known. */
const char *bounce_source_of(const struct letter *letter, int depth);

/* Whether a message without a delivery report is a bounce all the same. */
bool bounce_is_one(const struct letter *letter, int depth);

#endif
