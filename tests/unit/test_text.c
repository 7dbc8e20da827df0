/* SPDX-License-Identifier: BSD-2-Clause */
#include "paper.h"
#include "specimen.h"
#include "text.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *print(const struct report *report, struct paper paper)
{
	char *text = NULL;
	size_t length;

	paper.file = open_memstream(&text, &length);
	text_print(report, &paper);
	fclose(paper.file);
	return text;
}

static unsigned times_in(const char *text, const char *words)
{
	unsigned count = 0;

	for (const char *at = text; (at = strstr(at, words)) != NULL; at++)
		count++;
	return count;
}

static void text_joins_ports_that_share_a_cause(void **state)
{
	struct report report = {.command = "probe", .live = true};

	(void)state;
	specimen_add(&report, 25, VERDICT_DROPPED);
	specimen_add(&report, 465, VERDICT_DROPPED);
	specimen_add(&report, 587, VERDICT_OPEN);
	char *text = print(&report, (struct paper){.utf8 = false});

	assert_non_null(strstr(text, "PORTS 25 AND 465 ARE BLOCKED."));
	assert_non_null(strstr(text, "Port 587 of the same address works."));
	free(text);
	report_clear(&report);
}

static void text_stays_in_ascii_without_utf8(void **state)
{
	struct report report;

	(void)state;
	specimen_fill(&report);
	memcpy(report.results[0].host, "b\u00fccher", sizeof("b\u00fccher"));
	char *text = print(&report, (struct paper){.utf8 = false, .verbose = true});

	for (const char *at = text; *at != '\0'; at++)
		assert_true((unsigned char)*at < 0x80);
	free(text);
	report_clear(&report);
}

static void text_lets_no_escape_through_without_color(void **state)
{
	struct report report;

	(void)state;
	specimen_fill(&report);
	for (size_t i = 0; i < report.result_count; i++) {
		memcpy(report.results[i].host, "\x1b]0;x\x07", sizeof("\x1b]0;x\x07"));
		memcpy(report.results[i].service, "\x1b[2J", sizeof("\x1b[2J"));
	}
	report.evidence_path = "\x1b[1m";
	for (int live = 0; live < 2; live++) {
		report.live = live == 1;
		char *text = print(&report, (struct paper){.utf8 = true, .verbose = true});
		assert_null(strchr(text, '\x1b'));
		assert_null(strchr(text, '\x07'));
		free(text);
	}
	report_clear(&report);
}

static void text_keeps_within_the_page(void **state)
{
	struct report report;

	(void)state;
	specimen_fill(&report);
	char *text = print(&report, (struct paper){.utf8 = false});

	for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;)
		assert_true(strlen(line) <= 80);
	free(text);
	report_clear(&report);
}

static void text_has_nothing_to_do_when_all_is_open(void **state)
{
	struct report report = {.command = "probe", .live = true};

	(void)state;
	specimen_add(&report, 587, VERDICT_OPEN);
	char *text = print(&report, (struct paper){.utf8 = false});

	assert_null(strstr(text, "What to do now"));
	assert_non_null(strstr(text, "answers in 21 ms"));
	free(text);
	report_clear(&report);
}

static void text_gives_each_advice_once(void **state)
{
	struct report report = {.command = "probe", .live = true};

	(void)state;
	specimen_add(&report, 25, VERDICT_DROPPED);
	specimen_add(&report, 465, VERDICT_DROPPED);
	char *text = print(&report, (struct paper){.utf8 = false});

	assert_non_null(strstr(text, "sudo mailsonde probe --ports 25,465 mail.example.com"));
	assert_int_equal(times_in(text, "sudo mailsonde probe"), 1);
	free(text);
	report_clear(&report);
}

static void paper_wrap_breaks_lines_at_blanks(void **state)
{
	char *text = NULL;
	size_t length;
	struct paper paper = {.file = open_memstream(&text, &length)};
	char words[300];

	(void)state;
	for (size_t i = 0; i < sizeof(words) - 1; i++)
		words[i] = i % 10 == 9 ? ' ' : 'w';
	words[sizeof(words) - 1] = '\0';
	paper_wrap(&paper, PAPER_PLAIN, 5, words);
	fclose(paper.file);
	for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;)
		assert_true(strlen(line) <= PAPER_WIDTH);
	free(text);
}

static void paper_has_no_color_when_told_so(void **state)
{
	(void)state;
	setenv("TERM", "xterm", 1);
	setenv("NO_COLOR", "1", 1);
	assert_false(paper_of(stdout, PAPER_COLOR_AUTO, false).color);
	assert_true(paper_of(stdout, PAPER_COLOR_ALWAYS, false).color);
	assert_false(paper_of(stdout, PAPER_COLOR_NEVER, false).color);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_joins_ports_that_share_a_cause),
		cmocka_unit_test(text_stays_in_ascii_without_utf8),
		cmocka_unit_test(text_lets_no_escape_through_without_color),
		cmocka_unit_test(text_keeps_within_the_page),
		cmocka_unit_test(text_has_nothing_to_do_when_all_is_open),
		cmocka_unit_test(text_gives_each_advice_once),
		cmocka_unit_test(paper_wrap_breaks_lines_at_blanks),
		cmocka_unit_test(paper_has_no_color_when_told_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
