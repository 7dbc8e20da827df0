/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Handles are opened with privilege, rights are dropped, and only then is the first packet read.
 */
#ifndef CAPTURE_PRIVILEGE_H
#define CAPTURE_PRIVILEGE_H

#include <stdbool.h>

struct fault;

/* True if raw sockets can be had (CAP_NET_RAW in effect). */
bool privilege_can_probe(void);

/* True if firewall rules may be looked at and added (CAP_NET_ADMIN in effect). */
bool privilege_can_administer(void);

/* As privilege_drop() below, for a child that keeps CAP_NET_ADMIN, and hands it on to programs that
 * it starts. */
int privilege_keep_net_admin(struct fault *why);

/*
 * Gives up every capability and group, becomes the invoking user (SUDO_UID, SUDO_GID) or "nobody"
 * where root started us directly, and sets no_new_privs. Running with file capabilities only, it
 * drops those. Bounding set too. -1: FAULT_SYSTEM, and the program must not go on.
 */
int privilege_drop(struct fault *why);

/*
 * Keeps what it takes to start diagnosis after diagnosis, each of which then drops all: CAP_NET_RAW
 * where it is there, and of root the right to become another user. Every other capability is given
 * up, of root's too. -1: FAULT_SYSTEM.
 */
int privilege_keep_probing(struct fault *why);

/* Gives a file that root opened for the user to the user (SUDO_UID), mode 0600. */
void privilege_give_to_user(int descriptor);

#endif
