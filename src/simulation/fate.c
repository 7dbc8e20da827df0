/* SPDX-License-Identifier: BSD-2-Clause */
#include "fate.h"

struct simulated_fate *fate_of(struct fates *fates, uint16_t port)
{
	for (unsigned i = 0; i < SIMULATED_PORTS; i++) {
		struct port_fate *entry = &fates->ports[i];

		if (entry->port == 0)
			entry->port = port;
		if (entry->port == port)
			return &entry->fate;
	}
	return &fates->beyond;
}

struct simulated_fate fate_sum(const struct fates *fates, uint16_t port)
{
	struct simulated_fate sum = {0};

	for (unsigned i = 0; i < SIMULATED_PORTS; i++) {
		const struct port_fate *entry = &fates->ports[i];

		if (port != 0 && entry->port != port)
			continue;
		sum.sent += entry->fate.sent;
		sum.lost += entry->fate.lost;
		sum.refused += entry->fate.refused;
	}
	return sum;
}
