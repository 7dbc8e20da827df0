/* SPDX-License-Identifier: BSD-2-Clause */
#include "ca_file.h"
#include "command.h"
#include "continuity.h"
#include "cycle.h"
#include "fault.h"
#include "history.h"
#include "hook.h"
#include "memory.h"
#include "metrics.h"
#include "news.h"
#include "notice.h"
#include "privilege.h"
#include "schedule.h"
#include "settings.h"
#include "signals.h"
#include "watch_options.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define UNSAVED_MOST     1000 /* runs that wait for room on the disk */
#define LOOK_AT_CLOCK_MS 60000
#define NS_PER_S         1e9
#define NS_PER_MS        INT64_C(1000000)
#define MS_PER_S         1e3

/* A run until it is saved. */
struct kept_run {
	struct cycle cycle;
	struct moment moment;
	int64_t step_ns;
	struct news *news;
	size_t news_count;
	struct kept_run *next;
};

struct watch {
	const struct watch_options *options;
	struct settings settings;
	struct history *history; /* NULL: in memory alone */
	struct memory memory;
	struct moment last;     /* of the run before */
	struct kept_run *first; /* not yet saved, oldest first */
	size_t kept;
	unsigned whole_runs;
	int signals;
	int status; /* of the last run */
	bool ended, journal;
	int ended_by;
};

/* Times. */

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * (int64_t)NS_PER_S + now.tv_nsec;
}

static struct moment moment_now(void)
{
	struct moment now = {
		.real_ns = clock_ns(CLOCK_REALTIME), .boot_ns = clock_ns(CLOCK_BOOTTIME)};
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (file == NULL)
		return now;
	if (fgets(now.boot, sizeof(now.boot), file) == NULL)
		now.boot[0] = '\0';
	fclose(file);
	return now;
}

/* Waits until a time of CLOCK_BOOTTIME, or a signal. poll() does not count sleep of the machine, so
 * the clock is looked at now and then. */
static void wait_until(struct watch *watch, int64_t until_ns)
{
	struct pollfd waiting = {.fd = watch->signals, .events = POLLIN};
	struct signalfd_siginfo signal;

	while (!watch->ended) {
		int64_t left_ns = until_ns - clock_ns(CLOCK_BOOTTIME);
		int64_t left_ms = left_ns / NS_PER_MS + 1;
		if (left_ns <= 0)
			return;
		if (left_ms > LOOK_AT_CLOCK_MS)
			left_ms = LOOK_AT_CLOCK_MS;
		if (poll(&waiting, 1, (int)left_ms) > 0)
			break;
	}
	watch->ended = true;
	if (read(watch->signals, &signal, sizeof(signal)) == (ssize_t)sizeof(signal))
		watch->ended_by = (int)signal.ssi_signo;
}

/* Telling. */

/* systemd names the device and inode of the socket to the journal, systemd.exec(5). */
static bool writes_to_journal(void)
{
	const char *named = getenv("JOURNAL_STREAM");
	char own[64];
	struct stat stream;

	if (named == NULL || fstat(STDOUT_FILENO, &stream) != 0)
		return false;
	snprintf(own, sizeof(own), "%llu:%llu", (unsigned long long)stream.st_dev,
		(unsigned long long)stream.st_ino);
	return strcmp(named, own) == 0;
}

static void print_news(const struct watch *watch, const struct news *news)
{
	if (watch->options->face.format != FACE_TEXT)
		printf("%s\n", news->json);
	else /* sd-daemon(3): warning and notice */
		printf("%s%s\n", !watch->journal ? "" : news->trouble ? "<4>" : "<5>", news->text);
}

static void tell(struct watch *watch, const struct news *news, size_t count)
{
	const struct hook hook = {watch->settings.hook, watch->settings.hook_limit_s};
	struct fault why;

	for (size_t i = 0; i < count; i++)
		print_news(watch, &news[i]);
	fflush(stdout);
	if (hook.command[0] == '\0' || count == 0)
		return;
	char *document = news_document(news, count);

	if (hook_run(&hook, document, &why) < 0)
		notice("%s", why.text);
	free(document);
}

/* What one run means. */

