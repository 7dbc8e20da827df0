/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "pattern.h"

struct pattern *pattern_new(const char *text, struct fault *why)
{
	(void)text;
	fault_set(why, FAULT_USAGE,
		"this mailsonde was built without PCRE2, which reads logs and bounces: build it with "
		"libpcre2-dev installed");
	return NULL;
}

void pattern_free(struct pattern *pattern)
{
	(void)pattern;
}

bool pattern_find(struct pattern *pattern, struct span text, struct pattern_match *out)
{
	(void)pattern;
	(void)text;
	*out = (struct pattern_match){.whole = {NULL, 0}};
	return false;
}

const char *pattern_version(void)
{
	return NULL;
}
