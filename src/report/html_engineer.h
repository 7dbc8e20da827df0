/* SPDX-License-Identifier: BSD-2-Clause */
/* The folded part of the HTML report: packets, counts, findings, and how to check all that. */
#ifndef REPORT_HTML_ENGINEER_H
#define REPORT_HTML_ENGINEER_H

#include <stdio.h>

struct ticket;

void html_engineer(const struct ticket *ticket, FILE *out);

#endif
