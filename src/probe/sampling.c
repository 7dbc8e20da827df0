/* SPDX-License-Identifier: BSD-2-Clause */
#include "sampling.h"

#include "campaign.h"
#include "figures.h"

#define SAMPLE_GAP_NS (40 * NS_PER_MS) /* at most 25 a second to one host */
#define SAMPLE_BATCH  20
#define SAMPLES_MOST  200 /* to one host; the interval is then 4 % to 8 % wide */

/* Loss above 8 % is "lossy" (DESIGN section 1). Below the lower or above the upper of these a few
 * dozen probes are enough to be on the right side. */
#define LOSSY_RATIO  .08
#define CLEARLY_LOW  .025
#define CLEARLY_HIGH .20

static bool open_ports(const struct host *host, size_t *places, size_t *count)
{
	size_t all[EVIDENCE_ENDPOINTS];
	size_t fit = campaign_controls(host, EVIDENCE_ENDPOINTS, INT64_MAX, all);

	*count = 0;
	for (size_t i = 0; i < fit; i++) {
		if (host->endpoints[all[i]].asked)
			places[(*count)++] = all[i];
	}
	return *count > 0;
}

/* More samples would not tell what the capture lost from what the path did. */
static bool known_well_enough(const struct figures *figures)
{
	const struct loss_figures *loss = &figures->loss;

	return figures->capture_explains || loss->missing + loss->control_missing == 0 ||
		loss->common_ratio < CLEARLY_LOW || loss->common_ratio > CLEARLY_HIGH ||
		loss->low > LOSSY_RATIO || loss->high < LOSSY_RATIO ||
		loss->sent + loss->control_sent >= SAMPLES_MOST;
}

bool sampling_next(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	const struct host *host = campaign_host(campaign, evidence);
	size_t places[EVIDENCE_ENDPOINTS];
	size_t count;

	if (campaign->options.no_throttle || campaign->shared_limit ||
		!open_ports(host, places, &count))
		return false;
	struct figures figures = figures_quick(evidence, host, &host->endpoints[places[0]], now_ns);

	if (known_well_enough(&figures))
		return false;
	batch_begin(campaign, now_ns);
	for (size_t i = 0; i < SAMPLE_BATCH; i++)
		batch_add_syn(campaign, host, places[(campaign->round + i) % count],
			jittered(campaign, SAMPLE_GAP_NS), false);
	campaign->round += SAMPLE_BATCH;
	return campaign->step_count > 0;
}
