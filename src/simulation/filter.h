/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules on the way: what stops, answers, limits or counts. */
#ifndef SIMULATION_FILTER_H
#define SIMULATION_FILTER_H

#include "simulated.h"
#include "tokens.h"

#include <stdbool.h>
#include <stdint.h>

struct parcel;
struct simulation;

struct rule_state {
	struct tokens tokens;
	unsigned seen;   /* SYNs that a ban let pass */
	int64_t last_ns; /* the last SYN */
};

struct filter {
	uint8_t order[SIMULATED_RULES]; /* rules by hop */
	struct rule_state states[SIMULATED_RULES];
};

/* Once, before the first packet. */
void filter_order(struct simulation *sim);

/* Whether a rule of this machine's own stops the port. */
bool filter_holds_locally(
	const struct simulation *sim, enum simulated_rule_kind kind, uint16_t port);

/* The next rule on the parcel's way that concerns it; NULL if none. Moves the parcel's place in the
 * order of the rules up to it. */
const struct simulated_rule *filter_next(const struct simulation *sim, struct parcel *parcel);

/* False: the parcel ends at this rule, answered or not. */
bool filter_lets_on(
	struct simulation *sim, const struct simulated_rule *rule, struct parcel *parcel);

#endif
