/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole diagnosis of one scenario, and how it compares with the truth. */
#ifndef SIM_TRIAL_H
#define SIM_TRIAL_H

#include "scenario.h"
#include "verdict.h"

#include <stdbool.h>
#include <stdint.h>

struct figures;
struct loop_observer;

struct outcome {
	uint16_t port;
	enum truth truth;
	unsigned words; /* those that are right, 1 << enum verdict_word */
	enum verdict_word word;
	enum verdict_by by;
	bool visible;           /* a limit that the short burst must meet */
	double rate_per_s;      /* as estimated; 0: not */
	double true_rate_per_s; /* 0: no bucket */
	unsigned burst, true_burst;
	/* Half hops, see scenario_place: the place named is in [low, high]; 0: none is, or there is
	 * none. */
	uint8_t low, high, true_place;
	uint8_t width; /* hops from one end to the other; 0: the very device */
	uint8_t hops;
	bool routers_answer;
	bool at_host; /* true_place is the host itself */
};

/* A run that needs more simulated time than this has gone astray; it ends as it stands. */
#define TRIAL_DEADLINE_S 600

/* A plain value, small enough to pass through a pipe in one piece. */
struct trial {
	uint64_t seed;
	unsigned sent;
	double elapsed_s; /* of simulated time */
	struct outcome outcomes[SCENARIO_QUESTIONS];
};

/* Who watches the run; all may be NULL. */
struct trial_watch {
	const struct loop_observer *observer;
	/* Each verdict with what it rests on. */
	void (*verdict)(const struct outcome *outcome, const struct verdict *verdict,
		const struct figures *figures);
};

struct trial trial_run(const struct scenario *scenario, const struct trial_watch *watch);

bool outcome_is_right(const struct outcome *outcome);

/* The path is blamed for what is not its own. */
bool outcome_accuses_falsely(const struct outcome *outcome);

/* A place is named and it is another. */
bool outcome_is_misplaced(const struct outcome *outcome);

#endif
