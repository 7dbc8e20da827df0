/* SPDX-License-Identifier: BSD-2-Clause */
#include "redacted_packet.h"

#include "frame.h"
#include "link.h"
#include "packet.h"
#include "pseudonyms.h"

#include <string.h>

enum {
	ETHERNET_HEADER = 14,
	ARP_LENGTH = 28,       /* RFC 826, for Ethernet and IPv4 */
	IPV4_HEADER = 20,      /* without options, RFC 791 section 3.1 */
	IPV6_HEADER = 40,      /* RFC 8200 section 3 */
	TCP_HEADER = 20,       /* without options, RFC 9293 section 3.1 */
	TCP_CHECKSUM = 16,     /* where it stands */
	ICMP_HEADER = 8,       /* RFC 792; RFC 4443 section 2.1 */
	NEIGHBOUR_LENGTH = 24, /* RFC 4861 sections 4.3 and 4.4, without options */
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_ICMPV6 = 58,
};

/* One IP packet that is being built. */
struct building {
	struct pseudonyms *pseudonyms;
	uint8_t *bytes;    /* the IP header's first */
	uint32_t captured; /* of what is there */
	uint32_t length;   /* of what it claims to be */
	uint8_t family;
	uint8_t protocol;
	uint32_t header; /* the IP header's length */
	bool inbound;    /* not sent by this machine */
};

void redacted_packet_notice(struct pseudonyms *p, const struct frame *frame)
{
	pseudonyms_notice(p, &frame->source);
	pseudonyms_notice(p, &frame->destination);
	if (frame->kind == FRAME_NEIGHBOUR_ASK || frame->kind == FRAME_NEIGHBOUR_TELL)
		pseudonyms_notice(p, &frame->neighbour);
	if (frame->kind == FRAME_ICMP_ERROR) {
		pseudonyms_notice(p, &frame->icmp.quote.source);
		pseudonyms_notice(p, &frame->icmp.quote.destination);
	}
}

/* ---- checksums: RFC 1071, RFC 1624 ---- */

