/* SPDX-License-Identifier: BSD-2-Clause */
#include "arguments.h"
#include "clock.h"
#include "command.h"
#include "face.h"
#include "fault.h"
#include "gauge.h"
#include "journal.h"
#include "line_file.h"
#include "log_clock.h"
#include "log_line.h"
#include "log_tally.h"
#include "notice.h"
#include "symptom.h"
#include "symptom_face.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILES_MOST     1024
#define TICK_EACH      65536 /* lines */
#define LINES_TO_BEGIN 1000  /* the first that has a time is looked for in these */
#define NS_PER_S       1000000000

enum key {
	KEY_PROBE = 0x4000, /* beyond every letter, and face's own */
	KEY_JOURNAL,
};

struct options {
	struct face face;
	struct fault *why;
	const char *files[FILES_MOST];
	size_t file_count;
	bool probe, journal;
};

static const struct argp_option option_table[] = {
	{"probe", KEY_PROBE, NULL, 0,
		"Probe the servers that fail at once, the worst eight of them", 1},
	{"journal", KEY_JOURNAL, NULL, 0,
		"Read this machine's journal; files that are named are files of a journal", 1},
	{0},
};

static int add_file(struct options *options, const char *file)
{
	for (size_t i = 0; i < options->file_count; i++) {
		if (strcmp(file, "-") == 0 && strcmp(options->files[i], file) == 0)
			return fault_set(options->why, FAULT_USAGE,
				"standard input, -, is named twice, and can be read but once");
	}
	if (options->file_count == FILES_MOST)
		return fault_set(options->why, FAULT_USAGE,
			"more than %d files at a time: join them first, as cat does", FILES_MOST);
	options->files[options->file_count++] = file;
	return 0;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->face;
		return 0;
	case ARGP_KEY_ARG:
		return add_file(options, word) < 0 ? EINVAL : 0;
	case KEY_PROBE:
		options->probe = true;
		return 0;
	case KEY_JOURNAL:
		options->journal = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&face_argp, 0, NULL, 0}, {0}};

static const struct argp command_line = {
	.options = option_table,
	.parser = parse,
	.args_doc = "FILE...",
	.doc = "Read logs of mail servers: which servers' ports fail, since when, and what to probe.\v"
	       "Postfix, Exim, Sendmail, OpenSMTPD, Dovecot and qmail are understood, as syslog or "
	       "as files of their own, compressed or not; \"-\" is standard input. Files are read in "
	       "the order of their times, whatever order they are named in.\n\n"
	       "What a log says is a claim, in the words that a probe would use.\n\n"
	       "Exit status: 0 no port is said to fail, 1 one is, 2 something fails that may be a "
	       "port.",
	.children = children,
};

/* Logs being read. */
struct reading {
	struct log_reader *reader;
	struct log_tally *tally;
	struct symptom_report *report;
	struct gauge gauge;
};

static void take_line(struct reading *reading, struct log_clock *clock, struct span text)
{
	struct log_line line;
	struct sighting sighting;

	reading->report->read++;
	if (!log_line_split(&line, text))
		return;
	reading->report->understood++;
	if (log_line_read(reading->reader, &line, &sighting))
		log_tally_add(reading->tally, &sighting, log_clock_read(clock, line.stamp));
}

static struct log_clock clock_of(const struct line_file *file)
{
	int64_t changed_s = line_file_changed_s(file);
	struct log_clock clock;

	log_clock_init(&clock, changed_s != 0 ? changed_s : clock_now_ns() / NS_PER_S);
	return clock;
}

static int read_file(struct reading *reading, const char *path, struct fault *why)
{
	struct line_file *file = line_file_open(path, why);
	struct span line;

	if (file == NULL)
		return -1;
	struct log_clock clock = clock_of(file);

	for (uint64_t lines = 1; line_file_next(file, &line); lines++) {
		take_line(reading, &clock, line);
		if (lines % TICK_EACH == 0)
			gauge_tick(&reading->gauge, line_file_read(file), line_file_size(file),
				clock_now_ns());
	}
	reading->report->cut += line_file_cut(file);
	int outcome = line_file_check(file, why);

	line_file_close(file);
	return outcome;
}

/* When a log begins; INT64_MAX where that cannot be known, as of what can be read but once. */
static int64_t beginning_of(const char *path)
{
	struct fault why;
	struct stat status;
	bool again = strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISREG(status.st_mode);
	struct line_file *file = again ? line_file_open(path, &why) : NULL;
	int64_t time_ns = INT64_MAX;
	struct span text;
	struct log_line line;

	if (file == NULL)
		return time_ns;
	struct log_clock clock = clock_of(file);

	for (int i = 0; i < LINES_TO_BEGIN && time_ns == INT64_MAX && line_file_next(file, &text);
		i++) {
		if (log_line_split(&line, text) && log_clock_read(&clock, line.stamp) > 0)
			time_ns = log_clock_read(&clock, line.stamp);
	}
	line_file_close(file);
	return time_ns;
}

