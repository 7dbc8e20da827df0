/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names to addresses, through libunbound: /etc/hosts and the name servers of /etc/resolv.conf, as
 * every program on this machine, but with an end that we set ourselves.
 */
#ifndef TARGET_RESOLVE_H
#define TARGET_RESOLVE_H

#include "address.h"
#include "target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;
struct resolver;

#define RESOLVE_ADDRESSES  16
#define RESOLVE_EXCHANGERS 16

struct address_list {
	struct address items[RESOLVE_ADDRESSES];
	size_t count;
};

struct exchanger {
	uint16_t preference;
	char name[TARGET_NAME];
};

struct exchanger_list {
	struct exchanger items[RESOLVE_EXCHANGERS]; /* the most preferred first */
	size_t count;
};

/* A TLSA record, RFC 6698 section 2.1. */
#define TLSA_DATA    2048 /* a whole certificate at most; longer ones are left out */
#define TLSA_RECORDS 8

struct tlsa {
	uint8_t usage, selector, matching;
	uint16_t length;
	uint8_t data[TLSA_DATA];
};

enum tlsa_state {
	TLSA_NONE,          /* there are none, or nobody answers */
	TLSA_NOT_VALIDATED, /* there are, but DNSSEC does not vouch for them */
	TLSA_VALIDATED,
};

struct tlsa_list {
	enum tlsa_state state;
	struct tlsa items[TLSA_RECORDS];
	size_t count;
};

/* patience_s bounds each question that is asked later. NULL: FAULT_SYSTEM. */
struct resolver *resolver_open(double patience_s, struct fault *why);

/* Every address of a name, or only those of one family (ADDRESS_NONE: both), IPv4 first. More than
 * RESOLVE_ADDRESSES are left out. -1: FAULT_NO_HOST, saying whether the name does not exist, has no
 * address, or no name server answered. */
int resolver_addresses(struct resolver *resolver, const char *name, enum address_family family,
	struct address_list *out, struct fault *why);

/* The mail exchangers of a domain; without any the domain itself (RFC 5321 section 5.1).
 * -1: FAULT_NO_HOST, also where the domain says that it takes no mail (RFC 7505). */
int resolver_exchangers(struct resolver *resolver, const char *domain, struct exchanger_list *out,
	struct fault *why);

/* Reads the data of one MX record (RFC 1035 section 3.3.9, uncompressed). False if it is
 * malformed; the root's name gives "" (RFC 7505). */
bool exchanger_parse(struct exchanger *out, const uint8_t *data, size_t length);

/* The TLSA records of a TCP port of a host (RFC 7672 section 3, RFC 7673). What DNSSEC speaks
 * against is not validated: name servers that take signatures out of answers look the same. Takes
 * twice the patience at most. */
void resolver_tlsa(
	struct resolver *resolver, const char *host, uint16_t port, struct tlsa_list *out);

/* Reads the data of one TLSA record; false if it is malformed or too long. */
bool tlsa_parse(struct tlsa *out, const uint8_t *data, size_t length);

void resolver_close(struct resolver *resolver); /* NULL is fine */

#endif
