/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "frame.h"
#include "hex_bytes.h"
#include "netns.h"
#include "tap.h"
#include "unit.h"
#include "unpacker.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool own_network; /* this program has a network namespace of its own */

/* A file of these bytes; its path is put into path, a template of mkstemp(). */
static void write_file(char *path, const char *hex)
{
	uint8_t *bytes;
	size_t length;
	int descriptor = mkstemp(path);

	hex_bytes(hex, &bytes, &length);
	assert_int_equal(write(descriptor, bytes, length), length);
	(void)close(descriptor);
	free(bytes);
}

static struct tap *opened(const char *hex)
{
	char path[] = "/tmp/mailsonde-tap-XXXXXX";
	struct fault why = {0};
	struct tap *tap = NULL;

	write_file(path, hex);
	tap = tap_open_file(path, &why);
	(void)unlink(path);
	if (!tap)
		fail_msg("%s", why.text);
	return tap;
}

static enum tap_event next_packet(struct tap *tap, struct packet *packet)
{
	struct note note;
	struct fault why;

	return tap_next(tap, packet, &note, &why);
}

/* Headers of pcap files (draft-ietf-opsawg-pcap section 4) and one packet of two bytes each. */
static void tap_reads_every_kind_of_pcap_file(void **state)
{
	static const struct {
		const char *hex;
		int64_t time_ns;
		uint32_t link_type;
	} cases[] = {
		{"d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000"
		 "01000000 05000000 02000000 3c000000 abcd",
			1000005000, LINK_ETHERNET},
		{"a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000071"
		 "00000001 00000005 00000002 0000003c abcd",
			1000005000, LINK_LINUX_SLL},
		{"4d3cb2a1 0200 0400 00000000 00000000 ffff0000 65000000"
		 "01000000 05000000 02000000 3c000000 abcd",
			1000000005, LINK_RAW},
		{"a1b23c4d 0002 0004 00000000 00000000 0000ffff 00000114"
		 "00000001 00000005 00000002 0000003c abcd",
			1000000005, LINK_LINUX_SLL2},
		/* after 2038 */
		{"d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000"
		 "00000080 00000000 02000000 3c000000 abcd",
			2147483648000000000, LINK_ETHERNET},
		/* eight more bytes a record */
		{"34cdb2a1 0200 0400 00000000 00000000 ffff0000 01000000"
		 "01000000 05000000 02000000 3c000000 0100000000000000 abcd",
			1000005000, LINK_ETHERNET},
		/* version 2.3 with its lengths the other way round; a checksum of four bytes */
		{"a1b2c3d4 0002 0003 00000000 00000000 0000ffff 44000001"
		 "00000001 00000005 0000003c 00000002 abcd",
			1000005000, LINK_ETHERNET},
		/* a fraction that is none */
		{"d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000"
		 "01000000 ffffffff 02000000 3c000000 abcd",
			1000000000, LINK_ETHERNET},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tap *tap = opened(cases[i].hex);
		struct packet packet;

		assert_int_equal(tap_link_type(tap), cases[i].link_type);
		assert_int_equal(next_packet(tap, &packet), TAP_PACKET);
		assert_int_equal(packet.time_ns, cases[i].time_ns);
		assert_int_equal(packet.number, 1);
		assert_int_equal(packet.link_type, cases[i].link_type);
		assert_int_equal(packet.captured, 2);
		assert_int_equal(packet.length, 60);
		assert_int_equal(next_packet(tap, &packet), TAP_EMPTY);
		tap_close(tap);
	}
}

static void tap_reads_pcapng(void **state)
{
	struct tap *tap = opened("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
				 "01000000 14000000 6500 0000 00000400 14000000"
				 "09000000 10000000 413d620a 10000000"
				 "06000000 24000000 00000000 00000000 40420f00 02000000 3c000000"
				 "abcd0000 24000000");
	struct packet packet;

	(void)state;
	assert_int_equal(next_packet(tap, &packet), TAP_NOTE);
	assert_int_equal(next_packet(tap, &packet), TAP_PACKET);
	assert_int_equal(packet.number, 2);
	assert_int_equal(tap_link_type(tap), LINK_RAW);
	assert_int_equal(tap_fd(tap), -1);
	assert_int_equal(tap_tally(tap).lost, 0);
	assert_int_equal(next_packet(tap, &packet), TAP_EMPTY);
	tap_close(tap);
}