static void judge(struct watch *watch, struct kept_run *run, const struct record *record)
{
	struct change_outcome outcome;
	struct observation look = record->look;
	struct remembered *port =
		memory_port(&watch->memory, record->host, &record->address, record->port);

	look.clock_set = run->step_ns != 0;
	memory_look(port, &look);
	change_judge(&outcome, port->recent, port->recent_count, &watch->settings.rules,
		&port->standing);
	port->doubtful = outcome.doubtful;
	port->probes += record->probes;
	port->latest = record_metrics(record);
	port->seen_in = watch->whole_runs;
	for (size_t i = 0; i < outcome.count; i++) {
		run->news = fault_resize(run->news, run->news_count + 1, sizeof(*run->news));
		news_init(&run->news[run->news_count++], &outcome.changes[i], record,
			&run->cycle.run);
	}
}

static void judge_all(struct watch *watch, struct kept_run *run)
{
	run->moment = moment_now();
	run->step_ns = continuity_step_ns(&watch->last, &run->moment);
	watch->last = run->moment;
	if (run->step_ns != 0)
		notice("the clock was set %s by %.0f s since the run before: this run proves "
		       "nothing about dates of certificates",
			run->step_ns > 0 ? "forward" : "back",
			(double)(run->step_ns < 0 ? -run->step_ns : run->step_ns) / NS_PER_S);
	for (size_t i = 0; i < run->cycle.count; i++)
		judge(watch, run, &run->cycle.records[i]);
}

static void write_metrics(const struct watch *watch, const struct record_run *run)
{
	const struct memory *memory = &watch->memory;
	const char *path = watch->options->textfile != NULL ? watch->options->textfile
							    : watch->settings.textfile;
	struct fault why;
	char *text = NULL;
	size_t length = 0;

	if (path[0] == '\0')
		return;
	struct metrics_row *rows = fault_allocate(memory->count + 1, sizeof(*rows));
	struct metrics_run all = {
		.started_ns = run->started_ns, .finished_ns = run->finished_ns, .rows = rows};
	FILE *out = open_memstream(&text, &length);

	if (out == NULL)
		fault_out_of_memory();
	for (size_t i = 0; i < memory->count; i++) {
		const struct remembered *port = &memory->ports[i];
		if (port->seen_in != watch->whole_runs)
			continue;
		rows[all.count] = port->latest;
		rows[all.count].host = port->host;
		rows[all.count++].probes = port->probes;
	}
	metrics_print(&all, out);
	if (fclose(out) != 0)
		fault_out_of_memory();
	if (metrics_write(path, text, length, &why) < 0)
		notice("%s", why.text);
	free(text);
	free(rows);
}

/* Saving. */

static void run_free(struct kept_run *run)
{
	for (size_t i = 0; i < run->news_count; i++)
		news_clear(&run->news[i]);
	free(run->news);
	cycle_clear(&run->cycle);
	free(run);
}

static void drop_first(struct watch *watch)
{
	struct kept_run *run = watch->first;

	watch->first = run->next;
	watch->kept--;
	run_free(run);
}

static int save_first(struct watch *watch, struct fault *why)
{
	const struct kept_run *run = watch->first;
	struct history_run saved = {
		.run = &run->cycle.run,
		.moment = run->moment,
		.step_ns = run->step_ns,
		.records = run->cycle.records,
		.count = run->cycle.count,
		.memory = &watch->memory,
		.news = run->news,
		.news_count = run->news_count,
		.keep = (size_t)(watch->settings.keep_s / watch->settings.schedule.interval_s) + 1,
	};

	return history_save(watch->history, &saved, why);
}

/* What cannot be saved waits in memory for the next try. True if nothing is left. */
static bool save_all(struct watch *watch)
{
	struct fault why;

	while (watch->history != NULL && watch->first->next != NULL && save_first(watch, &why) == 0)
		drop_first(watch);
	if (watch->history == NULL || save_first(watch, &why) == 0)
		return true;
	notice("%s; %zu runs wait in memory", why.text, watch->kept);
	return false;
}

static void keep(struct watch *watch, struct kept_run *run)
{
	struct kept_run **end = &watch->first;

	if (watch->kept == UNSAVED_MOST) {
		notice("the oldest run that could not be saved is given up");
		drop_first(watch);
	}
	while (*end != NULL)
		end = &(*end)->next;
	*end = run;
	watch->kept++;
}

