/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A source port held for a probe. A listening socket whose filter drops every packet owns the port,
 * so the kernel neither hands it to others nor answers the SYN-ACK of our raw SYN with a RST; the
 * capture still sees the answer (SCIENCE R1). No firewall rule is touched, no right is needed.
 */
#ifndef CAPTURE_RESERVATION_H
#define CAPTURE_RESERVATION_H

#include "address.h"

#include <stdint.h>

/* Returns a descriptor that holds address:port until it is closed, or -1 with errno set
 * (EADDRINUSE: try another port). */
int reservation_open(const struct address *address, uint16_t port);
void reservation_close(int descriptor);

#endif
