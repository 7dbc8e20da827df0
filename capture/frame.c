/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decoder walks inwards: link layer (link.h), then IP and any IP that it carries, then TCP or
 * ICMP, then the packet that an ICMP error quotes. What is left by IP's own length (`declared`)
 * goes along with the cursor, whose end is the captured one: a header that the first cuts short is
 * malformed, one that the second cuts short is truncated. A fragment is as far as it goes.
 */
#include "frame.h"

#include "link.h"
#include "packet.h"
#include "wire.h"

/* IANA "Protocol Numbers", and those of them that are IPv6 extension headers. */
enum protocol {
	PROTOCOL_HOP_BY_HOP = 0,
	PROTOCOL_ICMP = 1,
	PROTOCOL_IPV4 = 4, /* RFC 2003 */
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_IPV6 = 41, /* RFC 4213, RFC 2473 */
	PROTOCOL_ROUTING = 43,
	PROTOCOL_FRAGMENT = 44,
	PROTOCOL_GRE = 47,
	PROTOCOL_AUTHENTICATION = 51,
	PROTOCOL_ICMPV6 = 58,
	PROTOCOL_DESTINATION = 60,
};

#define TUNNELS_MOST    4    /* IP in IP that is looked through */
#define EXTENSIONS_MOST 8    /* IPv6 extension headers; RFC 8200 section 4.1 knows six places */
#define PORT_VXLAN      4789 /* RFC 7348 section 5 */
#define PORT_NAMES      53   /* RFC 1035 section 4.2.1 */
#define IPV4_HEADER     20   /* RFC 791 section 3.1 */
#define IPV6_HEADER     40   /* RFC 8200 section 3 */
#define TCP_HEADER      20   /* RFC 9293 section 3.1 */
#define ICMP_HEADER     8    /* RFC 792, RFC 4443 section 2.1 */

/* An IP payload: the bytes captured of it, and how many it has by IP's length. */
struct payload {
	struct wire at;
	uint32_t declared;
	uint32_t identifier; /* these three of a fragment: identification, place, whether more
				follow */
	uint16_t offset;
	bool more;
	uint8_t protocol;
};

static enum frame_outcome cut_short(const struct payload *payload, uint32_t needed)
{
	return payload->declared < needed ? FRAME_MALFORMED : FRAME_TRUNCATED;
}

/* RFC 9293 section 3.2. An option that runs over its end ends the list. */
static uint16_t maximum_segment_size(struct wire options)
{
	while (wire_left(&options) > 0) {
		uint8_t kind = wire_u8(&options), length = 0;
		struct wire value;

		if (kind == 0) /* end of options */
			break;
		if (kind == 1) /* no operation */
			continue;
		length = wire_u8(&options);
		if (length < 2)
			break;
		value = wire_take(&options, length - 2U);
		if (kind == 2 && length == 4) /* section 3.7.1 */
			return wire_u16(&value);
	}
	return 0;
}

static enum frame_outcome decode_tcp(struct frame *out, struct payload *payload)
{
	struct frame_tcp *tcp = &out->tcp;
	uint32_t header = 0;

	tcp->source_port = wire_u16(&payload->at);
	tcp->destination_port = wire_u16(&payload->at);
	tcp->sequence = wire_u32(&payload->at);
	tcp->acknowledgement = wire_u32(&payload->at);
	header = (uint32_t)(wire_u8(&payload->at) >> 4) * 4;
	tcp->flags = wire_u8(&payload->at);
	tcp->window = wire_u16(&payload->at);
	wire_skip(&payload->at, 4); /* checksum, urgent pointer */
	if (!wire_whole(&payload->at))
		return cut_short(payload, TCP_HEADER);
	if (header < TCP_HEADER || header > payload->declared)
		return FRAME_MALFORMED;
	tcp->mss = maximum_segment_size(wire_take(&payload->at, header - TCP_HEADER));
	tcp->payload = payload->declared - header;
	tcp->data_captured = (uint32_t)wire_left(&payload->at);
	tcp->data = tcp->data_captured ? payload->at.next : NULL;
	out->kind = FRAME_TCP;
	return FRAME_DECODED;
}

/* The fixed part of an IPv4 header, of a packet or of a quote. */
struct ipv4_header {
	uint32_t header, total;
	uint16_t identifier, fragment; /* flags and offset */
	uint8_t hop_limit, protocol;
	struct address *source, *destination; /* where to write them */
};

