/* SPDX-License-Identifier: BSD-2-Clause */
/* A fact of the evidence file with what it names replaced. */
#ifndef REDACTION_REDACTED_FACT_H
#define REDACTION_REDACTED_FACT_H

#include <stdbool.h>

struct fact;
struct pseudonyms;

/* Notices every address and name of a fact; those that packets were sent from are the user's own.
 */
void redacted_fact_notice(struct pseudonyms *pseudonyms, const struct fact *fact);

/* False where what is left would be no fact: it must not be told then. */
bool redacted_fact(struct fact *out, const struct fact *fact, struct pseudonyms *pseudonyms);

#endif
