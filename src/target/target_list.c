/* SPDX-License-Identifier: BSD-2-Clause */
#include "target_list.h"

#include "fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_LENGTH 1024

static void grow(struct target_list *list)
{
	if (list->count < list->room)
		return;
	list->room = list->room == 0 ? 8 : list->room * 2;
	list->items = fault_resize(list->items, list->room, sizeof(*list->items));
}

int target_list_add(struct target_list *list, const char *text, struct fault *why)
{
	struct target target;

	if (target_parse(&target, text, why) < 0)
		return -1;
	if (list->count == TARGET_LIST_MAX)
		return fault_set(
			why, FAULT_USAGE, "more than %d targets at a time", TARGET_LIST_MAX);
	grow(list);
	list->items[list->count++] = target;
	return 0;
}

/* Cuts the comment and the blanks around; returns where the rest begins. */
static char *trimmed(char *line)
{
	line[strcspn(line, "#\r\n")] = '\0';
	line += strspn(line, " \t");
	size_t length = strlen(line);

	while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
		line[--length] = '\0';
	return line;
}

/* NULL, or why this is no line of text. */
static const char *trouble_with(const char *line, FILE *file)
{
	if (strchr(line, '\n') != NULL || feof(file))
		return NULL;
	return strlen(line) < LINE_MAX_LENGTH - 1 ? "not plain text" : "too long for a target";
}

/* Some editors mark UTF-8 at the beginning of a file (RFC 3629 section 6). */
static const char *behind_mark(const char *text)
{
	return strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
}

static int read_lines(struct target_list *list, FILE *file, const char *path, struct fault *why)
{
	char line[LINE_MAX_LENGTH];
	struct fault what;

	for (unsigned number = 1; fgets(line, sizeof(line), file) != NULL; number++) {
		const char *trouble = trouble_with(line, file);
		if (trouble != NULL)
			return fault_set(
				why, FAULT_DATA, "%.200s, line %u: %s", path, number, trouble);
		const char *text = trimmed(line);
		if (number == 1)
			text = behind_mark(text);
		if (text[0] != '\0' && target_list_add(list, text, &what) < 0)
			return fault_set(why, FAULT_DATA, "%.200s, line %u: %.250s", path, number,
				what.text);
	}
	if (ferror(file))
		return fault_set(why, FAULT_IO, "cannot read %.200s: %s", path, strerror(errno));
	return 0;
}

int target_list_read(struct target_list *list, const char *path, struct fault *why)
{
	if (strcmp(path, "-") == 0)
		return read_lines(list, stdin, "standard input", why);
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return fault_set(why, FAULT_NO_INPUT, "cannot open the list of targets %.200s: %s",
			path, strerror(errno));
	int outcome = read_lines(list, file, path, why);

	fclose(file);
	return outcome;
}

void target_list_clear(struct target_list *list)
{
	free(list->items);
	*list = (struct target_list){0};
}
