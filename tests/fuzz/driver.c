/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a harness once over each file named, and each in the directories named. */
#include "corpus.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MOST   (16L * 1024 * 1024)
#define NOTHING_RUN 77 /* what ctest takes for skipped */

/* A block of exactly the file's size, so that AddressSanitizer sees one byte too far. */
static uint8_t *contents(const char *path, long size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = malloc(size ? (size_t)size : 1);
	size_t got = file && bytes ? fread(bytes, 1, (size_t)size, file) : 0;

	if (file)
		(void)fclose(file);
	if (got == (size_t)size)
		return bytes;
	free(bytes);
	return NULL;
}

static unsigned run_file(const FTSENT *entry)
{
	uint8_t *bytes = NULL;

	if (entry->fts_info != FTS_F || entry->fts_statp->st_size > FILE_MOST)
		return 0;
	bytes = contents(entry->fts_accpath, (long)entry->fts_statp->st_size);
	if (!bytes)
		return 0;
	(void)LLVMFuzzerTestOneInput(bytes, (size_t)entry->fts_statp->st_size);
	free(bytes);
	return 1;
}

int main(int count, char **arguments)
{
	FTS *tree = count > 1 ? fts_open(arguments + 1, FTS_LOGICAL | FTS_NOCHDIR, NULL) : NULL;
	const FTSENT *entry = NULL;
	unsigned run = 0;

	while (tree && (entry = fts_read(tree)))
		run += run_file(entry);
	if (tree)
		(void)fts_close(tree);
	(void)printf("%u inputs\n", run);
	return run ? 0 : NOTHING_RUN;
}
