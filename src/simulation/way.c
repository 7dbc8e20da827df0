/* SPDX-License-Identifier: BSD-2-Clause */
#include "way.h"

#include "simulation.h"

#include <math.h>

/* The loss of one direction, so that both together lose the round trips that were asked for. */
static struct channel channel_of_half(const struct simulated_loss *loss)
{
	return channel_of(1 - sqrt(1 - loss->ratio), loss->mean_burst_s);
}

struct way way_of(const struct simulated_network *network)
{
	struct channel whole = channel_of_half(&network->loss);
	struct channel port = channel_of_half(&network->port_loss);

	return (struct way){.whole = {whole, whole}, .port = {port, port}};
}

bool way_loses(struct simulation *sim, const struct parcel *parcel, enum direction direction)
{
	uint16_t port = sim->network.port_loss.port;
	bool lost = channel_loses(&sim->way.whole[direction], &sim->chance, sim->now_ns);

	if (port != 0 && port != parcel_port(parcel, direction))
		return lost;
	return channel_loses(&sim->way.port[direction], &sim->chance, sim->now_ns) || lost;
}

int64_t way_ns(const struct simulation *sim, int hops)
{
	return (int64_t)(sim->network.rtt_ms / 2 * NS_PER_MS * hops / sim->network.hops);
}

int64_t way_queue(struct simulation *sim, int64_t *gate_ns, int64_t joins_ns)
{
	double jitter_ms = sim->network.jitter_ms / 2;
	int64_t through_ns = joins_ns;

	if (jitter_ms > 0)
		through_ns += (int64_t)(chance_exponential(&sim->chance, jitter_ms) * NS_PER_MS);
	if (sim->network.reorder_ratio > 0 &&
		chance_unit(&sim->chance) < sim->network.reorder_ratio)
		return through_ns + way_ns(sim, sim->network.hops) / 2 + NS_PER_MS;
	if (through_ns < *gate_ns)
		through_ns = *gate_ns;
	*gate_ns = through_ns;
	return through_ns;
}

uint8_t way_hop_limit_left(const struct simulation *sim, const struct parcel *parcel)
{
	/* The host counts nothing down, a router does before it filters. */
	int counted = parcel->hop == sim->network.hops ? parcel->hop - 1 : parcel->hop;

	return (uint8_t)(parcel->segment.hop_limit - counted);
}
