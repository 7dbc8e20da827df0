/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "history.h"
#include "memory.h"
#include "news.h"
#include "unit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/history.XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	static char name[sizeof(folder)];

	(void)state;
	memcpy(name, "/tmp/history.XXXXXX", sizeof(name));
	if (mkdtemp(name) == NULL)
		return -1;
	memcpy(folder, name, sizeof(folder));
	snprintf(path, sizeof(path), "%s/history.db", folder);
	return 0;
}

static int remove_folder(void **state)
{
	static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
	char name[80];

	(void)state;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", path, endings[i]);
		unlink(name);
	}
	return rmdir(folder);
}

static struct record record_of(uint16_t port, enum verdict_word word, const char *run)
{
	struct record record = {
		.host = "mail.example.com",
		.address = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}},
		.port = port,
		.service = "smtp",
		.look = {.word = word, .by = BY_UNKNOWN, .limit_per_s = -1, .path = "a b"},
		.rtt_ms = 1.5,
		.loss_ratio = -1,
		.burst = -1,
		.hop = -1,
		.probes = 8,
	};

	snprintf(record.summary, sizeof(record.summary), "of %s", run);
	return record;
}

/* Saves a run of one port, told or not. */
static int save(struct history *history, struct memory *memory, const char *name,
	enum verdict_word word, struct fault *why)
{
	struct record_run run = {.started_ns = 1, .finished_ns = 2, .vantage = "here"};
	struct record record = record_of(25, word, name);
	struct change change = {.kind = CHANGE_FIRST, .after = record.look};
	struct news news;

	snprintf(run.id, sizeof(run.id), "%s", name);
	struct remembered *port = memory_port(memory, record.host, &record.address, record.port);

	memory_look(port, &record.look);
	port->standing.known = true;
	port->standing.word = word;
	port->probes += record.probes;
	news_init(&news, &change, &record, &run);
	struct history_run saved = {.run = &run,
		.moment = {.real_ns = 2, .boot_ns = 3, .boot = "boot"},
		.records = &record,
		.count = 1,
		.memory = memory,
		.news = &news,
		.news_count = 1,
		.keep = 10};
	int outcome = history_save(history, &saved, why);

	news_clear(&news);
	return outcome;
}

static void history_recalls_looks_and_what_was_told(void **state)
{
	struct fault why;
	struct memory before = {.count = 0};
	struct memory after = {.count = 0};
	struct moment last;
	struct news *news;
	size_t count;
	struct history *history = history_open(path, HISTORY_WRITE, &why);

	(void)state;
	assert_non_null(history);
	assert_int_equal(save(history, &before, "A", VERDICT_OPEN, &why), 0);
	assert_int_equal(save(history, &before, "B", VERDICT_DROPPED, &why), 0);
	history_close(history);
	history = history_open(path, HISTORY_WRITE, &why);
	assert_non_null(history);
	assert_int_equal(history_recall(history, &after, &last, &why), 0);
	assert_int_equal(after.count, 1);
	assert_int_equal(after.ports[0].recent_count, 2);
	assert_int_equal(after.ports[0].recent[0].word, VERDICT_OPEN);
	assert_string_equal(after.ports[0].recent[1].path, "a b");
	assert_int_equal(after.ports[0].standing.word, VERDICT_DROPPED);
	assert_int_equal(after.ports[0].probes, 16);
	assert_int_equal(last.boot_ns, 3);
	assert_int_equal(history_untold(history, &news, &count, &why), 0);
	assert_int_equal(count, 2);
	for (size_t i = 0; i < count; i++)
		news_clear(&news[i]);
	free(news);
	assert_int_equal(history_told(history, &why), 0);
	assert_int_equal(history_untold(history, &news, &count, &why), 0);
	assert_int_equal(count, 0);
	memory_clear(&before);
	memory_clear(&after);
	history_close(history);
}

