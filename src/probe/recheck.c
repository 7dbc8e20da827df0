/* SPDX-License-Identifier: BSD-2-Clause */
#include "recheck.h"

#include "campaign.h"

#define LOOKS 3

/* Two tokens' time, so that one is there even if somebody else takes one too; bounded, since a
 * limit slower than one in three seconds lets hardly any mail through anyway. */
#define TOKENS         2
#define PAUSE_LEAST_NS (500 * NS_PER_MS)
#define PAUSE_MOST_NS  (6000 * NS_PER_MS)

static int64_t pause_ns(const struct campaign *campaign)
{
	double pause = campaign->limit_per_s > 0 ? TOKENS * 1e9 / campaign->limit_per_s : 1e9;

	if (pause < (double)PAUSE_LEAST_NS)
		return PAUSE_LEAST_NS;
	return pause > (double)PAUSE_MOST_NS ? PAUSE_MOST_NS : (int64_t)pause;
}

bool recheck_next(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	const struct host *host = campaign_host(campaign, evidence);

	if (!campaign->limit_seen || campaign->rechecks++ == LOOKS)
		return false;
	batch_begin(campaign, now_ns);
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (!host->endpoints[e].asked || endpoint_accepts(&host->endpoints[e]))
			continue;
		batch_pause(campaign, pause_ns(campaign));
		batch_add_syn(campaign, host, e, 0, false);
	}
	return campaign->step_count > 0;
}
