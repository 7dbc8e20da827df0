/* SPDX-License-Identifier: BSD-2-Clause */
#include "cycle.h"

#include "destination.h"
#include "fault.h"
#include "jsonl.h"
#include "notice.h"
#include "probe.h"
#include "probe_options.h"
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define RECORDS_MOST 262144 /* 4096 hosts with 64 ports */
#define GRACE_S      60.0   /* beyond the deadline: names, and sessions under way */
#define PROBLEM_LAST 2      /* the last status of a run that has results */
#define NS_PER_S     1e9
#define MS_PER_S     1e3

/* The diagnosing process. */

static int on_report(void *context, const struct report *report, struct fault *why)
{
	return jsonl_print(report, context, why);
}

static int on_fault(void *context, const struct fault *why)
{
	(void)context;
	return notice_fault(why);
}

static const char *unless_empty(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}

static struct probe_options options_of(const struct settings *settings)
{
	return (struct probe_options){
		.ports = port_list_default(),
		.plan = {.sessions = !settings->no_session,
			.no_throttle = settings->no_throttle,
			.rate_per_s = settings->rate_per_s},
		.deadline_s = settings->deadline_s > 0 ? settings->deadline_s
						       : settings->schedule.interval_s,
		.interface = unless_empty(settings->interface),
		.ca_file = unless_empty(settings->ca_file),
		.vantage = unless_empty(settings->vantage),
		.command = "watch",
	};
}

static void add_target(struct probe_options *options, struct destination_options *each,
	const struct settings *settings, size_t index)
{
	const struct target_settings *own = &settings->each[index];

	each[options->targets.count] = (struct destination_options){
		.ports = &own->ports, .family = own->family, .mail_domain = own->mail_domain};
	options->targets.items[options->targets.count++] = settings->targets.items[index];
}

static int diagnose(const struct settings *settings, const enum asking *asked, FILE *out)
{
	const struct probe_listener listener = {out, on_report, on_fault};
	struct probe_options options = options_of(settings);
	struct fault why;
	size_t most = settings->targets.count;
	struct destination_options *each = fault_allocate(most + 1, sizeof(*each));

	options.listener = &listener;
	options.each = each;
	options.targets.items = fault_allocate(most + 1, sizeof(*options.targets.items));
	for (int which = ASK_FIRST; which > ASK_NOT; which--) {
		for (size_t i = 0; i < most; i++) {
			if ((int)asked[i] == which)
				add_target(&options, each, settings, i);
		}
	}
	int status = knowledge_read(&options.knowledge, &why) < 0 ? notice_fault(&why)
								  : probe_run(&options);

	probe_options_clear(&options);
	free(each);
	return fflush(out) == 0 ? status : EX_IOERR;
}

/* The process that waits for it. */

struct reading {
	struct cycle *cycle;
	char *line;
	size_t used;
	bool broken; /* something came that is no result */
};

static void take_line(struct reading *reading, size_t length, struct fault *why)
{
	struct cycle *cycle = reading->cycle;

	if (cycle->count == cycle->room && cycle->room < RECORDS_MOST) {
		cycle->room = cycle->room == 0 ? 16 : cycle->room * 2;
		cycle->records = fault_resize(cycle->records, cycle->room, sizeof(*cycle->records));
	}
	if (cycle->count == cycle->room ||
		record_parse(&cycle->records[cycle->count], &cycle->run, reading->line, length,
			why) < 0) {
		reading->broken = true;
		return;
	}
	cycle->count++;
}

static void take_bytes(struct reading *reading, size_t got, struct fault *why)
{
	char *end;

	reading->used += got;
	while (!reading->broken && (end = memchr(reading->line, '\n', reading->used)) != NULL) {
		size_t length = (size_t)(end - reading->line);
		take_line(reading, length, why);
		reading->used -= length + 1;
		memmove(reading->line, end + 1, reading->used);
	}
	if (reading->used == RECORD_LINE)
		reading->broken = true;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * (int64_t)NS_PER_S + now.tv_nsec;
}

