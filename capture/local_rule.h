/* SPDX-License-Identifier: BSD-2-Clause */
/* The rule of this machine's that stops a packet, as far as it could be found. A plain value. */
#ifndef CAPTURE_LOCAL_RULE_H
#define CAPTURE_LOCAL_RULE_H

#include <stdint.h>

enum local_rule_kind {
	LOCAL_RULE_NONE,         /* nobody looked, or nothing was found */
	LOCAL_RULE_FILTER,       /* a rule of nftables (those of iptables-nft too) */
	LOCAL_RULE_POLICY,       /* a chain's policy: no rule of it let the packet pass */
	LOCAL_RULE_PASSED,       /* nftables lets the packet pass: something else stops it */
	LOCAL_RULE_ROUTE,        /* a route, in table */
	LOCAL_RULE_POLICY_ROUTE, /* a rule of `ip rule`; handle is its priority */
};
#define LOCAL_RULE_KINDS 6

/* Texts are of one line, without control characters; what is longer was cut. */
struct local_rule {
	enum local_rule_kind kind;
	char family[8];    /* "inet", "ip", "ip6", "netdev", "bridge", "arp"; "" for routes */
	char table[64];    /* nftables' or, for routes, the routing table's */
	char chain[64];    /* "" for routes */
	uint64_t handle;   /* 0: not known */
	char text[384];    /* as nft or ip write it */
	char comment[136]; /* the rule's own; "" where it has none (nftables: 128 letters at most)
			    */
};

#endif
