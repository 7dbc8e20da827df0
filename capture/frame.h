/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One packet decoded: a plain value in host byte order, safe to copy. Nothing in it is trusted
 * beyond its own bytes: checksums are not judged (offload breaks them in honest captures), lengths
 * are clipped to what was captured, and every field that could not be read says so.
 */
#ifndef CAPTURE_FRAME_H
#define CAPTURE_FRAME_H

#include "address.h"

#include <stdbool.h>
#include <stdint.h>

struct packet;

enum frame_outcome {
	FRAME_DECODED,
	FRAME_NOT_IP,       /* another network protocol */
	FRAME_NOT_OURS,     /* IP, but neither TCP, ICMP, neighbour discovery nor an answer of a
			     * name server's */
	FRAME_TRUNCATED,    /* the bytes end inside a header that is needed */
	FRAME_MALFORMED,    /* a header contradicts itself */
	FRAME_UNKNOWN_LINK, /* a link type we do not read */
	FRAME_FRAGMENT,     /* a piece of an IP packet, to be put together by reassembly.h */
};
#define FRAME_OUTCOMES 7

enum frame_kind {
	FRAME_TCP,
	FRAME_ICMP_ERROR,     /* ICMPv4 types 3, 11, 12; ICMPv6 types 1 to 4 */
	FRAME_ECHO_REPLY,     /* ICMPv4 type 0; ICMPv6 type 129 */
	FRAME_ICMP_OTHER,     /* any other ICMP message */
	FRAME_NEIGHBOUR_ASK,  /* ARP request; ICMPv6 neighbour solicitation */
	FRAME_NEIGHBOUR_TELL, /* ARP reply; ICMPv6 neighbour advertisement */
	FRAME_NAMES,          /* from a name server: UDP port 53 */
};

enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
	TCP_ECE = 0x40,
	TCP_CWR = 0x80,
};

struct frame_tcp {
	uint16_t source_port, destination_port;
	uint32_t sequence, acknowledgement;
	uint8_t flags; /* enum tcp_flag bits */
	uint16_t window;
	uint16_t mss;        /* option value; 0 where absent */
	uint32_t payload;    /* bytes of data by the IP length, captured or not */
	const uint8_t *data; /* borrowed from the packet; NULL where none was captured */
	uint32_t data_captured;
};

/* The packet that an ICMP error quotes, as much of it as the error carries. */
struct frame_quote {
	bool addressed; /* source, destination, hop_limit, identifier and protocol are known */
	bool has_ports; /* TCP only */
	bool has_sequence;
	uint8_t protocol; /* IANA protocol number after any IPv6 extension headers */
	uint8_t hop_limit;
	uint16_t identifier; /* IPv4 identification; 0 for IPv6 */
	uint16_t source_port, destination_port;
	uint32_t sequence;
	struct address source, destination;
};

struct frame_icmp {
	uint8_t type, code;
	uint16_t mtu; /* next-hop MTU of fragmentation needed / packet too big, clipped; else 0 */
	struct frame_quote quote;
};

/* A piece of an IP packet's payload; whose it is stands in the frame. */
struct frame_fragment {
	uint32_t identifier; /* that all pieces have in common: 16 bits in IPv4, 32 in IPv6 */
	uint32_t offset;     /* of its first byte in the whole payload */
	uint32_t length;     /* by IP's lengths, captured or not */
	uint32_t captured;
	const uint8_t *bytes; /* borrowed from the packet */
	uint8_t protocol;     /* of what it is a piece of */
	bool more;            /* other pieces stand behind it */
};

struct frame_names {
	const uint8_t *message; /* borrowed from the packet */
	uint32_t captured;
};

struct frame {
	int64_t time_ns; /* these two copied from the packet */
	uint64_t number;
	enum frame_kind kind;
	uint8_t hop_limit;   /* TTL or hop limit as received; 0 for ARP */
	uint16_t identifier; /* IPv4 identification; 0 for IPv6 */
	bool dont_fragment;
	uint32_t pieces; /* captured packets that it was put together from; 0: it came whole */
	struct address source, destination; /* ARP: sender and target protocol addresses */
	struct frame_tcp tcp;               /* FRAME_TCP */
	union {
		struct frame_icmp icmp;         /* FRAME_ICMP_*, FRAME_ECHO_REPLY */
		struct frame_fragment fragment; /* the outcome FRAME_FRAGMENT */
	};
	struct address neighbour; /* FRAME_NEIGHBOUR_*: the address asked for or told */
	struct frame_names names; /* FRAME_NAMES */
};

/* Decodes packet into *out, which is complete for FRAME_DECODED but for what other kinds have
 * beyond tcp, since most packets are TCP, and for FRAME_FRAGMENT as far as its IP header goes.
 * Allocates nothing. */
enum frame_outcome frame_decode(struct frame *out, const struct packet *packet);

/* A stable word for counters and the JSON's capture.skipped: "not_ip", "truncated", ... */
const char *frame_outcome_name(enum frame_outcome outcome);

#endif