/* Reads to the end of the pipe; what it ended of, and CYCLE_FAILED with *why for too late. */
static enum cycle_end read_all(
	struct reading *reading, int pipe_end, int signals, double limit_s, struct fault *why)
{
	struct pollfd waiting[] = {
		{.fd = pipe_end, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
	int64_t end_ns = now_ns() + (int64_t)(limit_s * NS_PER_S);

	while (!reading->broken) {
		int64_t left_ns = end_ns - now_ns();
		if (left_ns <= 0) {
			fault_set(why, FAULT_SYSTEM, "a run took more than %.0f s and was ended",
				limit_s);
			return CYCLE_FAILED;
		}
		if (poll(waiting, 2, (int)((double)left_ns / NS_PER_S * MS_PER_S) + 1) < 0)
			continue;
		if (waiting[1].revents != 0)
			return CYCLE_INTERRUPTED;
		if (waiting[0].revents == 0)
			continue;
		ssize_t got =
			read(pipe_end, reading->line + reading->used, RECORD_LINE - reading->used);
		if (got <= 0)
			return CYCLE_COMPLETE;
		take_bytes(reading, (size_t)got, why);
	}
	if (why->kind == FAULT_NONE)
		fault_set(why, FAULT_DATA, "the diagnosis wrote a line that is no result");
	return CYCLE_FAILED;
}

static enum cycle_end end_of(
	struct cycle *cycle, pid_t process, enum cycle_end how, struct fault *why)
{
	int status = 0;

	if (how != CYCLE_COMPLETE)
		kill(process, SIGKILL);
	while (waitpid(process, &status, 0) < 0 && errno == EINTR)
		;
	if (how == CYCLE_INTERRUPTED)
		return how;
	cycle->status = WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
	if (how == CYCLE_FAILED)
		cycle->status = EX_SOFTWARE;
	else if (!WIFEXITED(status))
		fault_set(why, FAULT_SYSTEM, "the diagnosis was ended by signal %d",
			WTERMSIG(status));
	return how == CYCLE_COMPLETE && cycle->status <= PROBLEM_LAST && cycle->count > 0
		? CYCLE_COMPLETE
		: CYCLE_FAILED;
}

static enum cycle_end follow(
	struct cycle *cycle, pid_t process, int pipe_end, int signals, struct fault *why)
{
	struct reading reading = {.cycle = cycle, .line = fault_allocate(RECORD_LINE, 1)};
	enum cycle_end how = read_all(&reading, pipe_end, signals, cycle->limit_s, why);

	free(reading.line);
	return end_of(cycle, process, how, why);
}

/* Never returns. Its parent's end is its own. */
static void become_diagnosis(
	const struct settings *settings, const enum asking *asked, int pipe_end, int signals)
{
	FILE *out = fdopen(pipe_end, "w");

	close(signals);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(out == NULL ? EX_OSERR : diagnose(settings, asked, out));
}

enum cycle_end cycle_run(struct cycle *out, const struct settings *settings,
	const enum asking *asked, int signals, struct fault *why)
{
	int ends[2];

	*out = (struct cycle){.status = EX_OSERR};
	out->limit_s = GRACE_S +
		(settings->deadline_s > 0 ? settings->deadline_s : settings->schedule.interval_s);
	*why = (struct fault){.kind = FAULT_NONE};
	if (pipe2(ends, O_CLOEXEC) < 0) {
		fault_set(why, FAULT_SYSTEM, "cannot make a pipe: %s", strerror(errno));
		return CYCLE_FAILED;
	}
	fflush(NULL);
	pid_t process = fork();

	if (process == 0) {
		close(ends[0]);
		become_diagnosis(settings, asked, ends[1], signals);
	}
	close(ends[1]);
	enum cycle_end how = CYCLE_FAILED;

	if (process < 0)
		fault_set(why, FAULT_SYSTEM, "cannot start a process: %s", strerror(errno));
	else
		how = follow(out, process, ends[0], signals, why);
	close(ends[0]);
	return how;
}

void cycle_clear(struct cycle *cycle)
{
	free(cycle->records);
	cycle->records = NULL;
	cycle->count = cycle->room = 0;
}
