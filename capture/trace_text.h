/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What `nft monitor trace` writes, line by line (nftables 1.0; the JSON option changes nothing
 * there):
 *
 *   trace id c83e61c0 inet t o packet: oif "eth0" ip saddr ... tcp sport 54162 tcp dport 25 ...
 *   trace id c83e61c0 inet t o rule tcp dport 25 drop comment "why" (verdict drop)
 *   trace id c83e61c0 inet t o unknown rule handle 7 (verdict drop)
 *   trace id c83e61c0 inet t o policy drop
 *
 * Names and comments in it may be anybody's: nothing is trusted but its shape.
 */
#ifndef CAPTURE_TRACE_TEXT_H
#define CAPTURE_TRACE_TEXT_H

#include "local_rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum trace_step {
	TRACE_PACKET, /* it enters a chain: source_port, destination_port, 0 where not told */
	TRACE_PASSES, /* a rule or a policy let it go on; rule.table says whose */
	TRACE_DROPS,  /* rule is the one that stops it */
};

struct trace_line {
	uint32_t id; /* of the packet */
	enum trace_step step;
	uint16_t source_port, destination_port;
	struct local_rule rule;
};

/* line has no line break. False if it is none of trace's. */
bool trace_line_read(struct trace_line *out, const char *line, size_t length);

/* Completes a rule from what `nft -a -s list chain` writes of its chain: its handle by its text, or
 * its text by its handle. Leaves it as it is where neither is found. */
void trace_rule_complete(struct local_rule *rule, const char *listing, size_t length);

#endif
