/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts and answers as they add up over time: where answers fall behind, there is a limit. */
#ifndef REPORT_HTML_RATE_H
#define REPORT_HTML_RATE_H

#include <stdio.h>

struct ticket;

/* Nothing where no port was asked often enough for a picture. */
void html_rate(const struct ticket *ticket, FILE *out);

#endif
