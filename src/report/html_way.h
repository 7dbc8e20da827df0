/* SPDX-License-Identifier: BSD-2-Clause */
/* The way to the server stop by stop, with the port that fails beside one that works. */
#ifndef REPORT_HTML_WAY_H
#define REPORT_HTML_WAY_H

#include <stdio.h>

struct ticket;

void html_way(const struct ticket *ticket, FILE *out);

#endif
