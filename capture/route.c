/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One question, one answer: RTM_GETROUTE (rtnetlink(7)), what `ip route get` asks. Messages are
 * built and read in the machine's byte order, as netlink(7) has it, and copied out of the buffer,
 * never pointed into.
 */
#include "route.h"

#include "fault.h"
#include "netlink.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SEQUENCE      1
#define MESSAGES_MOST 16 /* read at most, so that nobody keeps us here */

struct request {
	struct nlmsghdr head;
	struct rtmsg route;
	uint8_t attributes[64];
};

static void add_attribute(
	struct request *request, unsigned short type, const void *value, size_t length)
{
	struct rtattr attribute = {
		.rta_len = (unsigned short)(sizeof(attribute) + length),
		.rta_type = type,
	};
	uint8_t *at = request->attributes +
		(request->head.nlmsg_len - offsetof(struct request, attributes));

	memcpy(at, &attribute, sizeof(attribute));
	memcpy(at + sizeof(attribute), value, length);
	request->head.nlmsg_len += NLMSG_ALIGN((uint32_t)(sizeof(attribute) + length));
}

static struct request request_for(const struct address *destination, unsigned index)
{
	size_t length = address_length(destination);
	struct request request = {
		.head =
			{
				.nlmsg_len = offsetof(struct request, attributes),
				.nlmsg_type = RTM_GETROUTE,
				.nlmsg_flags = NLM_F_REQUEST,
				.nlmsg_seq = SEQUENCE,
			},
		.route =
			{
				.rtm_family =
					destination->family == ADDRESS_IPV4 ? AF_INET : AF_INET6,
				.rtm_dst_len = (unsigned char)(length * 8),
			},
	};

	add_attribute(&request, RTA_DST, destination->bytes, length);
	if (index)
		add_attribute(&request, RTA_OIF, &index, sizeof(index));
	return request;
}

static struct address address_of(uint8_t family, const uint8_t *value, size_t length)
{
	if (family == AF_INET && length == 4)
		return address_ipv4(value);
	if (family == AF_INET6 && length == 16)
		return address_ipv6(value);
	return (struct address){0};
}

/* A next hop of the other family (RFC 5549): its family first, then its address. */
static struct address via_of(const uint8_t *value, size_t length)
{
	uint16_t family = 0;

	if (length < sizeof(family))
		return (struct address){0};
	memcpy(&family, value, sizeof(family));
	return address_of((uint8_t)family, value + sizeof(family), length - sizeof(family));
}

static void take_interface(struct route *out, const uint8_t *value, size_t length)
{
	unsigned index = 0;

	if (length != sizeof(index))
		return;
	memcpy(&index, value, sizeof(index));
	if (!if_indextoname(index, out->interface))
		out->interface[0] = '\0';
}

static void take_attribute(
	struct route *out, uint8_t family, const struct netlink_attributes *attribute)
{
	const uint8_t *value = attribute->value;
	size_t length = attribute->value_length;

	switch (attribute->type) {
	case RTA_OIF:
		take_interface(out, value, length);
		break;
	case RTA_PREFSRC:
		out->source = address_of(family, value, length);
		break;
	case RTA_GATEWAY:
		out->gateway = address_of(family, value, length);
		break;
	case RTA_VIA:
		out->gateway = via_of(value, length);
		break;
	default:
		break;
	}
}

static void take_route(struct route *out, const uint8_t *body, size_t length)
{
	struct netlink_attributes attributes =
		netlink_attributes(body, length, sizeof(struct rtmsg));
	struct rtmsg route;

	if (length < sizeof(route))
		return;
	memcpy(&route, body, sizeof(route));
	out->local = route.rtm_type == RTN_LOCAL;
	while (netlink_next(&attributes))
		take_attribute(out, route.rtm_family, &attributes);
}

/* A negative errno stands where the answer should be. */
static void take_error(struct route *out, const uint8_t *body, size_t length)
{
	int error = 0;

	if (length >= sizeof(error))
		memcpy(&error, body, sizeof(error));
	out->error = error < 0 ? -error : EPROTO;
}

