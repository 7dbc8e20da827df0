/* SPDX-License-Identifier: BSD-2-Clause */
/* What text is written on: a terminal or a file, with or without colour and characters beyond
 * ASCII, and lines that end before its edge. */
#ifndef REPORT_PAPER_H
#define REPORT_PAPER_H

#include <stdbool.h>
#include <stdio.h>

enum paper_color {
	PAPER_COLOR_AUTO, /* on a terminal, unless NO_COLOR is set or TERM is dumb */
	PAPER_COLOR_ALWAYS,
	PAPER_COLOR_NEVER,
};

struct paper {
	FILE *file;
	bool utf8; /* the locale's character set */
	bool color;
	bool verbose; /* packet facts beside the plain words */
};

enum paper_ink {
	PAPER_PLAIN,
	PAPER_GOOD,
	PAPER_BAD,
	PAPER_UNSURE,
	PAPER_BOLD,
};

#define PAPER_WIDTH 78

/* Looks at the locale (setlocale is the caller's), the environment and the terminal. */
struct paper paper_of(FILE *file, enum paper_color color, bool verbose);

/* Writes text with its harmful characters escaped. */
void paper_put(const struct paper *paper, enum paper_ink ink, const char *text);

/* The same for printf's format and arguments. */
void paper_format(const struct paper *paper, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void paper_end_line(const struct paper *paper);

/* Writes text escaped, broken into lines at blanks; lines after the first begin with indent blanks,
 * and the first is taken to begin there already. Ends with a line break. */
void paper_wrap(const struct paper *paper, enum paper_ink ink, unsigned indent, const char *text);

/* A tick, a cross, or a question mark, in colour. */
void paper_mark(const struct paper *paper, enum paper_ink ink);

#endif
