/* SPDX-License-Identifier: BSD-2-Clause */
/* A random network with its faults, and what may rightly be said of it. All from one seed. */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "simulated.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

/* What is the matter with one asked port. */
enum truth {
	TRUTH_OPEN,        /* and the path loses nothing */
	TRUTH_OPEN_LOSS,   /* and the path loses at random */
	TRUTH_OPEN_BURSTS, /* and the path loses in bursts */
	TRUTH_PORT_LOSS,
	TRUTH_DROPPED,
	TRUTH_RESET, /* by a device on the path */
	TRUTH_CLOSED,
	TRUTH_ICMP,
	TRUTH_PORT_BUCKET,
	TRUTH_HOST_BUCKET,
	TRUTH_CONNECTIONS,
	TRUTH_BAN,
	TRUTH_DEAD,   /* no answer from anything at the address */
	TRUTH_ABSENT, /* the last router says that there is no such host */
	TRUTH_LOCAL_OUTPUT,
	TRUTH_LOCAL_EGRESS,
	TRUTH_LOCAL_INPUT,
};
#define TRUTHS 17

struct question {
	uint16_t port;
	enum truth truth;
	const struct simulated_rule *rule; /* the one to blame; NULL if none */
};

#define SCENARIO_QUESTIONS 3

struct scenario {
	uint64_t seed;
	struct simulated_network network;
	uint16_t controls[3];    /* two that may listen and one that never does */
	bool hides_closed_ports; /* the host drops what it does not listen to */
	bool someone_answers;    /* one of the ports, asked or control */
	bool places;             /* only the place is in question: no rate tests */
	struct question questions[SCENARIO_QUESTIONS];
};

/* The questions point into *out: it must stay where it is. */
void scenario_init(struct scenario *out, uint64_t seed);

/* The same of networks that only stop or refuse, where it matters at which hop. */
void scenario_init_places(struct scenario *out, uint64_t seed);

/* Where a question's packets end, in half hops: 5 is between the second and the third router. 0:
 * nowhere, or that is no matter of one place. */
unsigned scenario_place(const struct scenario *scenario, const struct question *question);

/* All routers report what expires at them. */
bool scenario_routers_answer(const struct scenario *scenario);

/* The words that are right, as bits 1 << enum verdict_word, after the run: what was really lost
 * and refused in it counts. */
unsigned scenario_words(const struct scenario *scenario, const struct question *question,
	const struct world *world);

/* Whether the short burst of ten in 36 ms must meet the limit. */
bool question_limit_is_visible(const struct scenario *scenario, const struct question *question);
bool truth_is_local(enum truth truth);

#define SCENARIO_TEXT 1024
const char *scenario_describe(const struct scenario *scenario, char out[static SCENARIO_TEXT]);
const char *truth_name(enum truth truth);

#endif
