/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "packer.h"

bool packer_present(void)
{
	return false;
}

int packer_write(int descriptor, const char *path, const struct packer_entry *entries, size_t count,
	int64_t time_s, struct fault *why)
{
	(void)descriptor;
	(void)entries;
	(void)count;
	(void)time_s;
	return fault_set(
		why, FAULT_SYSTEM, "%s: this mailsonde was built without libarchive", path);
}
