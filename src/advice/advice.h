/* SPDX-License-Identifier: BSD-2-Clause */
/* Who can fix what a verdict says, and how: a table of rows with predicates. Pure. */
#ifndef ADVICE_ADVICE_H
#define ADVICE_ADVICE_H

#include "address.h"
#include "firewall.h"
#include "port_list.h"
#include "provider.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct figures;
struct sending_service;
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
	/* All that follows may be left at nothing known. */
	const struct port_list *shut;    /* silent or turned away in the same run; NULL: none */
	bool other_family_open;          /* over IPv4 it opens, and this is IPv6 */
	const struct provider *provider; /* whose network this machine is in; NULL */
	enum provider_match provider_match;
	const struct sending_service *service; /* what is known to run at the address; NULL */
	const char *relay;      /* another host of the same run, one of whose submission ports is
				 * open; NULL; may be hostile */
	uint16_t relay_port;    /* that port */
	enum firewall firewall; /* the one that stops it, where the evidence says so */
	const char *chain;      /* "inet filter output"; NULL; may be hostile */
};

struct advice {
	enum advice_who who;
	bool choice; /* one of several ways to do what the last without this mark says */
	char action[1024];
	char command[FIREWALL_TEXT]; /* "" where there is none; safe to paste into a shell */
};

#define ADVICE_MAX 14

/* Fills out with what applies, the most useful first; returns how many. */
size_t advice_for(const struct advice_case *about, struct advice out[static ADVICE_MAX]);

/* What a port is used for decides what can stand in for it. */
enum advice_use {
	USE_ANY,
	USE_RELAY,      /* from server to server: port 25 of a server that takes mail for others */
	USE_SUBMISSION, /* from a customer's program to a server where he has an account */
	USE_READING,
};

enum advice_use advice_use_of(const struct advice_case *about);

/* The port that can stand in for the one in question and was open in the same run; 0: none. Of two
 * the one with TLS from the first byte (RFC 8314 section 3). For USE_RELAY it is for mail programs
 * alone. */
uint16_t advice_alternative(const struct advice_case *about);

/* The contract's words: "you", "isp", "host-provider", "server-operator", "mail-provider". */
const char *advice_who_name(enum advice_who who);

#endif
