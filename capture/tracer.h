/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks nftables which of its rules stop packets of ours, by a throw-away table that marks those
 * packets to be traced and `nft monitor trace`, which tells what becomes of them.
 *
 * Only CAP_NET_ADMIN can do that, and this program gives its rights up before the first packet is
 * read. So a child is forked before (tracer_start), which keeps that one capability, no root, no
 * file of ours, and does nothing until it is asked. What it takes from us is flows and names of
 * chains, never text for nft; it writes nft's commands itself. What nft says is read on our side,
 * without rights.
 *
 * The table belongs to nft's own netlink socket (flags owner, Linux 5.12), so that the kernel
 * removes it when that nft ends, and it ends with us however we end: its standard input closes, and
 * the kernel kills it with its parent (PR_SET_PDEATHSIG). The ruleset of the machine is never
 * written to.
 */
#ifndef CAPTURE_TRACER_H
#define CAPTURE_TRACER_H

#include "address.h"

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct local_rule;
struct tracer;

#define TRACER_FLOWS 32

/* Packets that leave with this flow, and their answers, are traced. */
struct tracer_flow {
	struct address source, destination;
	uint16_t source_port, destination_port;
	char interface[IF_NAMESIZE]; /* "": its ingress hook is left out */
};

/* Before rights are dropped and before files are opened. NULL where there is no nft or no right to
 * use it. */
struct tracer *tracer_start(void);

/* Sets the table up for at most TRACER_FLOWS flows and begins to listen; once a tracer. False: the
 * child is gone. The first packets after this may come too early to be traced. */
bool tracer_trace(struct tracer *tracer, const struct tracer_flow *flows, size_t count);

/* Waits for what nft's monitor writes: returns bytes written to out, 0 after patience_ms without
 * any, -1 where there will be none. */
long tracer_read(struct tracer *tracer, char *out, size_t room, int patience_ms);

/* What `nft -a list chain` says of the rule's chain; returns the length, 0: nothing in time. */
size_t tracer_list(struct tracer *tracer, const struct local_rule *rule, char *out, size_t room);

void tracer_stop(struct tracer *tracer); /* NULL is fine; the table is gone afterwards */

#endif
