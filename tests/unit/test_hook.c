/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "hook.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char path[] = "/tmp/hook.XXXXXX";

static int make_file(void **state)
{
	(void)state;
	memcpy(path, "/tmp/hook.XXXXXX", sizeof(path));
	int file = mkstemp(path);

	return file < 0 || fchmod(file, 0666) != 0 || close(file) != 0 ? -1 : 0;
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static int run(const char *command, const char *input, double limit_s, struct fault *why)
{
	struct hook hook = {.command = command, .limit_s = limit_s};

	setenv("HOOK_FILE", path, 1);
	*why = (struct fault){.kind = FAULT_NONE};
	return hook_run(&hook, input, why);
}

static void hook_gets_all_of_its_input(void **state)
{
	size_t length = 1 << 20; /* more than any pipe holds */
	char *input = malloc(length + 1);
	struct stat found;
	struct fault why;

	(void)state;
	memset(input, 'x', length);
	input[length] = '\0';
	assert_int_equal(run("cat > \"$HOOK_FILE\"", input, 30, &why), 0);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_size, length);
	assert_int_equal(run("true", input, 30, &why), 0);
	free(input);
}

static void hook_that_fails_is_told(void **state)
{
	struct fault why;

	(void)state;
	assert_int_equal(run("exit 3", "{}", 30, &why), -1);
	assert_non_null(strstr(why.text, "status 3"));
}

/* A second process of its session, which would write the file much later. */
static void hook_that_never_ends_is_ended_with_all_it_started(void **state)
{
	struct timespec before;
	struct timespec after;
	struct fault why;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(run("sleep 600; echo > \"$HOOK_FILE\" & sleep 600", "{}", 0.2, &why), -1);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_non_null(strstr(why.text, "was ended"));
	assert_true(after.tv_sec - before.tv_sec < 300);
}

static void hook_has_no_rights(void **state)
{
	char text[64] = "";
	struct fault why;

	(void)state;
	assert_int_equal(run("grep CapEff /proc/self/status > \"$HOOK_FILE\"", "{}", 30, &why), 0);
	FILE *file = fopen(path, "re");

	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	assert_string_equal(text, "CapEff:\t0000000000000000\n");
}

#define WITH_A_FILE(test) cmocka_unit_test_setup_teardown(test, make_file, remove_file)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_A_FILE(hook_gets_all_of_its_input),
		WITH_A_FILE(hook_that_fails_is_told),
		WITH_A_FILE(hook_that_never_ends_is_ended_with_all_it_started),
		WITH_A_FILE(hook_has_no_rights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
