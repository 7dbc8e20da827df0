/* SPDX-License-Identifier: BSD-2-Clause */
#include "outgoing.h"

#include "fact.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A socket bound to the flow's source; -1 with errno. */
static int open_bound(const struct flow *flow)
{
	struct sockaddr_storage local;
	socklen_t length = address_to_sockaddr(&flow->source, flow->source_port, &local);
	int family = flow->destination.family == ADDRESS_IPV4 ? AF_INET : AF_INET6;
	int descriptor = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = 0;

	if (descriptor < 0 || length == 0 ||
		bind(descriptor, (struct sockaddr *)&local, length) == 0)
		return descriptor;
	error = errno;
	(void)close(descriptor);
	errno = error;
	return -1;
}

/* The kernel picks the port at bind() or connect(); the packets will show it. */
static void learn_source(int descriptor, struct flow *flow)
{
	struct sockaddr_storage local = {0};
	socklen_t length = sizeof(local);
	struct sockaddr_in6 ipv6;
	struct sockaddr_in ipv4;

	if (getsockname(descriptor, (struct sockaddr *)&local, &length) != 0 ||
		!address_from_sockaddr(&flow->source, (struct sockaddr *)&local))
		return;
	memcpy(&ipv4, &local, sizeof(ipv4));
	memcpy(&ipv6, &local, sizeof(ipv6));
	flow->source_port = ntohs(local.ss_family == AF_INET ? ipv4.sin_port : ipv6.sin6_port);
}

int outgoing_open(struct flow *flow, int segment_bytes, int *error)
{
	struct sockaddr_storage remote;
	socklen_t length = address_to_sockaddr(&flow->destination, flow->destination_port, &remote);
	int descriptor = open_bound(flow);

	*error = descriptor < 0 ? errno : 0;
	if (descriptor < 0)
		return -1;
	if (segment_bytes > 0)
		(void)setsockopt(
			descriptor, IPPROTO_TCP, TCP_MAXSEG, &segment_bytes, sizeof(segment_bytes));
	if (connect(descriptor, (struct sockaddr *)&remote, length) != 0)
		*error = errno;
	learn_source(descriptor, flow);
	return descriptor;
}

int outgoing_error(int descriptor)
{
	int error = 0;
	socklen_t length = sizeof(error);

	if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
		return errno;
	return error;
}

struct timeval outgoing_interval(int64_t ns)
{
	int64_t microseconds = ns > 0 ? (ns + 999) / 1000 : 0;

	return (struct timeval){
		.tv_sec = microseconds / 1000000, .tv_usec = microseconds % 1000000};
}
