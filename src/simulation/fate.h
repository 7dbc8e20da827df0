/* SPDX-License-Identifier: BSD-2-Clause */
/* What really became of the probes, port by port, for tests to compare with what was concluded. */
#ifndef SIMULATION_FATE_H
#define SIMULATION_FATE_H

#include "simulated.h"

#include <stdint.h>

struct port_fate {
	uint16_t port; /* 0: unused */
	struct simulated_fate fate;
};

struct fates {
	struct port_fate ports[SIMULATED_PORTS];
	struct simulated_fate beyond; /* of all ports that found no room */
};

/* To be counted in. */
struct simulated_fate *fate_of(struct fates *fates, uint16_t port);

/* Of one port, or of all that have an entry for port 0. */
struct simulated_fate fate_sum(const struct fates *fates, uint16_t port);

#endif
