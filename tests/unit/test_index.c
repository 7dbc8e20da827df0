/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"
#include "index.h"
#include "unit.h"

#define MANY 5000

static struct address numbered(uint32_t number)
{
	const uint8_t bytes[4] = {
		10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number};

	return address_ipv4(bytes);
}

static uint32_t hash_of(const struct index *index, uint32_t number)
{
	struct address address = numbered(number);

	return index_of_address(index, &address);
}

static void add(struct index *index, uint32_t number)
{
	index_add(index, hash_of(index, number), (struct position){.host = number});
}

static struct index_slot *find(const struct index *index, uint32_t number)
{
	uint32_t hash = hash_of(index, number);
	struct index_slot *slot = index_seek(index, hash, NULL);

	while (slot != NULL && slot->position.host != number)
		slot = index_seek(index, hash, slot);
	return slot;
}

static void index_finds_all_that_was_added(void **state)
{
	struct index index;

	(void)state;
	index_init(&index);
	for (uint32_t i = 0; i < MANY; i++)
		add(&index, i);
	for (uint32_t i = 0; i < MANY; i++)
		assert_non_null(find(&index, i));
	assert_null(find(&index, MANY));
	index_clear(&index);
}

/* Every second one goes, so that most gaps stand in the middle of a run. */
static void index_finds_the_rest_after_removals(void **state)
{
	struct index index;

	(void)state;
	index_init(&index);
	for (uint32_t i = 0; i < MANY; i++)
		add(&index, i);
	for (uint32_t i = 0; i < MANY; i += 2)
		index_remove(&index, find(&index, i));
	for (uint32_t i = 0; i < MANY; i++)
		assert_int_equal(find(&index, i) != NULL, i % 2);
	assert_int_equal(index.used, MANY / 2);
	index_clear(&index);
}

static void index_finds_equal_hashes_one_after_the_other(void **state)
{
	struct index index;

	(void)state;
	index_init(&index);
	index_add(&index, 7, (struct position){.host = 1});
	index_add(&index, 7, (struct position){.host = 2});
	struct index_slot *first = index_seek(&index, 7, NULL);
	struct index_slot *second = index_seek(&index, 7, first);

	assert_int_equal(first->position.host, 1);
	assert_int_equal(second->position.host, 2);
	assert_null(index_seek(&index, 7, second));
	index_clear(&index);
}

static void index_takes_a_flow_and_the_way_back_for_one(void **state)
{
	struct address here = numbered(1), there = numbered(2);
	struct index_end from = {&here, 40000}, to = {&there, 25}, other = {&there, 587};
	struct index index;

	(void)state;
	index_init(&index);
	assert_int_equal(index_of_flow(&index, from, to), index_of_flow(&index, to, from));
	assert_int_not_equal(index_of_flow(&index, from, to), index_of_flow(&index, from, other));
	index_clear(&index);
}

/* Whoever writes a capture would choose addresses that fall on each other. */
static void index_hashes_differently_in_every_table(void **state)
{
	struct index one, two;
	unsigned equal = 0;

	(void)state;
	index_init(&one);
	index_init(&two);
	for (uint32_t i = 0; i < 100; i++)
		equal += hash_of(&one, i) == hash_of(&two, i);
	assert_int_not_equal(equal, 100);
	index_clear(&one);
	index_clear(&two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_finds_all_that_was_added),
		cmocka_unit_test(index_finds_the_rest_after_removals),
		cmocka_unit_test(index_finds_equal_hashes_one_after_the_other),
		cmocka_unit_test(index_takes_a_flow_and_the_way_back_for_one),
		cmocka_unit_test(index_hashes_differently_in_every_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
