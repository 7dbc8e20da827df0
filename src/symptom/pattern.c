/* SPDX-License-Identifier: BSD-2-Clause */
#include "pattern.h"

#include "fault.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

/* The longest honest line of a mail log takes a few thousand steps; what needs more is no log. */
#define MATCH_STEPS 100000
#define MATCH_DEPTH 1000
#define MATCH_HEAP  1024 /* KiB */

#define USES_FOR_JIT 50

struct pattern {
	pcre2_code *code;
	unsigned used;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	int numbers[PATTERN_GROUPS]; /* negative: not in this pattern */
};

static const char *const group_names[] = {
	[GROUP_SERVER] = "server",
	[GROUP_ADDRESS] = "address",
	[GROUP_PORT] = "port",
	[GROUP_STATUS] = "status",
	[GROUP_ERROR] = "error",
	[GROUP_REPLY] = "reply",
	[GROUP_GREETING] = "greeting",
};

static pcre2_code *compile(const char *text, struct fault *why)
{
	int error = 0;
	PCRE2_SIZE at = 0;
	PCRE2_UCHAR words[120];
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
		PCRE2_CASELESS | PCRE2_DOTALL | PCRE2_NEVER_UTF, &error, &at, NULL);

	if (code != NULL)
		return code;
	pcre2_get_error_message(error, words, sizeof(words));
	fault_set(why, FAULT_SYSTEM, "PCRE2 cannot take the pattern '%.200s': %s at %zu", text,
		(const char *)words, at);
	return NULL;
}

struct pattern *pattern_new(const char *text, struct fault *why)
{
	pcre2_code *code = compile(text, why);

	if (code == NULL)
		return NULL;
	struct pattern *pattern = fault_allocate(1, sizeof(*pattern));

	pattern->code = code;
	pattern->data = pcre2_match_data_create_from_pattern(code, NULL);
	pattern->limits = pcre2_match_context_create(NULL);
	if (pattern->data == NULL || pattern->limits == NULL)
		fault_out_of_memory();
	pcre2_set_match_limit(pattern->limits, MATCH_STEPS);
	pcre2_set_depth_limit(pattern->limits, MATCH_DEPTH);
	pcre2_set_heap_limit(pattern->limits, MATCH_HEAP);
	for (int i = 0; i < PATTERN_GROUPS; i++)
		pattern->numbers[i] =
			pcre2_substring_number_from_name(code, (PCRE2_SPTR)group_names[i]);
	return pattern;
}

void pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_match_context_free(pattern->limits);
	pcre2_match_data_free(pattern->data);
	pcre2_code_free(pattern->code);
	free(pattern);
}

static struct span piece(struct span text, const PCRE2_SIZE *ends, int number)
{
	PCRE2_SIZE from = ends[2 * number];
	PCRE2_SIZE to = ends[2 * number + 1];

	if (from == PCRE2_UNSET || from > to || to > text.length)
		return (struct span){NULL, 0};
	return (struct span){text.at + from, to - from};
}

bool pattern_find(struct pattern *pattern, struct span text, struct pattern_match *out)
{
	if (text.length > PATTERN_TEXT)
		text.length = PATTERN_TEXT;
	*out = (struct pattern_match){.whole = {NULL, 0}};
	if (text.length == 0)
		return false;
	/* What is used a few times is not worth it; where it fails, matching is slower, no less
	 * right. */
	if (++pattern->used == USES_FOR_JIT)
		(void)pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
	int count = pcre2_match(pattern->code, (PCRE2_SPTR)text.at, text.length, 0, 0,
		pattern->data, pattern->limits);

	if (count <= 0)
		return false;
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(pattern->data);

	out->whole = piece(text, ends, 0);
	for (int i = 0; i < PATTERN_GROUPS; i++) {
		int number = pattern->numbers[i];
		if (number > 0 && number < count)
			out->groups[i] = piece(text, ends, number);
	}
	return true;
}

const char *pattern_version(void)
{
	static char text[64];
	char version[32];

	if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= (int)sizeof(version) &&
		pcre2_config(PCRE2_CONFIG_VERSION, version) > 0)
		(void)snprintf(text, sizeof(text), "PCRE2 %s", version);
	return text;
}
