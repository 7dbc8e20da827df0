/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of the program, one file each. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

struct argp;

/* Beside the statuses of a report (report.h) and of a fault (fault.h); DESIGN section 2. */
#define STATUS_FAULTS      64  /* from here on it could not do as it was told */
#define STATUS_INTERRUPTED 130 /* 128 + SIGINT, as shells have it */

struct command {
	const char *name;
	const char *synopsis; /* what follows the name on the command line */
	const char *purpose;
	/* argv[0] is the command's name as messages show it, as in "mailsonde probe".
	 * Returns the exit status (DESIGN section 2). */
	int (*run)(int argc, char **argv);
	const struct argp *options; /* its command line, for the manual and the completions */
};

extern const struct command command_probe;
extern const struct command command_replay;
extern const struct command command_explain;
extern const struct command command_compare;
extern const struct command command_ticket;
extern const struct command command_bounce;
extern const struct command command_log;
extern const struct command command_watch;
extern const struct command command_check;

#endif
