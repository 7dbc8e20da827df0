/* SPDX-License-Identifier: BSD-2-Clause */
#include "hex_bytes.h"
#include "packet.h"
#include "reassembly.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_NS 1000000000LL

/* A TCP segment with 44 bytes of data: 64 bytes, of which pieces are cut. */
#define TCP_HEADER 20
#define SEGMENT    64
static const char data[] = "220 mx.example.com ESMTP, in several pieces\n";

struct cut {
	uint32_t offset, length;
	bool more;
};

struct bench {
	struct reassembly *reassembly;
	struct frame frame;
	uint64_t number;
	int64_t time_ns;
	uint32_t snap; /* bytes of payload captured; 0: all */
	uint8_t *bytes;
};

static void fill_segment(uint8_t out[static SEGMENT])
{
	static const uint8_t header[TCP_HEADER] = {
		0, 25, 0x9c, 0x40, 1, 2, 3, 4, 5, 6, 7, 8, 0x50, 0x18, 0x7d, 0x78, 0, 0, 0, 0};

	memcpy(out, header, TCP_HEADER);
	memcpy(out + TCP_HEADER, data, SEGMENT - TCP_HEADER);
}

static size_t write_ipv4(uint8_t *out, uint8_t id, const struct cut *cut)
{
	uint32_t total = 20 + cut->length, place = cut->offset / 8 | (cut->more ? 0x2000U : 0);
	const uint8_t header[20] = {0x45, 0, (uint8_t)(total >> 8), (uint8_t)total, 0, id,
		(uint8_t)(place >> 8), (uint8_t)place, 61, 6, 0, 0, 192, 0, 2, 1, 198, 51, 100, 25};

	memcpy(out, header, sizeof(header));
	return sizeof(header);
}

static size_t write_ipv6(uint8_t *out, uint8_t id, const struct cut *cut)
{
	uint32_t length = 8 + cut->length, place = cut->offset | (cut->more ? 1U : 0);
	const uint8_t header[48] = {0x60, 0, 0, 0, (uint8_t)(length >> 8), (uint8_t)length, 44, 61,
		0x20, 0x01, 0x0d, 0xb8, [23] = 1, 0x20, 0x01, 0x0d, 0xb8, [39] = 0x25, 6, 0,
		(uint8_t)(place >> 8), (uint8_t)place, 0, 0, 0, id};

	memcpy(out, header, sizeof(header));
	return sizeof(header);
}

/* Decodes bytes in a block of their own size. */
static enum frame_outcome decode(
	struct bench *bench, uint32_t link_type, const uint8_t *bytes, size_t length)
{
	size_t captured = bench->snap && bench->snap < length ? bench->snap : length;
	struct packet packet = {.time_ns = bench->time_ns,
		.number = ++bench->number,
		.link_type = link_type,
		.captured = (uint32_t)captured,
		.length = (uint32_t)length};

	free(bench->bytes);
	packet.bytes = bench->bytes = exact_copy(bytes, captured);
	return reassembly_decode(bench->reassembly, &bench->frame, &packet);
}

/* Adds a piece of payload, which is as long as the piece says; offset 0 is its beginning. */
static enum frame_outcome add_of(struct bench *bench, uint8_t family, uint8_t id,
	const struct cut *cut, const uint8_t *payload)
{
	uint8_t bytes[2048] = {0};
	size_t header =
		family == ADDRESS_IPV4 ? write_ipv4(bytes, id, cut) : write_ipv6(bytes, id, cut);

	if (payload)
		memcpy(bytes + header, payload + cut->offset, cut->length);
	return decode(bench, LINK_RAW, bytes, header + cut->length);
}

static enum frame_outcome add(
	struct bench *bench, uint8_t family, uint8_t id, const struct cut *cut)
{
	uint8_t segment[SEGMENT];

	fill_segment(segment);
	return add_of(bench, family, id, cut, segment);
}

static struct bench bench_new(void)
{
	return (struct bench){.reassembly = reassembly_new(), .time_ns = SECOND_NS};
}

