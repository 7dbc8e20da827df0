/* SPDX-License-Identifier: BSD-2-Clause */
#include "history.h"

#include "fault.h"
#include "memory.h"
#include "news.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 5000
#define OURS        0x6d736e64 /* "msnd", PRAGMA application_id */

struct history {
	sqlite3 *database;
	char path[PATH_MAX];
};

/* word and the like are text, since numbers of enums are not for ever. */
static const char schema[] =
	"CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,"
	" started_ns INTEGER NOT NULL, finished_ns INTEGER NOT NULL, vantage TEXT NOT NULL,"
	" boot TEXT NOT NULL, boot_ns INTEGER NOT NULL, step_ns INTEGER NOT NULL);"
	"CREATE TABLE port (id INTEGER PRIMARY KEY, host TEXT NOT NULL, address TEXT NOT NULL,"
	" port INTEGER NOT NULL, service TEXT NOT NULL, probes INTEGER NOT NULL,"
	" told INTEGER NOT NULL, told_unsteady INTEGER NOT NULL, told_word TEXT NOT NULL,"
	" told_by TEXT, told_limit REAL NOT NULL, told_certificate_s INTEGER NOT NULL,"
	" told_path TEXT NOT NULL, UNIQUE (host, address, port));"
	"CREATE TABLE result (port INTEGER NOT NULL REFERENCES port,"
	" run INTEGER NOT NULL REFERENCES run, verdict TEXT NOT NULL, phase TEXT NOT NULL,"
	" by TEXT, hop INTEGER, confidence REAL, rtt_ms REAL, loss_ratio REAL, limit_per_s REAL,"
	" burst INTEGER, certificate_s INTEGER, path TEXT, summary TEXT, PRIMARY KEY (port, run))"
	" WITHOUT ROWID;"
	"CREATE INDEX result_run ON result (run);"
	"CREATE TABLE news (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, time_ns INTEGER NOT NULL,"
	" trouble INTEGER NOT NULL, text TEXT NOT NULL, json TEXT NOT NULL,"
	" told INTEGER NOT NULL DEFAULT 0);"
	"CREATE INDEX news_untold ON news (told) WHERE told = 0;";

const char *history_library(void)
{
	static char text[32];

	snprintf(text, sizeof(text), "SQLite version %s", sqlite3_libversion());
	return text;
}

/* What went wrong, for people. */

static int explain(const struct history *history, struct fault *why)
{
	const char *path = history->path;
	int error = sqlite3_system_errno(history->database);

	switch (sqlite3_errcode(history->database) & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return fault_set(why, FAULT_IO,
			"the history %.200s is in use by another process; waited for %d s", path,
			PATIENCE_MS / 1000);
	case SQLITE_CORRUPT:
		return fault_set(why, FAULT_DATA,
			"the history %.200s is damaged: move it away, and a new one is begun",
			path);
	case SQLITE_NOTADB:
		return fault_set(why, FAULT_DATA,
			"%.200s is no history but another kind of file: name another one", path);
	case SQLITE_FULL:
		return fault_set(why, FAULT_IO, "no room on the disk for the history %.200s", path);
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return fault_set(why, FAULT_CANNOT_CREATE, "cannot write the history %.200s: %s",
			path, error != 0 ? strerror(error) : "no permission");
	default:
		return fault_set(why, FAULT_IO, "the history %.200s cannot be used: %s%s%.60s",
			path, sqlite3_errmsg(history->database), error != 0 ? ": " : "",
			error != 0 ? strerror(error) : "");
	}
}

static int execute(struct history *history, const char *sql, struct fault *why)
{
	if (sqlite3_exec(history->database, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return explain(history, why);
}

static sqlite3_stmt *prepare(struct history *history, const char *sql, struct fault *why)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(history->database, sql, -1, &statement, NULL) == SQLITE_OK)
		return statement;
	explain(history, why);
	return NULL;
}

/* A value that stands for a ? of a statement. */
struct value {
	enum { INTEGER, REAL, TEXT, NOTHING } kind;
	sqlite3_int64 integer;
	double real;
	const char *text;
};

