/* SPDX-License-Identifier: BSD-2-Clause */
/* Text within HTML: escaped, so that nothing of it is markup or changes how it is read. */
#ifndef REPORT_HTML_TEXT_H
#define REPORT_HTML_TEXT_H

#include <stdio.h>

/* As escape.h has it, and & < > " ' as character references: for content and for attributes. */
void html_text(FILE *out, const char *text);

/* The same for printf's format and arguments; cut where it is longer than HTML_TEXT. */
#define HTML_TEXT 2048
void html_format(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* <name>text</name>; attributes, NULL for none, stand behind the name as they are. */
void html_element(FILE *out, const char *name, const char *attributes, const char *text);

#endif