static void bench_clear(struct bench *bench)
{
	reassembly_free(bench->reassembly);
	free(bench->bytes);
}

static void assert_whole(const struct frame *frame)
{
	assert_int_equal(frame->kind, FRAME_TCP);
	assert_int_equal(frame->tcp.source_port, 25);
	assert_int_equal(frame->hop_limit, 61);
	assert_int_equal(frame->tcp.payload, SEGMENT - TCP_HEADER);
	assert_int_equal(frame->tcp.data_captured, SEGMENT - TCP_HEADER);
	assert_memory_equal(frame->tcp.data, data, SEGMENT - TCP_HEADER);
}

static const uint8_t families[] = {ADDRESS_IPV4, ADDRESS_IPV6};
static const struct cut first = {0, 24, true}, second = {24, 16, true}, last = {40, 24, false};

static void reassembly_puts_pieces_together_in_any_order(void **state)
{
	static const struct cut *const orders[][3] = {{&first, &second, &last},
		{&first, &last, &second}, {&second, &first, &last}, {&second, &last, &first},
		{&last, &first, &second}, {&last, &second, &first}};

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		struct bench bench = bench_new();
		const struct cut *const *order = orders[i / 2];
		uint8_t family = families[i % 2];

		assert_int_equal(add(&bench, family, 7, order[0]), FRAME_FRAGMENT);
		assert_int_equal(add(&bench, family, 7, order[1]), FRAME_FRAGMENT);
		bench.time_ns += 1000;
		assert_int_equal(add(&bench, family, 7, order[2]), FRAME_DECODED);
		assert_whole(&bench.frame);
		assert_int_equal(bench.frame.pieces, 3);
		assert_int_equal(bench.frame.number, 3);
		assert_int_equal(bench.frame.time_ns, SECOND_NS + 1000);
		bench_clear(&bench);
	}
}

static void reassembly_passes_on_what_came_whole(void **state)
{
	static const struct cut whole = {0, SEGMENT, false};
	struct bench bench = bench_new();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(add(&bench, families[i], 7, &whole), FRAME_DECODED);
		assert_whole(&bench.frame);
		assert_int_equal(bench.frame.pieces, 0);
	}
	bench_clear(&bench);
}

static void reassembly_takes_pieces_too_short_for_a_header(void **state)
{
	struct bench bench = bench_new();

	(void)state;
	for (uint32_t at = 0; at < SEGMENT; at += 8) {
		const struct cut cut = {at, 8, at + 8 < SEGMENT};

		assert_int_equal(add(&bench, ADDRESS_IPV4, 7, &cut),
			cut.more ? FRAME_FRAGMENT : FRAME_DECODED);
	}
	assert_whole(&bench.frame);
	bench_clear(&bench);
}

static void reassembly_ignores_what_was_captured_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bench bench = bench_new();

		for (int again = 0; again < 2; again++) {
			assert_int_equal(add(&bench, families[i], 7, &first), FRAME_FRAGMENT);
			assert_int_equal(add(&bench, families[i], 7, &second), FRAME_FRAGMENT);
		}
		assert_int_equal(add(&bench, families[i], 7, &last), FRAME_DECODED);
		assert_whole(&bench.frame);
		assert_int_equal(add(&bench, families[i], 7, &last), FRAME_FRAGMENT);
		assert_int_equal(add(&bench, families[i], 7, &first), FRAME_FRAGMENT);
		bench_clear(&bench);
	}
}

static void reassembly_takes_an_identification_again_later(void **state)
{
	struct bench bench = bench_new();

	(void)state;
	for (int again = 0; again < 3; again++) {
		assert_int_equal(add(&bench, ADDRESS_IPV4, 7, &first), FRAME_FRAGMENT);
		assert_int_equal(add(&bench, ADDRESS_IPV4, 7, &second), FRAME_FRAGMENT);
		assert_int_equal(add(&bench, ADDRESS_IPV4, 7, &last), FRAME_DECODED);
		bench.time_ns += 2 * SECOND_NS;
	}
	bench_clear(&bench);
}

