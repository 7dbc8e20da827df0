/* SPDX-License-Identifier: BSD-2-Clause */
#include "chance.h"

#include <math.h>

/* splitmix64: spreads a seed of few bits over all of the state, which must not be all zero. */
static uint64_t seed_spread(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15U);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

struct chance chance_seeded(uint64_t seed)
{
	struct chance chance;

	for (unsigned i = 0; i < 4; i++)
		chance.state[i] = seed_spread(&seed);
	return chance;
}

static uint64_t rotated(uint64_t value, unsigned by)
{
	return (value << by) | (value >> (64 - by));
}

uint64_t chance_u64(struct chance *chance)
{
	uint64_t *s = chance->state;
	uint64_t result = rotated(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotated(s[3], 45);
	return result;
}

double chance_unit(struct chance *chance)
{
	return (double)(chance_u64(chance) >> 11) * 0x1p-53;
}

double chance_between(struct chance *chance, double low, double high)
{
	return low + (high - low) * chance_unit(chance);
}

unsigned chance_below(struct chance *chance, unsigned count)
{
	return (unsigned)(chance_unit(chance) * count);
}

double chance_exponential(struct chance *chance, double mean)
{
	return -mean * log1p(-chance_unit(chance));
}
