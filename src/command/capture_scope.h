/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a live run captures, and what of it. */
#ifndef COMMAND_CAPTURE_SCOPE_H
#define COMMAND_CAPTURE_SCOPE_H

struct destination_list;

/* The interface that all destinations are reached through, or "any" where they differ. */
const char *capture_interface(const struct destination_list *destinations);

/* What to capture, in pcap-filter(7) terms; out always holds a whole expression. */
#define CAPTURE_FILTER 2048
const char *capture_filter(
	const struct destination_list *destinations, char out[static CAPTURE_FILTER]);

#endif