/* True if this message is the answer. */
static bool take_message(struct route *out, const uint8_t *bytes, size_t length)
{
	struct nlmsghdr head;

	if (length < sizeof(head))
		return false;
	memcpy(&head, bytes, sizeof(head));
	if (head.nlmsg_seq != SEQUENCE || head.nlmsg_len < sizeof(head) || head.nlmsg_len > length)
		return false;
	if (head.nlmsg_type == NLMSG_ERROR)
		take_error(out, bytes + sizeof(head), head.nlmsg_len - sizeof(head));
	else if (head.nlmsg_type == RTM_NEWROUTE)
		take_route(out, bytes + sizeof(head), head.nlmsg_len - sizeof(head));
	else
		return false;
	return true;
}

static int ask(int descriptor, const struct request *request, struct route *out)
{
	uint8_t answer[8192];

	if (send(descriptor, request, request->head.nlmsg_len, 0) < 0)
		return -1;
	for (unsigned i = 0; i < MESSAGES_MOST; i++) {
		ssize_t length = recv(descriptor, answer, sizeof(answer), 0);

		if (length < 0 && errno != EINTR)
			return -1;
		if (length > 0 && take_message(out, answer, (size_t)length))
			return 0;
	}
	errno = EPROTO;
	return -1;
}

static struct address address_in(const struct sockaddr *socket)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (socket != NULL && socket->sa_family == AF_INET) {
		memcpy(&v4, socket, sizeof(v4));
		return address_ipv4((const uint8_t *)&v4.sin_addr);
	}
	if (socket != NULL && socket->sa_family == AF_INET6) {
		memcpy(&v6, socket, sizeof(v6));
		return address_ipv6((const uint8_t *)&v6.sin6_addr);
	}
	return (struct address){0};
}

/* False also where the kernel does not tell: nothing is said of what is not known. */
static bool is_elsewhere(const struct route *route)
{
	struct ifaddrs *all = NULL;
	bool here = false, told = false;

	if (getifaddrs(&all) != 0)
		return false;
	for (const struct ifaddrs *each = all; each != NULL; each = each->ifa_next) {
		struct address address = address_in(each->ifa_addr);

		told = told || address.family != ADDRESS_NONE;
		here = here ||
			(address_equal(&address, &route->source) &&
				strcmp(each->ifa_name, route->interface) == 0);
	}
	freeifaddrs(all);
	return told && !here;
}

static bool is_link_local(const struct address *address)
{
	return address->family == ADDRESS_IPV6 && address->bytes[0] == 0xfe &&
		(address->bytes[1] & 0xc0) == 0x80;
}

/* Without a source there is nothing to send, and no router forwards what comes from a link-local
 * one (RFC 4291 2.5.6). */
static void look_at_source(struct route *route, const struct address *destination)
{
	bool lost = is_link_local(&route->source) && !is_link_local(destination);

	if (route->error != 0 || route->local)
		return;
	if (route->source.family == ADDRESS_NONE || lost)
		*route = (struct route){.error = EADDRNOTAVAIL};
	else
		route->source_elsewhere = is_elsewhere(route);
}

int route_find(struct route *out, const struct address *destination, const char *interface,
	struct fault *why)
{
	unsigned index = interface ? if_nametoindex(interface) : 0;
	struct request request = request_for(destination, index);
	int descriptor = -1, outcome = 0, error = 0;

	*out = (struct route){0};
	if (interface && !index)
		return fault_set(why, FAULT_NO_ROUTE, "there is no interface %.64s", interface);
	descriptor = netlink_open();
	if (descriptor >= 0) {
		outcome = ask(descriptor, &request, out);
		error = errno;
		(void)close(descriptor);
	} else {
		outcome = -1;
		error = errno;
	}
	if (outcome != 0)
		return fault_set(why, FAULT_SYSTEM, "cannot ask the kernel for a route: %s",
			strerror(error));
	look_at_source(out, destination);
	return 0;
}
