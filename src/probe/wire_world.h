/* SPDX-License-Identifier: BSD-2-Clause */
/* The real world: libnet out, libpcap in, connect() by the kernel, one libevent loop around them.
 */
#ifndef PROBE_WIRE_WORLD_H
#define PROBE_WIRE_WORLD_H

struct fault;
struct injector;
struct session_means;
struct tap;
struct world;

/* Both handles are already open and rights may already be dropped; they stay the caller's, as does
 * what means points to; means may be NULL: no sessions.
 * SIGINT and SIGTERM become WORLD_INTERRUPTED while it lives. NULL: FAULT_SYSTEM. */
struct world *wire_world_new(struct tap *tap, struct injector *injector,
	const struct session_means *means, struct fault *why);
void wire_world_free(struct world *world);

#endif