/* Whatever fits comes too late: which of two contents a host would have read cannot be known. */
static void reassembly_refuses_a_packet_whose_pieces_contradict_each_other(void **state)
{
	static const struct cut contradictions[] = {
		{16, 16, true},  /* over the first's end */
		{0, 16, true},   /* within the first */
		{24, 8, false},  /* an end before the piece that is there already */
		{32, 24, false}, /* over the other piece, with another end */
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(contradictions) / sizeof(contradictions[0]); i++) {
		struct bench bench = bench_new();
		uint8_t family = families[i % 2];

		assert_int_equal(add(&bench, family, 7, &first), FRAME_FRAGMENT);
		assert_int_equal(
			add(&bench, family, 7, &(struct cut){32, 8, true}), FRAME_FRAGMENT);
		assert_int_equal(add(&bench, family, 7, &contradictions[i / 2]), FRAME_FRAGMENT);
		assert_int_equal(
			add(&bench, family, 7, &(struct cut){24, 8, true}), FRAME_FRAGMENT);
		assert_int_equal(add(&bench, family, 7, &last), FRAME_FRAGMENT);
		bench_clear(&bench);
	}
}

static void reassembly_refuses_other_bytes_in_the_same_place(void **state)
{
	struct bench bench = bench_new();
	uint8_t other[SEGMENT];

	(void)state;
	fill_segment(other);
	other[30] ^= 1;
	assert_int_equal(add(&bench, ADDRESS_IPV4, 7, &second), FRAME_FRAGMENT);
	assert_int_equal(add_of(&bench, ADDRESS_IPV4, 7, &second, other), FRAME_FRAGMENT);
	assert_int_equal(add(&bench, ADDRESS_IPV4, 7, &first), FRAME_FRAGMENT);
	assert_int_equal(add(&bench, ADDRESS_IPV4, 7, &last), FRAME_FRAGMENT);
	bench_clear(&bench);
}

static void reassembly_waits_a_minute_of_the_captures_time(void **state)
{
	static const struct {
		int64_t late_ns;
		enum frame_outcome outcome;
	} cases[] = {{59 * SECOND_NS, FRAME_DECODED}, {61 * SECOND_NS, FRAME_FRAGMENT}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bench bench = bench_new();

		assert_int_equal(add(&bench, ADDRESS_IPV6, 7, &first), FRAME_FRAGMENT);
		assert_int_equal(add(&bench, ADDRESS_IPV6, 7, &second), FRAME_FRAGMENT);
		bench.time_ns += cases[i].late_ns;
		assert_int_equal(add(&bench, ADDRESS_IPV6, 7, &last), cases[i].outcome);
		bench_clear(&bench);
	}
}

static void reassembly_knows_the_length_of_what_the_snap_length_cut(void **state)
{
	struct bench bench = bench_new();

	(void)state;
	assert_int_equal(add(&bench, ADDRESS_IPV4, 7, &first), FRAME_FRAGMENT);
	bench.snap = 20 + 6;
	assert_int_equal(add(&bench, ADDRESS_IPV4, 7, &second), FRAME_FRAGMENT);
	bench.snap = 0;
	assert_int_equal(add(&bench, ADDRESS_IPV4, 7, &last), FRAME_DECODED);
	assert_int_equal(bench.frame.tcp.payload, SEGMENT - TCP_HEADER);
	assert_int_equal(bench.frame.tcp.data_captured, 24 + 6 - TCP_HEADER);
	bench_clear(&bench);
}

