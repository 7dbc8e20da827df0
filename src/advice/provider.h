/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What providers say about the mail ports of their customers: data with its sources and dates
 * (providers.csv), the user's own rows before those that come with the program.
 */
#ifndef ADVICE_PROVIDER_H
#define ADVICE_PROVIDER_H

#include "csv.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dmi;
struct fault;

enum provider_kind {
	PROVIDER_CLOUD,
	PROVIDER_PAAS,
	PROVIDER_ISP,
	PROVIDER_ROUTER, /* a device in the customer's home */
	PROVIDER_TUNNEL,
};

enum port_policy {
	POLICY_UNKNOWN,
	POLICY_OPEN,
	POLICY_BLOCKED,
	POLICY_BLOCKED_FOR_SOME,   /* new accounts, free ones, ... */
	POLICY_BLOCKED_AFTER_SPAM, /* open until something was sent that looked like spam */
	POLICY_LIMITED,
	POLICY_ALLOW_LIST, /* to servers on a list */
};

/* What opens a port that the provider keeps shut. */
enum provider_lift {
	LIFT_NONE, /* nothing is shut */
	LIFT_NEVER,
	LIFT_REQUEST,
	LIFT_SELF_SERVICE,
	LIFT_DEPENDS,
	LIFT_PAY,
	LIFT_STATIC_ADDRESS,
	LIFT_CLEAN_UP,
};

struct provider {
	char key[32], name[64];
	enum provider_kind kind;
	char asn[64];  /* "16509|14618"; "" where not known */
	char dmi[192]; /* "sys_vendor is Hetzner|product_uuid starts ec2"; see dmi.h; "" the same */
	enum port_policy port_25, port_465, port_587;
	enum provider_lift lift;
	char how[400];
	char source[192], source_date[48];
	char confidence[24]; /* "official", "official-quoted", "second-hand", or the user's word */
};

struct provider_list {
	struct provider *items;
	size_t count;
};

/* How it is known whose network this is. */
enum provider_match {
	PROVIDER_UNMATCHED,
	PROVIDER_NAMED,    /* by the user */
	PROVIDER_HARDWARE, /* by what the firmware calls this machine (DMI) */
	PROVIDER_NETWORK,  /* by the number (AS) of the network of an address on the way */
};

/* path: the user's own list; NULL: none. Rows of it stand first, and in the place of those with the
 * same key that come with the program. To be cleared whatever it returns. */
int provider_list_read(struct provider_list *out, const char *path, struct fault *why);
void provider_list_clear(struct provider_list *list);

/* NULL: none. An AS is no home router's, so those are never found by it. */
const struct provider *provider_named(const struct provider_list *list, const char *key);
const struct provider *provider_of_dmi(const struct provider_list *list, const struct dmi *dmi);
const struct provider *provider_of_as(const struct provider_list *list, uint32_t number);

/* One record as in the file, and back: so it travels with the evidence. False where it is none. */
bool provider_print(const struct provider *provider, char out[static CSV_RECORD]);
bool provider_parse(struct provider *out, const char *record);

/* POLICY_UNKNOWN for a port that providers say nothing of. */
enum port_policy provider_policy(const struct provider *provider, uint16_t port);
bool policy_shuts(enum port_policy policy); /* always, for some, or at times */

/* The data file's words; "named", "hardware", "network" for a match, NULL for none. */
const char *provider_kind_name(enum provider_kind kind);
const char *port_policy_name(enum port_policy policy);
const char *provider_lift_name(enum provider_lift lift);
const char *provider_match_name(enum provider_match match);
bool provider_match_parse(enum provider_match *out, const char *word);

#endif
