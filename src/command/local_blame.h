/* SPDX-License-Identifier: BSD-2-Clause */
/* Which rule of this machine's stops the ports that this machine stops. */
#ifndef COMMAND_LOCAL_BLAME_H
#define COMMAND_LOCAL_BLAME_H

struct destination_list;
struct evidence;
struct fact;
struct injector;
struct tracer;

struct local_blame {
	const struct evidence *evidence; /* of a run that is over */
	const struct destination_list *destinations;
	struct injector *injector;
	struct tracer *tracer; /* NULL: nftables cannot be asked */
	void (*tell)(void *context, const struct fact *fact);
	void *context;
};

/* Sends a SYN of each such port's again, and has it traced; tells one FACT_LOCAL_RULE each, once it
 * has sent all that it sends. Takes a second at most; no time at all where this machine stops
 * nothing. */
void local_blame(const struct local_blame *blame);

#endif
