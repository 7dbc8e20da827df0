/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust.h"

#include "fault.h"

#include <stdlib.h>

struct trust {
	size_t anchors;
};

struct trust *trust_open(const char *ca_file, struct fault *why)
{
	(void)ca_file;
	(void)why;
	return fault_allocate(1, sizeof(struct trust));
}

size_t trust_anchors(const struct trust *trust)
{
	return trust->anchors;
}

void trust_close(struct trust *trust)
{
	free(trust);
}
