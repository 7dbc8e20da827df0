/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"
#include "network.h"
#include "unit.h"

static uint32_t number_of(const struct network_map *map, const char *text)
{
	struct address address = {.family = ADDRESS_NONE};

	assert_true(address_parse(&address, text));
	return network_number(map, &address);
}

static void network_knows_nothing_without_a_map(void **state)
{
	(void)state;
	assert_int_equal(number_of(NULL, "8.8.8.8"), 0);
}

static void network_of_an_address_is_the_one_that_announces_it(void **state)
{
	struct network_map *map = network_map_open();

	(void)state;
	if (map == NULL)
		skip(); /* no libloc, or no database */
	assert_int_equal(number_of(map, "8.8.8.8"), 15169);
	assert_int_equal(number_of(map, "2001:4860:4860::8888"), 15169);
	network_map_close(map);
}

static void network_of_a_private_address_is_not_asked_for(void **state)
{
	struct network_map *map = network_map_open();

	(void)state;
	assert_int_equal(number_of(map, "192.168.1.1"), 0);
	assert_int_equal(number_of(map, "127.0.0.1"), 0);
	network_map_close(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(network_knows_nothing_without_a_map),
		cmocka_unit_test(network_of_an_address_is_the_one_that_announces_it),
		cmocka_unit_test(network_of_a_private_address_is_not_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
