/* SPDX-License-Identifier: BSD-2-Clause */
/* What came of many trials: the confusion matrix and the figures beside it. */
#ifndef SIM_TALLY_H
#define SIM_TALLY_H

#include <stdbool.h>
#include <stddef.h>

struct trial;

/* The least that is asked for; negative: nothing is. */
struct tally_limits {
	double min_right; /* share of endpoints with a right word */
	double max_false; /* share of "dropped", and of "throttled", where there is loss alone */
	double min_rate_within; /* share of visible buckets whose rate is within 20 % */
	double max_blame;       /* of the path for what is not its own */
	double min_placed;      /* places named that are right */
	double min_narrow;      /* places within one hop where routers answer */
};

/* Prints all figures. */
void tally_print(const struct trial *trials, size_t count);

/* Prints each limit that does not hold; true if all do. */
bool tally_holds(const struct trial *trials, size_t count, const struct tally_limits *limits);

#endif