/* Saved before it is told, and marked as told after: killed in between, it is told again. */
static void finish_run(struct watch *watch, struct kept_run *run)
{
	struct fault why;

	keep(watch, run);
	bool saved = save_all(watch);

	write_metrics(watch, &run->cycle.run);
	tell(watch, run->news, run->news_count);
	if (!saved)
		return;
	drop_first(watch);
	if (watch->history != NULL && history_told(watch->history, &why) < 0)
		notice("%s", why.text);
}

/* Looking. */

static bool look(struct watch *watch, const enum asking *asked)
{
	struct fault why;
	struct kept_run *run = fault_allocate(1, sizeof(*run));
	enum cycle_end how = cycle_run(&run->cycle, &watch->settings, asked, watch->signals, &why);

	watch->status = run->cycle.status;
	if (how == CYCLE_INTERRUPTED)
		wait_until(watch, INT64_MAX);
	if (how == CYCLE_FAILED && why.kind != FAULT_NONE)
		notice("%s", why.text);
	if (how != CYCLE_COMPLETE) {
		run_free(run);
		return false;
	}
	judge_all(watch, run);
	finish_run(watch, run);
	return true;
}

static bool is_about(const struct target *target, const struct remembered *port)
{
	return target->name[0] == '\0' ? address_equal(&target->address, &port->address)
				       : strcmp(target->name, port->host) == 0;
}

/* Says how to ask about the targets that a port belongs to. False where it is an exchanger's of
 * some domain. */
static bool mark(const struct watch *watch, const struct remembered *port, enum asking how,
	enum asking *asked)
{
	bool found = false;

	for (size_t i = 0; i < watch->settings.targets.count; i++) {
		if (!is_about(&watch->settings.targets.items[i], port))
			continue;
		asked[i] = how;
		found = true;
	}
	return found;
}

static void ask_all(const struct watch *watch, enum asking *asked)
{
	for (size_t i = 0; i < watch->settings.targets.count; i++)
		asked[i] = ASK;
}

static void ask_all_in_order(const struct watch *watch, enum asking *asked)
{
	ask_all(watch, asked);
	for (size_t p = 0; p < watch->memory.count; p++) {
		const struct remembered *port = &watch->memory.ports[p];
		size_t count = port->recent_count;
		if (count > 0 && port->recent[count - 1].word != VERDICT_OPEN)
			(void)mark(watch, port, ASK_FIRST, asked);
	}
}

/* About the targets of doubtful ports; about all where it is not known whose they are. */
static void ask_again(const struct watch *watch, enum asking *asked)
{
	for (size_t i = 0; i < watch->settings.targets.count; i++)
		asked[i] = ASK_NOT;
	for (size_t p = 0; p < watch->memory.count; p++) {
		const struct remembered *port = &watch->memory.ports[p];
		if (port->doubtful && !mark(watch, port, ASK, asked)) {
			ask_all(watch, asked);
			return;
		}
	}
}

static void look_at_all(struct watch *watch, enum asking *asked)
{
	ask_all_in_order(watch, asked);
	watch->whole_runs++;
	if (!look(watch, asked))
		return;
	for (unsigned again = 1; again < watch->settings.rules.confirm; again++) {
		if (!memory_doubtful(&watch->memory))
			return;
		wait_until(watch,
			clock_ns(CLOCK_BOOTTIME) +
				(int64_t)(watch->settings.confirm_after_s * NS_PER_S));
		ask_again(watch, asked);
		if (watch->ended || !look(watch, asked))
			return;
	}
}

static uint64_t random_u64(void)
{
	uint64_t number = 0;

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		abort();
	return number;
}

static int go_on(struct watch *watch)
{
	enum asking *asked = fault_allocate(watch->settings.targets.count, sizeof(*asked));

	while (!watch->ended) {
		int64_t started_ns = clock_ns(CLOCK_BOOTTIME);
		look_at_all(watch, asked);
		if (watch->options->once || ferror(stdout))
			break;
		wait_until(watch,
			schedule_next(&watch->settings.schedule, started_ns,
				clock_ns(CLOCK_BOOTTIME), random_u64()));
	}
	free(asked);
	if (watch->kept > 0)
		notice("%zu runs are lost: the history could not be written to the end",
			watch->kept);
	if (watch->ended)
		return watch->ended_by == SIGINT ? STATUS_INTERRUPTED : EXIT_SUCCESS;
	return watch->status;
}

