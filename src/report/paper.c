/* SPDX-License-Identifier: BSD-2-Clause */
#include "paper.h"

#include "escape.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST 2048 /* bytes of one text once escaped; what is longer is cut */

/* ECMA-48 SGR; the sixteen colours that every terminal lets its user choose. */
static const char *const inks[] = {
	[PAPER_PLAIN] = "",
	[PAPER_GOOD] = "\033[32m",
	[PAPER_BAD] = "\033[1;31m",
	[PAPER_UNSURE] = "\033[33m",
	[PAPER_BOLD] = "\033[1m",
};

static bool environment_allows_color(void)
{
	const char *no_color = getenv("NO_COLOR"); /* https://no-color.org: set and not empty */
	const char *term = getenv("TERM");

	return (no_color == NULL || no_color[0] == '\0') && term != NULL &&
		strcmp(term, "dumb") != 0;
}

static bool wants_color(FILE *file, enum paper_color color)
{
	if (color != PAPER_COLOR_AUTO)
		return color == PAPER_COLOR_ALWAYS;
	return isatty(fileno(file)) == 1 && environment_allows_color();
}

struct paper paper_of(FILE *file, enum paper_color color, bool verbose)
{
	return (struct paper){
		.file = file,
		.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
		.color = wants_color(file, color),
		.verbose = verbose,
	};
}

static void begin_ink(const struct paper *paper, enum paper_ink ink)
{
	if (paper->color)
		fputs(inks[ink], paper->file);
}

static void end_ink(const struct paper *paper, enum paper_ink ink)
{
	if (paper->color && ink != PAPER_PLAIN)
		fputs("\033[0m", paper->file);
}

void paper_put(const struct paper *paper, enum paper_ink ink, const char *text)
{
	char harmless[LONGEST];

	escape_text(harmless, sizeof(harmless), text, !paper->utf8);
	begin_ink(paper, ink);
	fputs(harmless, paper->file);
	end_ink(paper, ink);
}

void paper_format(const struct paper *paper, const char *format, ...)
{
	char text[LONGEST];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	paper_put(paper, PAPER_PLAIN, text);
}

void paper_end_line(const struct paper *paper)
{
	fputc('\n', paper->file);
}

/* Columns of text, taking every character for one wide; continuation bytes (RFC 3629) for none. */
static unsigned columns(const char *text, size_t length)
{
	unsigned count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

void paper_wrap(const struct paper *paper, enum paper_ink ink, unsigned indent, const char *text)
{
	char harmless[LONGEST];
	const char *word = harmless;
	unsigned at = indent;

	escape_text(harmless, sizeof(harmless), text, !paper->utf8);
	begin_ink(paper, ink);
	while (*word != '\0') {
		size_t length = strcspn(word, " ");
		unsigned width = columns(word, length);
		if (at > indent && at + 1 + width > PAPER_WIDTH) {
			fprintf(paper->file, "\n%*s", (int)indent, "");
			at = indent;
		}
		if (at > indent) {
			fputc(' ', paper->file);
			at++;
		}
		fwrite(word, 1, length, paper->file);
		at += width;
		word += length;
		word += strspn(word, " ");
	}
	end_ink(paper, ink);
	fputc('\n', paper->file);
}

void paper_mark(const struct paper *paper, enum paper_ink ink)
{
	static const char *const marks[] = {
		[PAPER_PLAIN] = " ",
		[PAPER_GOOD] = "\u2713",
		[PAPER_BAD] = "\u2717",
		[PAPER_UNSURE] = "?",
		[PAPER_BOLD] = "*",
	};
	static const char *const ascii[] = {
		[PAPER_PLAIN] = " ",
		[PAPER_GOOD] = "+",
		[PAPER_BAD] = "x",
		[PAPER_UNSURE] = "?",
		[PAPER_BOLD] = "*",
	};

	paper_put(paper, ink, paper->utf8 ? marks[ink] : ascii[ink]);
}
