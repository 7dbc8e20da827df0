/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "target.h"
#include "unit.h"

#include <string.h>

static void target_reads_every_form(void **state)
{
	static const struct {
		const char *text, *name, *address;
		uint16_t port;
	} cases[] = {
		{"mail.example.com", "mail.example.com", "-", 0},
		{"mail.example.com.", "mail.example.com", "-", 0},
		{"mail.example.com:25", "mail.example.com", "-", 25},
		{"localhost", "localhost", "-", 0},
		{"_dmarc.example.com", "_dmarc.example.com", "-", 0},
		{"xn--bcher-kva.example", "xn--bcher-kva.example", "-", 0},
		{"192.0.2.1", "", "192.0.2.1", 0},
		{"192.0.2.1:465", "", "192.0.2.1", 465},
		{"2001:db8::1", "", "2001:db8::1", 0},
		{"[2001:db8::1]", "", "2001:db8::1", 0},
		{"[2001:db8::1]:993", "", "2001:db8::1", 993},
		{"::ffff:192.0.2.1", "", "192.0.2.1", 0},
		{"[::ffff:192.0.2.1]:25", "", "192.0.2.1", 25},
	};
	struct target target;
	struct fault why;
	char address[ADDRESS_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(target_parse(&target, cases[i].text, &why), 0);
		assert_string_equal(target.name, cases[i].name);
		assert_string_equal(address_print(&target.address, address), cases[i].address);
		assert_int_equal(target.port, cases[i].port);
	}
}

static void target_says_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *complaint;
	} cases[] = {
		{"", "empty"},
		{"smtp://mail.example.com", "URL"},
		{"mail.example.com/inbox", "URL"},
		{"user@example.com", "--mx"},
		{"b\xc3\xbc"
		 "cher.example",
			"xn--"},
		{"fe80::1%eth0", "--interface"},
		{"192.0.2.256", "not an IPv4 address"},
		{"192.0.2", "not an IPv4 address"},
		{"2001:db8::1:", "not an IPv6 address"},
		{"2001:db8:::1", "not an IPv6 address"},
		{"[2001:db8::1", "form"},
		{"[2001:db8::1]25", "form"},
		{"[192.0.2.1]:25", "not an IPv6 address"},
		{"host:0", "not a port"},
		{"host:65536", "not a port"},
		{"host:", "not a port"},
		{":25", "neither"},
		{"-x.example", "neither"},
		{"a..b", "neither"},
		{"has blank", "neither"},
		{"0.0.0.0", "not the address of one host"},
		{"239.1.2.3:25", "not the address of one host"},
		{"255.255.255.255", "not the address of one host"},
		{"::", "not the address of one host"},
		{"[ff02::1]:25", "not the address of one host"},
		{"::ffff:224.0.0.1", "not the address of one host"},
	};
	struct target target;
	struct fault why;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(target_parse(&target, cases[i].text, &why), -1);
		assert_int_equal(why.kind, FAULT_USAGE);
		assert_non_null(strstr(why.text, cases[i].complaint));
	}
}

static void target_rejects_names_longer_than_dns_allows(void **state)
{
	char label[] = "0123456789012345678901234567890123456789012345678901234567890123.example";
	char name[400];
	struct target target;
	struct fault why;

	(void)state;
	assert_int_equal(target_parse(&target, label, &why), -1);
	for (size_t i = 0; i < sizeof(name) - 1; i++)
		name[i] = i % 10 == 9 ? '.' : 'a';
	name[254] = '\0'; /* one more than 253 */
	assert_int_equal(target_parse(&target, name, &why), -1);
	name[253] = '\0';
	assert_int_equal(target_parse(&target, name, &why), 0);
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(target_parse(&target, name, &why), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(target_reads_every_form),
		cmocka_unit_test(target_says_what_is_wrong),
		cmocka_unit_test(target_rejects_names_longer_than_dns_allows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
