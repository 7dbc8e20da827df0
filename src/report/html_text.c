/* SPDX-License-Identifier: BSD-2-Clause */
#include "html_text.h"

#include "escape.h"
#include "fault.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void html_text(FILE *out, const char *text)
{
	static const char special[] = "&<>\"'";
	static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
	size_t room = ESCAPE_ROOM(strlen(text));
	char *safe = fault_allocate(room, 1);

	escape_text(safe, room, text, false);
	for (const char *letter = safe; *letter != '\0'; letter++) {
		const char *found = strchr(special, *letter);
		if (found == NULL)
			fputc(*letter, out);
		else
			fputs(references[found - special], out);
	}
	free(safe);
}

void html_format(FILE *out, const char *format, ...)
{
	char text[HTML_TEXT];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	html_text(out, text);
}

void html_element(FILE *out, const char *name, const char *attributes, const char *text)
{
	fprintf(out, "<%s%s%s>", name, attributes == NULL ? "" : " ",
		attributes == NULL ? "" : attributes);
	html_text(out, text);
	fprintf(out, "</%s>\n", name);
}
