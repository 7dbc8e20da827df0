/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lies around IP: link layers, and the tags, labels and tunnels between them and IP. A cursor
 * is moved inwards until it stands at an IPv4, IPv6 or ARP header.
 */
#ifndef CAPTURE_LINK_H
#define CAPTURE_LINK_H

#include "frame.h"
#include "wire.h"

#include <stdint.h>

struct packet;

/* IEEE 802 numbers, "EtherType" registry. */
enum ether_type {
	ETHER_IPV4 = 0x0800,
	ETHER_ARP = 0x0806,
	ETHER_BRIDGED = 0x6558, /* a whole Ethernet frame, RFC 1701 */
	ETHER_VLAN = 0x8100,    /* IEEE 802.1Q */
	ETHER_IPV6 = 0x86dd,
	ETHER_MPLS = 0x8847,     /* RFC 3032 section 5 */
	ETHER_PPPOE = 0x8864,    /* RFC 2516 section 4, session stage */
	ETHER_PPP = 0x880b,      /* RFC 2637 section 4.1 */
	ETHER_SERVICE = 0x88a8,  /* IEEE 802.1ad */
	ETHER_OLD_QINQ = 0x9100, /* in use before 802.1ad */
};

struct link {
	struct wire at;
	uint32_t on_wire; /* bytes from there on as they were sent: at least those captured */
	uint16_t type;    /* enum ether_type of what stands there */
};

/* FRAME_DECODED: out stands at a header of IPv4, IPv6 or ARP, as out->type says; else why not. */
enum frame_outcome link_open(struct link *out, const struct packet *packet);

/* The same from wherever link->type says that it stands, as in the payload of a tunnel. */
enum frame_outcome link_descend(struct link *link);

/* IP without a header of its own before it: the first digit tells its version. */
enum frame_outcome link_find_version(struct link *link);

/* From a GRE header to what it carries (RFC 2784, 2890; 2637 for PPP). */
enum frame_outcome link_open_gre(struct link *link);

/* From the UDP header before VXLAN's to the Ethernet frame that it carries (RFC 7348). */
enum frame_outcome link_open_vxlan(struct link *link);

#endif
