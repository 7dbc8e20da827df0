/* SPDX-License-Identifier: BSD-2-Clause */
/* The data files of this program: a line that names the columns, then one record a line; a line
 * that begins with # is a comment. The same reader for what is compiled in and for the user's own.
 */
#ifndef ADVICE_DATA_TABLE_H
#define ADVICE_DATA_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct csv_record;
struct fault;

#define DATA_TABLE_BYTES                                                                           \
	((size_t)1024 * 1024) /* a file beyond this is no list that a person keeps */
#define DATA_TABLE_ROWS 2048

struct data_table {
	const char *header; /* the first line that is no comment must be this */
	/* Takes one record with as many fields as the header; false if it makes no sense. */
	bool (*take)(void *list, const struct csv_record *record);
};

/* name is for messages. -1: FAULT_DATA, saying which line is wrong. */
int data_table_read_text(const struct data_table *table, void *list, const char *name,
	const char *text, struct fault *why);

/* -1: FAULT_NO_INPUT, FAULT_DATA. */
int data_table_read_file(
	const struct data_table *table, void *list, const char *path, struct fault *why);

#endif
