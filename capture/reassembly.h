/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IP packets put together again from their fragments (RFC 791 section 3.2, RFC 8200 section 4.5),
 * by the capture's clock alone. So many are gathered at a time; the oldest makes room for a new
 * one, and one that is not whole within a minute is given up. Fragments that overlap are nobody's
 * honest work: all of their packet is refused (RFC 5722; kernels do so with IPv4 as well), unless
 * they are the same ones captured twice. A packet whose fragments were cut by the snap length is
 * whole by its lengths, and captured as far as the first cut.
 */
#ifndef CAPTURE_REASSEMBLY_H
#define CAPTURE_REASSEMBLY_H

#include "frame.h"

struct packet;
struct reassembly;

struct reassembly *reassembly_new(void);

/*
 * As frame_decode(), but a fragment that completes its packet gives what is in that packet, with
 * the number and time of the last one; the others are FRAME_FRAGMENT, kept or refused. What *out
 * borrows stands until the next call, and no longer than the packet's own bytes.
 */
enum frame_outcome reassembly_decode(
	struct reassembly *reassembly, struct frame *out, const struct packet *packet);

void reassembly_free(struct reassembly *reassembly); /* NULL is fine */

#endif
