/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs from the project's root, where the settings are that come with the program. */
#include "fault.h"
#include "settings.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads text as a file; *why is of kind FAULT_NONE where it could be read. */
static void read_text(struct settings *out, const char *text, size_t length, struct fault *why)
{
	char path[] = "/tmp/settings.XXXXXX";
	int file = mkstemp(path);

	*why = (struct fault){.kind = FAULT_NONE};
	assert_int_equal(write(file, text, length), length);
	close(file);
	settings_read(out, path, why);
	unlink(path);
}

static void settings_are_read_as_the_example_shows_them(void **state)
{
	struct settings settings;
	struct fault why;

	(void)state;
	assert_int_equal(settings_read(&settings, "src/watch/deploy/watch.ini", &why), 0);
	assert_true(settings.targets.count > 0);
	assert_string_equal(settings.history, SETTINGS_HISTORY);
	settings_clear(&settings);
}

static void settings_give_each_target_its_section(void **state)
{
	static const char text[] = "\n# a comment\n[watch]\ninterval = 2m\njitter = 5%\n"
				   "[target a.example b.example]\nports = 25\nfamily=6\n"
				   "[target 192.0.2.1]\nmx = no\n";
	struct settings settings;
	struct fault why;

	(void)state;
	read_text(&settings, text, strlen(text), &why);
	assert_int_equal(why.kind, FAULT_NONE);
	assert_int_equal(settings.schedule.interval_s, 120);
	assert_int_equal(settings.targets.count, 3);
	assert_int_equal(settings.each[1].ports.count, 1);
	assert_int_equal(settings.each[1].family, ADDRESS_IPV6);
	assert_int_equal(settings.each[2].ports.count, 7);
	settings_clear(&settings);
}

static void settings_that_are_wrong_are_named_with_their_line(void **state)
{
	static const struct {
		const char *text, *line, *what;
	} cases[] = {
		{"[watch]\nintervall = 5m\n[target a]\n", "line 2", "no key"},
		{"[watch]\ninterval = 5x\n[target a]\n", "line 2", "a time from 10s"},
		{"[watch]\ninterval = 1s\n[target a]\n", "line 2", "a time from 10s"},
		{"[watch]\ninterval = nan\n[target a]\n", "line 2", "a time from 10s"},
		{"[watch]\nconfirm = 9\n[target a]\n", "line 2", "1 to 8"},
		{"[watch]\nkeep = 9d\nkeep = 8d\n[target a]\n", "line 3", "twice"},
		{"[watch]\n[watch]\n[target a]\n", "line 2", "twice"},
		{"[watch]\nhistory = x.db\n[target a]\n", "line 2", "from the root"},
		{"interval = 5m\n", "line 1", "below [watch]"},
		{"[watch]\ninterval\n", "line 2", "neither"},
		{"[watch\n", "line 1", "ends with ]"},
		{"[hosts]\n", "line 1", "no section"},
		{"[target]\n", "line 1", "names one or more"},
		{"[target a!b]\n", "line 1", "a!b"},
		{"[target a]\nports = 0\n", "line 2", "0"},
		{"[target a]\ninterval = 5m\n", "line 2", "no key"},
		{"[watch]\n", "names no target", ""},
		{"", "names no target", ""},
	};
	struct settings settings;
	struct fault why;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_text(&settings, cases[i].text, strlen(cases[i].text), &why);
		settings_clear(&settings);
		if (why.kind != FAULT_DATA || strstr(why.text, cases[i].line) == NULL ||
			strstr(why.text, cases[i].what) == NULL)
			fail_msg("%s: %s", cases[i].text, why.text);
	}
}

static void settings_that_are_no_text_are_refused(void **state)
{
	static const char binary[] = "[watch]\n\0\x7f"
				     "ELF\n[target a]\n";
	char *line = malloc(70000);
	struct settings settings;
	struct fault why;

	(void)state;
	read_text(&settings, binary, sizeof(binary) - 1, &why);
	settings_clear(&settings);
	assert_int_equal(why.kind, FAULT_DATA);
	memset(line, 'x', 70000);
	read_text(&settings, line, 70000, &why);
	settings_clear(&settings);
	assert_int_equal(why.kind, FAULT_DATA);
	free(line);
	settings_read(&settings, "/nonexistent/watch.ini", &why);
	settings_clear(&settings);
	assert_int_equal(why.kind, FAULT_NO_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_are_read_as_the_example_shows_them),
		cmocka_unit_test(settings_give_each_target_its_section),
		cmocka_unit_test(settings_that_are_wrong_are_named_with_their_line),
		cmocka_unit_test(settings_that_are_no_text_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
