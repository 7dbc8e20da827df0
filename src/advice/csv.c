/* SPDX-License-Identifier: BSD-2-Clause */
#include "csv.h"

#include <string.h>

struct cursor {
	const char *next, *end;
	char *out; /* where the next byte of a field goes */
};

/* RFC 4180 section 2.7: a quote inside quotes is doubled. */
static bool take_quoted(struct cursor *at)
{
	at->next++;
	while (at->next < at->end) {
		if (*at->next != '"') {
			*at->out++ = *at->next++;
		} else if (at->next + 1 < at->end && at->next[1] == '"') {
			*at->out++ = '"';
			at->next += 2;
		} else {
			at->next++;
			return at->next == at->end || *at->next == ',';
		}
	}
	return false;
}

static bool take_plain(struct cursor *at)
{
	while (at->next < at->end && *at->next != ',') {
		if (*at->next == '"')
			return false;
		*at->out++ = *at->next++;
	}
	return true;
}

bool csv_read(struct csv_record *out, const char *line, size_t length)
{
	struct cursor at = {.next = line, .end = line + length, .out = out->text};

	out->count = 0;
	if (length >= CSV_RECORD || memchr(line, '\0', length) != NULL)
		return false;
	for (;;) {
		if (out->count == CSV_FIELDS)
			return false;
		out->fields[out->count++] = at.out;
		bool quoted = at.next < at.end && *at.next == '"';
		if (!(quoted ? take_quoted(&at) : take_plain(&at)))
			return false;
		*at.out++ = '\0';
		if (at.next == at.end)
			return true;
		at.next++;
	}
}

struct writer {
	char *out;
	size_t used;
	bool full;
};

static bool is_control(char byte)
{
	return (byte >= 0 && byte < 0x20) || byte == 0x7f;
}

static void put(struct writer *writer, char byte)
{
	if (writer->used + 1 >= CSV_RECORD) {
		writer->full = true;
		return;
	}
	if (is_control(byte))
		byte = ' ';
	writer->out[writer->used++] = byte;
}

static void put_field(struct writer *writer, const char *field)
{
	bool quoted = strpbrk(field, ",\"") != NULL;

	if (quoted)
		put(writer, '"');
	for (; *field != '\0'; field++) {
		if (*field == '"')
			put(writer, '"');
		put(writer, *field);
	}
	if (quoted)
		put(writer, '"');
}

bool csv_write(char out[static CSV_RECORD], const char *const *fields, size_t count)
{
	struct writer writer = {.out = out};

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			put(&writer, ',');
		put_field(&writer, fields[i]);
	}
	out[writer.used] = '\0';
	return !writer.full;
}
