/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame.h"
#include "hex_bytes.h"
#include "packet.h"
#include "pseudonyms.h"
#include "redacted_packet.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define ETHERNET "000102030405 0a0b0c0d0e0f 0800"
#define ARP      "000102030405 0a0b0c0d0e0f 0806"

/* A SYN from 192.168.1.20 port 40000 to 203.0.113.25 port 25, with three IP options of NOP and end,
 * and wrong checksums. */
#define SYN                                                                                        \
	ETHERNET                                                                                   \
	"46000030 1234 4000 40 06 0000 c0a80114 cb007119 44045566"                                 \
	"9c40 0019 11223344 00000000 6002 fa f0 0000 0000 0204 05b4"

/* ICMP 3/13 from 198.51.100.2 that quotes 28 bytes of a SYN, and four bytes more behind them. */
#define ICMP                                                                                       \
	ETHERNET                                                                                   \
	"45000040 0000 4000 3f 01 0000 c6336402 c0a80114"                                          \
	"030d 0000 00000000"                                                                       \
	"45000028 1234 4000 3e 06 0000 c0a80114 cb007119"                                          \
	"9c40 0019 11223344 deadbeef cafebabe"

struct built {
	struct packet packet;
	struct frame frame;
	uint8_t room[REDACTED_PACKET];
};

static bool build(struct built *out, const char *hex, uint32_t link_type, size_t cut)
{
	struct pseudonyms *p = pseudonyms_new();
	struct packet packet = {.time_ns = 1, .number = 1, .link_type = link_type};
	uint8_t *bytes = NULL;
	size_t length = 0;
	struct frame frame;

	hex_bytes(hex, &bytes, &length);
	uint8_t *exact = exact_copy(bytes, length - cut);

	packet.bytes = exact;
	packet.captured = (uint32_t)(length - cut);
	packet.length = (uint32_t)length;
	if (frame_decode(&frame, &packet) == FRAME_DECODED)
		redacted_packet_notice(p, &frame);
	bool told = redacted_packet(&out->packet, out->room, &packet, p);

	if (told)
		assert_int_equal(frame_decode(&out->frame, &out->packet), FRAME_DECODED);
	free(exact);
	free(bytes);
	pseudonyms_free(p);
	return told;
}

static uint32_t sum(const uint8_t *bytes, size_t length, uint32_t total)
{
	for (size_t i = 0; i + 1 < length; i += 2)
		total += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	while (total >> 16 != 0)
		total = (total & 0xffff) + (total >> 16);
	return total;
}

static void redacted_syn_has_other_addresses_and_right_checksums(void **state)
{
	struct built built;
	const uint8_t *ip = built.room + 14;

	(void)state;
	assert_true(build(&built, SYN, LINK_ETHERNET, 0));
	assert_int_equal(built.packet.link_type, LINK_ETHERNET);
	assert_memory_equal(built.frame.source.bytes, "\x0a\x4d", 2); /* private stays private */
	assert_memory_equal(built.frame.destination.bytes, "\xc6\x12", 2);
	assert_int_equal(built.frame.tcp.sequence, 0x11223344);
	assert_int_equal(built.frame.tcp.mss, 1460);
	assert_int_equal(built.frame.hop_limit, 64);
	assert_int_equal(sum(ip, 24, 0), 0xffff);
	assert_int_equal(sum(ip + 24, 24, sum(ip + 12, 8, 6 + 24)), 0xffff);
}

static void redacted_packet_has_nobodys_hardware_address_and_no_ip_options(void **state)
{
	struct built built;

	(void)state;
	assert_true(build(&built, SYN, LINK_ETHERNET, 0));
	for (size_t i = 0; i + 4 <= built.packet.captured; i++) {
		assert_memory_not_equal(built.room + i, "\x0a\x0b\x0c\x0d", 4);
		assert_memory_not_equal(built.room + i, "\x44\x04\x55\x66", 4);
		assert_memory_not_equal(built.room + i, "\xc0\xa8\x01\x14", 4);
	}
}

static void redacted_icmp_quotes_headers_alone_with_other_addresses(void **state)
{
	struct built built;
	const uint8_t *ip = built.room + 14;

	(void)state;
	assert_true(build(&built, ICMP, LINK_ETHERNET, 0));
	assert_int_equal(built.frame.kind, FRAME_ICMP_ERROR);
	assert_int_equal(built.frame.icmp.code, 13);
	assert_true(built.frame.icmp.quote.has_ports);
	assert_int_equal(built.frame.icmp.quote.destination_port, 25);
	assert_true(address_equal(&built.frame.icmp.quote.source, &built.frame.destination));
	assert_memory_equal(built.frame.icmp.quote.destination.bytes, "\xc6\x12", 2);
	assert_int_equal(sum(ip, 20, 0), 0xffff);
	assert_int_equal(sum(ip + 20, built.packet.captured - 34, 0), 0xffff);
	assert_int_equal(sum(ip + 28, 20, 0), 0xffff);
}

static void redacted_segment_has_no_payload_but_its_length(void **state)
{
	struct built built;

	(void)state;
	assert_true(build(&built,
		ETHERNET "4500002c 1234 4000 40 06 0000 c0a80114 cb007119"
			 "9c40 0019 11223344 00000001 5018 faf0 abcd 0000 53454352",
		LINK_ETHERNET, 0));
	assert_int_equal(built.frame.tcp.payload, 4);
	assert_int_equal(built.frame.tcp.data_captured, 0);
	assert_int_equal(built.packet.captured, 54);
	assert_int_equal(built.packet.length, 58);
}

static void redacted_arp_asks_for_another_address(void **state)
{
	struct built built;

	(void)state;
	assert_true(build(&built,
		ARP "0001 0800 06 04 0001 0a0b0c0d0e0f c0a80114 000000000000 c0a80101",
		LINK_ETHERNET, 0));
	assert_int_equal(built.frame.kind, FRAME_NEIGHBOUR_ASK);
	assert_memory_equal(built.frame.neighbour.bytes, "\x0a\x4d", 2);
}

static void what_is_not_understood_is_left_out(void **state)
{
	static const char *const others[] = {
		ETHERNET "4500001c 0000 0000 40 11 0000 c0a80114 cb007119 00350035 00080000",
		ETHERNET "45000028 1234 2000 40 06 0000 c0a80114 cb007119"
			 "9c40 0019 11223344 00000000 5002 faf0 0000 0000",
		"000102030405 0a0b0c0d0e0f 88cc 0207 04",
	};
	struct built built;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(build(&built, others[i], LINK_ETHERNET, 0));
}

static void a_cut_packet_is_told_in_bounds_or_not_at_all(void **state)
{
	static const char *const packets[] = {SYN, ICMP};
	struct built built;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (size_t cut = 0; cut < 60; cut++) {
			if (build(&built, packets[i], LINK_ETHERNET, cut))
				assert_true(built.packet.captured <= built.packet.length);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(redacted_syn_has_other_addresses_and_right_checksums),
		cmocka_unit_test(redacted_packet_has_nobodys_hardware_address_and_no_ip_options),
		cmocka_unit_test(redacted_icmp_quotes_headers_alone_with_other_addresses),
		cmocka_unit_test(redacted_segment_has_no_payload_but_its_length),
		cmocka_unit_test(redacted_arp_asks_for_another_address),
		cmocka_unit_test(what_is_not_understood_is_left_out),
		cmocka_unit_test(a_cut_packet_is_told_in_bounds_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