/* In place: a copy would have to wait for the bytes just written. */
static void take_address(struct address *out, struct wire *at, uint8_t family, size_t length)
{
	*out = (struct address){.family = family};
	wire_copy(at, out->bytes, length);
}

/* False where it is no IPv4 header; whether all of it was there is for the cursor to say. */
static bool take_ipv4(struct ipv4_header *ip, struct wire *at)
{
	uint8_t first = wire_u8(at);

	ip->header = (first & 0x0fU) * 4;
	wire_skip(at, 1); /* type of service */
	ip->total = wire_u16(at);
	ip->identifier = wire_u16(at);
	ip->fragment = wire_u16(at);
	ip->hop_limit = wire_u8(at);
	ip->protocol = wire_u8(at);
	wire_skip(at, 2); /* checksum */
	take_address(ip->source, at, ADDRESS_IPV4, 4);
	take_address(ip->destination, at, ADDRESS_IPV4, 4);
	return first >> 4 == 4 && ip->header >= IPV4_HEADER;
}

struct ipv6_header {
	uint32_t payload;
	uint8_t next, hop_limit;
	struct address source, destination;
};

static bool take_ipv6(struct ipv6_header *ip, struct wire *at)
{
	uint32_t first = wire_u32(at);

	ip->payload = wire_u16(at);
	ip->next = wire_u8(at);
	ip->hop_limit = wire_u8(at);
	take_address(&ip->source, at, ADDRESS_IPV6, 16);
	take_address(&ip->destination, at, ADDRESS_IPV6, 16);
	return first >> 28 == 6;
}

/* Steps over one extension header and returns its length. */
static uint32_t take_extension(struct payload *payload)
{
	uint8_t next = wire_u8(&payload->at), size = wire_u8(&payload->at);
	uint32_t length = 0;

	switch (payload->protocol) {
	case PROTOCOL_HOP_BY_HOP: /* RFC 8200 sections 4.3, 4.4, 4.6 */
	case PROTOCOL_ROUTING:
	case PROTOCOL_DESTINATION:
		length = (size + 1U) * 8;
		break;
	case PROTOCOL_AUTHENTICATION: /* RFC 4302 section 2.2 */
		length = (size + 2U) * 4;
		break;
	default: /* fragment, RFC 8200 section 4.5 */
		payload->offset = wire_u16(&payload->at);
		payload->more = payload->offset & 1;
		payload->offset &= 0xfff8;
		payload->identifier = wire_u32(&payload->at);
		payload->protocol = next;
		return 8;
	}
	payload->protocol = next;
	wire_skip(&payload->at, length - 2);
	return length;
}

static bool is_extension(uint8_t protocol)
{
	return protocol == PROTOCOL_HOP_BY_HOP || protocol == PROTOCOL_ROUTING ||
		protocol == PROTOCOL_DESTINATION || protocol == PROTOCOL_FRAGMENT ||
		protocol == PROTOCOL_AUTHENTICATION;
}

static bool is_fragment(const struct payload *payload)
{
	return payload->offset != 0 || payload->more;
}

/* Steps over the extension headers before TCP or ICMP, or the piece of a packet that has them; a
 * quote is looked through as far as it goes, which a first fragment's does. */
static enum frame_outcome take_extensions(struct payload *payload, bool quoted)
{
	for (unsigned i = 0; i < EXTENSIONS_MOST && is_extension(payload->protocol); i++) {
		struct payload before = *payload;
		uint32_t length = take_extension(payload);

		if (length > before.declared)
			return FRAME_MALFORMED;
		if (!wire_whole(&payload->at))
			return FRAME_TRUNCATED;
		payload->declared -= length;
		if (payload->offset != 0 || (payload->more && !quoted))
			break;
	}
	return FRAME_DECODED;
}

/* The first eight bytes of a TCP header are all that an ICMP error must quote (RFC 792). */
static void quote_ports(struct frame_quote *quote, struct wire *at)
{
	quote->source_port = wire_u16(at);
	quote->destination_port = wire_u16(at);
	quote->has_ports = wire_whole(at);
	quote->sequence = wire_u32(at);
	quote->has_sequence = wire_whole(at);
}

