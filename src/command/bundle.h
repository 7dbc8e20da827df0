/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The folder that a ticket is written to, and what lies beside it. All is written under temporary
 * names in the same place and gets its own at the end, so nothing half-written ever has a final
 * name, however the run ends.
 *
 * All files are opened at once, since a live run gives up its rights before there is anything to
 * write. Whoever writes may be a child process: it fills and seals, its parent, which reads nothing
 * that comes from the network, gives the names.
 */
#ifndef COMMAND_BUNDLE_H
#define COMMAND_BUNDLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct bundle;
struct fault;

enum bundle_part {
	BUNDLE_TICKET,
	BUNDLE_HTML,
	BUNDLE_JSON,
	BUNDLE_EVIDENCE,
	BUNDLE_COMPARED, /* only if asked for */
	BUNDLE_SUMS,
	BUNDLE_SEEN, /* what a run of our own saw: no part of the result */
	BUNDLE_KEY,  /* beside the folder, and only if asked for, as the next */
	BUNDLE_ZIP,
};
#define BUNDLE_PARTS 9

struct bundle_options {
	const char *directory;
	const char *zip; /* NULL: none */
	const char *key; /* NULL: none */
	bool compared;   /* there is a second report */
	bool force;      /* what has these names already is replaced */
};

/* FAULT_CANNOT_CREATE: something is there already, or cannot be made. A folder that is there is
 * only ever replaced if it holds nothing but a ticket. */
struct bundle *bundle_open(const struct bundle_options *options, struct fault *why);

/* Open for reading and writing; borrowed. NULL: not asked for. */
FILE *bundle_file(const struct bundle *bundle, enum bundle_part part);
const char *bundle_path(const struct bundle *bundle, enum bundle_part part); /* for now */
const char *bundle_name(enum bundle_part part);                              /* within the folder */

/* The digest of a part in hexadecimal. */
#define BUNDLE_DIGEST 65
int bundle_digest(const struct bundle *bundle, enum bundle_part part,
	char out[static BUNDLE_DIGEST], struct fault *why);

/* Writes SHA256SUMS and the zip file, and all of it to the disk. -1: FAULT_IO. */
int bundle_seal(struct bundle *bundle, int64_t time_ns, struct fault *why);

/* Gives the names. -1: FAULT_CANNOT_CREATE. */
int bundle_commit(struct bundle *bundle, struct fault *why);

/* Removes what has no final name yet, and frees. NULL is fine. */
void bundle_close(struct bundle *bundle);

#endif
