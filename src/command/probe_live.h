/* SPDX-License-Identifier: BSD-2-Clause */
/* A live run from its options to its exit status, for every command that needs one. */
#ifndef COMMAND_PROBE_LIVE_H
#define COMMAND_PROBE_LIVE_H

struct probe_options;

/* Gives up all rights on the way, for good. */
int probe_live(struct probe_options *options);

#endif
