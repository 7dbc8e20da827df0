/* SPDX-License-Identifier: BSD-2-Clause */
#include "compose.h"
#include "frame.h"
#include "hex_bytes.h"
#include "packet.h"
#include "unit.h"

#include <stdlib.h>

static const struct compose_stamps stamps = {0x01020304, 0x05060708};

static struct segment segment_between(const char *source, const char *destination)
{
	struct segment segment = {
		.source_port = 40000,
		.destination_port = 25,
		.sequence = 0xfffffff0,
		.acknowledgement = 0x89abcdef,
		.flags = TCP_SYN,
		.hop_limit = 61,
		.identifier = 0x4321,
	};

	assert_true(address_parse(&segment.source, source));
	assert_true(address_parse(&segment.destination, destination));
	return segment;
}

static struct segment segment_ipv4(void)
{
	return segment_between("192.0.2.1", "198.51.100.25");
}

static struct segment segment_ipv6(void)
{
	return segment_between("2001:db8::1", "2001:db8:ffff:ffff:ffff:ffff:ffff:25");
}

/* RFC 1071 section 1: with its checksum in place, a correct sum is all ones. */
static uint32_t folded_sum(const uint8_t *bytes, size_t length, uint32_t sum)
{
	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	while (sum >> 16)
		sum = (sum >> 16) + (sum & 0xffff);
	return sum;
}

static struct frame decoded(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = exact_copy(bytes, length);
	const struct packet packet = {.link_type = LINK_RAW,
		.captured = (uint32_t)length,
		.length = (uint32_t)length,
		.bytes = copy};
	struct frame frame;

	assert_int_equal(frame_decode(&frame, &packet), FRAME_DECODED);
	free(copy);
	return frame;
}

static void compose_segment_is_decoded_as_written(void **state)
{
	const struct segment cases[] = {segment_ipv4(), segment_ipv6()};
	uint8_t bytes[COMPOSE_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct segment *segment = &cases[i];
		struct frame frame = decoded(bytes, compose_segment(segment, &stamps, bytes));

		assert_int_equal(frame.kind, FRAME_TCP);
		assert_true(address_equal(&frame.source, &segment->source));
		assert_true(address_equal(&frame.destination, &segment->destination));
		assert_int_equal(frame.hop_limit, segment->hop_limit);
		assert_int_equal(frame.tcp.source_port, segment->source_port);
		assert_int_equal(frame.tcp.destination_port, segment->destination_port);
		assert_int_equal(frame.tcp.sequence, segment->sequence);
		assert_int_equal(frame.tcp.acknowledgement, segment->acknowledgement);
		assert_int_equal(frame.tcp.flags, segment->flags);
		assert_int_equal(frame.tcp.payload, 0);
		assert_int_equal(frame.tcp.mss, i == 0 ? 1460 : 1440);
	}
}

static void compose_segment_has_right_checksums_when_ipv4(void **state)
{
	uint8_t bytes[COMPOSE_BYTES];
	struct segment segment = segment_ipv4();
	size_t length = compose_segment(&segment, &stamps, bytes);
	uint32_t pseudo = folded_sum(bytes + 12, 8, 6 + (uint32_t)(length - 20));

	(void)state;
	assert_int_equal(folded_sum(bytes, 20, 0), 0xffff);
	assert_int_equal(folded_sum(bytes + 20, length - 20, pseudo), 0xffff);
}

static void compose_segment_has_a_right_checksum_when_ipv6(void **state)
{
	uint8_t bytes[COMPOSE_BYTES];
	struct segment segment = segment_ipv6();
	size_t length = compose_segment(&segment, &stamps, bytes);
	uint32_t pseudo = folded_sum(bytes + 8, 32, 6 + (uint32_t)(length - 40));

	(void)state;
	assert_int_equal(folded_sum(bytes + 40, length - 40, pseudo), 0xffff);
}

static struct compose_icmp error_about(struct segment segment, uint8_t type, uint8_t code)
{
	return (struct compose_icmp){
		.source = segment.destination,
		.type = type,
		.code = code,
		.hop_limit = 250,
		.quoted = segment,
		.stamps = stamps,
	};
}

static void compose_icmp_quotes_what_it_is_about(void **state)
{
	const struct compose_icmp cases[] = {
		error_about(segment_ipv4(), 3, 13), error_about(segment_ipv6(), 1, 1)};
	uint8_t bytes[COMPOSE_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct segment *segment = &cases[i].quoted;
		struct frame frame = decoded(bytes, compose_icmp(&cases[i], bytes));
		const struct frame_quote *quote = &frame.icmp.quote;

		assert_int_equal(frame.kind, FRAME_ICMP_ERROR);
		assert_int_equal(frame.hop_limit, 250);
		assert_int_equal(frame.icmp.type, cases[i].type);
		assert_int_equal(frame.icmp.code, cases[i].code);
		assert_true(address_equal(&frame.destination, &segment->source));
		assert_true(quote->addressed && quote->has_ports && quote->has_sequence);
		assert_int_equal(quote->hop_limit, segment->hop_limit);
		assert_int_equal(quote->source_port, segment->source_port);
		assert_int_equal(quote->destination_port, segment->destination_port);
		assert_int_equal(quote->sequence, segment->sequence);
	}
}

static void compose_icmp_has_a_right_checksum_when_ipv4(void **state)
{
	uint8_t bytes[COMPOSE_BYTES];
	struct compose_icmp error = error_about(segment_ipv4(), 11, 0);
	size_t length = compose_icmp(&error, bytes);

	(void)state;
	assert_int_equal(folded_sum(bytes + 20, length - 20, 0), 0xffff);
}

static void compose_icmp_has_a_right_checksum_when_ipv6(void **state)
{
	uint8_t bytes[COMPOSE_BYTES];
	struct compose_icmp error = error_about(segment_ipv6(), 3, 0);
	size_t length = compose_icmp(&error, bytes);
	uint32_t pseudo = folded_sum(bytes + 8, 32, 58 + (uint32_t)(length - 40));

	(void)state;
	assert_int_equal(folded_sum(bytes + 40, length - 40, pseudo), 0xffff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compose_segment_is_decoded_as_written),
		cmocka_unit_test(compose_segment_has_right_checksums_when_ipv4),
		cmocka_unit_test(compose_segment_has_a_right_checksum_when_ipv6),
		cmocka_unit_test(compose_icmp_quotes_what_it_is_about),
		cmocka_unit_test(compose_icmp_has_a_right_checksum_when_ipv4),
		cmocka_unit_test(compose_icmp_has_a_right_checksum_when_ipv6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
