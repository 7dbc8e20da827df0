/* SPDX-License-Identifier: BSD-2-Clause */
/* Probes to the kernel at the other end of a veth pair, and what the tap sees of them. */
#include "fault.h"
#include "frame.h"
#include "injector.h"
#include "netns.h"
#include "pcapng.h"
#include "reservation.h"
#include "tap.h"
#include "unit.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool own_network;
static struct netns_peer peer;
static struct tap *tap;
static struct injector *injector;

static int enter(void **state)
{
	static const uint16_t listening[] = {25, 0};
	struct fault why = {0};

	(void)state;
	own_network = netns_enter() && netns_peer_start(&peer, listening);
	if (!own_network)
		return 0;
	tap = tap_open_interface("near", "tcp", &why);
	injector = injector_open(&why);
	if (!tap || !injector)
		fail_msg("%s", why.text);
	return 0;
}

static int leave(void **state)
{
	(void)state;
	injector_close(injector);
	tap_close(tap);
	netns_peer_stop(&peer);
	return 0;
}

struct family {
	const char *ours, *theirs;
};

static const struct family families[] = {
	{NETNS_OUR_IPV4, NETNS_PEER_IPV4},
	{NETNS_OUR_IPV6, NETNS_PEER_IPV6},
};

/* A SYN with a port that no other test used: an old connection's state would answer otherwise. */
static struct segment syn_to(const struct family *family, uint16_t port)
{
	static uint16_t next_port = 41000;
	struct segment segment = {
		.source_port = next_port++,
		.destination_port = port,
		.sequence = 0x01020304,
		.flags = TCP_SYN,
		.hop_limit = 64,
		.identifier = 0x4400,
	};

	assert_true(address_parse(&segment.source, family->ours));
	assert_true(address_parse(&segment.destination, family->theirs));
	return segment;
}

/* The next frame, or a failed test after five seconds of silence. */
static struct frame next_frame(struct packet *packet)
{
	struct frame frame;
	struct note note;
	struct fault why;

	for (;;) {
		struct pollfd wait = {.fd = tap_fd(tap), .events = POLLIN};

		if (tap_next(tap, packet, &note, &why) == TAP_EMPTY) {
			assert_int_equal(poll(&wait, 1, 5000), 1);
			continue;
		}
		if (frame_decode(&frame, packet) == FRAME_DECODED)
			return frame;
	}
}

/* Frames up to the answer to this segment; counts those with RST from us before it. */
static struct frame answer_to(const struct segment *segment, unsigned *resets)
{
	struct packet packet;
	struct frame frame = next_frame(&packet);

	*resets = 0;
	while (frame.tcp.source_port != segment->destination_port ||
		frame.tcp.destination_port != segment->source_port) {
		if (frame.tcp.flags & TCP_RST)
			(*resets)++;
		frame = next_frame(&packet);
	}
	return frame;
}

static void injector_sends_a_syn_like_the_kernel_s(void **state)
{
	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < 2; i++) {
		struct segment segment = syn_to(&families[i], 25);
		int held = reservation_open(&segment.source, segment.source_port);
		unsigned resets = 0;
		struct packet packet;
		struct frame frame;

		assert_int_equal(injector_send(injector, &segment), 0);
		do
			frame = next_frame(&packet);
		while (frame.tcp.source_port != segment.source_port);
		assert_true(address_equal(&frame.source, &segment.source));
		assert_true(address_equal(&frame.destination, &segment.destination));
		assert_int_equal(frame.hop_limit, 64);
		assert_int_equal(frame.identifier, i == 0 ? 0x4400 : 0);
		assert_int_equal(frame.dont_fragment, i == 0);
		assert_int_equal(frame.tcp.sequence, 0x01020304);
		assert_int_equal(frame.tcp.flags, TCP_SYN);
		assert_int_equal(frame.tcp.window, 64240);
		assert_int_equal(frame.tcp.mss, i == 0 ? 1460 : 1440);
		(void)answer_to(&segment, &resets);
		reservation_close(held);
	}
}

static void injector_gets_a_syn_ack_when_the_port_listens(void **state)
{
	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < 2; i++) {
		struct segment segment = syn_to(&families[i], 25);
		int held = reservation_open(&segment.source, segment.source_port);
		unsigned resets = 0;
		struct frame answer;

		assert_int_equal(injector_send(injector, &segment), 0);
		answer = answer_to(&segment, &resets);
		assert_int_equal(answer.tcp.flags, TCP_SYN | TCP_ACK);
		assert_int_equal(answer.tcp.acknowledgement, 0x01020305);
		reservation_close(held);
	}
}

/* A kernel's RST leaves as soon as the SYN-ACK arrives, so before a second probe's answer. */
static unsigned resets_of_ours(const struct family *family, bool reserve)
{
	struct segment first = syn_to(family, 25), second = syn_to(family, 25);
	int held = reserve ? reservation_open(&first.source, first.source_port) : -1;
	int other = reservation_open(&second.source, second.source_port);
	unsigned before = 0, after = 0;

	assert_int_equal(injector_send(injector, &first), 0);
	(void)answer_to(&first, &before);
	assert_int_equal(injector_send(injector, &second), 0);
	(void)answer_to(&second, &after);
	reservation_close(held);
	reservation_close(other);
	return after;
}

