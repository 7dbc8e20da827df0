/* SPDX-License-Identifier: BSD-2-Clause */
/* Which route, or which rule of `ip rule`, makes the kernel refuse a destination. */
#ifndef CAPTURE_ROUTE_CULPRIT_H
#define CAPTURE_ROUTE_CULPRIT_H

#include "address.h"
#include "local_rule.h"

#include <stdbool.h>

/*
 * Walks the routing rules and tables as the kernel does for a packet of this process without a mark
 * (ip-rule(8)). error is that of struct route. False where the culprit is not found: the kernel
 * tells no more, or there is more than can be walked.
 */
bool route_culprit(struct local_rule *out, const struct address *destination, int error);

#endif
