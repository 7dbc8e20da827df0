/* SPDX-License-Identifier: BSD-2-Clause */
/* The sessions of our own that were held with one endpoint, weighed together. */
#ifndef EVIDENCE_ACCOUNTS_H
#define EVIDENCE_ACCOUNTS_H

#include "ending.h"

struct endpoint;
struct host;

/* host is the endpoint's. Of no use where there is no account of the endpoint. */
struct session_signs accounts_weigh(const struct host *host, const struct endpoint *endpoint);

#endif
