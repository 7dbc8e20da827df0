/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"
#include "hex_bytes.h"
#include "names.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* mail.example: an alias of mx.example, which has 192.0.2.25. */
static const char aliased[] = "1234 8180 0001 0002 0000 0000"
			      "04 6d61696c 07 6578616d706c65 00 0001 0001"
			      "c00c 0005 0001 0000003c 0005 02 6d78 c011"
			      "c02a 0001 0001 0000003c 0004 c0000219";

static const char six[] = "1234 8180 0001 0001 0000 0000"
			  "04 4d41494c 07 6578616d706c65 00 001c 0001"
			  "c00c 001c 0001 0000003c 0010 20010db8000000000000000000000025";

static const char *name_of(const struct names *names, const char *text)
{
	struct address address;

	assert_true(address_parse(&address, text));
	return names_find(names, &address);
}

/* As much of it as length says, and not a byte more to read. */
static void add(struct names **names, const char *hex, size_t length)
{
	uint8_t *bytes = NULL;
	size_t all = 0;

	hex_bytes(hex, &bytes, &all);
	length = length < all ? length : all;
	uint8_t *exact = exact_copy(bytes, length);

	names_add(names, exact, length);
	free(exact);
	free(bytes);
}

static void names_gives_the_name_that_was_asked_for(void **state)
{
	struct names *names = NULL;

	(void)state;
	add(&names, aliased, SIZE_MAX);
	add(&names, six, SIZE_MAX);
	assert_string_equal(name_of(names, "192.0.2.25"), "mail.example");
	assert_string_equal(name_of(names, "2001:db8::25"), "mail.example");
	assert_string_equal(name_of(names, "192.0.2.26"), "");
	names_free(names);
}

static void names_keeps_the_first_for_an_address(void **state)
{
	struct names *names = NULL;
	char other[sizeof(aliased)];

	(void)state;
	memcpy(other, aliased, sizeof(other));
	strstr(other, "6d61696c")[1] = 'e'; /* "nail" */
	add(&names, aliased, SIZE_MAX);
	add(&names, other, SIZE_MAX);
	assert_string_equal(name_of(names, "192.0.2.25"), "mail.example");
	names_free(names);
}

static void names_takes_nothing_from_a_message_cut_short(void **state)
{
	uint8_t *bytes = NULL;
	size_t whole = 0;

	(void)state;
	hex_bytes(aliased, &bytes, &whole);
	free(bytes);
	for (size_t length = 0; length < whole; length++) {
		struct names *names = NULL;
		add(&names, aliased, length);
		assert_null(names);
	}
}

static void names_takes_nothing_that_is_no_answer(void **state)
{
	static const struct {
		const char *from, *to;
	} changes[] = {
		{"8180", "0180"},                   /* a question */
		{"8180", "8183"},                   /* no such name */
		{"0001 0002", "0002 0002"},         /* two questions */
		{"04 6d61696c", "04 6d0a696c"},     /* a line's end within a name */
		{"04 6d61696c", "c0 6d61696c"},     /* a question that points elsewhere */
		{"0001 0001c00c", "000f 0001c00c"}, /* for mail exchangers */
		{"0004 c0000219", "0005 c0000219"}, /* a lying length */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct names *names = NULL;
		char hex[sizeof(aliased)];
		memcpy(hex, aliased, sizeof(hex));
		char *at = strstr(hex, changes[i].from);
		assert_non_null(at);
		memcpy(at, changes[i].to, strlen(changes[i].to));
		add(&names, hex, SIZE_MAX);
		assert_null(names);
	}
}

static void names_keeps_no_more_than_there_is_room_for(void **state)
{
	struct names *names = NULL;
	struct address last = {.family = ADDRESS_IPV4, .bytes = {10, 0, 0, 0}};
	uint8_t *bytes = NULL;
	size_t length = 0;

	(void)state;
	hex_bytes(aliased, &bytes, &length);
	for (size_t i = 0; i < NAMES_MOST + 10; i++) {
		bytes[length - 4] = 10;
		bytes[length - 3] = (uint8_t)(i >> 16);
		bytes[length - 2] = (uint8_t)(i >> 8);
		bytes[length - 1] = (uint8_t)i;
		names_add(&names, bytes, length);
	}
	assert_string_equal(names_find(names, &last), "mail.example");
	memcpy(last.bytes, bytes + length - 4, 4);
	assert_string_equal(names_find(names, &last), "");
	free(bytes);
	names_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_gives_the_name_that_was_asked_for),
		cmocka_unit_test(names_keeps_the_first_for_an_address),
		cmocka_unit_test(names_takes_nothing_from_a_message_cut_short),
		cmocka_unit_test(names_takes_nothing_that_is_no_answer),
		cmocka_unit_test(names_keeps_no_more_than_there_is_room_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