static struct value integer(int64_t number)
{
	return (struct value){.kind = INTEGER, .integer = number};
}

static struct value text(const char *words)
{
	return (struct value){.kind = words == NULL ? NOTHING : TEXT, .text = words};
}

static struct value real(double number)
{
	return (struct value){.kind = REAL, .real = number};
}

static struct value real_if_known(double number)
{
	return (struct value){.kind = number < 0 ? NOTHING : REAL, .real = number};
}

static struct value integer_if_known(int number)
{
	return (struct value){.kind = number < 0 ? NOTHING : INTEGER, .integer = number};
}

static void bind_all(sqlite3_stmt *statement, const struct value *values, int count)
{
	for (int i = 0; i < count; i++) {
		switch (values[i].kind) {
		case INTEGER:
			sqlite3_bind_int64(statement, i + 1, values[i].integer);
			break;
		case REAL:
			sqlite3_bind_double(statement, i + 1, values[i].real);
			break;
		case TEXT:
			sqlite3_bind_text(statement, i + 1, values[i].text, -1, SQLITE_STATIC);
			break;
		case NOTHING:
			sqlite3_bind_null(statement, i + 1);
			break;
		}
	}
}

/* Runs one statement; *result is the first column of its first row, if it has one. */
static int put(struct history *history, const char *sql, const struct value *values, int count,
	struct fault *why)
{
	sqlite3_stmt *statement = prepare(history, sql, why);

	if (statement == NULL)
		return -1;
	bind_all(statement, values, count);
	int outcome = sqlite3_step(statement);

	if (outcome != SQLITE_DONE && outcome != SQLITE_ROW)
		explain(history, why);
	sqlite3_finalize(statement);
	return outcome == SQLITE_DONE || outcome == SQLITE_ROW ? 0 : -1;
}
#define PUT(history, sql, why, ...)                                                                \
	put(history, sql, (const struct value[]){__VA_ARGS__},                                     \
		(int)(sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value)), why)

static int ask_number(struct history *history, const char *sql, int64_t *out, struct fault *why)
{
	sqlite3_stmt *statement = prepare(history, sql, why);

	if (statement == NULL)
		return -1;
	int outcome = sqlite3_step(statement);

	*out = outcome == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	if (outcome != SQLITE_ROW && outcome != SQLITE_DONE)
		explain(history, why);
	sqlite3_finalize(statement);
	return outcome == SQLITE_ROW || outcome == SQLITE_DONE ? 0 : -1;
}

/* Opening. */

