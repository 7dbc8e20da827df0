/* SPDX-License-Identifier: BSD-2-Clause */
/* The unpacker of a build without libarchive. */
#include "fault.h"
#include "unpacker.h"

struct unpacker *unpacker_open(
	FILE *file, enum unpacker_format format, const char *path, struct fault *why)
{
	(void)format;
	if (file != stdin)
		(void)fclose(file);
	(void)fault_set(why, FAULT_DATA,
		"%s is compressed, which this build cannot read: decompress it first", path);
	return NULL;
}

FILE *unpacker_file(struct unpacker *unpacker)
{
	(void)unpacker;
	return NULL;
}

int unpacker_check(const struct unpacker *unpacker, struct fault *why)
{
	(void)unpacker;
	(void)why;
	return 0;
}

void unpacker_close(struct unpacker *unpacker)
{
	(void)unpacker;
}

const char *unpacker_version(void)
{
	return NULL;
}
