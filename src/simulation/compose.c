/* SPDX-License-Identifier: BSD-2-Clause */
#include "compose.h"

#include "frame.h"

#include <string.h>

#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define TCP_HEADER  20
#define TCP_OPTIONS 20 /* MSS 4, SACK permitted 2, timestamps 10, no-operation 1, scale 3 */
#define ICMP_HEADER 8

/* IANA protocol numbers. */
#define PROTOCOL_ICMP   1
#define PROTOCOL_TCP    6
#define PROTOCOL_ICMPV6 58

static uint8_t *put_u16(uint8_t *out, uint16_t value)
{
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
	return out + 2;
}

static uint8_t *put_u32(uint8_t *out, uint32_t value)
{
	return put_u16(put_u16(out, (uint16_t)(value >> 16)), (uint16_t)value);
}

static uint8_t *put_bytes(uint8_t *out, const uint8_t *bytes, size_t length)
{
	memcpy(out, bytes, length);
	return out + length;
}

/* RFC 1071 section 1; every length here is even. */
static uint32_t sum_of(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	return sum;
}

static uint16_t checksum_of(uint32_t sum)
{
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	return (uint16_t)~sum;
}

/* The pseudo header of TCP (RFC 9293 section 3.1) and ICMPv6 (RFC 8200 section 8.1). */
static uint32_t sum_of_pseudo_header(
	const struct address *from, const struct address *to, uint8_t protocol, size_t length)
{
	size_t bytes = address_length(from);

	return sum_of(from->bytes, bytes) + sum_of(to->bytes, bytes) + protocol + (uint32_t)length;
}

struct ip_header {
	const struct address *source, *destination;
	uint8_t hop_limit, protocol;
	uint8_t traffic_class;
	uint16_t identifier, fragment; /* IPv4 alone */
	size_t payload;
};

/* RFC 791 section 3.1. */
static uint8_t *put_ipv4(uint8_t *out, const struct ip_header *ip)
{
	uint8_t *next = out;

	*next++ = 0x45;
	*next++ = ip->traffic_class;
	next = put_u16(next, (uint16_t)(IPV4_HEADER + ip->payload));
	next = put_u16(next, ip->identifier);
	next = put_u16(next, ip->fragment);
	*next++ = ip->hop_limit;
	*next++ = ip->protocol;
	next = put_u16(next, 0);
	next = put_bytes(next, ip->source->bytes, 4);
	next = put_bytes(next, ip->destination->bytes, 4);
	put_u16(out + 10, checksum_of(sum_of(out, IPV4_HEADER)));
	return next;
}

/* RFC 8200 section 3. */
static uint8_t *put_ipv6(uint8_t *out, const struct ip_header *ip)
{
	uint8_t *next = put_u32(out, 0x60000000U | (uint32_t)ip->traffic_class << 20);

	next = put_u16(next, (uint16_t)ip->payload);
	*next++ = ip->protocol;
	*next++ = ip->hop_limit;
	next = put_bytes(next, ip->source->bytes, 16);
	return put_bytes(next, ip->destination->bytes, 16);
}

static uint8_t *put_ip(uint8_t *out, const struct ip_header *ip)
{
	return ip->source->family == ADDRESS_IPV4 ? put_ipv4(out, ip) : put_ipv6(out, ip);
}

/* As Linux writes a SYN's options: MSS 1460 or 1440, SACK, timestamps, scale 7 (RFC 9293 section
 * 3.2, RFC 2018 section 2, RFC 7323 sections 2.2 and 3.2). */
static uint8_t *put_options(uint8_t *out, uint8_t family, const struct compose_stamps *stamps)
{
	uint8_t *next = put_u16(out, 0x0204);

	next = put_u16(next, family == ADDRESS_IPV4 ? 1460 : 1440);
	next = put_u16(next, 0x0402);
	next = put_u16(next, 0x080a);
	next = put_u32(next, stamps->value);
	next = put_u32(next, stamps->echo);
	return put_u32(next, 0x01030307);
}

/* What Linux announces on an Ethernet path; a reset announces nothing. */
static uint16_t window_of(const struct segment *segment)
{
	if (segment->flags & TCP_RST)
		return 0;
	if (!(segment->flags & TCP_SYN))
		return 502;
	return segment->flags & TCP_ACK ? 65160 : 64240;
}

/* RFC 9293 section 3.1. */
static uint8_t *put_tcp(
	uint8_t *out, const struct segment *segment, const struct compose_stamps *stamps)
{
	bool options = segment->flags & TCP_SYN;
	uint8_t *next = put_u16(out, segment->source_port);
	size_t length;

	next = put_u16(next, segment->destination_port);
	next = put_u32(next, segment->sequence);
	next = put_u32(next, segment->acknowledgement);
	*next++ = (uint8_t)((TCP_HEADER + (options ? TCP_OPTIONS : 0)) / 4 << 4);
	*next++ = segment->flags;
	next = put_u16(next, window_of(segment));
	next = put_u32(next, 0);
	if (options)
		next = put_options(next, segment->source.family, stamps);
	length = (size_t)(next - out);
	put_u16(out + 16,
		checksum_of(sum_of(out, length) +
			sum_of_pseudo_header(
				&segment->source, &segment->destination, PROTOCOL_TCP, length)));
	return next;
}

static uint8_t *put_packet(
	uint8_t *out, const struct segment *segment, const struct compose_stamps *stamps)
{
	const struct ip_header ip = {
		.source = &segment->source,
		.destination = &segment->destination,
		.hop_limit = segment->hop_limit,
		.protocol = PROTOCOL_TCP,
		.identifier = segment->identifier,
		.fragment = 0x4000, /* don't fragment */
		.payload = TCP_HEADER + (segment->flags & TCP_SYN ? TCP_OPTIONS : 0),
	};

	return put_tcp(put_ip(out, &ip), segment, stamps);
}

size_t compose_segment(const struct segment *segment, const struct compose_stamps *stamps,
	uint8_t out[static COMPOSE_BYTES])
{
	return (size_t)(put_packet(out, segment, stamps) - out);
}

/* RFC 792 and RFC 4443 section 3 have the same shape; the checksum alone differs. */
static void seal_icmp(uint8_t *message, size_t length, const struct ip_header *ip)
{
	uint32_t sum = sum_of(message, length);

	if (ip->protocol == PROTOCOL_ICMPV6)
		sum += sum_of_pseudo_header(ip->source, ip->destination, ip->protocol, length);
	put_u16(message + 2, checksum_of(sum));
}

size_t compose_icmp(const struct compose_icmp *error, uint8_t out[static COMPOSE_BYTES])
{
	bool old = error->source.family == ADDRESS_IPV4;
	size_t header = old ? IPV4_HEADER : IPV6_HEADER;
	uint8_t *message = out + header;
	uint8_t *quote = message + ICMP_HEADER;
	uint8_t *end = put_packet(quote, &error->quoted, &error->stamps);
	const struct ip_header ip = {
		.source = &error->source,
		.destination = &error->quoted.source,
		.hop_limit = error->hop_limit,
		.protocol = old ? PROTOCOL_ICMP : PROTOCOL_ICMPV6,
		.traffic_class = old ? 0xc0 : 0, /* internetwork control, RFC 1812 4.3.2.5 */
		.payload = (size_t)(end - message),
	};

	put_ip(out, &ip);
	message[0] = error->type;
	message[1] = error->code;
	memset(message + 2, 0, ICMP_HEADER - 2);
	seal_icmp(message, ip.payload, &ip);
	return (size_t)(end - out);
}
