/* SPDX-License-Identifier: BSD-2-Clause */
#include "data_table.h"

#include "csv.h"
#include "fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t count_fields(const char *header)
{
	size_t count = 1;

	for (; *header != '\0'; header++)
		count += *header == ',';
	return count;
}

struct place {
	const char *name;
	unsigned line;
};

static int take_line(const struct data_table *table, void *list, const struct place *at,
	const struct csv_record *record, struct fault *why)
{
	size_t fields = count_fields(table->header);

	if (record->count != fields)
		return fault_set(why, FAULT_DATA,
			"line %u of %.200s has %zu fields and needs %zu: %.120s", at->line,
			at->name, record->count, fields, table->header);
	if (!table->take(list, record))
		return fault_set(why, FAULT_DATA,
			"line %u of %.200s, '%.60s', cannot be understood: compare it with the "
			"list that comes with the program",
			at->line, at->name, record->fields[0]);
	return 0;
}

static bool is_empty(const char *line, size_t length)
{
	return length == 0 || line[0] == '#';
}

int data_table_read_text(const struct data_table *table, void *list, const char *name,
	const char *text, struct fault *why)
{
	struct csv_record record;
	struct place at = {.name = name};
	bool begun = false;
	size_t length = 0;

	for (; *text != '\0'; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		size_t shown = length > 0 && text[length - 1] == '\r' ? length - 1 : length;
		at.line++;
		if (is_empty(text, shown))
			continue;
		if (!begun &&
			(strlen(table->header) != shown ||
				strncmp(table->header, text, shown) != 0))
			return fault_set(why, FAULT_DATA, "line %u of %.200s is not %.160s",
				at.line, name, table->header);
		if (at.line > DATA_TABLE_ROWS)
			return fault_set(why, FAULT_DATA, "%.200s has more than %d lines", name,
				DATA_TABLE_ROWS);
		if (begun && !csv_read(&record, text, shown))
			return fault_set(why, FAULT_DATA,
				"line %u of %.200s is no line of comma-separated values", at.line,
				name);
		if (begun && take_line(table, list, &at, &record, why) < 0)
			return -1;
		begun = true;
	}
	return begun ? 0 : fault_set(why, FAULT_DATA, "%.200s is empty", name);
}

int data_table_read_file(
	const struct data_table *table, void *list, const char *path, struct fault *why)
{
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return fault_set(
			why, FAULT_NO_INPUT, "cannot open %.300s: %s", path, strerror(errno));
	char *text = fault_allocate(DATA_TABLE_BYTES + 1, 1);
	size_t length = fread(text, 1, DATA_TABLE_BYTES, file);
	int outcome = 0;

	if (ferror(file))
		outcome = fault_set(
			why, FAULT_NO_INPUT, "cannot read %.300s: %s", path, strerror(errno));
	else if (length == DATA_TABLE_BYTES || memchr(text, '\0', length) != NULL)
		outcome = fault_set(why, FAULT_DATA,
			"%.300s is no text, or larger than a list of this kind can be", path);
	else
		outcome = data_table_read_text(table, list, path, text, why);
	free(text);
	fclose(file);
	return outcome;
}