/* Lengths inside a quote are not believed: devices on the way rewrite them. */
static void quote_ipv4(struct frame_quote *quote, struct wire at)
{
	struct ipv4_header ip = {.source = &quote->source, .destination = &quote->destination};

	if (!take_ipv4(&ip, &at) || !wire_whole(&at))
		return;
	quote->addressed = true;
	quote->protocol = ip.protocol;
	quote->hop_limit = ip.hop_limit;
	quote->identifier = ip.identifier;
	wire_skip(&at, ip.header - IPV4_HEADER);
	if (ip.protocol == PROTOCOL_TCP && (ip.fragment & 0x1fff) == 0)
		quote_ports(quote, &at);
}

static void quote_ipv6(struct frame_quote *quote, struct wire at)
{
	struct ipv6_header ip;
	struct payload payload;

	if (!take_ipv6(&ip, &at) || !wire_whole(&at))
		return;
	payload = (struct payload){.at = at, .declared = UINT32_MAX, .protocol = ip.next};
	(void)take_extensions(&payload, true);
	quote->addressed = true;
	quote->protocol = payload.protocol;
	quote->hop_limit = ip.hop_limit;
	quote->source = ip.source;
	quote->destination = ip.destination;
	if (payload.protocol == PROTOCOL_TCP && payload.offset == 0)
		quote_ports(quote, &payload.at);
}

static enum frame_outcome decode_icmp(struct frame *out, struct payload *payload)
{
	struct frame_icmp *icmp = &out->icmp;
	uint32_t rest = 0;

	icmp->type = wire_u8(&payload->at);
	icmp->code = wire_u8(&payload->at);
	wire_skip(&payload->at, 2); /* checksum */
	rest = wire_u32(&payload->at);
	if (!wire_whole(&payload->at))
		return cut_short(payload, ICMP_HEADER);
	if (icmp->type == 3 && icmp->code == 4) /* fragmentation needed, RFC 1191 section 4 */
		icmp->mtu = (uint16_t)rest;
	switch (icmp->type) {
	case 3:  /* destination unreachable */
	case 11: /* time exceeded */
	case 12: /* parameter problem */
		quote_ipv4(&icmp->quote, payload->at);
		out->kind = FRAME_ICMP_ERROR;
		break;
	case 0: /* echo reply */
		out->kind = FRAME_ECHO_REPLY;
		break;
	default:
		out->kind = FRAME_ICMP_OTHER;
		break;
	}
	return FRAME_DECODED;
}

/* Neighbour discovery, RFC 4861 sections 4.3 and 4.4; from further away than the link it is void
 * (section 7.1). */
static enum frame_outcome decode_neighbour(struct frame *out, struct payload *payload)
{
	out->kind = FRAME_ICMP_OTHER;
	if (out->hop_limit != 255)
		return FRAME_DECODED;
	take_address(&out->neighbour, &payload->at, ADDRESS_IPV6, 16);
	if (!wire_whole(&payload->at))
		return cut_short(payload, ICMP_HEADER + 16);
	out->kind = out->icmp.type == 135 ? FRAME_NEIGHBOUR_ASK : FRAME_NEIGHBOUR_TELL;
	return FRAME_DECODED;
}

static enum frame_outcome decode_icmpv6(struct frame *out, struct payload *payload)
{
	struct frame_icmp *icmp = &out->icmp;
	uint32_t rest = 0;

	icmp->type = wire_u8(&payload->at);
	icmp->code = wire_u8(&payload->at);
	wire_skip(&payload->at, 2); /* checksum */
	rest = wire_u32(&payload->at);
	if (!wire_whole(&payload->at))
		return cut_short(payload, ICMP_HEADER);
	if (icmp->type == 2) /* packet too big, RFC 4443 section 3.2 */
		icmp->mtu = rest < UINT16_MAX ? (uint16_t)rest : UINT16_MAX;
	switch (icmp->type) {
	case 1: /* destination unreachable */
	case 2: /* packet too big */
	case 3: /* time exceeded */
	case 4: /* parameter problem */
		quote_ipv6(&icmp->quote, payload->at);
		out->kind = FRAME_ICMP_ERROR;
		return FRAME_DECODED;
	case 129: /* echo reply */
		out->kind = FRAME_ECHO_REPLY;
		return FRAME_DECODED;
	case 135:
	case 136:
		return decode_neighbour(out, payload);
	default:
		out->kind = FRAME_ICMP_OTHER;
		return FRAME_DECODED;
	}
}

