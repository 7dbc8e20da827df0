/* SPDX-License-Identifier: BSD-2-Clause */
/* The way of a port's packets, hop by hop, beside that of a port that works. */
#ifndef REPORT_HOP_LINE_H
#define REPORT_HOP_LINE_H

#include "path.h"

#include <jansson.h>
#include <stdbool.h>

struct paper;
struct report;
struct result;

/* The paths of a result and of its control; control->flows is 0 where there is none. False: the
 * result's port was not swept. */
bool hop_line_paths(const struct report *report, const struct result *result, struct path *own,
	struct path *control);

/* The contract's "path" and "control_path", as new references. */
json_t *hop_line_path_json(const struct report *report, const struct result *result);
json_t *hop_line_control_json(const struct report *report, const struct result *result);

/* The last hop that said anything; 0: none did. */
uint8_t hop_line_end(const struct path *path);

/* enum answer_kind of what ended the way of probes at a hop, -1: nothing did. */
int hop_line_answer(const struct path *path, uint8_t ttl);

/* Who spoke at a hop: a router of expiry, or whoever answered; ADDRESS_NONE: nobody did. */
const struct address *hop_line_speaker(const struct path *path, uint8_t ttl);

/* "port 25:  1 192.0.2.1  2 198.51.100.2  3 no answer (tried to 30)". Returns out. */
#define HOP_LINE_TEXT 2048 /* thirty hops with an address each */
const char *hop_line_text(const struct path *path, char out[static HOP_LINE_TEXT]);

/* Two labelled lines of the text face; nothing where the port was not swept. */
void hop_line_print(
	const struct paper *paper, const struct report *report, const struct result *result);

#endif
