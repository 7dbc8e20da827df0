/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "packer.h"

bool packer_present(void)
{
	return false;
}

int packer_write(const struct packer *packer, const struct packer_entry *entries, size_t count,
	struct fault *why)
{
	(void)entries;
	(void)count;
	return fault_set(
		why, FAULT_SYSTEM, "%s: this mailsonde was built without libarchive", packer->path);
}