static void injector_meets_no_reset_of_the_kernel_when_the_port_is_reserved(void **state)
{
	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(resets_of_ours(&families[i], true), 0);
		assert_int_equal(resets_of_ours(&families[i], false), 1);
	}
}

static void injector_gets_a_reset_when_nobody_listens(void **state)
{
	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < 2; i++) {
		struct segment segment = syn_to(&families[i], 26);
		int held = reservation_open(&segment.source, segment.source_port);
		unsigned resets = 0;

		assert_int_equal(injector_send(injector, &segment), 0);
		assert_int_equal(answer_to(&segment, &resets).tcp.flags, TCP_RST | TCP_ACK);
		reservation_close(held);
	}
}

/* What the checksums of all kinds of segment are worth, says tshark: 1 is good. */
static void injector_writes_good_checksums(void **state)
{
	static const uint8_t flags[] = {TCP_SYN, TCP_RST, TCP_RST | TCP_ACK, TCP_SYN};
	char path[] = "/tmp/mailsonde-injector-XXXXXX", command[512], line[64];
	struct fault why = {0};
	struct pcapng_writer *writer = NULL;
	FILE *said = NULL;
	unsigned lines = 0;

	(void)state;
	if (!own_network || system("command -v tshark >/dev/null 2>&1") != 0)
		skip();
	writer = pcapng_writer_new(fdopen(mkstemp(path), "wb"), path);
	assert_int_equal(pcapng_write_head(writer, tap_link_type(tap), "near", NULL, &why), 0);
	for (size_t i = 0; i < 2 * sizeof(flags); i++) {
		struct segment segment = syn_to(&families[i % 2], 26);
		struct packet packet;

		segment.flags = flags[i / 2];
		assert_int_equal(injector_send(injector, &segment), 0);
		while (next_frame(&packet).tcp.source_port != segment.source_port)
			;
		assert_int_equal(pcapng_write_packet(writer, &packet, NULL, &why), 0);
	}
	assert_int_equal(pcapng_writer_close(writer, &why), 0);
	(void)snprintf(command, sizeof(command),
		"tshark -n -r %s -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -T fields"
		" -e ip.checksum.status -e tcp.checksum.status 2>/dev/null",
		path);
	said = popen(command, "r");
	assert_non_null(said);
	for (; fgets(line, sizeof(line), said); lines++)
		assert_string_equal(line, lines % 2 == 0 ? "1\t1\n" : "\t1\n");
	assert_int_equal(pclose(said), 0);
	assert_int_equal(lines, 2 * sizeof(flags));
	(void)unlink(path);
}

static void injector_says_eperm_when_an_output_filter_drops(void **state)
{
	(void)state;
	if (!own_network || !netns_run("nft add table inet t") ||
		!netns_run("nft add chain inet t out '{ type filter hook output priority 0; }'") ||
		!netns_run("nft add rule inet t out tcp dport 587 drop"))
		skip();
	for (size_t i = 0; i < 2; i++) {
		struct segment segment = syn_to(&families[i], 587);

		assert_int_equal(injector_send(injector, &segment), EPERM);
	}
	assert_true(netns_run("nft delete table inet t"));
}

static void injector_says_the_errno_of_a_route(void **state)
{
	struct segment segment = syn_to(&families[0], 25);

	(void)state;
	if (!own_network)
		skip();
	assert_true(address_parse(&segment.destination, "203.0.113.1"));
	assert_int_equal(injector_send(injector, &segment), ENETUNREACH);
}

static void injector_refuses_mixed_families(void **state)
{
	struct segment segment = syn_to(&families[0], 25);

	(void)state;
	if (!own_network)
		skip();
	assert_true(address_parse(&segment.destination, NETNS_PEER_IPV6));
	assert_int_equal(injector_send(injector, &segment), EAFNOSUPPORT);
}

static void injector_bind_says_that_there_is_no_interface(void **state)
{
	struct fault why = {0};

	(void)state;
	if (!own_network)
		skip();
	assert_int_equal(injector_bind(injector, "absent0", &why), -1);
	assert_int_equal(why.kind, FAULT_NO_ROUTE);
	assert_int_equal(injector_bind(injector, "near", &why), 0);
}

/* In a child, since rights once dropped do not come back. */
static void injector_asks_for_root_when_rights_are_missing(void **state)
{
	struct fault why = {0};
	int status = -1;
	pid_t child = -1;

	(void)state;
	if (!own_network)
		skip();
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(setgid(65534) == 0 && setuid(65534) == 0 && !injector_open(&why) &&
					why.kind == FAULT_NO_PRIVILEGE
				? 0
				: 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(injector_sends_a_syn_like_the_kernel_s),
		cmocka_unit_test(injector_gets_a_syn_ack_when_the_port_listens),
		cmocka_unit_test(injector_meets_no_reset_of_the_kernel_when_the_port_is_reserved),
		cmocka_unit_test(injector_gets_a_reset_when_nobody_listens),
		cmocka_unit_test(injector_writes_good_checksums),
		cmocka_unit_test(injector_says_eperm_when_an_output_filter_drops),
		cmocka_unit_test(injector_says_the_errno_of_a_route),
		cmocka_unit_test(injector_refuses_mixed_families),
		cmocka_unit_test(injector_asks_for_root_when_rights_are_missing),
		cmocka_unit_test(injector_bind_says_that_there_is_no_interface),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
