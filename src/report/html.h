/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.html: one file for a browser or a printer, without script, and with nothing that is
 * fetched from anywhere. A face: it shows what the report and the evidence say, in the words of the
 * other faces.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdio.h>

struct ticket;

/* Errors are sticky in out. */
void html_print(const struct ticket *ticket, FILE *out);

#endif