/* One packet in a pcap file of 42 bytes, compressed by gzip and zstd. */
static void tap_reads_compressed_files(void **state)
{
	static const char *const files[] = {
		"1f8b0800000000000203bb7278d3422606160618f8ff9f812115483302312b103301b10d"
		"10af3e0b00a46939a32a000000",
		"28b52ffd046835010022820711e0690d30139580a812a8020c18ec0652a6a85cdc1e5e1f"
		"df058d989302010004e002292af6fa",
		/* two members, which RFC 1952 section 2.2 joins */
		"1f8b0800000000000203bb7278d3422606160618f8ff9f812115480300b5b7e5a5180000"
		"001f8b0800000000000203636460606005622620b601e2d5670105db81d312000000",
	};

	(void)state;
	if (!unpacker_version())
		skip();
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct tap *tap = opened(files[i]);
		struct packet packet;

		assert_int_equal(next_packet(tap, &packet), TAP_PACKET);
		assert_int_equal(packet.time_ns, 1000005000);
		assert_int_equal(packet.captured, 2);
		assert_int_equal(next_packet(tap, &packet), TAP_EMPTY);
		tap_close(tap);
	}
}

/* Of 12500 empty packets of 16 bytes each the last quarter is missing. */
static void tap_gives_what_a_damaged_file_holds_before_it_breaks(void **state)
{
	struct tap *tap = NULL;
	struct packet packet;
	struct note note;
	struct fault why = {0};
	unsigned packets = 0;
	enum tap_event event = TAP_EMPTY;

	(void)state;
	if (!unpacker_version())
		skip();
	tap = opened("1f8b0800000000000203edc1411100101405c0374655c1545041057dbe9302cebb7bf69a"
		     "2d3d4f553202000000000000000000000000000000000000000000000000000000000000"
		     "000000000000000000000000000000000000000000000000000000000000000000000000"
		     "000000000000000000000000000000000000000000000000000000000000000000000000"
		     "000000000000000000000000000000000000000000000000000000000000000000000000"
		     "000000");
	while ((event = tap_next(tap, &packet, &note, &why)) == TAP_PACKET)
		packets++;
	assert_int_equal(event, TAP_BROKEN);
	assert_int_equal(why.kind, FAULT_DATA);
	assert_non_null(strstr(why.text, " cut off after 146050 bytes"));
	assert_int_equal(packets, (146050 - 24) / 16);
	tap_close(tap);
}

#define PCAP_HEAD "d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000"
#define RECORD    "01000000 05000000 02000000 3c000000 abcd" /* 18 bytes */
#define GZIP_HEAD "1f8b0800000000000003"
#define ZSTD_HEAD "28b52ffd 20 4e"           /* 78 bytes, in a window of as many */
#define ZSTD_SUM  "28b52ffd 64 4e00"         /* a length of two bytes, and a checksum */
#define SKIPPABLE "512a4d18 03000000 aabbcc" /* zstd's own way to carry something else */

/* Blocks that are stored as they are, so that the bytes in which a file was cut can be told. */
static void tap_gives_every_whole_record_of_a_compressed_file_that_was_cut_off(void **state)
{
	static const struct {
		const char *hex;
		unsigned packets;
		const char *end; /* NULL: none but the file's */
	} cases[] = {
		{GZIP_HEAD "01 4e00 b1ff" PCAP_HEAD RECORD RECORD RECORD "00000000 4e000000", 3,
			NULL},
		{GZIP_HEAD "01 4e00 b1ff" PCAP_HEAD RECORD RECORD RECORD "00000000 4e0000", 3,
			" cut off after 78 bytes"},
		{GZIP_HEAD "01 4e00 b1ff" PCAP_HEAD RECORD RECORD RECORD "00000000 4f000000", 3,
			" damaged after 78 bytes"},
		{GZIP_HEAD "01 4e00 b1ff" PCAP_HEAD RECORD RECORD RECORD, 3,
			" cut off after 78 bytes"},
		{GZIP_HEAD "01 4e00 b1ff" PCAP_HEAD RECORD "0100", 1, " cut off after 44 bytes"},
		{GZIP_HEAD "01 2a00 d5ff" PCAP_HEAD RECORD "00000000 2a000000" GZIP_HEAD "07", 1,
			" damaged after 42 bytes"},
		/* two members, padded with zeros; a name and an extra field before the second */
		{GZIP_HEAD "01 2a00 d5ff" PCAP_HEAD RECORD "00000000 2a000000"
			   "1f8b080c000000000003 0200 aabb 6100 01 1200 edff" RECORD
			   "00000000 12000000 0000000000",
			2, NULL},
		{GZIP_HEAD "01 2a00 d5ff" PCAP_HEAD RECORD "00000000 2a000000 1f8b0804", 1,
			" cut off after 42 bytes"},
		{ZSTD_HEAD "500100" PCAP_HEAD RECORD "210100" RECORD RECORD, 3, NULL},
		{ZSTD_HEAD "500100" PCAP_HEAD RECORD "210100" RECORD "0100", 1,
			" cut off after 42 bytes"},
		{ZSTD_HEAD "500100" PCAP_HEAD RECORD "21", 1, " cut off after 42 bytes"},
		{ZSTD_HEAD "500100" PCAP_HEAD RECORD, 1, " cut off after 42 bytes"},
		{ZSTD_HEAD "500100" PCAP_HEAD RECORD "060000", 1, " damaged after 42 bytes"},
		{ZSTD_SUM "500100" PCAP_HEAD RECORD "900000" RECORD, 2, " cut off after 60 bytes"},
		{ZSTD_HEAD "510100" PCAP_HEAD RECORD SKIPPABLE ZSTD_HEAD "910000" RECORD, 2, NULL},
		{ZSTD_HEAD "510100" PCAP_HEAD RECORD "512a4d18 ffffffff aa", 1,
			" cut off after 42 bytes"},
	};

	(void)state;
	if (!unpacker_version())
		skip();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tap *tap = opened(cases[i].hex);
		struct packet packet;
		struct note note;
		struct fault why = {0};
		unsigned packets = 0;
		enum tap_event event = TAP_EMPTY;

		while ((event = tap_next(tap, &packet, &note, &why)) == TAP_PACKET)
			packets++;
		assert_int_equal(packets, cases[i].packets);
		assert_int_equal(event, cases[i].end ? TAP_BROKEN : TAP_EMPTY);
		if (cases[i].end && !strstr(why.text, cases[i].end))
			fail_msg("%zu: %s", i, why.text);
		tap_close(tap);
	}
}

