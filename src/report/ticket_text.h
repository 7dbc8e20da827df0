/* SPDX-License-Identifier: BSD-2-Clause */
/* ticket.txt: what is pasted into the form of whoever can fix it. */
#ifndef REPORT_TICKET_TEXT_H
#define REPORT_TICKET_TEXT_H

#include <stdio.h>

struct ticket;

/* Errors are sticky in out. */
void ticket_text_print(const struct ticket *ticket, FILE *out);

#endif
