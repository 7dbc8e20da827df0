/* SPDX-License-Identifier: BSD-2-Clause */
#include "ticket_sheet.h"

#include "escape.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#define SHEET_TEXT 2048

/* Where text is broken, and into what. */
struct breaking {
	unsigned column, indent;
	const char *joint; /* at which it may be */
};

static void wrap(FILE *out, struct breaking breaking, const char *text)
{
	char safe[ESCAPE_ROOM(SHEET_TEXT)];
	size_t joint = strlen(breaking.joint);
	unsigned column = breaking.column;
	bool first = true;

	escape_text(safe, sizeof(safe), text, true);
	for (const char *word = safe; *word != '\0';) {
		const char *end = strstr(word, breaking.joint);
		size_t length = end == NULL ? strlen(word) : (size_t)(end - word);
		if (!first && column + joint + length > SHEET_WIDTH) {
			fprintf(out, "\n%*s", (int)breaking.indent, "");
			column = breaking.indent;
			first = true;
		}
		fprintf(out, "%s%.*s", first ? "" : breaking.joint, (int)length, word);
		column += (unsigned)(length + (first ? 0 : joint));
		first = false;
		word += length + (end == NULL ? 0 : joint);
	}
	fputc('\n', out);
}

void sheet_wrap(FILE *out, unsigned used, unsigned indent, const char *text)
{
	wrap(out, (struct breaking){used, indent, " "}, text);
}

void sheet_list(FILE *out, const char *label, const char *text)
{
	fprintf(out, "%-*s", SHEET_LABEL, label);
	wrap(out, (struct breaking){SHEET_LABEL, SHEET_LABEL, "  "}, text);
}

void sheet_paragraph(FILE *out, const char *text)
{
	sheet_wrap(out, 0, 0, text);
	fputc('\n', out);
}

void sheet_label(FILE *out, const char *label, const char *text)
{
	fprintf(out, "%-*s", SHEET_LABEL, label);
	sheet_wrap(out, SHEET_LABEL, SHEET_LABEL, text);
}

void sheet_format(FILE *out, const char *label, const char *format, ...)
{
	char text[SHEET_TEXT];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	sheet_label(out, label, text);
}

void sheet_heading(FILE *out, const char *text)
{
	fprintf(out, "\n%s\n", text);
	for (size_t i = 0; i < strlen(text); i++)
		fputc('-', out);
	fputs("\n\n", out);
}
