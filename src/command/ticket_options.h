/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of a ticket: a live run's, or the files of an earlier one. */
#ifndef COMMAND_TICKET_OPTIONS_H
#define COMMAND_TICKET_OPTIONS_H

#include "arguments.h"
#include "probe_options.h"
#include "ticket.h"

#include <stdbool.h>
#include <stddef.h>

#define TICKET_OWN 16

struct ticket_options {
	struct probe_options probe;
	const char *directory, *zip;
	const char *from, *evidence; /* both, or neither for a live run */
	const char *compare;         /* the second report; NULL: none */
	const char *key;             /* NULL: beside the directory */
	const char *own[TICKET_OWN]; /* addresses and names that are the user's, besides */
	size_t own_count;
	bool redact, force, twice; /* twice: both kinds were asked for */
	enum ticket_choice choice;
};

extern const struct argp ticket_command_line;

/* To be cleared whatever it returns. */
enum arguments_outcome ticket_options_read(
	struct ticket_options *out, int argc, char **argv, struct fault *why);
void ticket_options_clear(struct ticket_options *options);

#endif
