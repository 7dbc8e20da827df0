/* SPDX-License-Identifier: BSD-2-Clause */
/* A TCP socket of the kernel's on its way out. */
#ifndef PROBE_OUTGOING_H
#define PROBE_OUTGOING_H

#include <stdint.h>
#include <sys/time.h>

struct flow;

/*
 * Opens a socket that never blocks, bound to flow->source (port 0: the kernel picks), and begins to
 * connect. segment_bytes: none larger either way; 0: the kernel's choice. Returns the descriptor,
 * with *error 0 (connected), EINPROGRESS or why not, and fills flow->source with what it became;
 * -1 where not even a socket could be had, with *error.
 */
int outgoing_open(struct flow *flow, int segment_bytes, int *error);

/* How the connect() of a descriptor ended that became writable: 0 or an errno. */
int outgoing_error(int descriptor);

/* A span of time for libevent, never shorter; 0 for what is past. */
struct timeval outgoing_interval(int64_t ns);

#endif
