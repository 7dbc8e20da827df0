/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"
#include "unit.h"

#include <netinet/in.h>
#include <string.h>

static struct address parsed(const char *text)
{
	struct address address;

	assert_true(address_parse(&address, text));
	return address;
}

static void address_prints_what_it_parsed(void **state)
{
	static const char *const texts[][2] = {
		{"192.0.2.1", "192.0.2.1"},
		{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
		{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, /* RFC 5952 section 4.2.2 */
		{"::1", "::1"},
		{"::", "::"},
		{"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
	};
	char out[ADDRESS_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct address address = parsed(texts[i][0]);

		assert_string_equal(address_print(&address, out), texts[i][1]);
	}
}

static void address_rejects_what_is_no_address(void **state)
{
	static const char *const texts[] = {"", "mail.example.com", "192.0.2", "192.0.2.256",
		"192.0.2.01", "[::1]", "fe80::1%eth0", "192.0.2.1 ", "1:2:3:4:5:6:7:8:9", ":::"};
	struct address address;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(address_parse(&address, texts[i]));
}

static void address_prints_a_dash_when_none(void **state)
{
	struct address none = {0};
	char out[ADDRESS_TEXT];

	(void)state;
	assert_string_equal(address_print(&none, out), "-");
	assert_int_equal(address_length(&none), 0);
}

static void address_compare_orders_by_family_then_value(void **state)
{
	struct address low = parsed("192.0.2.1"), high = parsed("192.0.2.2"), v6 = parsed("::1");

	(void)state;
	assert_true(address_compare(&low, &high) < 0);
	assert_true(address_compare(&high, &low) > 0);
	assert_true(address_compare(&high, &v6) < 0);
	assert_true(address_equal(&low, &low));
	assert_false(address_equal(&low, &high));
}

static void address_is_private_by_the_registries(void **state)
{
	static const char *const private[] = {"10.1.2.3", "172.16.0.1", "172.31.255.255",
		"192.168.0.1", "100.64.0.1", "100.127.255.255", "169.254.1.1", "127.0.0.1", "::1",
		"fe80::1", "febf::1", "fc00::1", "fd12::1"};
	static const char *const public[] = {"9.255.255.255", "11.0.0.1", "172.15.0.1",
		"172.32.0.1", "192.169.0.1", "100.63.0.1", "100.128.0.1", "8.8.8.8", "::2",
		"2001:db8::1", "fec0::1", "fb00::1"};

	(void)state;
	for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++) {
		struct address address = parsed(private[i]);

		assert_true(address_is_private(&address));
	}
	for (size_t i = 0; i < sizeof(public) / sizeof(public[0]); i++) {
		struct address address = parsed(public[i]);

		assert_false(address_is_private(&address));
	}
}

static void address_survives_a_sockaddr(void **state)
{
	static const char *const texts[] = {"192.0.2.1", "2001:db8::1"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct address address = parsed(texts[i]), back;
		struct sockaddr_storage storage;

		assert_true(address_to_sockaddr(&address, 25, &storage) > 0);
		assert_true(address_from_sockaddr(&back, (struct sockaddr *)&storage));
		assert_true(address_equal(&address, &back));
	}
}

static void address_has_no_sockaddr_when_none(void **state)
{
	struct address none = {0}, back;
	struct sockaddr_storage storage;

	(void)state;
	assert_int_equal(address_to_sockaddr(&none, 25, &storage), 0);
	assert_false(address_from_sockaddr(&back, (struct sockaddr *)&storage));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_prints_what_it_parsed),
		cmocka_unit_test(address_rejects_what_is_no_address),
		cmocka_unit_test(address_prints_a_dash_when_none),
		cmocka_unit_test(address_compare_orders_by_family_then_value),
		cmocka_unit_test(address_is_private_by_the_registries),
		cmocka_unit_test(address_survives_a_sockaddr),
		cmocka_unit_test(address_has_no_sockaddr_when_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
