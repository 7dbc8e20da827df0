/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of a command as scdoc(5) source, so that the manual cannot say other than --help. */
#ifndef COMMAND_MANUAL_OPTIONS_H
#define COMMAND_MANUAL_OPTIONS_H

struct command;

/* To standard output. */
void manual_options_print(const struct command *command);

#endif
