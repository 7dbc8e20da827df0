/* SPDX-License-Identifier: BSD-2-Clause */
/* The history as people look at it: a strip for each port, a field for each run, and what changed.
 */
#ifndef WATCH_VIEW_H
#define WATCH_VIEW_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct paper;

#define VIEW_NOT_ASKED (-1)
#define VIEW_NEWS      100 /* no more are shown */

struct view_row {
	char host[256]; /* "": an address alone */
	char address[64];
	uint16_t port;
	int *words; /* enum verdict_word for each run of the view, or VIEW_NOT_ASKED */
};

struct view_news {
	int64_t time_ns;
	char text[2048];
};

struct view {
	int64_t *times_ns; /* of the runs, oldest first */
	size_t runs;
	struct view_row *rows; /* by host, address and port */
	size_t row_count;
	struct view_news *news; /* newest first */
	size_t news_count;
};

void view_clear(struct view *view);

void view_print_text(const struct view *view, const struct paper *paper);
void view_print_html(const struct view *view, FILE *out); /* one file, no script */
void view_print_json(const struct view *view, FILE *out); /* mailsonde.history/1 */

/* The newest word of a row; VIEW_NOT_ASKED if there is none. And how many of its runs were open. */
int view_last(const struct view *view, const struct view_row *row);
void view_share(const struct view *view, const struct view_row *row, size_t *open, size_t *asked);

#endif
