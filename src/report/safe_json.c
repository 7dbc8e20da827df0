/* SPDX-License-Identifier: BSD-2-Clause */
#include "safe_json.h"

#include "escape.h"
#include "fault.h"
#include "timestamp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Enough for three decimals of any figure of ours, and no 0.10000000000000001. */
#define PRINTED_DIGITS 12

/* Of a value within a stream's object, and within its list. */
#define MEMBER_INDENT 2
#define ITEM_INDENT   4

#define LAYOUT (JSON_INDENT(2) | JSON_REAL_PRECISION(PRINTED_DIGITS))

/* With values as ours jansson fails for want of memory alone. */
static void survive(bool worked)
{
	if (!worked)
		fault_out_of_memory();
}

json_t *safe_json(const char *text)
{
	if (text == NULL || text[0] == '\0')
		return json_null();
	size_t room = ESCAPE_ROOM(strlen(text));
	char *harmless = fault_allocate(room, 1);

	escape_text(harmless, room, text, false);
	json_t *value = json_string(harmless);

	free(harmless);
	survive(value != NULL);
	return value;
}

json_t *safe_json_address(const struct address *address)
{
	char text[ADDRESS_TEXT];

	if (address->family == ADDRESS_NONE)
		return json_null();
	return safe_json(address_print(address, text));
}

json_t *safe_json_time(int64_t time_ns)
{
	char text[TIMESTAMP_TEXT];

	return time_ns == 0 ? json_null() : safe_json(timestamp_print(time_ns, text));
}

json_t *safe_json_number(double number)
{
	json_t *value = isfinite(number) ? json_real(round(number * 1000) / 1000) : json_null();

	survive(value != NULL);
	return value;
}

void safe_json_put(json_t *object, const char *key, json_t *value)
{
	survive(json_object_set_new(object, key, value) == 0);
}

void safe_json_append(json_t *array, json_t *value)
{
	survive(json_array_append_new(array, value) == 0);
}

bool safe_json_write(json_t *value, size_t layout, FILE *out)
{
	int failed = json_dumpf(value, out, layout | JSON_REAL_PRECISION(PRINTED_DIGITS));

	json_decref(value);
	return failed == 0 && fputc('\n', out) != EOF;
}

struct indented {
	struct json_stream *stream;
	int by;
};

static void put_text(struct json_stream *stream, const char *text)
{
	if (fputs(text, stream->out) == EOF)
		stream->failed = true;
}

/* jansson escapes line breaks in texts, so one that it writes begins a line of its layout. */
static int put_indented(const char *bytes, size_t length, void *context)
{
	const struct indented *indented = context;
	struct json_stream *stream = indented->stream;

	while (length > 0) {
		const char *end = memchr(bytes, '\n', length);
		size_t part = end == NULL ? length : (size_t)(end - bytes) + 1;

		if (fwrite(bytes, 1, part, stream->out) != part)
			stream->failed = true;
		if (end != NULL)
			(void)fprintf(stream->out, "%*s", indented->by, "");
		bytes += part;
		length -= part;
	}
	return 0;
}

static void put_value(struct json_stream *stream, json_t *value, int indent)
{
	struct indented indented = {stream, indent};

	survive(json_dump_callback(value, put_indented, &indented, LAYOUT | JSON_ENCODE_ANY) == 0);
	json_decref(value);
}

static void put_member(struct json_stream *stream, const char *key, json_t *value)
{
	(void)fprintf(stream->out, "%*s\"%s\": ", MEMBER_INDENT, "", key);
	put_value(stream, value, MEMBER_INDENT);
}

void safe_json_begin(struct json_stream *stream, json_t *head, const char *list)
{
	const char *key = NULL;
	json_t *value = NULL;

	put_text(stream, "{\n");
	json_object_foreach(head, key, value)
	{
		put_member(stream, key, json_incref(value));
		put_text(stream, ",\n");
	}
	json_decref(head);
	(void)fprintf(stream->out, "%*s\"%s\": [", MEMBER_INDENT, "", list);
}

void safe_json_item(struct json_stream *stream, json_t *item)
{
	(void)fprintf(stream->out, "%s\n%*s", stream->listed ? "," : "", ITEM_INDENT, "");
	put_value(stream, item, ITEM_INDENT);
	stream->listed = true;
}

void safe_json_end(struct json_stream *stream, const char *key, json_t *value)
{
	if (stream->listed)
		(void)fprintf(stream->out, "\n%*s", MEMBER_INDENT, "");
	put_text(stream, "],\n");
	put_member(stream, key, value);
	put_text(stream, "\n}\n");
	stream->failed = stream->failed || ferror(stream->out);
}
