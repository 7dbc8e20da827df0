/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The diagnosis of one host in progress: the batch of timed steps that is being carried out and
 * what is needed to decide the next one. A batch is written by a stage (rounds, ladder, sampling)
 * and read step by step by plan.c.
 */
#ifndef PROBE_CAMPAIGN_H
#define PROBE_CAMPAIGN_H

#include "chance.h"
#include "evidence.h"
#include "plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PER_MS ((int64_t)1000000)

#define BATCH_STEPS 192 /* the longest: one round of 64 endpoints with controls between */

/* Ceilings of politeness (SCIENCE section B): SYNs to one port and to one host in a run. */
#define MOST_SYNS_A_PORT 120
#define MOST_SYNS_A_HOST 300

struct timed_step {
	int64_t due_ns;
	struct plan_step step;
};

enum stage {
	CAMPAIGN_ROUNDS,  /* does it answer at all? */
	CAMPAIGN_LISTEN,  /* sessions go first, for a moment: their work would blur the bursts */
	CAMPAIGN_LADDER,  /* does it answer at any rate? */
	CAMPAIGN_SAMPLE,  /* how much is lost? */
	CAMPAIGN_RECHECK, /* was a silent or refused port only starved by a limit that all share? */
	CAMPAIGN_REVIEW,  /* the ladder again, where the later probes raised doubts */
	CAMPAIGN_PLACE,   /* where on the way does it fail? */
	CAMPAIGN_END,     /* waiting for what is still under way */
	CAMPAIGN_OVER,
};

/* What the ladder does next; the numbers of each rung are in ladder.c. */
enum rung {
	RUNG_BRIEF,
	RUNG_BURST,
	RUNG_FAST,
	RUNG_SLOW,
	RUNG_SLOWEST,
	RUNG_SECOND_BURST,
	RUNG_HOLD,
	RUNG_AFTER_HOLD,
	RUNG_AGAIN,
	RUNG_AGAIN_FAST,
	RUNG_NEXT_PORT,
};

/* The sweeps so far, for place.c. */
struct placing {
	uint8_t runs[EVIDENCE_ENDPOINTS]; /* sweeps begun, by place in host->endpoints */
	size_t control;                   /* such a place */
	bool control_known;
	size_t lone;   /* the only port to be swept where there is no control */
	uint8_t reach; /* hops asked beyond what answers led to expect; 0: none */
	bool guarded, waited;
	unsigned sent;   /* probes of sweeps */
	unsigned looks;  /* waits for routers that may be asked again */
	int64_t last_ns; /* the last sweep's last probe; 0: none */
};

struct campaign {
	size_t host;                /* its place in evidence->hosts */
	const struct campaign *all; /* of the run, this one among them; borrowed from the plan */
	size_t all_count;
	enum stage stage;
	struct plan_options options;
	struct chance chance;

	struct timed_step steps[BATCH_STEPS];
	size_t step_count, step_next;
	int64_t batch_ns;     /* when the batch began */
	double jitter;        /* of the gap to the next one: 0.8 to 1.2 */
	int64_t last_send_ns; /* due time of the latest step, for the rate cap */
	unsigned batch_syns;

	int64_t started_ns; /* 0: not yet */
	int64_t listen_ns;  /* when it began to wait for sessions; 0: not yet */
	bool quiet;         /* asks nothing more but what sessions do */
	bool over;
	unsigned round;
	int64_t round_ns; /* the last probe of the round, without sweeps */
	bool ladder_begun, review_begun;
	bool limit_seen;    /* some port of the host is limited */
	double limit_per_s; /* the rate of that limit; 0: unknown */
	unsigned rechecks;
	int64_t yield_ns;   /* when it began to wait for other hosts' tests to end; 0: not yet */
	bool in_vain;       /* and they did not end in time */
	bool looking;       /* for what a limit that other hosts meet as well may have starved */
	size_t ladder_port; /* place in host->endpoints */
	enum rung rung;
	bool shared_limit; /* one limit for all ports was found: the rest need no full ladder */
	bool connecting[EVIDENCE_ENDPOINTS];
	uint8_t talks[EVIDENCE_ENDPOINTS]; /* sessions begun */
	struct placing placing;
	unsigned syns[EVIDENCE_ENDPOINTS];
	unsigned syns_all;
};

static inline struct host *campaign_host(
	const struct campaign *campaign, const struct evidence *evidence)
{
	return &evidence->hosts[campaign->host];
}

/* Starts an empty batch at now_ns. */
void batch_begin(struct campaign *campaign, int64_t now_ns);

/* Lets the next step wait so much longer. */
void batch_pause(struct campaign *campaign, int64_t gap_ns);

/* Adds a SYN to the host's endpoint, gap_ns after the step before it (more if the user's rate
 * demands it). Does nothing beyond the ceilings; returns whether it was added. */
bool batch_add_syn(struct campaign *campaign, const struct host *host, size_t endpoint,
	int64_t gap_ns, bool hold);

/* A SYN to the host's endpoint that is to expire after hop_limit hops. */
struct plan_step batch_sweep_step(const struct host *host, size_t endpoint, uint8_t hop_limit);

/* Adds a step that is no SYN. */
void batch_add(struct campaign *campaign, const struct plan_step *step, int64_t gap_ns);

/* True once all of the batch is sent and answered, so that nothing is left to wait for. */
bool batch_answered(const struct campaign *campaign, const struct host *host);

/* A gap with a quarter of jitter either way, so that no limiter's period is met by chance. */
int64_t jittered(struct campaign *campaign, int64_t gap_ns);

/* Endpoints fit to vouch for the path: they answer by TCP and lose no more than others. Fills
 * places and returns how many; without excludes one endpoint. */
size_t campaign_controls(const struct host *host, size_t without, int64_t now_ns,
	size_t places[static EVIDENCE_ENDPOINTS]);

#endif
