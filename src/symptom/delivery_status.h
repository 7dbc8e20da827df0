/* SPDX-License-Identifier: BSD-2-Clause */
/* The fields of message/delivery-status (RFC 3464 section 2), recipient by recipient. */
#ifndef SYMPTOM_DELIVERY_STATUS_H
#define SYMPTOM_DELIVERY_STATUS_H

#include "span.h"

#include <stdbool.h>

#define DELIVERY_STATUS_FIELD 2048 /* of a field, its lines made one; what is beyond is cut */

struct delivery_status {
	struct span left; /* what was not read yet */
	/* Of the recipient at hand; empty where it has none. They borrow from what was begun with,
	 * and from this struct. */
	struct span recipient, status, diagnostic, server, address;
	char diagnostic_text[DELIVERY_STATUS_FIELD];
};

void delivery_status_begin(struct delivery_status *status, struct span text);

/* The next recipient to whom delivery failed or waits; false if there is none. The diagnostic comes
 * without its type. */
bool delivery_status_next(struct delivery_status *status);

#endif
