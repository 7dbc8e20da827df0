/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A zip file (PKWARE APPNOTE) of files that are open already, by libarchive. Names are kept to
 * ASCII by the caller, dates are the same for all: the same content gives the same bytes. Built
 * without libarchive, nothing can be packed.
 */
#ifndef CAPTURE_PACKER_H
#define CAPTURE_PACKER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct fault;

struct packer_entry {
	const char *name; /* within the zip file, a folder before it if it shall lie in one */
	FILE *file;       /* read from its beginning */
};

/* False where it was built without: then packer_write() is a FAULT_SYSTEM. */
bool packer_present(void);

struct packer {
	int descriptor;   /* written from where it stands */
	const char *path; /* for messages */
	int64_t time_s;   /* since 1970, of all entries */
};

/* -1: FAULT_IO. */
int packer_write(const struct packer *packer, const struct packer_entry *entries, size_t count,
	struct fault *why);

#endif
