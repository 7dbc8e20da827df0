/* SPDX-License-Identifier: BSD-2-Clause */
#include "dmi.h"
#include "fault.h"
#include "provider.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER "key,name,kind,asn,dmi,p25,p465,p587,lift,how,source,source_date,confidence\n"

static struct provider_list list;
static struct fault why;

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Reads text as the user's own list. */
static int read_own(const char *text)
{
	char path[] = "/tmp/providers.XXXXXX";
	int descriptor = mkstemp(path);

	assert_true(descriptor >= 0);
	close(descriptor);
	write_file(path, text);
	int outcome = provider_list_read(&list, path, &why);

	unlink(path);
	return outcome;
}

static void provider_rows_all_have_a_source_and_a_date(void **state)
{
	(void)state;
	assert_int_equal(provider_list_read(&list, NULL, &why), 0);
	assert_true(list.count >= 28);
	for (size_t i = 0; i < list.count; i++) {
		assert_string_not_equal(list.items[i].source, "");
		assert_string_not_equal(list.items[i].source_date, "");
		assert_string_not_equal(list.items[i].confidence, "");
		assert_true(strpbrk(list.items[i].source_date, "0123456789") != NULL);
	}
	provider_list_clear(&list);
}

static void provider_rows_say_how_a_shut_port_is_opened(void **state)
{
	(void)state;
	assert_int_equal(provider_list_read(&list, NULL, &why), 0);
	for (size_t i = 0; i < list.count; i++) {
		if (policy_shuts(list.items[i].port_25))
			assert_int_not_equal(list.items[i].lift, LIFT_NONE);
		assert_string_not_equal(list.items[i].how, "");
	}
	provider_list_clear(&list);
}

static void provider_rows_come_back_from_their_record(void **state)
{
	char record[CSV_RECORD];
	char again[CSV_RECORD];
	struct provider provider;

	(void)state;
	assert_int_equal(provider_list_read(&list, NULL, &why), 0);
	for (size_t i = 0; i < list.count; i++) {
		assert_true(provider_print(&list.items[i], record));
		assert_true(provider_parse(&provider, record));
		assert_true(provider_print(&provider, again));
		assert_string_equal(record, again);
	}
	provider_list_clear(&list);
}

static void provider_list_prefers_the_users_own_rows(void **state)
{
	(void)state;
	assert_int_equal(read_own("# mine\n" HEADER
				  "comcast,My Comcast,isp,7922,,open,open,open,none,,,,own\r\n"
				  "mine,Mine,cloud,64500,,blocked,open,open,request,ask,,,own\n"),
		0);
	assert_string_equal(provider_named(&list, "comcast")->name, "My Comcast");
	assert_string_equal(provider_of_as(&list, 7922)->name, "My Comcast");
	assert_string_equal(provider_of_as(&list, 64500)->key, "mine");
	assert_non_null(provider_named(&list, "aws"));
	provider_list_clear(&list);
}

static void provider_list_tells_which_line_is_wrong(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "is empty"},
		{"key,name\n", "line 1"},
		{HEADER "a,b\n", "line 2"},
		{HEADER "# fine\n\na,A,cloud,,,blocked,open,open,maybe,,,,\n", "line 4"},
		{HEADER "a,A,planet,,,blocked,open,open,none,,,,\n", "'a'"},
		{HEADER "a,\"A,cloud,,,blocked,open,open,none,,,,\n", "comma-separated"},
		{HEADER ",A,cloud,,,blocked,open,open,none,,,,\n", "line 2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(read_own(cases[i].text), -1);
		assert_int_equal(why.kind, FAULT_DATA);
		assert_non_null(strstr(why.text, cases[i].says));
		provider_list_clear(&list);
	}
	assert_int_equal(provider_list_read(&list, "/nonexistent.csv", &why), -1);
	assert_int_equal(why.kind, FAULT_NO_INPUT);
	provider_list_clear(&list);
}

static void provider_is_found_by_what_the_firmware_says(void **state)
{
	char folder[] = "/tmp/dmi.XXXXXX";
	char path[64];
	struct dmi dmi;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(provider_list_read(&list, NULL, &why), 0);
	dmi_read(&dmi, folder);
	assert_null(provider_of_dmi(&list, &dmi));
	snprintf(path, sizeof(path), "%s/sys_vendor", folder);
	write_file(path, "Hetzner\n");
	dmi_read(&dmi, folder);
	assert_string_equal(provider_of_dmi(&list, &dmi)->key, "hetzner-cloud");
	write_file(path, "Hetzner Online\n"); /* not what the row says */
	dmi_read(&dmi, folder);
	assert_null(provider_of_dmi(&list, &dmi));
	unlink(path);
	snprintf(path, sizeof(path), "%s/product_uuid", folder);
	write_file(path, "EC2E1916-9099-7CAF-FD21-012345ABCDEF\n");
	dmi_read(&dmi, folder);
	assert_string_equal(provider_of_dmi(&list, &dmi)->key, "aws");
	unlink(path);
	rmdir(folder);
	provider_list_clear(&list);
}

static void provider_of_a_network_is_never_a_home_router(void **state)
{
	(void)state;
	assert_int_equal(provider_list_read(&list, NULL, &why), 0);
	assert_string_equal(provider_of_as(&list, 3320)->key, "telekom-de");
	assert_string_equal(provider_of_as(&list, 14618)->key, "aws");
	assert_null(provider_of_as(&list, 1461)); /* the beginning of another */
	assert_null(provider_of_as(&list, 64500));
	provider_list_clear(&list);
}

static void provider_hints_that_make_no_sense_fit_nothing(void **state)
{
	static const char *const hints[] = {
		"", "|", "sys_vendor", "sys_vendor is", "sys_vendor is ", "colour is blue", "is"};
	const struct dmi dmi = {.fields = {"Hetzner"}};

	(void)state;
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		assert_false(dmi_fits(&dmi, hints[i]));
	assert_true(dmi_fits(&dmi, "colour is blue|sys_vendor is hetzner"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(provider_rows_all_have_a_source_and_a_date),
		cmocka_unit_test(provider_rows_say_how_a_shut_port_is_opened),
		cmocka_unit_test(provider_rows_come_back_from_their_record),
		cmocka_unit_test(provider_list_prefers_the_users_own_rows),
		cmocka_unit_test(provider_list_tells_which_line_is_wrong),
		cmocka_unit_test(provider_is_found_by_what_the_firmware_says),
		cmocka_unit_test(provider_of_a_network_is_never_a_home_router),
		cmocka_unit_test(provider_hints_that_make_no_sense_fit_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