/* The oldest first: a shell gives mail.log, mail.log.1, mail.log.2.gz, and an outage that is over
 * would seem to be the latest news. */
static void order_files(struct options *options)
{
	int64_t times[FILES_MOST];

	for (size_t i = 0; i < options->file_count; i++) {
		const char *file = options->files[i];
		int64_t time_ns = beginning_of(file);
		size_t place = i;
		for (; place > 0 && times[place - 1] > time_ns; place--) {
			options->files[place] = options->files[place - 1];
			times[place] = times[place - 1];
		}
		options->files[place] = file;
		times[place] = time_ns;
	}
}

/* A file that cannot be read is told; it is the end only where none can. */
static int read_files(struct reading *reading, const struct options *options, struct fault *why)
{
	size_t read = 0;
	struct fault first = {.kind = FAULT_NONE};

	for (size_t i = 0; i < options->file_count; i++) {
		if (read_file(reading, options->files[i], why) == 0) {
			read++;
			continue;
		}
		if (first.kind == FAULT_NONE)
			first = *why;
		gauge_clear(&reading->gauge);
		if (options->file_count > 1 || reading->report->understood > 0)
			notice("%s; what was read stands", why->text);
	}
	if (read > 0 || reading->report->understood > 0)
		return 0;
	*why = first;
	return -1;
}

static int read_journal(struct reading *reading, const struct options *options, struct fault *why)
{
	struct journal *journal = journal_open(options->files, options->file_count, why);
	struct journal_entry entry;
	struct sighting sighting;
	int more;

	if (journal == NULL)
		return -1;
	while ((more = journal_next(journal, &entry, why)) > 0) {
		struct log_line line = {.program = entry.program, .message = entry.message};
		reading->report->read++;
		reading->report->understood++;
		if (entry.program.length > 0 && log_line_read(reading->reader, &line, &sighting))
			log_tally_add(reading->tally, &sighting, entry.time_ns);
	}
	journal_close(journal);
	if (more == 0 && reading->report->read == 0)
		return fault_set(why, FAULT_DATA, "no mail server has written to the journal");
	return more;
}

/* Lines, but none with a time and a program: this is no log, and says nothing of health. */
static int check_understood(const struct symptom_report *report, struct fault *why)
{
	if (report->understood > 0)
		return 0;
	return fault_set(why, FAULT_DATA, "%s: no line of it begins as a log's does, with a time",
		report->file_count == 1 ? report->files[0] : "these files are no logs");
}

static int read_logs(
	const struct options *options, struct symptom_report *report, struct fault *why)
{
	struct reading reading = {.reader = log_reader_new(why), .report = report};

	if (reading.reader == NULL)
		return -1;
	reading.tally = log_tally_new();
	gauge_init(&reading.gauge, clock_now_ns());
	int outcome = options->journal ? read_journal(&reading, options, why)
				       : read_files(&reading, options, why);

	gauge_clear(&reading.gauge);
	if (outcome == 0 && !options->journal)
		outcome = check_understood(report, why);
	if (outcome == 0)
		log_tally_report(reading.tally, report);
	log_tally_free(reading.tally);
	log_reader_free(reading.reader);
	return outcome;
}

static int tell(const struct options *options, struct symptom_report *report)
{
	struct fault why;
	int status;

	if (read_logs(options, report, &why) < 0) {
		status = notice_fault(&why);
	} else {
		report->finished_ns = clock_now_ns();
		status = symptom_face_end(&options->face, report, options->probe);
	}
	symptom_report_clear(report);
	return status;
}

static int run(int argc, char **argv)
{
	struct fault why;
	struct options options = {.why = &why};
	struct arguments arguments = {argc, argv};

	switch (arguments_read(&command_line, &arguments, &options, &options.face, &why)) {
	case ARGUMENTS_WRONG:
		return notice_fault(&why);
	case ARGUMENTS_TOLD:
		return EXIT_SUCCESS;
	case ARGUMENTS_READ:
		break;
	}
	if (options.file_count == 0 && !options.journal) {
		fault_set(&why, FAULT_USAGE, "name a log file to read, or - for standard input");
		return notice_fault(&why);
	}
	if (options.file_count > 1 && !options.journal)
		order_files(&options);
	struct symptom_report report = {
		.command = "log",
		.started_ns = clock_now_ns(),
		.files = options.files,
		.file_count = options.file_count,
	};

	return tell(&options, &report);
}

const struct command command_log = {
	.name = "log",
	.synopsis = "FILE...",
	.purpose = "read mail servers' logs: what fails, where, and what to probe",
	.run = run,
	.options = &command_line,
};
