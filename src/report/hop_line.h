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

/* Two labelled lines of the text face; nothing where the port was not swept. */
void hop_line_print(
	const struct paper *paper, const struct report *report, const struct result *result);

#endif
