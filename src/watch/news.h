/* SPDX-License-Identifier: BSD-2-Clause */
/* A change as it is told: a line for people and journals, an object for programs. */
#ifndef WATCH_NEWS_H
#define WATCH_NEWS_H

#include "change.h"
#include "record.h"

#include <stdbool.h>
#include <stddef.h>

#define NEWS_TEXT 2048

struct news {
	char text[NEWS_TEXT]; /* "mail.example.com:25 changed open -> dropped by=path ..." */
	char *json;           /* mailsonde.change/1, one line */
	bool trouble;         /* something got worse, or is new and bad */
};

void news_init(struct news *news, const struct change *change, const struct record *record,
	const struct record_run *run);
void news_clear(struct news *news);

/* What a hook reads: {"schema": "mailsonde.changes/1", "changes": [...]}. To be freed. */
char *news_document(const struct news *news, size_t count);

#endif
