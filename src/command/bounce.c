/* SPDX-License-Identifier: BSD-2-Clause */
#include "bounce.h"

#include "arguments.h"
#include "clock.h"
#include "command.h"
#include "face.h"
#include "fault.h"
#include "letter.h"
#include "mailbox.h"
#include "notice.h"
#include "symptom.h"
#include "symptom_face.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MOST 1024

enum key {
	KEY_PROBE = 0x4000, /* beyond every letter, and face's own */
};

struct options {
	struct face face;
	struct fault *why;
	const char *files[FILES_MOST];
	size_t file_count;
	bool probe;
};

static const struct argp_option option_table[] = {
	{"probe", KEY_PROBE, NULL, 0, "Probe the servers that are said to fail at once", 1},
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
			"more than %d files at a time: name the folder that they are in",
			FILES_MOST);
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
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&face_argp, 0, NULL, 0}, {0}};

static const struct argp command_line = {
	.options = option_table,
	.parser = parse,
	.args_doc = "FILE...",
	.doc = "Read bounces: mail that came back, where it failed, and what to probe.\v"
	       "A FILE is a message, an mbox or a Maildir; \"-\" is standard input. Delivery reports "
	       "(RFC 3464) are understood, and the words of Postfix, Exim, Sendmail, qmail, "
	       "OpenSMTPD, Exchange, Gmail and others. Messages that are no bounces are passed over.\n\n"
	       "What a bounce says is a claim, in the words that a probe would use.\n\n"
	       "Exit status: 0 no port is said to fail, 1 one is, 2 something failed that may be a "
	       "port.",
	.children = children,
};

/* Messages being read. */
struct reading {
	struct bounce_reader *reader;
	struct letter_opener *opener;
	struct symptom_report *report;
	uint64_t unread; /* could not be taken apart */
};

static int read_message(struct reading *reading, struct span message, struct fault *why)
{
	struct letter letter;
	int outcome = letter_open(reading->opener, message, &letter, why);

	reading->report->read++;
	if (outcome < 0)
		return -1;
	reading->unread += outcome == 0;
	if (outcome > 0 && bounce_read(reading->reader, &letter, reading->report))
		reading->report->understood++;
	return 0;
}

/* Files of a folder that cannot be read are told, and passed over. */
static int read_mailbox(struct reading *reading, const char *path, struct fault *why)
{
	struct mailbox *mailbox = mailbox_open(path, why);
	struct span message;
	int outcome = 0;
	int more;

	if (mailbox == NULL)
		return -1;
	while (outcome == 0 && (more = mailbox_next(mailbox, &message, why)) != 0) {
		if (more < 0)
			notice("%s; what was read stands", why->text);
		else
			outcome = read_message(reading, message, why);
	}
	reading->report->cut += mailbox_cut(mailbox);
	mailbox_close(mailbox);
	return outcome;
}

/* A file that cannot be read is told; it is the end only where none can. */
static int read_all(struct reading *reading, const struct options *options, struct fault *why)
{
	struct fault first = {.kind = FAULT_NONE};
	size_t read = 0;

	for (size_t i = 0; i < options->file_count; i++) {
		if (read_mailbox(reading, options->files[i], why) == 0) {
			read++;
			continue;
		}
		if (first.kind == FAULT_NONE)
			first = *why;
		if (options->file_count > 1)
			notice("%s", why->text);
	}
	*why = first;
	return read > 0 ? 0 : -1;
}

static int check_understood(const struct reading *reading, struct fault *why)
{
	const struct symptom_report *report = reading->report;

	if (reading->unread > 0)
		notice("%llu of %llu messages could not be taken apart, and tell nothing",
			(unsigned long long)reading->unread, (unsigned long long)report->read);
	if (report->understood > 0)
		return 0;
	return fault_set(why, FAULT_DATA, "%.200s: no bounce is in it",
		report->file_count == 1 ? report->files[0] : "these files");
}

static void write_headline(struct symptom_report *report)
{
	uint64_t failures = 0;

	for (size_t i = 0; i < report->symptom_count; i++)
		failures += report->symptoms[i].count;
	uint64_t all = failures + report->unrelated;

	if (failures == 0)
		snprintf(report->headline, sizeof(report->headline),
			"no bounce that was read has to do with a port");
	else
		snprintf(report->headline, sizeof(report->headline),
			"%llu of %llu failed recipients have to do with a port",
			(unsigned long long)failures, (unsigned long long)all);
}

static int read_bounces(
	const struct options *options, struct symptom_report *report, struct fault *why)
{
	struct reading reading = {.report = report};
	int outcome = -1;

	reading.reader = bounce_reader_new(why);
	if (reading.reader != NULL)
		reading.opener = letter_opener_new(why);
	if (reading.opener != NULL)
		outcome = read_all(&reading, options, why);
	if (outcome == 0)
		outcome = check_understood(&reading, why);
	letter_opener_free(reading.opener);
	bounce_reader_free(reading.reader);
	if (outcome == 0) {
		symptom_report_sort(report);
		write_headline(report);
	}
	return outcome;
}

static int tell(const struct options *options, struct symptom_report *report)
{
	struct fault why;
	int status;

	if (read_bounces(options, report, &why) < 0) {
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
	if (options.file_count == 0) {
		fault_set(&why, FAULT_USAGE,
			"name a message, an mbox or a Maildir to read, or - for standard input");
		return notice_fault(&why);
	}
	struct symptom_report report = {
		.command = "bounce",
		.started_ns = clock_now_ns(),
		.files = options.files,
		.file_count = options.file_count,
	};

	return tell(&options, &report);
}

const struct command command_bounce = {
	.name = "bounce",
	.synopsis = "FILE...",
	.purpose = "read bounce messages: what failed, where, and what to probe",
	.run = run,
	.options = &command_line,
};
