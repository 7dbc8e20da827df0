/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "target_list.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Writes content to a new file and reads it as a list. */
static int read_content(struct target_list *list, const char *content, struct fault *why)
{
	char path[] = "/tmp/mailsonde-targets-XXXXXX";
	int descriptor = mkstemp(path);

	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, content, strlen(content)), strlen(content));
	close(descriptor);
	int outcome = target_list_read(list, path, why);

	unlink(path);
	return outcome;
}

static void target_list_skips_comments_and_blanks(void **state)
{
	struct target_list list = {.count = 0};
	struct fault why;

	(void)state;
	assert_int_equal(read_content(&list,
				 "# all of ours\n\n  mail.example.com  \t# the old one\r\n"
				 "[2001:db8::1]:25",
				 &why),
		0);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0].name, "mail.example.com");
	assert_int_equal(list.items[1].port, 25);
	target_list_clear(&list);
}

static void target_list_names_the_line_that_is_wrong(void **state)
{
	struct target_list list = {.count = 0};
	struct fault why;

	(void)state;
	assert_int_equal(read_content(&list, "good.example\n\nbad name\n", &why), -1);
	assert_int_equal(why.kind, FAULT_DATA);
	assert_non_null(strstr(why.text, "line 3"));
	target_list_clear(&list);
}

static void target_list_rejects_an_endless_line(void **state)
{
	char line[3000];
	struct target_list list = {.count = 0};
	struct fault why;

	(void)state;
	memset(line, 'a', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	assert_int_equal(read_content(&list, line, &why), -1);
	assert_int_equal(why.kind, FAULT_DATA);
	target_list_clear(&list);
}

static void target_list_reads_behind_a_byte_order_mark(void **state)
{
	struct target_list list = {.count = 0};
	struct fault why;

	(void)state;
	assert_int_equal(read_content(&list,
				 "\xef\xbb\xbf"
				 "192.0.2.1\n",
				 &why),
		0);
	assert_int_equal(list.count, 1);
	target_list_clear(&list);
}

static void target_list_is_a_fault_when_there_is_no_file(void **state)
{
	struct target_list list = {.count = 0};
	struct fault why;

	(void)state;
	assert_int_equal(target_list_read(&list, "/nonexistent/list", &why), -1);
	assert_int_equal(why.kind, FAULT_NO_INPUT);
}

static void target_list_refuses_more_than_its_bound(void **state)
{
	struct target_list list = {.count = 0};
	struct fault why;

	(void)state;
	for (int i = 0; i < TARGET_LIST_MAX; i++)
		assert_int_equal(target_list_add(&list, "a.example", &why), 0);
	assert_int_equal(target_list_add(&list, "a.example", &why), -1);
	assert_int_equal(why.kind, FAULT_USAGE);
	target_list_clear(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(target_list_skips_comments_and_blanks),
		cmocka_unit_test(target_list_names_the_line_that_is_wrong),
		cmocka_unit_test(target_list_rejects_an_endless_line),
		cmocka_unit_test(target_list_reads_behind_a_byte_order_mark),
		cmocka_unit_test(target_list_is_a_fault_when_there_is_no_file),
		cmocka_unit_test(target_list_refuses_more_than_its_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
