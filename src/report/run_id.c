/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_id.h"

#include <string.h>

#define NS_PER_MS       INT64_C(1000000)
#define BITS            5 /* of a character */
#define TIME_CHARACTERS 10
#define HALF            8 /* characters of chance from each number: 40 bits */

/* Crockford's: without I, L, O and U. */
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void put(char *out, uint64_t number, unsigned characters)
{
	while (characters-- > 0) {
		out[characters] = digits[number & ((1U << BITS) - 1)];
		number >>= BITS;
	}
}

const char *run_id_make(
	char out[static RUN_ID_TEXT], int64_t time_ns, const uint64_t random[static 2])
{
	put(out, (uint64_t)(time_ns / NS_PER_MS), TIME_CHARACTERS);
	put(out + TIME_CHARACTERS, random[0], HALF);
	put(out + TIME_CHARACTERS + HALF, random[1], HALF);
	out[RUN_ID_LENGTH] = '\0';
	return out;
}

bool run_id_valid(const char *text)
{
	return strlen(text) == RUN_ID_LENGTH && strspn(text, digits) == RUN_ID_LENGTH;
}
