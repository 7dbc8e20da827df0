/* SPDX-License-Identifier: BSD-2-Clause */
/* One line of the table of ports, and the packet facts below it. */
#ifndef REPORT_PORT_ROW_H
#define REPORT_PORT_ROW_H

#include "paper.h"
#include "verdict.h"

struct result;

void port_row_print(const struct paper *paper, const struct result *result);

/* Counts, round trips and findings, whatever paper->verbose says. */
void port_row_facts(const struct paper *paper, const struct result *result);

enum paper_ink port_row_ink(enum verdict_word word);

/* In a few words, what failed other than the opening; NULL where nothing did. */
const char *port_row_session(const struct result *result);

#endif