static int create(struct history *history, struct fault *why)
{
	char sql[sizeof(schema) + 160];

	snprintf(sql, sizeof(sql),
		"BEGIN IMMEDIATE;%sPRAGMA application_id=%d;"
		"PRAGMA user_version=%d;COMMIT;",
		schema, OURS, HISTORY_VERSION);
	if (execute(history, sql, why) == 0)
		return 0;
	sqlite3_exec(history->database, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

static int check_sound(struct history *history, struct fault *why)
{
	sqlite3_stmt *statement = prepare(history, "PRAGMA quick_check(1)", why);
	int outcome = 0;

	if (statement == NULL)
		return -1;
	if (sqlite3_step(statement) != SQLITE_ROW)
		outcome = explain(history, why);
	else if (strcmp((const char *)sqlite3_column_text(statement, 0), "ok") != 0)
		outcome = fault_set(why, FAULT_DATA,
			"the history %.200s is damaged: move it away, and a new one is begun",
			history->path);
	sqlite3_finalize(statement);
	return outcome;
}

/* What the file is, before anything of it is changed. */
static int check(struct history *history, enum history_mode mode, struct fault *why)
{
	int64_t owner = 0;
	int64_t version = 0;
	int64_t tables = 0;

	if (ask_number(history, "PRAGMA application_id", &owner, why) < 0 ||
		ask_number(history, "PRAGMA user_version", &version, why) < 0 ||
		ask_number(history, "SELECT count(*) FROM sqlite_schema", &tables, why) < 0)
		return -1;
	if (tables == 0 && owner == 0)
		return mode == HISTORY_WRITE
			? create(history, why)
			: fault_set(why, FAULT_DATA, "the history %.200s is empty", history->path);
	if (owner != OURS)
		return fault_set(why, FAULT_DATA,
			"%.200s is a database of another program: name another file",
			history->path);
	if (version > HISTORY_VERSION)
		return fault_set(why, FAULT_DATA,
			"the history %.200s is of version %d, from a newer mailsonde; this one "
			"knows %d: install the newer one, or name another file",
			history->path, (int)version, HISTORY_VERSION);
	return check_sound(history, why);
}

/* SQLite would make the file for everybody to read. */
static int make_file(const char *path, struct fault *why)
{
	int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP);

	if (descriptor < 0)
		return fault_set(why, FAULT_CANNOT_CREATE, "cannot create the history %.300s: %s",
			path, strerror(errno));
	close(descriptor);
	return 0;
}

static int connect_to(struct history *history, enum history_mode mode, struct fault *why)
{
	int flags = mode == HISTORY_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;

	if (mode == HISTORY_WRITE && make_file(history->path, why) < 0)
		return -1;
	if (mode == HISTORY_READ && access(history->path, R_OK) != 0)
		return fault_set(why, FAULT_NO_INPUT, "cannot open the history %.300s: %s",
			history->path, strerror(errno));
	if (sqlite3_open_v2(history->path, &history->database, flags, NULL) != SQLITE_OK)
		return explain(history, why);
	sqlite3_extended_result_codes(history->database, 1);
	sqlite3_busy_timeout(history->database, PATIENCE_MS);
	if (check(history, mode, why) < 0)
		return -1;
	return mode == HISTORY_READ
		? 0
		: execute(history, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", why);
}

struct history *history_open(const char *path, enum history_mode mode, struct fault *why)
{
	struct history *history = fault_allocate(1, sizeof(*history));

	snprintf(history->path, sizeof(history->path), "%s", path);
	if (connect_to(history, mode, why) == 0)
		return history;
	history_close(history);
	return NULL;
}

void history_close(struct history *history)
{
	if (history == NULL)
		return;
	sqlite3_close(history->database);
	free(history);
}

/* Saving. */

static int save_run(struct history *history, const struct history_run *run, struct fault *why)
{
	return PUT(history,
		"INSERT INTO run (name, started_ns, finished_ns, vantage, boot, boot_ns, step_ns)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		why, text(run->run->id), integer(run->run->started_ns),
		integer(run->run->finished_ns), text(run->run->vantage), text(run->moment.boot),
		integer(run->moment.boot_ns), integer(run->step_ns));
}

static int save_port(struct history *history, const struct remembered *port, const char *service,
	struct fault *why)
{
	char address[ADDRESS_TEXT];
	const struct standing *told = &port->standing;

	return PUT(history,
		"INSERT INTO port (host, address, port, service, probes, told, told_unsteady,"
		" told_word, told_by, told_limit, told_certificate_s, told_path)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON CONFLICT (host, address, port) DO UPDATE SET service = excluded.service,"
		" probes = excluded.probes, told = excluded.told,"
		" told_unsteady = excluded.told_unsteady, told_word = excluded.told_word,"
		" told_by = excluded.told_by, told_limit = excluded.told_limit,"
		" told_certificate_s = excluded.told_certificate_s,"
		" told_path = excluded.told_path",
		why, text(port->host), text(address_print(&port->address, address)),
		integer(port->port), text(service), integer((int64_t)port->probes),
		integer(told->known), integer(told->unsteady), text(verdict_word_name(told->word)),
		text(verdict_by_name(told->by)), real(told->limit_per_s),
		integer(told->certificate_end_s), text(told->path));
}

static int save_result(struct history *history, const struct record *record, struct fault *why)
{
	char address[ADDRESS_TEXT];
	const struct observation *look = &record->look;

	return PUT(history,
		"INSERT OR REPLACE INTO result (port, run, verdict, phase, by, hop, confidence,"
		" rtt_ms, loss_ratio, limit_per_s, burst, certificate_s, path, summary)"
		" VALUES ((SELECT id FROM port WHERE host = ? AND address = ? AND port = ?),"
		" (SELECT max(id) FROM run), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		why, text(record->host), text(address_print(&record->address, address)),
		integer(record->port), text(verdict_word_name(look->word)),
		text(verdict_phase_name(look->phase)), text(verdict_by_name(look->by)),
		integer_if_known(record->hop), real_if_known(record->confidence),
		real_if_known(record->rtt_ms), real_if_known(record->loss_ratio),
		real_if_known(look->limit_per_s), integer_if_known(record->burst),
		integer(look->certificate_end_s), text(look->path), text(record->summary));
}

static int save_results(struct history *history, const struct history_run *run, struct fault *why)
{
	struct memory memory = *run->memory; /* the finder moves its mark alone */

	for (size_t i = 0; i < run->count; i++) {
		const struct record *record = &run->records[i];
		const struct remembered *port =
			memory_port(&memory, record->host, &record->address, record->port);
		if (save_port(history, port, record->service, why) < 0 ||
			save_result(history, record, why) < 0)
			return -1;
	}
	return 0;
}

static int save_news(struct history *history, const struct history_run *run, struct fault *why)
{
	for (size_t i = 0; i < run->news_count; i++) {
		if (PUT(history,
			    "INSERT INTO news (run, time_ns, trouble, text, json)"
			    " VALUES ((SELECT max(id) FROM run), ?, ?, ?, ?)",
			    why, integer(run->run->finished_ns), integer(run->news[i].trouble),
			    text(run->news[i].text), text(run->news[i].json)) < 0)
			return -1;
	}
	return 0;
}

/* By their number and not by their age: a clock that jumps must not take the history along. */
static int forget(struct history *history, size_t keep, struct fault *why)
{
	if (PUT(history, "DELETE FROM result WHERE run <= (SELECT max(id) FROM run) - ?", why,
		    integer((int64_t)keep)) < 0)
		return -1;
	return PUT(history, "DELETE FROM run WHERE id <= (SELECT max(id) FROM run) - ?", why,
		integer((int64_t)keep));
}

int history_save(struct history *history, const struct history_run *run, struct fault *why)
{
	if (execute(history, "BEGIN IMMEDIATE", why) < 0)
		return -1;
	if (save_run(history, run, why) == 0 && save_results(history, run, why) == 0 &&
		save_news(history, run, why) == 0 && forget(history, run->keep, why) == 0 &&
		execute(history, "COMMIT", why) == 0)
		return 0;
	/* A full disk has rolled it back already; there is nothing to say about that. */
	sqlite3_exec(history->database, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

int history_told(struct history *history, struct fault *why)
{
	return execute(history, "UPDATE news SET told = 1 WHERE told = 0", why);
}

/* Reading. */

static const char *column(sqlite3_stmt *statement, int number)
{
	const unsigned char *words = sqlite3_column_text(statement, number);

	return words == NULL ? "" : (const char *)words;
}

static double real_column(sqlite3_stmt *statement, int number)
{
	return sqlite3_column_type(statement, number) == SQLITE_NULL
		? -1
		: sqlite3_column_double(statement, number);
}

static enum verdict_by by_of(const char *word)
{
	for (int by = BY_LOCAL; by <= BY_UNKNOWN; by++) {
		if (strcmp(word, verdict_by_name((enum verdict_by)by)) == 0)
			return (enum verdict_by)by;
	}
	return BY_NOBODY;
}

static enum verdict_phase phase_of(const char *word)
{
	for (int phase = PHASE_CONNECT; phase <= PHASE_CERTIFICATE; phase++) {
		if (strcmp(word, verdict_phase_name((enum verdict_phase)phase)) == 0)
			return (enum verdict_phase)phase;
	}
	return PHASE_CONNECT;
}

static enum verdict_word word_of(const char *word)
{
	enum verdict_word found = VERDICT_INCONCLUSIVE;

	(void)verdict_word_parse(&found, word);
	return found;
}

static struct remembered *recall_port(struct memory *memory, sqlite3_stmt *row)
{
	struct address address;
	int64_t port = sqlite3_column_int64(row, 2);

	if (!address_parse(&address, column(row, 1)) || port < 1 || port > UINT16_MAX)
		return NULL;
	return memory_port(memory, column(row, 0), &address, (uint16_t)port);
}

static void recall_standing(struct memory *memory, sqlite3_stmt *row)
{
	struct remembered *port = recall_port(memory, row);

	if (port == NULL)
		return;
	port->probes = (uint64_t)sqlite3_column_int64(row, 3);
	port->standing = (struct standing){
		.known = sqlite3_column_int(row, 4),
		.unsteady = sqlite3_column_int(row, 5),
		.word = word_of(column(row, 6)),
		.by = by_of(column(row, 7)),
		.limit_per_s = sqlite3_column_double(row, 8),
		.certificate_end_s = sqlite3_column_int64(row, 9),
	};
	snprintf(port->standing.path, sizeof(port->standing.path), "%s", column(row, 10));
}

static void recall_look(struct memory *memory, sqlite3_stmt *row)
{
	struct remembered *port = recall_port(memory, row);
	struct observation look = {
		.time_ns = sqlite3_column_int64(row, 3),
		.clock_set = sqlite3_column_int64(row, 4) != 0,
		.word = word_of(column(row, 5)),
		.phase = phase_of(column(row, 6)),
		.by = by_of(column(row, 7)),
		.limit_per_s = real_column(row, 8),
		.certificate_end_s = sqlite3_column_int64(row, 9),
	};

	snprintf(look.path, sizeof(look.path), "%s", column(row, 10));
	if (port != NULL)
		memory_look(port, &look);
}

static int recall(struct history *history, const char *sql, struct memory *memory,
	void (*take)(struct memory *memory, sqlite3_stmt *row), struct fault *why)
{
	sqlite3_stmt *statement = prepare(history, sql, why);
	int outcome;

	if (statement == NULL)
		return -1;
	while ((outcome = sqlite3_step(statement)) == SQLITE_ROW)
		take(memory, statement);
	if (outcome != SQLITE_DONE)
		explain(history, why);
	sqlite3_finalize(statement);
	return outcome == SQLITE_DONE ? 0 : -1;
}

static int recall_moment(struct history *history, struct moment *last, struct fault *why)
{
	sqlite3_stmt *statement = prepare(history,
		"SELECT finished_ns, boot_ns, boot FROM run ORDER BY id DESC LIMIT 1", why);

	*last = (struct moment){.real_ns = 0};
	if (statement == NULL)
		return -1;
	if (sqlite3_step(statement) == SQLITE_ROW) {
		last->real_ns = sqlite3_column_int64(statement, 0);
		last->boot_ns = sqlite3_column_int64(statement, 1);
		snprintf(last->boot, sizeof(last->boot), "%s", column(statement, 2));
	}
	sqlite3_finalize(statement);
	return 0;
}

int history_recall(
	struct history *history, struct memory *memory, struct moment *last, struct fault *why)
{
	if (recall_moment(history, last, why) < 0 ||
		recall(history,
			"SELECT host, address, port, probes, told, told_unsteady, told_word,"
			" told_by, told_limit, told_certificate_s, told_path FROM port ORDER BY id",
			memory, recall_standing, why) < 0)
		return -1;
	/* As many runs as would give every port its looks, if each asked about all of them. */
	return recall(history,
		"SELECT host, address, port.port, finished_ns, step_ns, verdict, phase, by,"
		" limit_per_s, certificate_s, path FROM result JOIN port ON port.id = result.port"
		" JOIN run ON run.id = result.run"
		" WHERE run.id > (SELECT max(id) FROM run) - 32 ORDER BY run.id, port.id",
		memory, recall_look, why);
}

int history_untold(struct history *history, struct news **out, size_t *count, struct fault *why)
{
	sqlite3_stmt *statement = prepare(
		history, "SELECT text, json, trouble FROM news WHERE told = 0 ORDER BY id", why);

	*out = NULL;
	*count = 0;
	if (statement == NULL)
		return -1;
	while (sqlite3_step(statement) == SQLITE_ROW) {
		*out = fault_resize(*out, *count + 1, sizeof(**out));
		struct news *news = &(*out)[(*count)++];
		*news = (struct news){.json = strdup(column(statement, 1)),
			.trouble = sqlite3_column_int(statement, 2)};
		if (news->json == NULL)
			fault_out_of_memory();
		snprintf(news->text, sizeof(news->text), "%s", column(statement, 0));
	}
	sqlite3_finalize(statement);
	return 0;
}

/* For people. */

static int view_runs(
	struct history *history, size_t runs, struct view *view, int64_t *first, struct fault *why)
{
	sqlite3_stmt *statement = prepare(history,
		"SELECT id, finished_ns FROM (SELECT id, finished_ns FROM run ORDER BY id DESC"
		" LIMIT ?) ORDER BY id",
		why);

	if (statement == NULL)
		return -1;
	view->times_ns = fault_allocate(runs, sizeof(*view->times_ns));
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)runs);
	while (view->runs < runs && sqlite3_step(statement) == SQLITE_ROW) {
		if (view->runs == 0)
			*first = sqlite3_column_int64(statement, 0);
		view->times_ns[view->runs++] = sqlite3_column_int64(statement, 1);
	}
	sqlite3_finalize(statement);
	return 0;
}

static struct view_row *view_row_of(struct view *view, sqlite3_stmt *row)
{
	struct view_row *last = view->row_count > 0 ? &view->rows[view->row_count - 1] : NULL;

	if (last != NULL && last->port == sqlite3_column_int(row, 2) &&
		strcmp(last->address, column(row, 1)) == 0 &&
		strcmp(last->host, column(row, 0)) == 0)
		return last;
	view->rows = fault_resize(view->rows, view->row_count + 1, sizeof(*view->rows));
	last = &view->rows[view->row_count++];
	*last = (struct view_row){.port = (uint16_t)sqlite3_column_int(row, 2),
		.words = fault_allocate(view->runs + 1, sizeof(int))};
	snprintf(last->host, sizeof(last->host), "%s", column(row, 0));
	snprintf(last->address, sizeof(last->address), "%s", column(row, 1));
	memset(last->words, VIEW_NOT_ASKED, view->runs * sizeof(int));
	return last;
}

/* Numbers of runs have no gaps but those of runs that were rolled back, which are none. */
static int view_results(
	struct history *history, struct view *view, int64_t first, struct fault *why)
{
	sqlite3_stmt *statement = prepare(history,
		"SELECT host, address, port.port, run - ?, verdict FROM result"
		" JOIN port ON port.id = result.port WHERE run >= ?"
		" ORDER BY host, address, port.port, run",
		why);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, first);
	sqlite3_bind_int64(statement, 2, first);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		struct view_row *row = view_row_of(view, statement);
		int64_t at = sqlite3_column_int64(statement, 3);
		if (at >= 0 && (size_t)at < view->runs)
			row->words[at] = (int)word_of(column(statement, 4));
	}
	sqlite3_finalize(statement);
	return 0;
}

static int view_news(struct history *history, struct view *view, struct fault *why)
{
	sqlite3_stmt *statement =
		prepare(history, "SELECT time_ns, text FROM news ORDER BY id DESC LIMIT ?", why);

	if (statement == NULL)
		return -1;
	view->news = fault_allocate(VIEW_NEWS, sizeof(*view->news));
	sqlite3_bind_int(statement, 1, VIEW_NEWS);
	while (view->news_count < VIEW_NEWS && sqlite3_step(statement) == SQLITE_ROW) {
		struct view_news *news = &view->news[view->news_count++];
		news->time_ns = sqlite3_column_int64(statement, 0);
		snprintf(news->text, sizeof(news->text), "%s", column(statement, 1));
	}
	sqlite3_finalize(statement);
	return 0;
}

int history_view(struct history *history, size_t runs, struct view *out, struct fault *why)
{
	int64_t first = 0;

	*out = (struct view){.runs = 0};
	if (view_runs(history, runs, out, &first, why) < 0 ||
		view_results(history, out, first, why) < 0)
		return -1;
	return view_news(history, out, why);
}
