/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libnet keeps a chain of headers per handle. It is cleared after each packet: rebuilding 40 bytes
 * costs less than the system call behind it, and no stale option can leak into the next packet.
 */
#include "injector.h"

#include "fault.h"
#include "frame.h"
#include "privilege.h"

#include <errno.h>
#include <libnet.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define SYN_OPTIONS        20    /* bytes: MSS 4, SACK 2, timestamp 10, no-op 1, window scale 3 */
#define WINDOW             64240 /* what Linux offers on a path with an MTU of 1500 */
#define MSS_IPV4           1460
#define MSS_IPV6           1440
#define WINDOW_SCALE       7
#define IPV4_DONT_FRAGMENT 0x4000 /* RFC 791 section 3.1 */

struct injector {
	libnet_t *ipv4, *ipv6; /* ipv6 NULL: this machine has none */
};

/* libnet_init() closes what it opened before it fails, so errno does not tell why. */
static libnet_t *open_family(int kind, struct fault *why)
{
	char message[LIBNET_ERRBUF_SIZE] = "";
	libnet_t *net = libnet_init(kind, NULL, message);

	if (net)
		return net;
	if (!privilege_can_probe())
		(void)fault_set(why, FAULT_NO_PRIVILEGE,
			"sending probes needs root or CAP_NET_RAW: run it with sudo");
	else
		(void)fault_set(why, FAULT_SYSTEM, "cannot open a raw socket: %s", message);
	return NULL;
}

struct injector *injector_open(struct fault *why)
{
	struct fault no_ipv6;
	libnet_t *ipv4 = open_family(LIBNET_RAW4_ADV, why);
	struct injector *injector = NULL;

	if (!ipv4)
		return NULL;
	injector = fault_allocate(1, sizeof(*injector));
	injector->ipv4 = ipv4;
	injector->ipv6 = open_family(LIBNET_RAW6_ADV, &no_ipv6);
	return injector;
}

/* libnet ignores the device that libnet_init() is given for RAW4. */
static int bind_socket(libnet_t *net, const char *interface, struct fault *why)
{
	if (setsockopt(libnet_getfd(net), SOL_SOCKET, SO_BINDTODEVICE, interface,
		    (socklen_t)strlen(interface) + 1) == 0)
		return 0;
	if (errno == ENODEV || errno == EINVAL)
		return fault_set(why, FAULT_NO_ROUTE, "there is no interface %.64s", interface);
	return fault_set(why, FAULT_SYSTEM, "cannot send through interface %.64s: %s", interface,
		strerror(errno));
}

int injector_bind(struct injector *injector, const char *interface, struct fault *why)
{
	if (bind_socket(injector->ipv4, interface, why) != 0)
		return -1;
	return injector->ipv6 ? bind_socket(injector->ipv6, interface, why) : 0;
}

/* The options of a Linux SYN in their order (RFC 9293 section 3.1, RFC 2018, RFC 7323). The
 * timestamp's start is random, as the kernel's is. */
static void syn_options(uint8_t options[static SYN_OPTIONS], uint16_t mss)
{
	const uint8_t model[SYN_OPTIONS] = {
		2,
		4,
		(uint8_t)(mss >> 8),
		(uint8_t)mss, /* maximum segment size */
		4,
		2, /* selective acknowledgements permitted */
		8,
		10,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0, /* timestamp: ours, and no echo yet */
		1, /* no operation */
		3,
		3,
		WINDOW_SCALE,
	};

	memcpy(options, model, SYN_OPTIONS);
	/* Left at zero where the kernel has no randomness yet: a valid timestamp as well. */
	if (getrandom(options + 8, 4, GRND_NONBLOCK) != 4)
		memset(options + 8, 0, 4);
}

static int build_tcp(libnet_t *net, const struct segment *segment, uint16_t mss)
{
	uint8_t options[SYN_OPTIONS];
	uint16_t length = LIBNET_TCP_H;
	uint16_t window = segment->flags & TCP_RST ? 0 : WINDOW;

	if (segment->flags & TCP_SYN) {
		syn_options(options, mss);
		length += SYN_OPTIONS;
		if (libnet_build_tcp_options(options, SYN_OPTIONS, net, 0) == -1)
			return -1;
	}
	return libnet_build_tcp(segment->source_port, segment->destination_port, segment->sequence,
		segment->acknowledgement, segment->flags, window, 0, 0, length, NULL, 0, net, 0);
}

static uint16_t tcp_length(const struct segment *segment)
{
	return LIBNET_TCP_H + (segment->flags & TCP_SYN ? SYN_OPTIONS : 0);
}

static int build_ipv4(libnet_t *net, const struct segment *segment)
{
	uint32_t source = 0, destination = 0;

	memcpy(&source, segment->source.bytes, 4);
	memcpy(&destination, segment->destination.bytes, 4);
	if (build_tcp(net, segment, MSS_IPV4) == -1)
		return -1;
	return libnet_build_ipv4((uint16_t)(LIBNET_IPV4_H + tcp_length(segment)), 0,
		segment->identifier, IPV4_DONT_FRAGMENT, segment->hop_limit, IPPROTO_TCP, 0, source,
		destination, NULL, 0, net, 0);
}

/* Flow label 0: libnet 1.1.6 writes any other wrongly. */
static int build_ipv6(libnet_t *net, const struct segment *segment)
{
	struct libnet_in6_addr source, destination;

	memcpy(&source, segment->source.bytes, 16);
	memcpy(&destination, segment->destination.bytes, 16);
	if (build_tcp(net, segment, MSS_IPV6) == -1)
		return -1;
	return libnet_build_ipv6(0, 0, tcp_length(segment), IPPROTO_TCP, segment->hop_limit, source,
		destination, NULL, 0, net, 0);
}

int injector_send(struct injector *injector, const struct segment *segment)
{
	bool is_ipv4 = segment->destination.family == ADDRESS_IPV4;
	libnet_t *net = is_ipv4 ? injector->ipv4 : injector->ipv6;
	int built = 0, error = 0;

	if (!net || segment->source.family != segment->destination.family)
		return EAFNOSUPPORT;
	built = is_ipv4 ? build_ipv4(net, segment) : build_ipv6(net, segment);
	errno = 0;
	/* errno is read before libnet does anything else with it. */
	if (built == -1 || libnet_write(net) == -1)
		error = errno ? errno : EIO;
	libnet_clear_packet(net);
	return error;
}

void injector_close(struct injector *injector)
{
	if (!injector)
		return;
	libnet_destroy(injector->ipv4);
	if (injector->ipv6)
		libnet_destroy(injector->ipv6);
	free(injector);
}
