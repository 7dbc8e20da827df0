/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A network of our own for one test program: nothing in it reaches the machine's network, and it
 * vanishes with the processes in it. Needs root; where it cannot be had, the test skips.
 */
#ifndef SUPPORT_NETNS_H
#define SUPPORT_NETNS_H

#include <stdbool.h>
#include <stdint.h>

/* The far end of a veth pair, a process in a namespace of its own. */
struct netns_peer {
	int pid;      /* 0: none */
	int leash[2]; /* the peer lives until our end is closed */
};

#define NETNS_OUR_IPV4  "198.18.0.1" /* RFC 2544 benchmarking range */
#define NETNS_PEER_IPV4 "198.18.0.2"
#define NETNS_OUR_IPV6  "2001:db8:18::1"
#define NETNS_PEER_IPV6 "2001:db8:18::2"

/* Moves this process into a new, empty network namespace with lo up; false where not allowed. */
bool netns_enter(void);

/* Runs a command line of ip(8), nft(8), ... quietly; true if it succeeded. */
bool netns_run(const char *command);

/* Makes veth "near" here and "far" in the peer, with the addresses above; the peer's kernel accepts
 * connections on these ports (0-terminated), in both families. False where not possible. */
bool netns_peer_start(struct netns_peer *peer, const uint16_t *ports);
void netns_peer_stop(struct netns_peer *peer);

#endif
