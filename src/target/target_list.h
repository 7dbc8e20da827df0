/* SPDX-License-Identifier: BSD-2-Clause */
/* The targets of one run, from the command line and from a file of lines. */
#ifndef TARGET_TARGET_LIST_H
#define TARGET_TARGET_LIST_H

#include "target.h"

#include <stddef.h>

struct fault;

#define TARGET_LIST_MAX 4096 /* as many hosts as evidence holds */

struct target_list {
	struct target *items;
	size_t count, room;
};

/* Zeroes make an empty list. -1: FAULT_USAGE. */
int target_list_add(struct target_list *list, const char *text, struct fault *why);

/*
 * Reads one target a line; what follows '#' and blank lines are skipped; "-" is standard input.
 * -1: FAULT_NO_INPUT, FAULT_IO, or FAULT_DATA naming the line.
 */
int target_list_read(struct target_list *list, const char *path, struct fault *why);

void target_list_clear(struct target_list *list);

#endif
