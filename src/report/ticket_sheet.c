/* SPDX-License-Identifier: BSD-2-Clause */
#include "ticket_sheet.h"

#include "escape.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#define SHEET_TEXT 2048

void sheet_wrap(FILE *out, unsigned used, unsigned indent, const char *text)
{
	char safe[ESCAPE_ROOM(SHEET_TEXT)];
	unsigned column = used;
	bool first = true;

	escape_text(safe, sizeof(safe), text, true);
	for (const char *word = safe; *word != '\0';) {
		size_t length = strcspn(word, " ");
		if (!first && column + 1 + length > SHEET_WIDTH) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
			first = true;
		}
		fprintf(out, "%s%.*s", first ? "" : " ", (int)length, word);
		column += (unsigned)length + !first;
		first = false;
		word += length + (word[length] == ' ');
	}
	fputc('\n', out);
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
