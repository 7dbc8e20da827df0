/* SPDX-License-Identifier: BSD-2-Clause */
/* How many probes go unanswered on a port, and on the host's other ports that answer. */
#ifndef EVIDENCE_LOSS_H
#define EVIDENCE_LOSS_H

#include <stdbool.h>
#include <stdint.h>

struct endpoint;
struct host;

struct loss_figures {
	unsigned sent, missing; /* this endpoint; a late answer counts as missing, since its first
				 * SYN-ACK was lost */
	unsigned control_sent, control_missing; /* the host's other ports that answer alike */
	double ratio, control_ratio;            /* 0 where nothing was sent */
	double common_ratio;                    /* of both together */
	double low, high;                       /* Wilson 95 % interval of common_ratio */
	bool stands_out; /* this port loses more than the others can explain */
};

struct loss_figures loss_of(
	const struct host *host, const struct endpoint *endpoint, int64_t now_ns);

/* Marks, by their place in host->endpoints, those whose losses do not stand out: fit to serve as
 * controls for another. */
void loss_mark_controls(const struct host *host, int64_t now_ns, bool *fit);

#endif
