/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Probes out through libnet's raw IP sockets, so that this machine's own firewall sees them as it
 * sees any program's packets. Whether a packet really left is for the tap to say.
 */
#ifndef CAPTURE_INJECTOR_H
#define CAPTURE_INJECTOR_H

#include "address.h"

#include <stdint.h>

struct fault;
struct injector;

/* One TCP segment without data. A SYN carries MSS, SACK, timestamp and window scale, as the
 * kernel's own does (SCIENCE R7), any other segment none. Don't-fragment is set. */
struct segment {
	struct address source, destination;
	uint16_t source_port, destination_port;
	uint32_t sequence, acknowledgement;
	uint8_t flags;       /* enum tcp_flag bits */
	uint8_t hop_limit;   /* 64 unless a sweep wants another */
	uint16_t identifier; /* IPv4 identification, so that quotes name the probe by themselves */
};

/* Opens the raw sockets of both families; a machine without IPv6 gets IPv4 alone.
 * FAULT_NO_PRIVILEGE or FAULT_SYSTEM. */
struct injector *injector_open(struct fault *why);

/* Binds both sockets to an interface (SO_BINDTODEVICE). -1: FAULT_NO_ROUTE or FAULT_SYSTEM. */
int injector_bind(struct injector *injector, const char *interface, struct fault *why);

/* 0, or the errno of the write: EPERM is this machine's own output filter (SCIENCE E). */
int injector_send(struct injector *injector, const struct segment *segment);

void injector_close(struct injector *injector); /* NULL is fine */

#endif
