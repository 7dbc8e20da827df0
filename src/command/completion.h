/* SPDX-License-Identifier: BSD-2-Clause */
/* Completion scripts for shells, made from the tables of commands and options. */
#ifndef COMMAND_COMPLETION_H
#define COMMAND_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

struct command;

struct command_table {
	const struct command *const *items;
	size_t count;
};

/* To standard output. shell: "bash", "zsh" or "fish"; false for any other. */
bool completion_print(const char *shell, const struct command_table *commands);

#endif
