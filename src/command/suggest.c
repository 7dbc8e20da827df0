/* SPDX-License-Identifier: BSD-2-Clause */
#include "suggest.h"

#include <string.h>

#define LONGEST 32

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* One cell of the table of optimal string alignment: Levenshtein's, and swaps of neighbours. */
static unsigned cell(unsigned (*table)[LONGEST + 1], const char *word, const char *other,
	const size_t at[static 2])
{
	size_t i = at[0];
	size_t j = at[1];
	unsigned changed = word[i - 1] != other[j - 1];
	unsigned best = least(table[i - 1][j] + 1, table[i][j - 1] + 1);

	best = least(best, table[i - 1][j - 1] + changed);
	if (i > 1 && j > 1 && word[i - 1] == other[j - 2] && word[i - 2] == other[j - 1])
		best = least(best, table[i - 2][j - 2] + 1);
	return best;
}

unsigned suggest_distance(const char *word, const char *other)
{
	unsigned table[LONGEST + 1][LONGEST + 1];
	size_t rows = strlen(word);
	size_t columns = strlen(other);

	if (rows > LONGEST || columns > LONGEST)
		return LONGEST;
	for (size_t i = 0; i <= rows; i++)
		table[i][0] = (unsigned)i;
	for (size_t j = 0; j <= columns; j++)
		table[0][j] = (unsigned)j;
	for (size_t i = 1; i <= rows; i++) {
		for (size_t j = 1; j <= columns; j++)
			table[i][j] = cell(table, word, other, (size_t[2]){i, j});
	}
	return table[rows][columns];
}

const char *suggest(const char *word, const char *const *names, size_t count)
{
	const char *nearest = NULL;
	unsigned distance = (unsigned)strlen(word) / 3 + 1; /* a third of it may be wrong */

	for (size_t i = 0; i < count; i++) {
		unsigned here = suggest_distance(word, names[i]);
		if (here <= distance && (nearest == NULL || here < distance)) {
			nearest = names[i];
			distance = here;
		}
	}
	return nearest;
}
