/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Patterns over hostile text, by PCRE2: compiled once, with just-in-time code where the machine has
 * it, and with limits, so that no text can make a match take long. Built without PCRE2 nothing can
 * be compiled.
 */
#ifndef SYMPTOM_PATTERN_H
#define SYMPTOM_PATTERN_H

#include "span.h"

struct fault;
struct pattern;

/* A pattern's groups by name; what is not in it stays without a span. */
enum pattern_group {
	GROUP_SERVER,
	GROUP_ADDRESS,
	GROUP_PORT,
	GROUP_STATUS,   /* enhanced, "4.4.1" */
	GROUP_ERROR,    /* what the client says went wrong */
	GROUP_REPLY,    /* what the server said, later than in its greeting */
	GROUP_GREETING, /* what the server said as its greeting */
};
#define PATTERN_GROUPS 7

struct pattern_match {
	struct span whole;
	struct span groups[PATTERN_GROUPS];
};

/* Longer texts are looked at as far as this. */
#define PATTERN_TEXT 8192

/* Bytes, not characters; letters of either case. NULL: FAULT_SYSTEM, or FAULT_USAGE where the
 * program was built without PCRE2. */
struct pattern *pattern_new(const char *text, struct fault *why);
void pattern_free(struct pattern *pattern); /* NULL is fine */

/* out borrows from text. False as well where a limit was met. */
bool pattern_find(struct pattern *pattern, struct span text, struct pattern_match *out);

/* "PCRE2 10.42", or NULL where it was built without. */
const char *pattern_version(void);

#endif
