/* SPDX-License-Identifier: BSD-2-Clause */
#include "pseudonyms.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static struct address address(const char *text)
{
	struct address out;

	assert_true(address_parse(&out, text));
	return out;
}

/* Noticed first, as all must be. */
static const char *replaced(struct pseudonyms *p, const char *text)
{
	static char out[4][ADDRESS_TEXT];
	static unsigned turn;
	struct address from = address(text), to;

	pseudonyms_notice(p, &from);
	to = pseudonyms_address(p, &from);
	turn = (turn + 1) % 4;
	return address_print(&to, out[turn]);
}

static void own(struct pseudonyms *p, const char *text)
{
	struct address mine = address(text);

	pseudonyms_own(p, &mine);
}

static void pseudonyms_leave_public_addresses_of_others(void **state)
{
	struct pseudonyms *p = pseudonyms_new();

	(void)state;
	own(p, "81.2.69.160");
	assert_string_equal(replaced(p, "9.9.9.9"), "9.9.9.9");
	assert_string_equal(replaced(p, "2620:fe::fe"), "2620:fe::fe");
	assert_string_equal(replaced(p, "0.0.0.0"), "0.0.0.0");
	assert_string_equal(replaced(p, "::"), "::");
	pseudonyms_free(p);
}

static void pseudonyms_replace_own_addresses_and_their_neighbours(void **state)
{
	struct pseudonyms *p = pseudonyms_new();

	(void)state;
	own(p, "81.2.69.160");
	own(p, "2a00:1450:4001::7");
	assert_string_equal(replaced(p, "81.2.69.160"), "198.18.0.1");
	assert_string_equal(replaced(p, "81.2.69.1"), "198.18.0.2");
	assert_string_equal(replaced(p, "2a00:1450:4001:9::1"), "3fff::1");
	assert_string_equal(replaced(p, "81.2.70.1"), "81.2.70.1");
	pseudonyms_free(p);
}

static void pseudonyms_keep_private_addresses_private_and_networks_together(void **state)
{
	static const char *const texts[] = {"192.168.1.20", "10.1.2.3", "172.20.0.1", "100.64.9.9",
		"169.254.1.1", "127.0.0.1", "fe80::1", "fd00::1"};
	struct pseudonyms *p = pseudonyms_new();
	char first[ADDRESS_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct address to = address(replaced(p, texts[i]));
		assert_true(address_is_private(&to));
		assert_string_not_equal(replaced(p, texts[i]), texts[i]);
	}
	snprintf(first, sizeof(first), "%s", replaced(p, "192.168.1.20"));
	assert_memory_equal(
		first, replaced(p, "192.168.1.1"), (size_t)(strrchr(first, '.') - first));
	pseudonyms_free(p);
}

static void pseudonyms_are_the_same_each_time_and_of_themselves(void **state)
{
	struct pseudonyms *p = pseudonyms_new();
	struct address from = address("192.168.7.7"), once, twice;

	(void)state;
	pseudonyms_notice(p, &from);
	once = pseudonyms_address(p, &from);
	twice = pseudonyms_address(p, &once);
	assert_true(address_equal(&once, &twice));
	assert_string_equal(replaced(p, "192.168.7.7"), replaced(p, "192.168.7.7"));
	pseudonyms_free(p);
}

static void pseudonyms_are_nobodys_original(void **state)
{
	struct pseudonyms *p = pseudonyms_new();
	struct address taken = address("10.77.0.1");

	(void)state;
	pseudonyms_notice(p, &taken);
	assert_string_equal(replaced(p, "192.168.1.1"), "10.77.1.1");
	assert_string_equal(replaced(p, "10.77.0.1"), "10.77.2.1");
	pseudonyms_free(p);
}

static void pseudonyms_of_names_keep_domains_together(void **state)
{
	struct pseudonyms *p = pseudonyms_new();
	char out[PSEUDONYM_NAME];

	(void)state;
	assert_string_equal(pseudonyms_name(p, "mail.example.com", out), "n1.n2.invalid");
	assert_string_equal(pseudonyms_name(p, "*.example.com", out), "*.n2.invalid");
	assert_string_equal(pseudonyms_name(p, "MAIL.Example.com", out), "n1.n2.invalid");
	assert_string_equal(pseudonyms_name(p, "localhost", out), "n3.invalid");
	assert_string_equal(pseudonyms_name(p, "192.0.2.7", out), "198.18.0.1");
	assert_string_equal(pseudonyms_name(p, "", out), "");
	pseudonyms_free(p);
}

static void pseudonyms_of_names_stay_within_their_room(void **state)
{
	struct pseudonyms *p = pseudonyms_new();
	char name[2000], out[PSEUDONYM_NAME];

	(void)state;
	for (size_t i = 0; i < sizeof(name) - 1; i++)
		name[i] = i % 2 == 0 ? 'a' : '.';
	name[sizeof(name) - 1] = '\0';
	assert_true(strlen(pseudonyms_name(p, name, out)) < sizeof(out));
	memset(name, 'x', sizeof(name) - 1);
	assert_string_equal(pseudonyms_name(p, name, out), "n2.invalid");
	pseudonyms_free(p);
}

static void pseudonyms_of_texts_keep_reply_codes(void **state)
{
	static const char *const texts[][2] = {
		{"220 mx.example.net ESMTP", "220 [text 1]"},
		{"554-5.7.1 You are not welcome", "554-5.7.1 [text 2]"},
		{"550 5.7.1", "550 5.7.1"},
		{"* BYE go away", "* BYE [text 3]"},
		{"+OK ready", "+OK [text 4]"},
		{"SSH-2.0-x", "[text 5]"},
		{"220 mx.example.net ESMTP", "220 [text 1]"},
		{"", ""},
	};
	struct pseudonyms *p = pseudonyms_new();
	char out[PSEUDONYM_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_string_equal(pseudonyms_text(p, texts[i][0], out), texts[i][1]);
	pseudonyms_free(p);
}

static void pseudonyms_are_put_in_the_midst_of_texts(void **state)
{
	struct pseudonyms *p = pseudonyms_new();
	char out[256];

	(void)state;
	replaced(p, "192.168.1.1");
	pseudonyms_notice_name(p, "mail.example.com");
	pseudonyms_within(
		p, "to 192.168.1.1: via mail.example.com, not 9.9.9.9.", out, sizeof(out));
	assert_string_equal(out, "to 10.77.0.1: via n1.n2.invalid, not 9.9.9.9.");
	assert_int_equal(pseudonyms_within(p, "192.168.1.1", out, 6), 5);
	pseudonyms_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pseudonyms_leave_public_addresses_of_others),
		cmocka_unit_test(pseudonyms_replace_own_addresses_and_their_neighbours),
		cmocka_unit_test(pseudonyms_keep_private_addresses_private_and_networks_together),
		cmocka_unit_test(pseudonyms_are_the_same_each_time_and_of_themselves),
		cmocka_unit_test(pseudonyms_are_nobodys_original),
		cmocka_unit_test(pseudonyms_of_names_keep_domains_together),
		cmocka_unit_test(pseudonyms_of_names_stay_within_their_room),
		cmocka_unit_test(pseudonyms_of_texts_keep_reply_codes),
		cmocka_unit_test(pseudonyms_are_put_in_the_midst_of_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