static uint16_t get_u16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static void put_u16(uint8_t *bytes, uint32_t value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

static uint32_t sum(uint32_t total, const uint8_t *bytes, uint32_t length)
{
	for (uint32_t i = 0; i + 1 < length; i += 2)
		total += get_u16(bytes + i);
	if (length % 2 != 0)
		total += (uint32_t)bytes[length - 1] << 8;
	return total;
}

static uint16_t folded(uint32_t total)
{
	while (total >> 16 != 0)
		total = (total & 0xffff) + (total >> 16);
	return (uint16_t)~total;
}

static void put_checksum(uint8_t *at, uint32_t total)
{
	put_u16(at, folded(total));
}

/* HC' = ~(~HC + ~m + m'), RFC 1624 equation 3. */
static void adjust(uint8_t *at, const uint8_t *was, const uint8_t *is, uint32_t length)
{
	uint32_t total = (uint16_t)~get_u16(at);

	for (uint32_t i = 0; i < length; i += 2)
		total += (uint16_t)~get_u16(was + i);
	put_checksum(at, sum(total, is, length));
}

/* ---- IP ---- */

static uint8_t *addresses_of(uint8_t *ip, uint8_t family, uint32_t *length)
{
	*length = family == ADDRESS_IPV4 ? 4 : 16;
	return ip + (family == ADDRESS_IPV4 ? 12 : 8);
}

static bool replace_at(struct pseudonyms *p, uint8_t *bytes, uint8_t family)
{
	struct address address = family == ADDRESS_IPV4 ? address_ipv4(bytes) : address_ipv6(bytes);
	struct address other = pseudonyms_address(p, &address);

	if (other.family != family)
		return false;
	memcpy(bytes, other.bytes, address_length(&other));
	return true;
}

/* Replaces both addresses of the IP header; was gets the old ones. */
static bool replace_both(struct pseudonyms *p, uint8_t *ip, uint8_t family, uint8_t was[static 32])
{
	uint32_t length = 0;
	uint8_t *at = addresses_of(ip, family, &length);

	memcpy(was, at, 2 * (size_t)length);
	return replace_at(p, at, family) && replace_at(p, at + length, family);
}

static void seal_ipv4(uint8_t *ip, uint32_t header)
{
	put_u16(ip + 10, 0);
	put_checksum(ip + 10, sum(0, ip, header));
}

/* RFC 9293 section 3.1, RFC 8200 section 8.1; ICMPv4 has none. */
static uint32_t pseudo_header(const struct building *b, uint32_t length)
{
	uint32_t size = b->family == ADDRESS_IPV4 ? 4 : 16;
	uint32_t from = b->family == ADDRESS_IPV4 ? 12 : 8;

	if (b->protocol == PROTOCOL_ICMP)
		return 0;
	return sum(length + b->protocol, b->bytes + from, 2 * size);
}

/* The packet ends after payload bytes behind its IP header: lengths and checksums say so. */
static void end_after(struct building *b, uint32_t payload, uint32_t checksum_at)
{
	uint8_t *at = b->bytes + b->header;

	b->captured = b->header + payload;
	b->length = b->captured;
	if (b->family == ADDRESS_IPV4)
		put_u16(b->bytes + 2, b->length);
	else
		put_u16(b->bytes + 4, payload);
	put_u16(at + checksum_at, 0);
	put_checksum(at + checksum_at, sum(pseudo_header(b, payload), at, payload));
}

static bool build_tcp(struct building *b, const uint8_t was[static 32])
{
	uint8_t *tcp = b->bytes + b->header;
	uint32_t size = b->family == ADDRESS_IPV4 ? 4 : 16, ignored = 0;

	if (b->captured < b->header + TCP_HEADER)
		return false;
	uint32_t header = (uint32_t)(tcp[12] >> 4) * 4;

	if (header < TCP_HEADER || b->captured < b->header + header ||
		b->length < b->header + header)
		return false;
	if (b->length == b->header + header) {
		end_after(b, header, TCP_CHECKSUM);
		return true;
	}
	b->captured = b->header + header;
	adjust(tcp + TCP_CHECKSUM, was, addresses_of(b->bytes, b->family, &ignored), 2 * size);
	return true;
}

/* What an ICMP error quotes of our packet: its headers, no more. The length of what is kept. */
static uint32_t build_quote(struct building *b, uint8_t *quote, uint32_t left)
{
	uint8_t was[32];
	uint32_t header = b->family == ADDRESS_IPV4 ? (uint32_t)(quote[0] & 15) * 4 : IPV6_HEADER;
	uint32_t least = b->family == ADDRESS_IPV4 ? IPV4_HEADER : IPV6_HEADER, ignored = 0;

	if (left < least || header < least || left < header || quote[0] >> 4 != b->family)
		return 0;
	uint8_t protocol = b->family == ADDRESS_IPV4 ? quote[9] : quote[6];

	if (!replace_both(b->pseudonyms, quote, b->family, was))
		return 0;
	if (b->family == ADDRESS_IPV4) {
		memset(quote + IPV4_HEADER, 1, header - IPV4_HEADER); /* no operation, RFC 791 */
		seal_ipv4(quote, header);
	}
	if (protocol != PROTOCOL_TCP)
		return header;
	uint32_t kept = left - header < TCP_HEADER ? left - header : TCP_HEADER;

	if (kept >= TCP_CHECKSUM + 2)
		adjust(quote + header + TCP_CHECKSUM, was, addresses_of(quote, b->family, &ignored),
			b->family == ADDRESS_IPV4 ? 8 : 32);
	return header + kept;
}

static bool is_error(const struct building *b, uint8_t type)
{
	if (b->family == ADDRESS_IPV4)
		return type == 3 || type == 11 || type == 12;
	return type >= 1 && type <= 4;
}

static bool build_icmp(struct building *b)
{
	uint8_t *icmp = b->bytes + b->header;

	if (b->captured < b->header + ICMP_HEADER)
		return false;
	uint32_t left = b->captured - b->header - ICMP_HEADER;
	uint8_t type = icmp[0];

	if (is_error(b, type)) {
		uint32_t quoted = build_quote(b, icmp + ICMP_HEADER, left);
		/* RFC 4884: no extensions follow any more. */
		if (b->family == ADDRESS_IPV4)
			icmp[5] = 0;
		else if (type != 2)
			icmp[4] = 0;
		end_after(b, ICMP_HEADER + quoted, 2);
		return quoted > 0;
	}
	if (type == (b->family == ADDRESS_IPV4 ? 0 : 129)) { /* echo reply */
		end_after(b, ICMP_HEADER, 2);
		return true;
	}
	if (b->family != ADDRESS_IPV6 || (type != 135 && type != 136) ||
		left < NEIGHBOUR_LENGTH - ICMP_HEADER)
		return false;
	if (!replace_at(b->pseudonyms, icmp + ICMP_HEADER, ADDRESS_IPV6))
		return false;
	end_after(b, NEIGHBOUR_LENGTH, 2);
	return true;
}

static bool build_payload(struct building *b, const uint8_t was[static 32])
{
	if (b->protocol == PROTOCOL_TCP)
		return build_tcp(b, was);
	if (b->protocol == (b->family == ADDRESS_IPV4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6))
		return build_icmp(b);
	return false;
}

/* Fragments are left out: what they are pieces of is not seen in one place. */
static bool build_ipv4(struct building *b)
{
	uint8_t was[32];
	uint8_t *ip = b->bytes;

	if (b->captured < IPV4_HEADER)
		return false;
	b->header = (uint32_t)(ip[0] & 15) * 4;
	b->protocol = ip[9];
	if (b->header < IPV4_HEADER || b->captured < b->header || (get_u16(ip + 6) & 0x3fff) != 0)
		return false;
	if (get_u16(ip + 2) != 0) /* 0: the length of a segment that the device cuts up */
		b->length = get_u16(ip + 2);
	if (b->captured > b->length)
		b->captured = b->length;
	memset(ip + IPV4_HEADER, 1, b->header - IPV4_HEADER);
	if (!replace_both(b->pseudonyms, ip, ADDRESS_IPV4, was) || !build_payload(b, was))
		return false;
	seal_ipv4(ip, b->header);
	return true;
}

static bool build_ipv6(struct building *b)
{
	uint8_t was[32];
	uint8_t *ip = b->bytes;

	if (b->captured < IPV6_HEADER)
		return false;
	b->header = IPV6_HEADER;
	b->protocol = ip[6];
	if (get_u16(ip + 4) != 0)
		b->length = IPV6_HEADER + (uint32_t)get_u16(ip + 4);
	if (b->captured > b->length)
		b->captured = b->length;
	return replace_both(b->pseudonyms, ip, ADDRESS_IPV6, was) && build_payload(b, was);
}

/* ---- around it ---- */

/* Locally administered, so nobody's: of this machine, and of whatever it talks to. */
static const uint8_t hardware[2][6] = {{2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}};

static bool build_arp(struct building *b)
{
	uint8_t *arp = b->bytes;

	if (b->captured < ARP_LENGTH || get_u16(arp + 2) != ETHER_IPV4 || arp[4] != 6 ||
		arp[5] != 4)
		return false;
	b->captured = b->length = ARP_LENGTH;
	memcpy(arp + 8, hardware[b->inbound], 6);
	memcpy(arp + 18, hardware[!b->inbound], 6);
	return replace_at(b->pseudonyms, arp + 14, ADDRESS_IPV4) &&
		replace_at(b->pseudonyms, arp + 24, ADDRESS_IPV4);
}

static bool is_inbound(const struct pseudonyms *p, const struct packet *packet)
{
	struct frame frame;

	return frame_decode(&frame, packet) == FRAME_DECODED &&
		!pseudonyms_is_own(p, &frame.source);
}

static bool build(struct building *b, uint16_t type)
{
	switch (type) {
	case ETHER_ARP:
		return build_arp(b);
	case ETHER_IPV4:
		b->family = ADDRESS_IPV4;
		return build_ipv4(b);
	case ETHER_IPV6:
		b->family = ADDRESS_IPV6;
		return build_ipv6(b);
	default:
		return false;
	}
}

bool redacted_packet(struct packet *out, uint8_t room[static REDACTED_PACKET],
	const struct packet *packet, struct pseudonyms *p)
{
	struct link link;
	struct building building = {.pseudonyms = p, .bytes = room + ETHERNET_HEADER};

	if (link_open(&link, packet) != FRAME_DECODED)
		return false;
	size_t left = wire_left(&link.at);

	if (left > REDACTED_PACKET - ETHERNET_HEADER)
		left = REDACTED_PACKET - ETHERNET_HEADER;
	building.inbound = is_inbound(p, packet);
	memset(room, 0, REDACTED_PACKET);
	memcpy(room, hardware[!building.inbound], 6);
	memcpy(room + 6, hardware[building.inbound], 6);
	put_u16(room + 12, link.type);
	memcpy(building.bytes, link.at.next, left);
	building.captured = (uint32_t)left;
	building.length = link.on_wire;
	if (!build(&building, link.type))
		return false;
	*out = *packet;
	out->link_type = LINK_ETHERNET;
	out->captured = ETHERNET_HEADER + building.captured;
	out->length = ETHERNET_HEADER + building.length;
	out->bytes = room;
	return true;
}
