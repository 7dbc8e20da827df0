/* SPDX-License-Identifier: BSD-2-Clause */
/* One port's probes and its controls' in order of time, as the models of rate.h want them. */
#ifndef EVIDENCE_TIMELINE_H
#define EVIDENCE_TIMELINE_H

#include "rate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct endpoint;
struct host;

/* Fills samples with the earliest RATE_SAMPLES of them; returns how many. */
size_t timeline_of(const struct host *host, const struct endpoint *endpoint, int64_t now_ns,
	struct sample samples[static RATE_SAMPLES]);

/* A port of a host, or all that was asked of it. */
struct asked_port {
	const struct host *host;
	const struct endpoint *endpoint; /* NULL: all */
	bool taker; /* only what was answered counts, and only as taking a token */
};

/* The same of ports of several hosts: each sample a target, its port the place among ports; of
 * takers, SAMPLE_MUTE. Where resets are how a limit turns away, those of a port that never accepts
 * count as that. */
size_t timeline_of_hosts(const struct asked_port *ports, size_t port_count, bool resets,
	int64_t now_ns, struct sample samples[static RATE_SAMPLES]);

#endif
