/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An evidence file read, and written anew: only what belongs to the diagnosis, each packet with its
 * comment, redacted if asked for. What was written must lead to the same verdicts, or it is a
 * fault.
 */
#ifndef COMMAND_DOSSIER_H
#define COMMAND_DOSSIER_H

#include "ledger.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct evidence;
struct fault;
struct pseudonyms;
struct report;

/* Where the evidence is: an open file, or a path. */
struct dossier_source {
	FILE *file; /* NULL: by path */
	const char *path;
};

struct dossier {
	struct evidence *evidence;
	struct ledger ledger;
	uint32_t link_type; /* of the first packet */
};

/* FAULT_NO_INPUT, FAULT_DATA. */
int dossier_read(struct dossier *out, const struct dossier_source *source, struct fault *why);
void dossier_clear(struct dossier *dossier);

/* Notices for redaction all that is named in it. */
void dossier_notice(const struct dossier_source *source, struct pseudonyms *pseudonyms,
	const char *const *own, size_t own_count);

struct dossier_copy {
	const struct dossier *original;
	const struct dossier_source *source;
	struct pseudonyms *pseudonyms; /* NULL: nothing is redacted */
	FILE *file;                    /* where to */
	const char *path;              /* its name, for messages */
	const char *interface;         /* NULL or "": not told */
};

/* FAULT_DATA, FAULT_IO. head's command, times and vantage are the copy's as well. */
int dossier_write(const struct dossier_copy *copy, const struct report *head, struct fault *why);

/* -1, FAULT_DATA: two judgements of the same evidence differ in more than names. */
int dossier_same(const struct report *one, const struct report *other, struct fault *why);

#endif
