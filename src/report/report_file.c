/* SPDX-License-Identifier: BSD-2-Clause */
#include "report_file.h"

#include "fault.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA        "mailsonde/1"
#define SCHEMA_FAMILY "mailsonde/"
#define LARGEST       ((size_t)64 << 20) /* bytes: no run of ours gives a tenth of it */

static char *read_all(FILE *file, const char *path, size_t *length, struct fault *why)
{
	char *text = NULL;
	size_t room = 0;

	*length = 0;
	do {
		room = room == 0 ? 65536 : room * 2;
		text = fault_resize(text, room, 1);
		*length += fread(text + *length, 1, room - *length, file);
	} while (*length == room && room < LARGEST);
	if (ferror(file))
		fault_set(why, FAULT_NO_INPUT, "cannot read %.300s: %s", path, strerror(errno));
	else if (*length == LARGEST)
		fault_set(why, FAULT_DATA, "%.300s is too large to be a report", path);
	else
		return text;
	free(text);
	return NULL;
}

static json_t *parse(const char *text, size_t length, const char *path, struct fault *why)
{
	json_error_t error;
	json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);

	if (root == NULL)
		fault_set(why, FAULT_DATA, "%.200s is no JSON report: line %d: %.160s", path,
			error.line, error.text);
	return root;
}

static int check_schema(const json_t *root, const char *path, struct fault *why)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));
	bool ours = schema != NULL && strncmp(schema, SCHEMA_FAMILY, strlen(SCHEMA_FAMILY)) == 0;

	if (ours && strcmp(schema, SCHEMA) != 0)
		return fault_set(why, FAULT_DATA,
			"%.200s is a report of version \"%.40s\", and this mailsonde reads \"%s\" "
			"alone: use the mailsonde that wrote it",
			path, schema, SCHEMA);
	if (!ours || !json_is_array(json_object_get(root, "results")))
		return fault_set(why, FAULT_DATA,
			"%.200s is no report of mailsonde with results: write one with mailsonde "
			"probe --format json",
			path);
	return 0;
}

json_t *report_file_read(const char *path, struct fault *why)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "rbe");
	const char *name = standard ? "standard input" : path;
	size_t length = 0;

	if (file == NULL) {
		fault_set(why, FAULT_NO_INPUT, "cannot open %.300s: %s", path, strerror(errno));
		return NULL;
	}
	char *text = read_all(file, name, &length, why);
	json_t *root = text == NULL ? NULL : parse(text, length, name, why);

	free(text);
	if (!standard)
		fclose(file);
	if (root != NULL && check_schema(root, name, why) < 0) {
		json_decref(root);
		root = NULL;
	}
	return root;
}
