/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose a firewall rule looks like, and how to see it: by names alone, so a hint and no more. */
#ifndef ADVICE_RULE_OWNER_H
#define ADVICE_RULE_OWNER_H

#include "firewall.h"

struct local_rule;

/* "ufw", "firewalld", "docker", ...; "" where the names tell nothing. Static. */
const char *rule_owner(const struct local_rule *rule);

/* The firewall that it was made with, as far as that changes what to do: nftables where no other
 * name is known. */
enum firewall rule_firewall(const struct local_rule *rule);

/* A command that shows it, safe to paste into a shell; "" where there is none. Returns out. */
#define RULE_COMMAND 224
const char *rule_command(const struct local_rule *rule, char out[static RULE_COMMAND]);

#endif
