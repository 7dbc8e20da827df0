/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The evidence file of a run: its packets, a comment on each, the facts between them, and the
 * verdicts at its head. Comments need the end of the story, so packets are kept in memory until
 * then, up to a bound; a longer run is written as it goes, with comments as far as is known.
 *
 * Payload is not evidence: of segments with data only the headers are kept. Packets that are no
 * part of the diagnosis are left out.
 */
#ifndef REPORT_EVIDENCE_FILE_H
#define REPORT_EVIDENCE_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct evidence;
struct evidence_file;
struct fact;
struct fault;
struct frame;
struct packet;
struct report;
struct role;

#define EVIDENCE_FILE_MEMORY (8U << 20) /* bytes of packets and their records */

/* Opens path for writing, as the invoking user's file; what it held stays until something is
 * written. NULL: FAULT_CANNOT_CREATE. */
struct evidence_file *evidence_file_open(const char *path, struct fault *why);

/* The same of a file that is open for writing already, and stays the caller's: it is written from
 * its beginning. path is for messages; whole: what segments carry is kept, as it must be of a
 * capture that has no facts of ours beside the packets. */
struct evidence_file *evidence_file_over(
	int descriptor, const char *path, bool whole, struct fault *why);

/* What the packets are: to be called before the first. interface may be NULL; both pointers are
 * borrowed until the file is closed. */
void evidence_file_begin(struct evidence_file *file, uint32_t link_type, const char *interface,
	const struct evidence *evidence);

/* The shape of a loop_observer's functions; context is the evidence file. */
void evidence_file_packet(void *context, const struct packet *packet, const struct frame *frame,
	const struct role *role);
void evidence_file_fact(void *context, const struct fact *fact);

/* The record number in the file of the packet that had this number while live; 0 if it is not
 * in it. */
uint64_t evidence_file_number(const struct evidence_file *file, uint64_t live_number);

/* Writes what is left, with the report's sentences at the head if they can still go there, and
 * closes. -1: FAULT_IO, at whatever time it happened. */
int evidence_file_close(struct evidence_file *file, const struct report *report, struct fault *why);

/* Closes without writing; removes the file if it was not there before. NULL is fine. */
void evidence_file_abandon(struct evidence_file *file);

#endif