static enum frame_outcome open_ipv4(
	struct frame *out, struct payload *payload, const struct link *link)
{
	struct ipv4_header ip = {.source = &out->source, .destination = &out->destination};
	struct wire at = link->at;

	if (!take_ipv4(&ip, &at))
		return wire_whole(&at) ? FRAME_MALFORMED : FRAME_TRUNCATED;
	/* Segmentation offload captures packets before the kernel has written their length. */
	if (ip.total == 0)
		ip.total = link->on_wire;
	wire_skip(&at, ip.header - IPV4_HEADER);
	if (ip.total < ip.header)
		return FRAME_MALFORMED;
	if (!wire_whole(&at))
		return FRAME_TRUNCATED;
	out->hop_limit = ip.hop_limit;
	out->identifier = ip.identifier;
	out->dont_fragment = ip.fragment & 0x4000;
	payload->declared = ip.total - ip.header;
	payload->at = wire_take(&at, payload->declared);
	payload->protocol = ip.protocol;
	payload->identifier = ip.identifier;
	payload->offset = (uint16_t)(ip.fragment << 3);
	payload->more = ip.fragment & 0x2000;
	return FRAME_DECODED;
}

static enum frame_outcome open_ipv6(
	struct frame *out, struct payload *payload, const struct link *link)
{
	struct ipv6_header ip;
	struct wire at = link->at;
	bool is_ipv6 = take_ipv6(&ip, &at);

	if (!wire_whole(&at))
		return FRAME_TRUNCATED;
	if (!is_ipv6)
		return FRAME_MALFORMED;
	/* As with IPv4; a jumbogram (RFC 2675) says 0 as well. */
	payload->declared = ip.payload || link->on_wire < IPV6_HEADER ? ip.payload
								      : link->on_wire - IPV6_HEADER;
	payload->at = wire_take(&at, payload->declared);
	payload->protocol = ip.next;
	payload->offset = 0;
	payload->more = false;
	out->hop_limit = ip.hop_limit;
	out->identifier = 0;
	out->dont_fragment = false;
	out->source = ip.source;
	out->destination = ip.destination;
	return take_extensions(payload, false);
}

static bool is_vxlan(const struct payload *payload)
{
	struct wire at = payload->at;

	wire_skip(&at, 2); /* source port */
	return payload->protocol == PROTOCOL_UDP && wire_u16(&at) == PORT_VXLAN;
}

static bool is_tunnel(const struct payload *payload)
{
	return payload->protocol == PROTOCOL_IPV4 || payload->protocol == PROTOCOL_IPV6 ||
		payload->protocol == PROTOCOL_GRE || is_vxlan(payload);
}

/* From the payload of a tunnel's packet to the network header that it carries. */
static enum frame_outcome enter_tunnel(struct link *link, const struct payload *payload)
{
	enum frame_outcome outcome = FRAME_DECODED;

	*link = (struct link){.at = payload->at, .on_wire = payload->declared};
	if (payload->protocol == PROTOCOL_IPV4 || payload->protocol == PROTOCOL_IPV6)
		return link_find_version(link);
	outcome = payload->protocol == PROTOCOL_GRE ? link_open_gre(link) : link_open_vxlan(link);
	return outcome == FRAME_DECODED ? link_descend(link) : outcome;
}

/* Of what goes by UDP only names are of interest: what a server is called. */
static enum frame_outcome decode_udp(struct frame *out, struct payload *payload)
{
	uint16_t source = wire_u16(&payload->at);

	wire_skip(&payload->at, 6); /* destination, length, checksum */
	if (source != PORT_NAMES || !wire_whole(&payload->at))
		return FRAME_NOT_OURS;
	out->kind = FRAME_NAMES;
	out->names = (struct frame_names){
		.message = payload->at.next, .captured = (uint32_t)wire_left(&payload->at)};
	return FRAME_DECODED;
}

static enum frame_outcome decode_payload(
	struct frame *out, struct payload *payload, uint16_t network)
{
	if (payload->protocol == PROTOCOL_TCP)
		return decode_tcp(out, payload);
	if (payload->protocol == PROTOCOL_UDP)
		return decode_udp(out, payload);
	out->icmp = (struct frame_icmp){0};
	out->neighbour = (struct address){0};
	if (payload->protocol == PROTOCOL_ICMP && network == ETHER_IPV4)
		return decode_icmp(out, payload);
	if (payload->protocol == PROTOCOL_ICMPV6 && network == ETHER_IPV6)
		return decode_icmpv6(out, payload);
	return FRAME_NOT_OURS;
}

