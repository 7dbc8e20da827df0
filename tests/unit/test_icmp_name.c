/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"
#include "icmp_name.h"
#include "unit.h"

static void icmp_name_tells_the_families_apart(void **state)
{
	(void)state;
	assert_string_equal(
		icmp_name(ADDRESS_IPV4, 3, 13), "communication administratively prohibited");
	assert_string_equal(icmp_name(ADDRESS_IPV4, 3, 1), "host unreachable");
	assert_string_equal(icmp_name(ADDRESS_IPV6, 3, 1), "fragment reassembly time exceeded");
	assert_string_equal(icmp_name(ADDRESS_IPV6, 1, 4), "port unreachable");
}

static void icmp_name_never_lacks_a_word(void **state)
{
	(void)state;
	for (int type = 0; type < 256; type++) {
		for (int code = 0; code < 256; code++)
			assert_non_null(icmp_name(ADDRESS_IPV6, (uint8_t)type, (uint8_t)code));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(icmp_name_tells_the_families_apart),
		cmocka_unit_test(icmp_name_never_lacks_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
