/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcap files (pcap-savefile(5)), read in place: packets are borrowed from a window over the file
 * and never copied, which libpcap's own reader cannot do. Both byte orders, micro- and nanoseconds,
 * the lengths of old versions, and the longer records of one patched libpcap of the last century.
 */
#ifndef CAPTURE_SAVEFILE_H
#define CAPTURE_SAVEFILE_H

#include "packet.h"

#include <stdint.h>
#include <stdio.h>

struct fault;
struct savefile_reader;

enum savefile_event {
	SAVEFILE_PACKET,
	SAVEFILE_END,
	SAVEFILE_BROKEN, /* *why is filled; what was read before stands */
};

/* Takes file over, placed at its first byte, whatever it returns; standard input is never closed.
 * NULL, FAULT_DATA: the file's header says that it is something else. */
struct savefile_reader *savefile_reader_new(FILE *file, const char *path, struct fault *why);
uint32_t savefile_link_type(const struct savefile_reader *reader);

/* packet's bytes stand until the next call. */
enum savefile_event savefile_read(
	struct savefile_reader *reader, struct packet *packet, struct fault *why);
void savefile_reader_free(struct savefile_reader *reader); /* NULL is fine */

#endif
