/* SPDX-License-Identifier: BSD-2-Clause */
#include "channel.h"

#include "chance.h"

#include <math.h>

#define NS_PER_S 1e9

struct channel channel_of(double ratio, double mean_bad_s)
{
	return (struct channel){.ratio = ratio, .mean_bad_s = mean_bad_s};
}

/* The two-state Markov chain forgets where it was with the sum of both rates of change, which is
 * 1 / (mean_bad (1 - ratio)) where the share of bad time is ratio. */
static double chance_of_bad(const struct channel *channel, int64_t now_ns)
{
	double elapsed_s = (double)(now_ns - channel->asked_ns) / NS_PER_S;
	double kept;

	if (channel->mean_bad_s <= 0 || channel->ratio >= 1 || channel->asked_ns == 0)
		return channel->ratio;
	kept = exp(-elapsed_s / (channel->mean_bad_s * (1 - channel->ratio)));
	return channel->ratio + ((channel->bad ? 1 : 0) - channel->ratio) * kept;
}

bool channel_loses(struct channel *channel, struct chance *chance, int64_t now_ns)
{
	if (channel->ratio <= 0)
		return false;
	channel->bad = chance_unit(chance) < chance_of_bad(channel, now_ns);
	channel->asked_ns = now_ns;
	return channel->bad;
}
