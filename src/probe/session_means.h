/* SPDX-License-Identifier: BSD-2-Clause */
/* What sessions of a run have in common. */
#ifndef PROBE_SESSION_MEANS_H
#define PROBE_SESSION_MEANS_H

#include <stdint.h>

struct tlsa_list;
struct trust;

struct session_means {
	const struct trust *trust; /* NULL: no sessions are held */
	const char *server_name;   /* to ask for and to be proved in TLS; NULL: the host's own */

	/* The TLSA records of a host's port; NULL, or a NULL answer: none. */
	const struct tlsa_list *(*tlsa)(const void *context, const char *host, uint16_t port);
	const void *context;
};

#endif
