/* SPDX-License-Identifier: BSD-2-Clause */
/* The comment beside a packet in the evidence file: which probe it is, or what it answers. */
#ifndef REPORT_PACKET_COMMENT_H
#define REPORT_PACKET_COMMENT_H

#include "evidence.h"

#include <stdint.h>

#define PACKET_COMMENT 160

/*
 * role is the packet's as the fold gave it; its answer is not looked at, since it does not live as
 * long. Writes "" where there is nothing to say, and returns out.
 */
const char *packet_comment(const struct evidence *evidence, const struct role *role,
	uint64_t packet, char out[static PACKET_COMMENT]);

#endif
