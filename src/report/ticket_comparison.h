/* SPDX-License-Identifier: BSD-2-Clause */
/* What a second report shows beside the ticket's own, in ticket.txt and in report.html. */
#ifndef REPORT_TICKET_COMPARISON_H
#define REPORT_TICKET_COMPARISON_H

#include <stdio.h>

struct comparison;

/* Errors are sticky in out. */
void ticket_comparison_text(const struct comparison *comparison, FILE *out);
void ticket_comparison_html(const struct comparison *comparison, FILE *out);

#endif
