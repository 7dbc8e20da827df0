/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of mailsonde watch. */
#ifndef COMMAND_WATCH_OPTIONS_H
#define COMMAND_WATCH_OPTIONS_H

#include "arguments.h"
#include "face.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct argp;
struct fault;

struct watch_options {
	struct face face;
	struct fault *why; /* where the parser tells what is wrong */
	char settings[PATH_MAX];
	bool once, report;
	const char *html;     /* where the report goes as HTML; NULL: it does not */
	const char *textfile; /* in the place of that in the settings; NULL */
	size_t runs;          /* that the report shows */
};

enum arguments_outcome watch_options_read(
	struct watch_options *out, int argc, char **argv, struct fault *why);

/* All of its command line. */
extern const struct argp watch_command_line;

#endif
