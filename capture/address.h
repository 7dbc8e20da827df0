/* SPDX-License-Identifier: BSD-2-Clause */
/* An IPv4 or IPv6 address as a plain value. No names are resolved here. */
#ifndef CAPTURE_ADDRESS_H
#define CAPTURE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum address_family {
	ADDRESS_NONE = 0, /* the value of a zeroed struct address */
	ADDRESS_IPV4 = 4,
	ADDRESS_IPV6 = 6,
};

struct address {
	uint8_t family;    /* enum address_family */
	uint8_t bytes[16]; /* network order; IPv4 in the first four, the rest zero */
};

#define ADDRESS_TEXT 46 /* INET6_ADDRSTRLEN: the longest text form and its NUL */

struct address address_ipv4(const uint8_t bytes[static 4]);
struct address address_ipv6(const uint8_t bytes[static 16]);

/* Accepts dotted IPv4 and RFC 4291 IPv6 text, no brackets, no scope; false otherwise. */
bool address_parse(struct address *out, const char *text);

/* Writes the canonical text (RFC 5952), "-" for ADDRESS_NONE; returns out. */
const char *address_print(const struct address *address, char out[static ADDRESS_TEXT]);

bool address_equal(const struct address *a, const struct address *b);
int address_compare(const struct address *a, const struct address *b);
size_t address_length(const struct address *address); /* 4, 16, or 0 */

/* True for RFC 1918, RFC 6598, link-local, loopback and unique-local addresses. */
bool address_is_private(const struct address *address);
bool address_is_loopback(const struct address *address);

/* Fills a sockaddr and returns its length; 0 for ADDRESS_NONE. */
socklen_t address_to_sockaddr(
	const struct address *address, uint16_t port, struct sockaddr_storage *out);
bool address_from_sockaddr(struct address *out, const struct sockaddr *from);

#endif
