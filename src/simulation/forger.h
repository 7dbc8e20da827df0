/* SPDX-License-Identifier: BSD-2-Clause */
/* Who answers SYNs in the host's name: in its place, swallowing them, or beside it. */
#ifndef SIMULATION_FORGER_H
#define SIMULATION_FORGER_H

#include <stdbool.h>

struct parcel;
struct simulated_rule;
struct simulation;

/* Answers a parcel as one of the forging kinds of rule does; false: it goes no further. A forger in
 * the host's place swallows what comes after its SYN-ACK as well. */
bool forger_lets_on(
	struct simulation *sim, const struct simulated_rule *rule, const struct parcel *parcel);

#endif
