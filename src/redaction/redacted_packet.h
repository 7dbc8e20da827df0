/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet built anew from what is understood of it: IP and TCP headers, ICMP errors with the
 * headers that they quote, ARP and neighbour discovery. Payloads, link layers, IP options, quoted
 * data and ICMP extensions are left out, and whatever is not understood is left out as a whole.
 * Checksums are right for what is there; of a segment whose data is left out it is moved along with
 * the addresses (RFC 1624), since nobody can check it any more.
 */
#ifndef REDACTION_REDACTED_PACKET_H
#define REDACTION_REDACTED_PACKET_H

#include <stdbool.h>
#include <stdint.h>

struct frame;
struct packet;
struct pseudonyms;

/* Ethernet, IPv6 and TCP headers at their longest, twice over for a quote. */
#define REDACTED_PACKET 320

/* Notices every address in it. */
void redacted_packet_notice(struct pseudonyms *pseudonyms, const struct frame *frame);

/* False: it must not be told. out borrows from room; its link type is Ethernet, whatever it was. */
bool redacted_packet(struct packet *out, uint8_t room[static REDACTED_PACKET],
	const struct packet *packet, struct pseudonyms *pseudonyms);

#endif