static void reassembly_calls_impossible_pieces_malformed(void **state)
{
	static const struct {
		uint8_t family;
		struct cut cut;
		enum frame_outcome outcome;
	} cases[] = {
		{ADDRESS_IPV4, {8, 0, true}, FRAME_MALFORMED},
		{ADDRESS_IPV6, {8, 0, false}, FRAME_MALFORMED},
		{ADDRESS_IPV4, {8, 12, true}, FRAME_MALFORMED},
		{ADDRESS_IPV6, {8, 12, true}, FRAME_MALFORMED},
		{ADDRESS_IPV4, {65504, 12, false}, FRAME_MALFORMED}, /* 65536 with its header */
		{ADDRESS_IPV4, {65504, 11, false}, FRAME_FRAGMENT},
		{ADDRESS_IPV6, {65528, 8, false}, FRAME_MALFORMED},
		{ADDRESS_IPV6, {65528, 7, false}, FRAME_FRAGMENT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench bench = bench_new();

		assert_int_equal(
			add_of(&bench, cases[i].family, 7, &cases[i].cut, NULL), cases[i].outcome);
		bench_clear(&bench);
	}
}

/* What never becomes whole takes no more than its share, and the newest are gathered on. */
static void reassembly_gives_up_the_oldest_in_a_flood(void **state)
{
	struct bench bench = bench_new();

	(void)state;
	assert_int_equal(add(&bench, ADDRESS_IPV4, 250, &first), FRAME_FRAGMENT);
	for (unsigned i = 0; i < 200; i++) {
		bench.time_ns++;
		assert_int_equal(add(&bench, ADDRESS_IPV4, (uint8_t)i, &second), FRAME_FRAGMENT);
	}
	assert_int_equal(add(&bench, ADDRESS_IPV4, 199, &last), FRAME_FRAGMENT);
	assert_int_equal(add(&bench, ADDRESS_IPV4, 199, &first), FRAME_DECODED);
	assert_whole(&bench.frame);
	assert_int_equal(add(&bench, ADDRESS_IPV4, 250, &second), FRAME_FRAGMENT);
	assert_int_equal(add(&bench, ADDRESS_IPV4, 250, &last), FRAME_FRAGMENT);
	bench_clear(&bench);
}

static void reassembly_keeps_packets_apart(void **state)
{
	struct bench bench = bench_new();

	(void)state;
	assert_int_equal(add(&bench, ADDRESS_IPV4, 1, &first), FRAME_FRAGMENT);
	assert_int_equal(add(&bench, ADDRESS_IPV4, 2, &second), FRAME_FRAGMENT);
	assert_int_equal(add(&bench, ADDRESS_IPV6, 1, &second), FRAME_FRAGMENT);
	assert_int_equal(add(&bench, ADDRESS_IPV4, 1, &last), FRAME_FRAGMENT);
	assert_int_equal(add(&bench, ADDRESS_IPV4, 1, &second), FRAME_DECODED);
	bench_clear(&bench);
}

/* Packets as hexadecimal text, in the order of capture; the last completes a segment of 192.0.2.1
 * to 198.51.100.25 with four bytes of data. */
#define ETHER(type) "020000000002 020000000001" type
#define IPV4(total, id, fragment, protocol)                                                        \
	"4500" total id fragment "40" protocol "0000 c0000201 c6336419"

static void assert_pieces_are_found(const char *const *packets, size_t count)
{
	struct bench bench = bench_new();

	for (size_t i = 0; i < count; i++) {
		uint8_t *bytes = NULL;
		size_t length = 0;

		hex_bytes(packets[i], &bytes, &length);
		assert_int_equal(decode(&bench, LINK_ETHERNET, bytes, length),
			i + 1 < count ? FRAME_FRAGMENT : FRAME_DECODED);
		free(bytes);
	}
	assert_int_equal(bench.frame.kind, FRAME_TCP);
	assert_int_equal(bench.frame.tcp.sequence, 0x0a0b0c0d);
	assert_int_equal(bench.frame.tcp.payload, 4);
	assert_memory_equal(bench.frame.tcp.data, "220 ", 4);
	assert_int_equal(bench.frame.pieces, count);
	bench_clear(&bench);
}

/* The first eight bytes of the TCP header, eight more, the rest. */
#define HEAD "0019 9c40 0a0b0c0d"
#define BODY "01020305 5018 7d78"
#define REST "0000 0000 32323020"

static void reassembly_finds_pieces_in_every_wrapping(void **state)
{
	static const char *const packets[][2] = {
		{ETHER("8100") "0064 0800" IPV4("0024", "0007", "2000", "06") HEAD BODY,
			ETHER("8100") "0064 0800" IPV4("001c", "0007", "0002", "06") REST},
		{ETHER("8864") "1100 0001 0026 0021" IPV4("0024", "0007", "2000", "06") HEAD BODY,
			ETHER("8864") "1100 0001 001e 0021" IPV4("001c", "0007", "0002", "06")
				REST},
		{ETHER("8847") "00011140" IPV4("0024", "0007", "2000", "06") HEAD BODY,
			ETHER("8847") "00011140" IPV4("001c", "0007", "0002", "06") REST},
		/* fragments in GRE */
		{ETHER("0800") IPV4("003c", "0000", "4000", "2f") "0000 0800" IPV4(
			 "0024", "0007", "2000", "06") HEAD BODY,
			ETHER("0800") IPV4("0034", "0000", "4000", "2f") "0000 0800" IPV4(
				"001c", "0007", "0002", "06") REST},
		/* GRE in fragments */
		{ETHER("0800") IPV4("002c", "0009", "2000", "2f") "0000 0800" IPV4(
			 "002c", "0007", "4000", "06"),
			ETHER("0800") IPV4("002c", "0009", "0003", "2f") HEAD BODY REST},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++)
		assert_pieces_are_found(packets[i], 2);
}

/* A tunnel's packets of which each was fragmented, and so was what they carry. */
static void reassembly_puts_together_pieces_that_came_in_pieces(void **state)
{
	static const char *const packets[] = {
		ETHER("0800") IPV4("002c", "0001", "2000", "04")
			IPV4("0024", "0007", "2000", "06") "0019 9c40",
		ETHER("0800") IPV4("0020", "0001", "0003", "04") "0a0b0c0d" BODY,
		ETHER("0800") IPV4("002c", "0002", "2000", "04")
			IPV4("001c", "0007", "0002", "06") "0000 0000",
		ETHER("0800") IPV4("0018", "0002", "0003", "04") "32323020",
	};

	(void)state;
	assert_pieces_are_found(packets, sizeof(packets) / sizeof(packets[0]));
}

static void reassembly_takes_no_neighbour_from_pieces(void **state)
{
	static const char *const packets[] = {
		"60000000 0010 2c ff 20010db8000000000000000000000001"
		"20010db8000000000000000000000025 3a00 0001 00000007 8700000000000000",
		"60000000 0018 2c ff 20010db8000000000000000000000001"
		"20010db8000000000000000000000025 3a00 0008 00000007"
		"20010db8000000000000000000000009",
	};
	struct bench bench = bench_new();
	enum frame_outcome outcome = FRAME_FRAGMENT;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint8_t *bytes = NULL;
		size_t length = 0;

		hex_bytes(packets[i], &bytes, &length);
		outcome = decode(&bench, LINK_RAW, bytes, length);
		free(bytes);
	}
	assert_int_equal(outcome, FRAME_DECODED);
	assert_int_equal(bench.frame.kind, FRAME_ICMP_OTHER);
	bench_clear(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reassembly_puts_pieces_together_in_any_order),
		cmocka_unit_test(reassembly_passes_on_what_came_whole),
		cmocka_unit_test(reassembly_takes_pieces_too_short_for_a_header),
		cmocka_unit_test(reassembly_ignores_what_was_captured_twice),
		cmocka_unit_test(reassembly_takes_an_identification_again_later),
		cmocka_unit_test(reassembly_refuses_a_packet_whose_pieces_contradict_each_other),
		cmocka_unit_test(reassembly_refuses_other_bytes_in_the_same_place),
		cmocka_unit_test(reassembly_waits_a_minute_of_the_captures_time),
		cmocka_unit_test(reassembly_knows_the_length_of_what_the_snap_length_cut),
		cmocka_unit_test(reassembly_calls_impossible_pieces_malformed),
		cmocka_unit_test(reassembly_gives_up_the_oldest_in_a_flood),
		cmocka_unit_test(reassembly_keeps_packets_apart),
		cmocka_unit_test(reassembly_finds_pieces_in_every_wrapping),
		cmocka_unit_test(reassembly_puts_together_pieces_that_came_in_pieces),
		cmocka_unit_test(reassembly_takes_no_neighbour_from_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
