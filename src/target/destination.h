/* SPDX-License-Identifier: BSD-2-Clause */
/* What is really probed: addresses with their ports, each address once. */
#ifndef TARGET_DESTINATION_H
#define TARGET_DESTINATION_H

#include "address.h"
#include "port_list.h"
#include "route.h"
#include "target.h"

#include <stdbool.h>
#include <stddef.h>

struct fault;
struct resolver;

#define DESTINATION_MAX 4096 /* as many hosts as evidence holds */

struct destination {
	char name[TARGET_NAME]; /* as the user or the mail domain gave it first; "" for an address
				 */
	struct address address;
	struct port_list ports;
	struct route route; /* the caller's to fill */
};

struct destination_list {
	struct destination *items;
	size_t count, room;
};

struct destination_options {
	const struct port_list *ports; /* of targets that name none themselves */
	enum address_family family;    /* ADDRESS_NONE: both */
	bool mail_domain;              /* names are mail domains: go to their exchangers */
};

/*
 * Adds every address of a target. resolver may be NULL if the target is an address.
 * -1: FAULT_NO_HOST, or FAULT_USAGE for an address of the family that was not asked for.
 */
int destination_add(struct destination_list *list, const struct target *target,
	const struct destination_options *options, struct resolver *resolver, struct fault *why);

void destination_clear(struct destination_list *list);

#endif
