/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "metrics.h"
#include "report.h"
#include "specimen.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned count(const char *text, const char *part)
{
	unsigned number = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		number++;
	return number;
}

static void metrics_have_one_verdict_of_all_that_holds(void **state)
{
	struct report report;
	size_t length;

	(void)state;
	specimen_fill(&report);
	char *text = metrics_text(&report, &length);

	assert_int_equal(count(text, "\nmailsonde_verdict{"), report.result_count * VERDICT_WORDS);
	assert_int_equal(count(text, "verdict=\"dropped\",by=\"unknown\"} 1\n"), 1);
	assert_int_equal(count(text, "# TYPE mailsonde_verdict gauge"), 1);
	free(text);
	report_clear(&report);
}

static void metrics_leave_out_a_family_without_values(void **state)
{
	struct report report = {.live = true};
	size_t length;

	(void)state;
	specimen_add(&report, 25, VERDICT_DROPPED);
	char *text = metrics_text(&report, &length);

	assert_null(strstr(text, "mailsonde_rtt_seconds"));
	assert_null(strstr(text, "mailsonde_ssl_earliest_cert_expiry"));
	assert_non_null(strstr(text,
		"mailsonde_probe_success{target=\"mail.example.com\","
		"ip=\"192.0.2.1\",port=\"25\"} 0\n"));
	free(text);
	report_clear(&report);
}

static void metrics_escape_what_a_label_must_not_hold(void **state)
{
	struct report report = {.live = true};
	size_t length;

	(void)state;
	struct result *result = specimen_add(&report, 25, VERDICT_OPEN);

	snprintf(result->host, sizeof(result->host), "a\"} 1\nb\\c");
	char *text = metrics_text(&report, &length);

	assert_non_null(strstr(text, "target=\"a\\\"} 1\\\\x0ab\\\\c\""));
	free(text);
	report_clear(&report);
}

static void textfile_is_replaced_as_a_whole_for_others_to_read(void **state)
{
	char folder[] = "/tmp/metrics.XXXXXX";
	char path[64];
	struct stat found;
	struct fault why;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a.prom", folder);
	assert_int_equal(metrics_write(path, "old\n", 4, &why), 0);
	assert_int_equal(metrics_write(path, "new and longer\n", 15, &why), 0);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_size, 15);
	assert_int_equal(found.st_mode & 0777, 0644);
	unlink(path);
	assert_int_equal(rmdir(folder), 0); /* nothing else was left in it */
	assert_int_equal(metrics_write(path, "new\n", 4, &why), -1);
	assert_int_equal(why.kind, FAULT_CANNOT_CREATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(metrics_have_one_verdict_of_all_that_holds),
		cmocka_unit_test(metrics_leave_out_a_family_without_values),
		cmocka_unit_test(metrics_escape_what_a_label_must_not_hold),
		cmocka_unit_test(textfile_is_replaced_as_a_whole_for_others_to_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