static void history_forgets_by_number_of_runs(void **state)
{
	struct fault why;
	struct memory memory = {.count = 0};
	struct view view;
	char name[16];
	struct history *history = history_open(path, HISTORY_WRITE, &why);

	(void)state;
	assert_non_null(history);
	for (int i = 0; i < 25; i++) {
		snprintf(name, sizeof(name), "RUN%d", i);
		assert_int_equal(save(history, &memory, name, VERDICT_OPEN, &why), 0);
	}
	assert_int_equal(history_view(history, 100, &view, &why), 0);
	assert_int_equal(view.runs, 10);
	assert_int_equal(view.row_count, 1);
	assert_int_equal(view.rows[0].words[9], VERDICT_OPEN);
	view_clear(&view);
	memory_clear(&memory);
	history_close(history);
}

/* Another process in the midst of a transaction of its own. */
static void history_in_use_says_so_and_takes_the_run_later(void **state)
{
	struct fault why;
	struct memory memory = {.count = 0};
	struct history *history = history_open(path, HISTORY_WRITE, &why);
	sqlite3 *other = NULL;

	(void)state;
	assert_non_null(history);
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(save(history, &memory, "A", VERDICT_OPEN, &why), -1);
	assert_int_equal(why.kind, FAULT_IO);
	assert_non_null(strstr(why.text, "in use by another process"));
	sqlite3_close(other);
	assert_int_equal(save(history, &memory, "A", VERDICT_OPEN, &why), 0);
	memory_clear(&memory);
	history_close(history);
}

static void write_file(const void *bytes, size_t length, long at)
{
	FILE *file = fopen(path, at == 0 ? "we" : "r+e");

	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	fclose(file);
}

static void refuse(enum fault_kind kind, const char *words)
{
	struct fault why = {.kind = FAULT_NONE};

	assert_null(history_open(path, HISTORY_WRITE, &why));
	assert_int_equal(why.kind, kind);
	if (strstr(why.text, words) == NULL)
		fail_msg("%s", why.text);
}

static void set_number(const char *pragma)
{
	struct fault why;
	sqlite3 *database = NULL;

	history_close(history_open(path, HISTORY_WRITE, &why));
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, pragma, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

static void history_of_a_newer_version_is_refused(void **state)
{
	(void)state;
	set_number("PRAGMA user_version = 2");
	refuse(FAULT_DATA, "of version 2, from a newer mailsonde");
}

static void history_of_another_program_is_refused(void **state)
{
	(void)state;
	set_number("PRAGMA application_id = 77");
	refuse(FAULT_DATA, "of another program");
}

static void file_that_is_no_database_is_refused(void **state)
{
	static const char text[] = "127.0.0.1 localhost, and no database at all, whatever its name";

	(void)state;
	write_file(text, sizeof(text), 0);
	refuse(FAULT_DATA, "no history");
}

static void damaged_history_is_refused(void **state)
{
	static char noise[4096];
	struct fault why;
	struct memory memory = {.count = 0};
	struct history *history = history_open(path, HISTORY_WRITE, &why);

	(void)state;
	assert_non_null(history);
	assert_int_equal(save(history, &memory, "A", VERDICT_OPEN, &why), 0);
	history_close(history);
	memory_clear(&memory);
	memset(noise, 0x5a, sizeof(noise));
	write_file(noise, sizeof(noise), 8192);
	refuse(FAULT_DATA, "damaged");
}

static void history_that_cannot_be_made_says_why(void **state)
{
	struct fault why;

	(void)state;
	assert_null(history_open("/nonexistent/folder/history.db", HISTORY_WRITE, &why));
	assert_int_equal(why.kind, FAULT_CANNOT_CREATE);
	assert_null(history_open("/nonexistent/folder/history.db", HISTORY_READ, &why));
	assert_int_equal(why.kind, FAULT_NO_INPUT);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(history_recalls_looks_and_what_was_told),
		IN_A_FOLDER(history_forgets_by_number_of_runs),
		IN_A_FOLDER(history_in_use_says_so_and_takes_the_run_later),
		IN_A_FOLDER(history_of_a_newer_version_is_refused),
		IN_A_FOLDER(history_of_another_program_is_refused),
		IN_A_FOLDER(file_that_is_no_database_is_refused),
		IN_A_FOLDER(damaged_history_is_refused),
		cmocka_unit_test(history_that_cannot_be_made_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
