/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a bounce says of ports: RFC 3464 delivery reports, and the plain texts of servers that write
 * none or say more in words. Pure: a letter in, symptoms out.
 */
#ifndef SYMPTOM_BOUNCE_H
#define SYMPTOM_BOUNCE_H

#include <stdbool.h>

struct bounce_reader;
struct fault;
struct letter;
struct symptom_report;

/* NULL: as pattern_new(). */
struct bounce_reader *bounce_reader_new(struct fault *why);
void bounce_reader_free(struct bounce_reader *reader); /* NULL is fine */

/* Adds what letter says of each recipient to symptoms and counters. Looks at the outermost of
 * messages within messages that is a bounce. False: none is. */
bool bounce_read(
	struct bounce_reader *reader, const struct letter *letter, struct symptom_report *report);

/* Symptoms of one report at most; failures beyond are counted in report->beyond. */
#define BOUNCE_SYMPTOMS 4096

#endif
