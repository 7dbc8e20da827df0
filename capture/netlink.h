/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions to the kernel about routes (rtnetlink(7)), and the attributes of its answers. */
#ifndef CAPTURE_NETLINK_H
#define CAPTURE_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A socket that is connected to the kernel and waits for it two seconds at most; -1 with errno. */
int netlink_open(void);

/* The attributes after a message's fixed part. Values are borrowed and may be misaligned. */
struct netlink_attributes {
	const uint8_t *bytes;
	size_t length, at;
	uint16_t type; /* of the current one, as the rest */
	const uint8_t *value;
	size_t value_length;
};

/* body holds length bytes, fixed of them before the attributes. */
struct netlink_attributes netlink_attributes(const uint8_t *body, size_t length, size_t fixed);

/* On to the next one; false after the last and where one is out of its bounds. */
bool netlink_next(struct netlink_attributes *attributes);

/* A number of four bytes in the machine's order; 0 where the value has another length. */
uint32_t netlink_u32(const struct netlink_attributes *attributes);

#endif
