/* SPDX-License-Identifier: BSD-2-Clause */
/* All options of a command, as its argp and those that it takes in have them: what messages, the
 * manual and the completions are made from. */
#ifndef COMMAND_OPTION_TABLE_H
#define COMMAND_OPTION_TABLE_H

#include <stddef.h>

struct argp;
struct argp_option;

#define OPTION_TABLE_MAX 128

struct option_table {
	const struct argp_option *items[OPTION_TABLE_MAX]; /* name NULL: a letter alone */
	const char *titles[OPTION_TABLE_MAX];              /* of the group that it stands in */
	size_t count;
	const char *names[OPTION_TABLE_MAX]; /* those that have one */
	size_t name_count;
};

/* Borrowed from argp. The command's own first. */
struct option_table option_table_of(const struct argp *argp);

/* The letter of an option that has one; 0: none. */
char option_letter(const struct argp_option *option);

#endif
