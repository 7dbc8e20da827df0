/* SPDX-License-Identifier: BSD-2-Clause */
#include "hex_bytes.h"
#include "stream.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST 0xfffffffeU /* the sequence numbers wrap after two bytes */

struct heard {
	char text[STREAM_LOOKED + 1];
	size_t length;
};

static struct heard heard;
static struct stream stream;

static void listen(void *context, const uint8_t *bytes, size_t length)
{
	struct heard *to = context;

	assert_true(to->length + length < sizeof(to->text));
	memcpy(to->text + to->length, bytes, length);
	to->length += length;
	to->text[to->length] = '\0';
}

static void say_part(uint32_t offset, const char *text, uint32_t captured)
{
	const struct stream_sink sink = {&heard, listen};
	uint8_t *bytes = exact_copy((const uint8_t *)text, captured);
	const struct stream_segment segment = {.sequence = FIRST + offset,
		.length = (uint32_t)strlen(text),
		.bytes = bytes,
		.captured = captured};

	stream_add(&stream, &segment, &sink);
	free(bytes);
}

static void say(uint32_t offset, const char *text)
{
	say_part(offset, text, (uint32_t)strlen(text));
}

static int begin(void **state)
{
	(void)state;
	heard = (struct heard){.length = 0};
	stream_init(&stream, FIRST);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	stream_clear(&stream);
	return 0;
}

static void stream_gives_bytes_in_order_however_they_come(void **state)
{
	static const struct {
		const char *name;
		struct {
			uint32_t offset;
			const char *text;
		} said[5];
	} cases[] = {
		{"in order", {{0, "ab"}, {2, "cd"}, {4, "efgh"}}},
		{"one late", {{2, "cd"}, {4, "efgh"}, {0, "ab"}}},
		{"backwards", {{6, "gh"}, {4, "ef"}, {2, "cd"}, {0, "ab"}}},
		{"twice", {{0, "abcd"}, {0, "abcd"}, {4, "efgh"}, {4, "efgh"}}},
		{"overlapping", {{0, "abc"}, {1, "bcde"}, {3, "defgh"}}},
		{"overlapping and late", {{3, "defg"}, {2, "cdef"}, {6, "gh"}, {0, "abc"}}},
		{"two holes", {{3, "d"}, {6, "gh"}, {0, "abc"}, {4, "ef"}}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(state);
		for (size_t s = 0; s < 5 && cases[i].said[s].text != NULL; s++)
			say(cases[i].said[s].offset, cases[i].said[s].text);
		if (strcmp(heard.text, "abcdefgh") != 0)
			fail_msg("%s: \"%s\"", cases[i].name, heard.text);
		assert_false(stream_lacks(&stream));
		stream_clear(&stream);
	}
}

static void stream_lacks_what_is_still_missing(void **state)
{
	(void)state;
	say(0, "ab");
	say(3, "d");
	assert_string_equal(heard.text, "ab");
	assert_true(stream_lacks(&stream));
	say(2, "c");
	assert_string_equal(heard.text, "abcd");
	assert_false(stream_lacks(&stream));
}

static void stream_ends_where_the_capture_cut_a_segment(void **state)
{
	(void)state;
	say_part(0, "abcd", 2);
	say(4, "ef");
	assert_string_equal(heard.text, "ab");
	assert_true(stream_lacks(&stream));
}

static void stream_ends_beyond_its_window(void **state)
{
	(void)state;
	say(STREAM_WINDOW, "x");
	assert_true(stream_lacks(&stream));
	say(0, "ab");
	assert_int_equal(heard.length, 0);
}

static void stream_keeps_so_many_pieces_and_no_more(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < STREAM_PIECES; i++)
		say(2 + 2 * i, "x");
	say(0, "a");
	say(1, "b");
	assert_string_equal(heard.text, "abx");
	finish(state);
	begin(state);
	for (uint32_t i = 0; i <= STREAM_PIECES; i++)
		say(2 + 2 * i, "x");
	assert_true(stream.hole);
}

static void stream_ignores_what_is_far_off(void **state)
{
	(void)state;
	say(0x40000000, "forged");
	say(0, "ab");
	assert_string_equal(heard.text, "ab");
	assert_false(stream_lacks(&stream));
}

static void stream_gives_no_more_than_is_looked_at(void **state)
{
	char block[1001];

	(void)state;
	memset(block, 'x', sizeof(block) - 1);
	block[sizeof(block) - 1] = '\0';
	for (uint32_t i = 0; i < STREAM_LOOKED / 1000 + 5; i++)
		say(i * 1000, block);
	assert_int_equal(heard.length, STREAM_LOOKED);
	assert_false(stream_lacks(&stream));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stream_gives_bytes_in_order_however_they_come),
		cmocka_unit_test_setup_teardown(stream_lacks_what_is_still_missing, begin, finish),
		cmocka_unit_test_setup_teardown(
			stream_ends_where_the_capture_cut_a_segment, begin, finish),
		cmocka_unit_test_setup_teardown(stream_ends_beyond_its_window, begin, finish),
		cmocka_unit_test_setup_teardown(
			stream_keeps_so_many_pieces_and_no_more, begin, finish),
		cmocka_unit_test_setup_teardown(stream_ignores_what_is_far_off, begin, finish),
		cmocka_unit_test_setup_teardown(
			stream_gives_no_more_than_is_looked_at, begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
