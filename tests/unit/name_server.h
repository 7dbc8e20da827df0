/* SPDX-License-Identifier: BSD-2-Clause */
/* A name server at the address that this machine asks, in a network of the test's own (netns.h). It
 * knows one TLSA record, 3 1 1 01020304, of whatever name; and signs as the root, or nothing. */
#ifndef UNIT_NAME_SERVER_H
#define UNIT_NAME_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

/* signs: with a key that this process and its children trust from then on. forges: and breaks the
 * signature of what it says. 0: it cannot be had here. */
pid_t name_server_start(bool signs, bool forges);
void name_server_stop(pid_t server);

#endif