/* What was saved and perhaps not told, when this process's predecessor was killed. */
static int recall(struct watch *watch, struct fault *why)
{
	struct news *news = NULL;
	size_t count = 0;

	if (history_recall(watch->history, &watch->memory, &watch->last, why) < 0 ||
		history_untold(watch->history, &news, &count, why) < 0)
		return -1;
	tell(watch, news, count);
	for (size_t i = 0; i < count; i++)
		news_clear(&news[i]);
	free(news);
	return count > 0 ? history_told(watch->history, why) : 0;
}

static int prepare(struct watch *watch, struct fault *why)
{
	const struct settings *settings = &watch->settings;

	if (settings->ca_file[0] != '\0' && ca_file_check(settings->ca_file, why) < 0)
		return -1;
	if (settings->history[0] != '\0') {
		watch->history = history_open(settings->history, HISTORY_WRITE, why);
		if (watch->history == NULL)
			return -1;
	}
	if (!privilege_can_probe())
		notice("the packet test needs root (or CAP_NET_RAW): this watch knows \"open\" "
		       "and \"not open\", but not why");
	if (privilege_keep_probing(why) < 0)
		return -1;
	return watch->history == NULL ? 0 : recall(watch, why);
}

static int run_watch(struct watch *watch)
{
	struct fault why;
	const sigset_t ending = signals_hold();

	watch->signals = signalfd(-1, &ending, SFD_CLOEXEC);
	watch->journal = writes_to_journal();
	int status = prepare(watch, &why) < 0 ? notice_fault(&why) : go_on(watch);

	while (watch->first != NULL)
		drop_first(watch);
	memory_clear(&watch->memory);
	history_close(watch->history);
	close(watch->signals);
	signals_forget();
	return status;
}

/* The report. */

static int print_html(const struct view *view, const char *path, struct fault *why)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *out = standard ? stdout : fopen(path, "we");

	if (out == NULL)
		return fault_set(why, FAULT_CANNOT_CREATE, "cannot create %.300s: %s", path,
			strerror(errno));
	view_print_html(view, out);
	bool written = fflush(out) == 0 && !ferror(out);

	if (!standard && fclose(out) != 0)
		written = false;
	return written ? 0
		       : fault_set(why, FAULT_IO, "cannot write %.300s: %s", path, strerror(errno));
}

static int print_view(
	const struct watch_options *options, const struct view *view, struct fault *why)
{
	struct paper paper = paper_of(stdout, options->face.color, options->face.verbose);

	if (options->html != NULL)
		return print_html(view, options->html, why);
	if (options->face.format != FACE_TEXT)
		view_print_json(view, stdout);
	else
		view_print_text(view, &paper);
	return 0;
}

static int report(struct watch *watch)
{
	struct fault why;
	struct view view = {.runs = 0};

	if (watch->settings.history[0] == '\0') {
		fault_set(&why, FAULT_USAGE,
			"there is nothing to report: the settings say "
			"history = none");
		return notice_fault(&why);
	}
	watch->history = history_open(watch->settings.history, HISTORY_READ, &why);
	bool shown = watch->history != NULL &&
		history_view(watch->history, watch->options->runs, &view, &why) == 0 &&
		print_view(watch->options, &view, &why) == 0;

	view_clear(&view);
	history_close(watch->history);
	return shown ? EXIT_SUCCESS : notice_fault(&why);
}

static int run(int argc, char **argv)
{
	struct fault why;
	struct watch_options options;
	struct watch watch = {.options = &options};
	int status = EXIT_SUCCESS;

	switch (watch_options_read(&options, argc, argv, &why)) {
	case ARGUMENTS_WRONG:
		return notice_fault(&why);
	case ARGUMENTS_TOLD:
		return EXIT_SUCCESS;
	case ARGUMENTS_READ:
		break;
	}
	if (settings_read(&watch.settings, options.settings, &why) < 0)
		status = notice_fault(&why);
	else
		status = options.report ? report(&watch) : run_watch(&watch);
	settings_clear(&watch.settings);
	return status;
}

const struct command command_watch = {
	.name = "watch",
	.synopsis = "[-c FILE]",
	.purpose = "diagnose again and again, remember, tell what changed",
	.run = run,
	.options = &watch_command_line,
};
