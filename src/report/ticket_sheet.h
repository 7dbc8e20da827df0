/* SPDX-License-Identifier: BSD-2-Clause */
/* Plain text of 72 columns, ASCII alone, as it survives every mail program and web form. */
#ifndef REPORT_TICKET_SHEET_H
#define REPORT_TICKET_SHEET_H

#include <stdio.h>

#define SHEET_WIDTH 72
#define SHEET_LABEL 14 /* where the text beside a label begins */

/* Each escapes what it is given and ends its line. */
void sheet_paragraph(FILE *out, const char *text); /* and an empty line */
void sheet_label(FILE *out, const char *label, const char *text);
void sheet_format(FILE *out, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void sheet_heading(FILE *out, const char *text);

/* Wraps text behind what stands on the line already, used columns; later lines begin with indent
 * blanks. */
void sheet_wrap(FILE *out, unsigned used, unsigned indent, const char *text);

/* A label and what stands beside it, broken where there are two blanks alone. */
void sheet_list(FILE *out, const char *label, const char *text);

#endif
