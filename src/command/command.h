/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of the program, one file each. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

struct command {
	const char *name;
	const char *synopsis; /* what follows the name on the command line */
	const char *purpose;
	/* argv[0] is the command's name as messages show it, as in "mailsonde probe".
	 * Returns the exit status (DESIGN section 2). */
	int (*run)(int argc, char **argv);
};

extern const struct command command_probe;
extern const struct command command_replay;
extern const struct command command_watch;
extern const struct command command_check;

#endif
