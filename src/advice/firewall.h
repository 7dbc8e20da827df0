/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands that open exactly what is needed, for each firewall that people run. */
#ifndef ADVICE_FIREWALL_H
#define ADVICE_FIREWALL_H

#include <stdbool.h>
#include <stddef.h>

struct port_list;

enum firewall {
	FIREWALL_UNKNOWN,
	FIREWALL_NFTABLES,
	FIREWALL_IPTABLES,
	FIREWALL_UFW,
	FIREWALL_FIREWALLD,
	FIREWALL_PF,
	FIREWALL_WINDOWS,
};
#define FIREWALLS 7

struct firewall_need {
	const struct port_list *ports; /* of the server; none: nothing is named, nothing opened */
	bool inbound;                  /* let their answers in; otherwise let connections out */
	bool ipv6;
	/* nftables: the table and chain that stop it, as in "inet filter output", where that is
	 * known; NULL: the usual names. */
	const char *chain;
};

#define FIREWALL_TEXT 640

/* "nftables", ...; FIREWALL_UNKNOWN has none: "". */
const char *firewall_name(enum firewall firewall);

/* What to know before the command is used, in brackets; "" where it speaks for itself. */
const char *firewall_remark(
	enum firewall firewall, const struct firewall_need *need, char out[static FIREWALL_TEXT]);

/* Safe to paste into a shell; returns out. */
const char *firewall_command(
	enum firewall firewall, const struct firewall_need *need, char out[static FIREWALL_TEXT]);

#endif
