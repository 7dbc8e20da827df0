/* SPDX-License-Identifier: BSD-2-Clause */
#include "netlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE_S 2 /* the kernel answers at once, if at all */

/* Connected to the kernel (port 0), so that nobody else can answer. */
int netlink_open(void)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	struct timeval patience = {.tv_sec = PATIENCE_S};
	int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int error = 0;

	if (descriptor < 0)
		return -1;
	if (connect(descriptor, (struct sockaddr *)&kernel, sizeof(kernel)) == 0 &&
		setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0)
		return descriptor;
	error = errno;
	(void)close(descriptor);
	errno = error;
	return -1;
}

struct netlink_attributes netlink_attributes(const uint8_t *body, size_t length, size_t fixed)
{
	return (struct netlink_attributes){
		.bytes = body, .length = length, .at = NLMSG_ALIGN(fixed)};
}

bool netlink_next(struct netlink_attributes *attributes)
{
	struct rtattr head;
	size_t at = attributes->at;

	if (at > attributes->length || attributes->length - at < sizeof(head))
		return false;
	memcpy(&head, attributes->bytes + at, sizeof(head));
	if (head.rta_len < sizeof(head) || head.rta_len > attributes->length - at)
		return false;
	attributes->type = head.rta_type;
	attributes->value = attributes->bytes + at + sizeof(head);
	attributes->value_length = head.rta_len - sizeof(head);
	attributes->at = at + RTA_ALIGN((size_t)head.rta_len);
	return true;
}

uint32_t netlink_u32(const struct netlink_attributes *attributes)
{
	uint32_t number = 0;

	if (attributes->value_length == sizeof(number))
		memcpy(&number, attributes->value, sizeof(number));
	return number;
}