static void tap_breaks_when_a_file_ends_inside_a_record(void **state)
{
	struct tap *tap = opened("d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000"
				 "01000000 05000000 02000000 3c000000 ab");
	struct packet packet;

	(void)state;
	assert_int_equal(next_packet(tap, &packet), TAP_BROKEN);
	tap_close(tap);
}

static void tap_breaks_at_an_impossible_length(void **state)
{
	struct tap *tap = opened("d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000"
				 "01000000 05000000 01000400 01000400 ab");
	struct packet packet;

	(void)state;
	assert_int_equal(next_packet(tap, &packet), TAP_BROKEN);
	tap_close(tap);
}

static void tap_says_why_a_file_cannot_be_read(void **state)
{
	static const struct {
		const char *hex, *text;
	} cases[] = {
		{"", " is empty"},
		{"52657475726e2d50617468", " is neither a pcap nor a pcapng file"},
		{"1f8b0800", " is compressed"},
		{"1f8b0800000000000003 0300 0000000000000000", " is compressed"},
		{"28b52ffd", " is compressed"},
		{"d4c3b2a1 0200", "truncated"},
		{"d4c3b2a1 0300 0400 00000000 00000000 ffff0000 01000000", "version 3.4"},
		{"d4000000 0200 0400 00000000 00000000 ffff0000 01000000",
			" is neither a pcap nor a pcapng file"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[] = "/tmp/mailsonde-tap-XXXXXX";
		struct fault why = {0};

		write_file(path, cases[i].hex);
		assert_null(tap_open_file(path, &why));
		assert_int_equal(why.kind, FAULT_DATA);
		assert_non_null(strstr(why.text, path));
		assert_non_null(strstr(why.text, cases[i].text));
		(void)unlink(path);
	}
}

static void tap_says_that_there_is_no_such_file(void **state)
{
	struct fault why = {0};

	(void)state;
	assert_null(tap_open_file("/nonexistent/a.pcap", &why));
	assert_int_equal(why.kind, FAULT_NO_INPUT);
	assert_null(tap_open_file("/", &why));
	assert_int_equal(why.kind, FAULT_NO_INPUT);
	assert_string_equal(why.text, "/ is a directory, not a capture file");
}

static void tap_lists_the_interfaces_when_there_is_no_such(void **state)
{
	struct fault why = {0};

	(void)state;
	if (!own_network)
		skip();
	assert_null(tap_open_interface("absent0", "tcp", &why));
	assert_int_equal(why.kind, FAULT_NO_ROUTE);
	assert_string_equal(why.text, "there is no interface absent0; there are: lo");
}

static void tap_says_that_an_interface_is_down(void **state)
{
	struct fault why = {0};

	(void)state;
	if (!own_network || !netns_run("ip link add idle0 type veth peer name idle1"))
		skip();
	assert_null(tap_open_interface("idle0", "tcp", &why));
	assert_true(why.kind == FAULT_NO_ROUTE);
	assert_true(netns_run("ip link del idle0"));
}

/* What was sent from here comes back on lo: one packet, stamped now, and no other. */
static void tap_sees_what_passes_its_filter(void **state)
{
	struct fault why = {0};
	struct tap *tap = NULL;
	struct packet packet;
	struct frame frame;
	struct pollfd wait;

	(void)state;
	if (!own_network)
		skip();
	tap = tap_open_interface("any", "tcp port 2525 or icmp", &why);
	assert_non_null(tap);
	assert_int_equal(tap_link_type(tap), LINK_LINUX_SLL2);
	assert_int_equal(next_packet(tap, &packet), TAP_EMPTY);
	(void)netns_run("bash -c 'exec 3<>/dev/tcp/127.0.0.1/2526'");
	(void)netns_run("bash -c 'exec 3<>/dev/tcp/127.0.0.1/2525'");
	wait = (struct pollfd){.fd = tap_fd(tap), .events = POLLIN};
	assert_int_equal(poll(&wait, 1, 5000), 1);
	assert_int_equal(next_packet(tap, &packet), TAP_PACKET);
	assert_int_equal(frame_decode(&frame, &packet), FRAME_DECODED);
	assert_int_equal(frame.tcp.destination_port, 2525);
	assert_int_equal(frame.tcp.flags & TCP_SYN, TCP_SYN);
	assert_int_equal(packet.number, 1);
	assert_int_equal(tap_tally(tap).lost, 0);
	assert_true(tap_tally(tap).arrived > 0);
	tap_close(tap);
}

/* Ethernet does not tell the direction, so that only the kernel can filter by it. */
static void tap_misses_no_packet_where_the_filter_asks_for_the_direction(void **state)
{
	static const char network[] = "ip link add out0 type veth peer name out1 && "
				      "ip link set out0 up && ip link set out1 up && "
				      "ip address add 192.0.2.1/24 dev out0 && "
				      "ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev out0";
	struct fault why = {0};
	struct tap *tap = NULL;
	struct packet packet;
	struct pollfd wait;

	(void)state;
	if (!own_network || !netns_run(network))
		skip();
	tap = tap_open_interface("out0", "udp and not (inbound and src host 192.0.2.1)", &why);
	assert_non_null(tap);
	assert_true(netns_run("bash -c 'echo >/dev/udp/192.0.2.2/2525'"));
	wait = (struct pollfd){.fd = tap_fd(tap), .events = POLLIN};
	assert_int_equal(poll(&wait, 1, 5000), 1);
	assert_int_equal(next_packet(tap, &packet), TAP_PACKET);
	tap_close(tap);
	assert_true(netns_run("ip link del out0"));
}

/* In a child, since rights once dropped do not come back. */
static void tap_asks_for_root_when_rights_are_missing(void **state)
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
		_exit(setgid(65534) == 0 && setuid(65534) == 0 &&
					!tap_open_interface("lo", "tcp", &why) &&
					why.kind == FAULT_NO_PRIVILEGE
				? 0
				: 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void tap_breaks_when_the_interface_goes_away(void **state)
{
	struct fault why = {0};
	struct tap *tap = NULL;
	struct packet packet;
	struct note note;
	enum tap_event event = TAP_EMPTY;

	(void)state;
	if (!own_network ||
		!netns_run("ip link add gone0 type veth peer name gone1 && ip link set gone0 up"))
		skip();
	tap = tap_open_interface("gone0", "tcp", &why);
	assert_non_null(tap);
	assert_true(netns_run("ip link del gone0"));
	for (unsigned i = 0; i < 50 && event == TAP_EMPTY; i++) {
		struct pollfd wait = {.fd = tap_fd(tap), .events = POLLIN};

		(void)poll(&wait, 1, 100);
		event = tap_next(tap, &packet, &note, &why);
	}
	assert_int_equal(event, TAP_BROKEN);
	tap_close(tap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tap_reads_every_kind_of_pcap_file),
		cmocka_unit_test(tap_reads_pcapng),
		cmocka_unit_test(tap_reads_compressed_files),
		cmocka_unit_test(tap_gives_what_a_damaged_file_holds_before_it_breaks),
		cmocka_unit_test(
			tap_gives_every_whole_record_of_a_compressed_file_that_was_cut_off),
		cmocka_unit_test(tap_breaks_when_a_file_ends_inside_a_record),
		cmocka_unit_test(tap_breaks_at_an_impossible_length),
		cmocka_unit_test(tap_says_why_a_file_cannot_be_read),
		cmocka_unit_test(tap_says_that_there_is_no_such_file),
		cmocka_unit_test(tap_lists_the_interfaces_when_there_is_no_such),
		cmocka_unit_test(tap_says_that_an_interface_is_down),
		cmocka_unit_test(tap_sees_what_passes_its_filter),
		cmocka_unit_test(tap_misses_no_packet_where_the_filter_asks_for_the_direction),
		cmocka_unit_test(tap_asks_for_root_when_rights_are_missing),
		cmocka_unit_test(tap_breaks_when_the_interface_goes_away),
	};

	own_network = netns_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
