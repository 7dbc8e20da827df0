/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where packets come from: a network interface or a capture file, one handle for both, so that
 * whoever reads cannot tell live from replayed.
 */
#ifndef CAPTURE_TAP_H
#define CAPTURE_TAP_H

#include "packet.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct fault;
struct tap;

enum tap_event {
	TAP_PACKET, /* *packet is filled */
	TAP_NOTE,   /* *note is filled (evidence files only) */
	TAP_EMPTY,  /* live: nothing now, wait for tap_fd(); file: the end */
	TAP_BROKEN, /* *why is filled: the interface went away, the file ends inside a record */
};

/*
 * Opens an interface ("any" is all of them) in immediate mode, nanosecond stamps, not promiscuous,
 * with a pcap-filter(7) expression. Data beyond the first 4000 bytes of a packet is cut.
 * FAULT_NO_PRIVILEGE, FAULT_NO_ROUTE (no such interface) or FAULT_SYSTEM.
 */
struct tap *tap_open_interface(const char *interface, const char *filter, struct fault *why);

/*
 * Opens a pcap or pcapng file, as it is or compressed (unpacker.h); "-" is standard input. pcapng
 * is read by our own reader (several interfaces, link types and resolutions), pcap by libpcap.
 * FAULT_NO_INPUT or FAULT_DATA.
 */
struct tap *tap_open_file(const char *path, struct fault *why);

/* The same of a file that is open already, at its first byte, and is taken over; name is for
 * messages. */
struct tap *tap_open_stream(FILE *file, const char *name, struct fault *why);

enum tap_event tap_next(
	struct tap *tap, struct packet *packet, struct note *note, struct fault *why);

int tap_fd(const struct tap *tap);             /* readable when packets wait; -1 for files */
uint32_t tap_link_type(const struct tap *tap); /* of an interface; of the first packet in a file */

/* Packets that passed the filter so far, and those of them that the kernel had no room for; of a
 * file, what it says itself of when it was captured; 0 where it does not. */
struct tap_tally {
	uint64_t arrived, lost;
};
struct tap_tally tap_tally(struct tap *tap);

/* Bytes that the file has, and those of them that were read, decompressed or not; 0 where it is not
 * known, as of pipes and interfaces. */
uint64_t tap_size(const struct tap *tap);
uint64_t tap_position(const struct tap *tap);

void tap_close(struct tap *tap); /* NULL is fine */

#endif
