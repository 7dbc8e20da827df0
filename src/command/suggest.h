/* SPDX-License-Identifier: BSD-2-Clause */
/* Which known word was probably meant by an unknown one. */
#ifndef COMMAND_SUGGEST_H
#define COMMAND_SUGGEST_H

#include <stddef.h>

/* How many letters must be changed, left out, put in or swapped; words beyond 32 letters: 32. */
unsigned suggest_distance(const char *word, const char *other);

/* The nearest of names, NULL if none is near enough to be meant. */
const char *suggest(const char *word, const char *const *names, size_t count);

#define SUGGEST_LIST 400

/* "did you mean a or b?" of all that are near, else "it is one of a, b, c" of as many as there is
 * room for; returns out. */
const char *suggest_list(
	const char *word, const char *const *names, size_t count, char out[static SUGGEST_LIST]);

#endif
