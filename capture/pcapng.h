/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcapng (draft-ietf-opsawg-pcapng), written small and read carefully. The writer makes evidence
 * files: one section, one interface, nanosecond stamps, a comment on each packet, notes as systemd
 * Journal Export Blocks. The reader takes any file: both byte orders, several sections, interfaces,
 * link types, snap lengths and time resolutions; unknown blocks and options are skipped.
 */
#ifndef CAPTURE_PCAPNG_H
#define CAPTURE_PCAPNG_H

#include "packet.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct fault;
struct pcapng_writer;
struct pcapng_reader;

/* Takes ownership of file, already open for writing; path is for messages only. */
struct pcapng_writer *pcapng_writer_new(FILE *file, const char *path);

/* Writes the section and interface headers; comment and interface may be NULL. -1: FAULT_IO. */
int pcapng_write_head(struct pcapng_writer *writer, uint32_t link_type, const char *interface,
	const char *comment, struct fault *why);
int pcapng_write_packet(struct pcapng_writer *writer, const struct packet *packet,
	const char *comment, struct fault *why);
int pcapng_write_note(struct pcapng_writer *writer, const struct note *note, struct fault *why);

/* Flushes to disk and frees, whatever it returns. -1: FAULT_IO. */
int pcapng_writer_close(struct pcapng_writer *writer, struct fault *why);

enum pcapng_event {
	PCAPNG_PACKET,
	PCAPNG_NOTE,
	PCAPNG_END,
	PCAPNG_BROKEN, /* *why is filled; what was read before stands */
};

/* Takes ownership of file, placed at its first byte. No block above 16 MiB is accepted. */
struct pcapng_reader *pcapng_reader_new(FILE *file, const char *path);
enum pcapng_event pcapng_read(
	struct pcapng_reader *reader, struct packet *packet, struct note *note, struct fault *why);

/* What the file's statistics say, so far as it was read, of the packets that came to its
 * interfaces, and of those that were lost before they could be written; 0 where it has none. */
struct pcapng_tally {
	uint64_t arrived, lost;
};
struct pcapng_tally pcapng_tally(const struct pcapng_reader *reader);

void pcapng_reader_free(struct pcapng_reader *reader);

#endif
