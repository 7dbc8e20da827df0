/* SPDX-License-Identifier: BSD-2-Clause */
#include "reservation.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <unistd.h>

/* Returning 0 keeps no byte of any packet. It stands before listen(): there is no moment in which
 * a SYN of anyone's would be answered. */
static int drop_all(int descriptor)
{
	struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
	struct sock_fprog program = {.len = 1, .filter = code};

	return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

/*
 * Hardened kernels keep socket filters to whoever administers the network, which we no longer do
 * once rights are dropped. The generalised TTL security mechanism (RFC 5082) serves as well: what
 * did not start with the highest hop limit right beside us is discarded before the socket's state
 * is looked at, without a RST.
 */
static int drop_all_from_afar(int descriptor, uint8_t family)
{
	int highest = 255;

	if (family == ADDRESS_IPV6)
		return setsockopt(
			descriptor, IPPROTO_IPV6, IPV6_MINHOPCOUNT, &highest, sizeof(highest));
	return setsockopt(descriptor, IPPROTO_IP, IP_MINTTL, &highest, sizeof(highest));
}

static int silence(int descriptor, uint8_t family)
{
	if (drop_all(descriptor) == 0)
		return 0;
	return errno == EPERM ? drop_all_from_afar(descriptor, family) : -1;
}

/* An IPv6 socket takes its port in IPv6 alone: the same port in IPv4 stays free for others. */
static int only_ipv6(int descriptor, uint8_t family)
{
	int yes = 1;

	if (family != ADDRESS_IPV6)
		return 0;
	return setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
}

int reservation_open(const struct address *address, uint16_t port)
{
	struct sockaddr_storage local;
	socklen_t length = address_to_sockaddr(address, port, &local);
	int descriptor = -1, error = 0;

	if (length == 0) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	descriptor = socket(local.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return -1;
	if (only_ipv6(descriptor, address->family) == 0 &&
		bind(descriptor, (struct sockaddr *)&local, length) == 0 &&
		silence(descriptor, address->family) == 0 && listen(descriptor, 1) == 0)
		return descriptor;
	error = errno;
	(void)close(descriptor);
	errno = error;
	return -1;
}

void reservation_close(int descriptor)
{
	if (descriptor >= 0)
		(void)close(descriptor);
}
