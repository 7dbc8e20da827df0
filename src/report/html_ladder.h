/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets between this computer and the server as a ladder: time runs downwards. */
#ifndef REPORT_HTML_LADDER_H
#define REPORT_HTML_LADDER_H

#include <stdio.h>

struct ticket;

/* Nothing where no packet of the port was seen. */
void html_ladder(const struct ticket *ticket, FILE *out);

#endif
