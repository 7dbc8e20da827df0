/* SPDX-License-Identifier: BSD-2-Clause */
/* What a port on which sessions work is worth, by what became of the data that they carried. */
#ifndef VERDICT_TRANSFER_RULES_H
#define VERDICT_TRANSFER_RULES_H

struct figures;
struct verdict;

/* Takes the verdict of an open port further where its data does not get through as it should. */
void transfer_rules_apply(struct verdict *verdict, const struct figures *figures);

/* Adds what is noticed of the data, whatever the verdict. */
void transfer_rules_notice(struct verdict *verdict, const struct figures *figures);

#endif
