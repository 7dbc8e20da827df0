/* SPDX-License-Identifier: BSD-2-Clause */
#include "hex_bytes.h"
#include "unit.h"
#include "wire.h"

#include <stdlib.h>

static void wire_reads_big_endian(void **state)
{
	static const uint8_t bytes[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd};
	struct wire wire = wire_over(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(wire_u8(&wire), 0x01);
	assert_int_equal(wire_u16(&wire), 0x2345);
	assert_int_equal(wire_u32(&wire), 0x6789abcd);
	assert_int_equal(wire_left(&wire), 0);
	assert_true(wire_whole(&wire));
}

static void wire_yields_zeros_when_read_past_the_end(void **state)
{
	uint8_t *bytes, copy[4] = {1, 1, 1, 1};
	size_t length;
	struct wire wire;

	(void)state;
	hex_bytes("ff ff ff", &bytes, &length);
	wire = wire_over(bytes, length);
	assert_int_equal(wire_u32(&wire), 0);
	assert_false(wire_whole(&wire));
	assert_int_equal(wire_u8(&wire), 0);
	wire_copy(&wire, copy, sizeof(copy));
	assert_int_equal(copy[0] | copy[1] | copy[2] | copy[3], 0);
	free(bytes);
}

static void wire_take_clips_to_the_outer_length(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3, 4};
	struct wire outer = wire_over(bytes, sizeof(bytes));
	struct wire inner = wire_take(&outer, 1000);

	(void)state;
	assert_int_equal(wire_left(&inner), 4);
	assert_int_equal(wire_left(&outer), 0);
	assert_true(wire_whole(&inner));
}

static void wire_take_leaves_the_rest_to_the_outer(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3, 4};
	struct wire outer = wire_over(bytes, sizeof(bytes));
	struct wire inner = wire_take(&outer, 2);

	(void)state;
	wire_skip(&inner, 3);
	assert_false(wire_whole(&inner));
	assert_int_equal(wire_u8(&outer), 3);
	assert_true(wire_whole(&outer));
}

static void wire_is_empty_over_nothing(void **state)
{
	struct wire wire = wire_over(NULL, 0);
	struct wire inner = wire_take(&wire, 0);

	(void)state;
	wire_skip(&wire, 0);
	assert_true(wire_whole(&wire));
	assert_int_equal(wire_left(&inner), 0);
	assert_int_equal(wire_u8(&wire), 0);
	assert_false(wire_whole(&wire));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wire_reads_big_endian),
		cmocka_unit_test(wire_yields_zeros_when_read_past_the_end),
		cmocka_unit_test(wire_take_clips_to_the_outer_length),
		cmocka_unit_test(wire_take_leaves_the_rest_to_the_outer),
		cmocka_unit_test(wire_is_empty_over_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
