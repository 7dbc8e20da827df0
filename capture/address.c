/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

struct prefix {
	uint8_t family, bits;
	uint8_t bytes[16];
};

static const struct prefix loopback_prefixes[] = {
	{ADDRESS_IPV4, 8, {127}},        /* RFC 1122 section 3.2.1.3 */
	{ADDRESS_IPV6, 128, {[15] = 1}}, /* RFC 4291 section 2.5.3 */
};

static const struct prefix private_prefixes[] = {
	{ADDRESS_IPV4, 8, {10}}, /* RFC 1918 section 3 */
	{ADDRESS_IPV4, 12, {172, 16}}, {ADDRESS_IPV4, 16, {192, 168}},
	{ADDRESS_IPV4, 10, {100, 64}},    /* RFC 6598 section 7 */
	{ADDRESS_IPV4, 16, {169, 254}},   /* RFC 3927 section 2.1 */
	{ADDRESS_IPV6, 10, {0xfe, 0x80}}, /* RFC 4291 section 2.5.6 */
	{ADDRESS_IPV6, 7, {0xfc}},        /* RFC 4193 section 3.1 */
};

struct address address_ipv4(const uint8_t bytes[static 4])
{
	struct address address = {.family = ADDRESS_IPV4};

	memcpy(address.bytes, bytes, 4);
	return address;
}

struct address address_ipv6(const uint8_t bytes[static 16])
{
	struct address address = {.family = ADDRESS_IPV6};

	memcpy(address.bytes, bytes, 16);
	return address;
}

bool address_parse(struct address *out, const char *text)
{
	struct address parsed = {.family = ADDRESS_IPV4};

	if (inet_pton(AF_INET, text, parsed.bytes) != 1) {
		parsed = (struct address){.family = ADDRESS_IPV6};
		if (inet_pton(AF_INET6, text, parsed.bytes) != 1)
			return false;
	}
	*out = parsed;
	return true;
}

const char *address_print(const struct address *address, char out[static ADDRESS_TEXT])
{
	int family = address->family == ADDRESS_IPV4 ? AF_INET : AF_INET6;

	if (address->family == ADDRESS_NONE ||
		!inet_ntop(family, address->bytes, out, ADDRESS_TEXT))
		memcpy(out, "-", 2);
	return out;
}

bool address_equal(const struct address *a, const struct address *b)
{
	if (a->family != b->family)
		return false;
	if (a->family == ADDRESS_IPV4)
		return memcmp(a->bytes, b->bytes, 4) == 0;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

int address_compare(const struct address *a, const struct address *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

size_t address_length(const struct address *address)
{
	switch (address->family) {
	case ADDRESS_IPV4:
		return 4;
	case ADDRESS_IPV6:
		return 16;
	default:
		return 0;
	}
}

static bool prefix_holds(const struct prefix *prefix, const struct address *address)
{
	unsigned whole = prefix->bits / 8, rest = prefix->bits % 8;

	if (prefix->family != address->family || memcmp(prefix->bytes, address->bytes, whole) != 0)
		return false;
	return rest == 0 || (prefix->bytes[whole] ^ address->bytes[whole]) >> (8 - rest) == 0;
}

static bool any_holds(const struct prefix *prefixes, size_t count, const struct address *address)
{
	for (size_t i = 0; i < count; i++)
		if (prefix_holds(&prefixes[i], address))
			return true;
	return false;
}

bool address_is_private(const struct address *address)
{
	return address_is_loopback(address) ||
		any_holds(private_prefixes, sizeof(private_prefixes) / sizeof(private_prefixes[0]),
			address);
}

bool address_is_loopback(const struct address *address)
{
	return any_holds(loopback_prefixes,
		sizeof(loopback_prefixes) / sizeof(loopback_prefixes[0]), address);
}

socklen_t address_to_sockaddr(
	const struct address *address, uint16_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	*out = (struct sockaddr_storage){0};
	switch (address->family) {
	case ADDRESS_IPV4:
		memcpy(&ipv4.sin_addr, address->bytes, 4);
		memcpy(out, &ipv4, sizeof(ipv4));
		return sizeof(ipv4);
	case ADDRESS_IPV6:
		memcpy(&ipv6.sin6_addr, address->bytes, 16);
		memcpy(out, &ipv6, sizeof(ipv6));
		return sizeof(ipv6);
	default:
		return 0;
	}
}

bool address_from_sockaddr(struct address *out, const struct sockaddr *from)
{
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;

	switch (from->sa_family) {
	case AF_INET:
		memcpy(&ipv4, from, sizeof(ipv4));
		*out = (struct address){.family = ADDRESS_IPV4};
		memcpy(out->bytes, &ipv4.sin_addr, 4);
		return true;
	case AF_INET6:
		memcpy(&ipv6, from, sizeof(ipv6));
		*out = (struct address){.family = ADDRESS_IPV6};
		memcpy(out->bytes, &ipv6.sin6_addr, 16);
		return true;
	default:
		return false;
	}
}