/* Not of UDP: VXLAN's packets must not be fragmented (RFC 7348 section 4.3). */
static bool may_hold_ours(uint8_t protocol)
{
	return protocol == PROTOCOL_TCP || protocol == PROTOCOL_ICMP ||
		protocol == PROTOCOL_ICMPV6 || protocol == PROTOCOL_IPV4 ||
		protocol == PROTOCOL_IPV6 || protocol == PROTOCOL_GRE || is_extension(protocol);
}

static enum frame_outcome describe_fragment(struct frame *out, const struct payload *payload)
{
	if (!may_hold_ours(payload->protocol))
		return FRAME_NOT_OURS;
	out->fragment = (struct frame_fragment){
		.identifier = payload->identifier,
		.offset = payload->offset,
		.length = payload->declared,
		.captured = (uint32_t)wire_left(&payload->at),
		.bytes = payload->at.next,
		.protocol = payload->protocol,
		.more = payload->more,
	};
	return FRAME_FRAGMENT;
}

/* RFC 826. Hardware addresses are of no interest. */
static enum frame_outcome decode_arp(struct frame *out, struct wire at)
{
	uint16_t protocol = 0, operation = 0;
	uint8_t hardware_length = 0, protocol_length = 0;

	wire_skip(&at, 2); /* hardware type */
	protocol = wire_u16(&at);
	hardware_length = wire_u8(&at);
	protocol_length = wire_u8(&at);
	operation = wire_u16(&at);
	wire_skip(&at, hardware_length);
	take_address(&out->source, &at, ADDRESS_IPV4, 4);
	wire_skip(&at, hardware_length);
	take_address(&out->destination, &at, ADDRESS_IPV4, 4);
	if (!wire_whole(&at))
		return FRAME_TRUNCATED;
	if (protocol != ETHER_IPV4)
		return FRAME_NOT_IP;
	if (protocol_length != 4)
		return FRAME_MALFORMED;
	if (operation != 1 && operation != 2)
		return FRAME_NOT_OURS;
	out->kind = operation == 1 ? FRAME_NEIGHBOUR_ASK : FRAME_NEIGHBOUR_TELL;
	out->neighbour = operation == 1 ? out->destination : out->source;
	return FRAME_DECODED;
}

/* The innermost IP packet is the frame: what tunnels add around it is the path's affair. */
static enum frame_outcome decode_network(struct frame *out, struct link *link)
{
	for (unsigned depth = 0; depth <= TUNNELS_MOST; depth++) {
		struct payload payload;
		enum frame_outcome outcome = FRAME_DECODED;

		if (link->type == ETHER_ARP)
			return decode_arp(out, link->at);
		outcome = link->type == ETHER_IPV4 ? open_ipv4(out, &payload, link)
						   : open_ipv6(out, &payload, link);
		if (outcome != FRAME_DECODED)
			return outcome;
		if (is_fragment(&payload))
			return describe_fragment(out, &payload);
		if (!is_tunnel(&payload))
			return decode_payload(out, &payload, link->type);
		outcome = enter_tunnel(link, &payload);
		if (outcome != FRAME_DECODED)
			return outcome;
	}
	return FRAME_NOT_OURS;
}

enum frame_outcome frame_decode(struct frame *out, const struct packet *packet)
{
	struct link link;
	enum frame_outcome outcome = link_open(&link, packet);

	if (outcome != FRAME_DECODED)
		return outcome;
	out->time_ns = packet->time_ns;
	out->number = packet->number;
	out->hop_limit = 0;
	out->identifier = 0;
	out->dont_fragment = false;
	out->pieces = 0;
	out->tcp = (struct frame_tcp){0};
	return decode_network(out, &link);
}

const char *frame_outcome_name(enum frame_outcome outcome)
{
	static const char *const names[FRAME_OUTCOMES] = {
		[FRAME_DECODED] = "decoded",
		[FRAME_NOT_IP] = "not_ip",
		[FRAME_NOT_OURS] = "not_tcp",
		[FRAME_TRUNCATED] = "truncated",
		[FRAME_MALFORMED] = "malformed",
		[FRAME_UNKNOWN_LINK] = "unknown_link",
		[FRAME_FRAGMENT] = "fragment",
	};

	return names[outcome];
}
