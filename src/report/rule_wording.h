/* SPDX-License-Identifier: BSD-2-Clause */
/* The rule of this machine's that is to blame, for people and for machines. */
#ifndef REPORT_RULE_WORDING_H
#define REPORT_RULE_WORDING_H

#include <jansson.h>

struct local_rule;

/* The rule in a sentence without an end: "rule tcp dport 25 drop (handle 9) in chain out of table
 * inet filter, which looks like ufw's"; "" for NULL and where nothing is known. Returns out. Not
 * escaped. */
#define RULE_TEXT 864
const char *rule_sentence(const struct local_rule *rule, char out[static RULE_TEXT]);

/* The same without its text, for sentences about more: "handle 9 in chain out of table ..." */
const char *rule_place(const struct local_rule *rule, char out[static RULE_TEXT]);

/* The contract's local_rule; null for NULL. */
json_t *rule_json(const struct local_rule *rule);

#endif
