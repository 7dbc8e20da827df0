/* SPDX-License-Identifier: BSD-2-Clause */
#include "suggest.h"

#include <stdbool.h>
#include <stdio.h>
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

/* By letters of its first part, as "hetzer" of "hetzner-cloud", or as its beginning. */
static bool is_near(const char *word, const char *name)
{
	char part[LONGEST + 1];
	size_t length = strlen(word);

	snprintf(part, sizeof(part), "%.*s", (int)strcspn(name, "-"), name);
	return suggest_distance(word, name) <= (length + 2) / 3 ||
		suggest_distance(word, part) <= (length + 2) / 3 ||
		(length >= 3 && strncmp(word, name, length) == 0);
}

const char *suggest_list(
	const char *word, const char *const *names, size_t count, char out[static SUGGEST_LIST])
{
	size_t near = 0;
	size_t told = 0;
	size_t used;

	for (size_t i = 0; i < count; i++)
		near += is_near(word, names[i]);
	used = (size_t)snprintf(
		out, SUGGEST_LIST, "%s", near > 0 ? "did you mean " : "it is one of ");
	for (size_t i = 0; i < count; i++) {
		if (near > 0 && !is_near(word, names[i]))
			continue;
		if (used + strlen(names[i]) + sizeof(" or , ...") > SUGGEST_LIST)
			break;
		bool last = near > 0 && told + 1 == near;
		const char *joint = told == 0 ? "" : last ? " or " : ", ";
		used += (size_t)snprintf(out + used, SUGGEST_LIST - used, "%s%s", joint, names[i]);
		told++;
	}
	snprintf(out + used, SUGGEST_LIST - used, "%s", near > 0 ? "?" : "");
	return out;
}
