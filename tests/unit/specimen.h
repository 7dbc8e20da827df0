/* SPDX-License-Identifier: BSD-2-Clause */
/* Results as a run would have them, for the tests of every face. */
#ifndef UNIT_SPECIMEN_H
#define UNIT_SPECIMEN_H

#include "report.h"

/* Adds a result for 192.0.2.1:port to report, with a count of 8 probes and the word given. */
struct result *specimen_add(struct report *report, uint16_t port, enum verdict_word word);

/* A report of one open port, and one of every other word, whose every figure is set. */
void specimen_fill(struct report *report);

#endif
