/* SPDX-License-Identifier: BSD-2-Clause */
/* One captured packet, and one note that stands between packets. */
#ifndef CAPTURE_PACKET_H
#define CAPTURE_PACKET_H

#include <stddef.h>
#include <stdint.h>

/* LINKTYPE_ values of pcap and pcapng files that we name; see the tcpdump group's link-type list.
 */
enum link_type {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_LINUX_SLL = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_LINUX_SLL2 = 276,
};

struct packet {
	int64_t time_ns;      /* since 1970-01-01 UTC, by the capture's clock; 0 to 2^62 */
	uint64_t number;      /* its record number in the capture, from 1, as Wireshark counts */
	uint32_t link_type;   /* enum link_type, or another LINKTYPE_ value */
	uint32_t captured;    /* bytes held */
	uint32_t length;      /* bytes it had on the wire */
	const uint8_t *bytes; /* borrowed until the next call on its source */
};

/*
 * What packets do not carry but the diagnosis needs, in the evidence file beside them. In pcapng it
 * is a systemd Journal Export Block (type 9), so Wireshark lists it between the packets.
 */
struct note {
	int64_t time_ns;
	uint64_t number;  /* numbered together with the packets */
	const char *text; /* lines NAME=value, borrowed until the next call on its source */
	size_t length;    /* bytes of text; it is not NUL-terminated */
};

#endif
