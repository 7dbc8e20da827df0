/* SPDX-License-Identifier: BSD-2-Clause */
#include "delivery_status.h"

#include <string.h>
#include <strings.h>

void delivery_status_begin(struct delivery_status *status, struct span text)
{
	*status = (struct delivery_status){.left = text};
}

static struct span take_line(struct span *text)
{
	const char *end = text->length == 0 ? NULL : memchr(text->at, '\n', text->length);
	size_t length = end == NULL ? text->length : (size_t)(end - text->at);
	struct span line = {text->at, length};

	*text = span_after(*text, length + (end != NULL));
	if (line.length > 0 && line.at[line.length - 1] == '\r')
		line.length--;
	return line;
}

static bool is_continued(struct span text)
{
	return text.length > 1 && (text.at[0] == ' ' || text.at[0] == '\t') && text.at[1] != '\r' &&
		text.at[1] != '\n';
}

/* The value of a line whose field is name; false for any other. */
static bool is_field(struct span line, const char *name, struct span *value)
{
	size_t length = strlen(name);

	if (line.length <= length || strncasecmp(line.at, name, length) != 0 ||
		line.at[length] != ':')
		return false;
	*value = span_trim(span_after(line, length + 1));
	return true;
}

/* What stands behind the type: "rfc822; user@example.com" (RFC 3464 section 2.1.2). */
static struct span without_type(struct span value)
{
	const char *end = value.length == 0 ? NULL : memchr(value.at, ';', value.length);

	return end == NULL ? value : span_trim(span_after(value, (size_t)(end - value.at) + 1));
}

/* "mx.example.com", "mx.example.com. (192.0.2.25, the server for ...)", "[192.0.2.25]". */
static void take_server(struct delivery_status *status, struct span value)
{
	struct span name = without_type(value);
	size_t length = 0;

	while (length < name.length && strchr(" \t([", name.at[length]) == NULL)
		length++;
	struct span rest = span_trim(span_after(name, length));

	status->server = (struct span){name.at, length};
	if (length > 0 && name.at[length - 1] == '.')
		status->server.length--;
	if (rest.length < 2 || (rest.at[0] != '(' && rest.at[0] != '['))
		return;
	rest = span_after(rest, 1);
	for (length = 0;
		length < rest.length && strchr("0123456789abcdefABCDEF.:", rest.at[length]);
		length++)
		;
	status->address = (struct span){rest.at, length};
}

/* A diagnostic may go over many lines; with lines to come, it is put together. */
static void take_diagnostic(struct delivery_status *status, struct span value)
{
	size_t used = 0;

	for (;;) {
		size_t room = sizeof(status->diagnostic_text) - used;
		size_t length = value.length < room ? value.length : room;
		memcpy(status->diagnostic_text + used, value.at, length);
		used += length;
		if (!is_continued(status->left))
			break;
		value = span_trim(take_line(&status->left));
		if (used < sizeof(status->diagnostic_text))
			status->diagnostic_text[used++] = ' ';
	}
	status->diagnostic = without_type((struct span){status->diagnostic_text, used});
}

static bool is_failing(struct span action)
{
	return span_starts(action, "failed") || span_starts(action, "delayed") ||
		span_starts(action, "Failed") || span_starts(action, "Delayed");
}

static void take_field(struct delivery_status *status, struct span line, struct span *action)
{
	struct span value;

	if (is_field(line, "Final-Recipient", &value))
		status->recipient = without_type(value);
	else if (is_field(line, "Original-Recipient", &value) && status->recipient.length == 0)
		status->recipient = without_type(value);
	else if (is_field(line, "Action", &value))
		*action = value;
	else if (is_field(line, "Status", &value))
		status->status = value;
	else if (is_field(line, "Remote-MTA", &value))
		take_server(status, value);
	else if (is_field(line, "Diagnostic-Code", &value))
		take_diagnostic(status, value);
}

/* "4.4.1 (timed out)" is "4.4.1". */
static struct span first_word(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == ' ' || text.at[i] == '\t')
			return (struct span){text.at, i};
	}
	return text;
}

bool delivery_status_next(struct delivery_status *status)
{
	while (status->left.length > 0) {
		struct span action = {NULL, 0};
		struct span empty = {NULL, 0};
		struct span line;
		status->recipient = status->status = status->diagnostic = empty;
		status->server = status->address = empty;
		while (status->left.length > 0 &&
			span_trim(line = take_line(&status->left)).length > 0)
			take_field(status, line, &action);
		status->status = first_word(status->status);
		if (status->recipient.length > 0 && is_failing(action))
			return true;
	}
	return false;
}
