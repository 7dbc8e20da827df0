/* SPDX-License-Identifier: BSD-2-Clause */
/* Who can fix what a verdict says, and how: a table of rows with predicates. Pure. */
#ifndef ADVICE_ADVICE_H
#define ADVICE_ADVICE_H

#include "address.h"
#include "port_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct figures;
struct verdict;

enum advice_who {
	ADVICE_YOU,
	ADVICE_ISP,
	ADVICE_HOST_PROVIDER,
	ADVICE_SERVER_OPERATOR,
	ADVICE_MAIL_PROVIDER,
};

/* One result, as the rows look at it. */
struct advice_case {
	const struct verdict *verdict;
	const struct figures *figures;
	const char *host; /* the name, "" where only the address is known; may be hostile */
	struct address address;
	uint16_t port;
	const struct port_list *open;  /* ports of this address that were open in the same run */
	const struct port_list *named; /* how to name the port: with those that share its fate;
					* NULL: by itself; an empty list: not at all */
};

struct advice {
	enum advice_who who;
	char action[768];
	char command[448]; /* "" where there is none; safe to paste into a shell */
};

#define ADVICE_MAX 4

/* Fills out with what applies, the most useful first; returns how many. */
size_t advice_for(const struct advice_case *about, struct advice out[static ADVICE_MAX]);

/* The port that can stand in for the one in question and was open in the same run; 0: none. */
uint16_t advice_alternative(const struct advice_case *about);

/* The contract's words: "you", "isp", "host-provider", "server-operator", "mail-provider". */
const char *advice_who_name(enum advice_who who);

#endif
