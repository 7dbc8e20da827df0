/* SPDX-License-Identifier: BSD-2-Clause */
#include "attempt.h"

#include "simulation.h"

struct attempt *attempt_find(struct simulation *sim, const struct segment *segment)
{
	for (unsigned i = 0; i < sim->attempts.count; i++) {
		struct attempt *attempt = &sim->attempts.items[i];

		if (attempt->syn.source_port == segment->source_port &&
			attempt->syn.destination_port == segment->destination_port)
			return attempt;
	}
	return NULL;
}

struct attempt *attempt_by_id(struct simulation *sim, uint32_t id)
{
	for (unsigned i = 0; i < sim->attempts.count; i++)
		if (sim->attempts.items[i].id == id)
			return &sim->attempts.items[i];
	return NULL;
}

struct attempt *attempt_start(struct simulation *sim, const struct parcel *syn)
{
	struct attempt *attempt;

	if (sim->attempts.count == ATTEMPTS)
		return NULL;
	attempt = &sim->attempts.items[sim->attempts.count++];
	*attempt = (struct attempt){
		.id = sim->next_id++,
		.syn = syn->segment,
		.echo = syn->stamps.value,
		.host_sequence = (uint32_t)chance_u64(&sim->chance),
		.started_ns = sim->now_ns,
	};
	return attempt;
}

void attempt_end(struct simulation *sim, struct attempt *attempt)
{
	*attempt = sim->attempts.items[--sim->attempts.count];
}

static void end_if_forgotten(struct simulation *sim, struct attempt *attempt)
{
	if (attempt->counted == 0 && attempt->state == ATTEMPT_PASSING)
		attempt_end(sim, attempt);
}

void attempt_leave_host(struct simulation *sim, struct attempt *attempt)
{
	attempt->state = ATTEMPT_PASSING;
	end_if_forgotten(sim, attempt);
}

void attempt_leave_filter(struct simulation *sim, struct attempt *attempt, uint16_t bit)
{
	attempt->counted &= (uint16_t)~bit;
	end_if_forgotten(sim, attempt);
}
