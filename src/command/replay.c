/* SPDX-License-Identifier: BSD-2-Clause */
#include "arguments.h"
#include "clock.h"
#include "command.h"
#include "evidence.h"
#include "face.h"
#include "fact.h"
#include "fault.h"
#include "frame.h"
#include "notice.h"
#include "report.h"
#include "tap.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>

#define FILES_MAX 1024

struct options {
	struct face face;
	struct fault *why;
	const char *files[FILES_MAX];
	size_t file_count;
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->face;
		return 0;
	case ARGP_KEY_ARG:
		if (options->file_count == FILES_MAX) {
			fault_set(options->why, FAULT_USAGE, "more than %d files at a time",
				FILES_MAX);
			return EINVAL;
		}
		options->files[options->file_count++] = word;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&face_argp, 0, NULL, 0}, {0}};

static const struct argp command_line = {
	.parser = parse,
	.args_doc = "FILE...",
	.doc = "Diagnose from captures: pcap, pcapng, or an evidence file of probe's.\v"
	       "Sends nothing and needs no rights. \"-\" is standard input. Several files are "
	       "read one after the other, as if they were one capture; their packets are numbered "
	       "through.\n\n"
	       "Judged is what the packets say about connecting: SYNs and what answers them.",
	.children = children,
};

/* One capture read to its end. */
struct reading {
	struct tap *tap;
	struct evidence *evidence;
	uint64_t before; /* records of the files before this one */
	uint64_t last;   /* the number of the last record read */
};

static void take_packet(struct reading *reading, struct packet *packet)
{
	struct frame frame;

	packet->number += reading->before;
	reading->last = packet->number;
	enum frame_outcome outcome = frame_decode(&frame, packet);

	if (outcome == FRAME_DECODED)
		evidence_add_frame(reading->evidence, &frame);
	else
		evidence_add_skipped(reading->evidence, (int)outcome);
}

static void take_note(struct reading *reading, struct note *note)
{
	struct fact fact;

	note->number += reading->before;
	reading->last = note->number;
	if (fact_parse(&fact, note))
		evidence_add_fact(reading->evidence, &fact);
}

static int read_all(struct reading *reading, struct fault *why)
{
	struct packet packet;
	struct note note;

	for (;;) {
		switch (tap_next(reading->tap, &packet, &note, why)) {
		case TAP_PACKET:
			take_packet(reading, &packet);
			break;
		case TAP_NOTE:
			take_note(reading, &note);
			break;
		case TAP_EMPTY:
			return 0;
		case TAP_BROKEN:
			return -1;
		}
	}
}

/* What a broken file gave before it broke stands; without anything it is the fault. */
static int read_file(
	const char *path, struct evidence *evidence, uint64_t *records, struct fault *why)
{
	struct reading reading = {.tap = tap_open_file(path, why),
		.evidence = evidence,
		.before = *records,
		.last = *records};

	if (reading.tap == NULL)
		return -1;
	int outcome = read_all(&reading, why);

	if (outcome < 0 && reading.last > *records) {
		notice("%s; what was read before stands", why->text);
		outcome = 0;
	}
	*records = reading.last;
	tap_close(reading.tap);
	return outcome;
}

static int read_files(const struct options *options, struct evidence *evidence, struct fault *why)
{
	uint64_t records = 0;

	for (size_t i = 0; i < options->file_count; i++) {
		if (read_file(options->files[i], evidence, &records, why) < 0)
			return -1;
	}
	return 0;
}

static int tell(const struct options *options, const struct evidence *evidence, int64_t started_ns)
{
	struct fault why;
	struct report report = {
		.command = "replay",
		.started_ns = started_ns,
		.files = options->files,
		.file_count = options->file_count,
	};

	report_judge(&report, evidence, evidence->last_ns);
	report.finished_ns = clock_now_ns();
	int status = report_exit_status(&report);

	if (face_print(&options->face, &report, &why) < 0)
		status = notice_fault(&why);
	report_clear(&report);
	return status;
}

static int run(int argc, char **argv)
{
	struct fault why;
	struct options options = {.why = &why};
	struct arguments arguments = {argc, argv};
	int64_t started_ns = clock_now_ns();

	switch (arguments_read(&command_line, &arguments, &options, &options.face, &why)) {
	case ARGUMENTS_WRONG:
		return notice_fault(&why);
	case ARGUMENTS_TOLD:
		return EXIT_SUCCESS;
	case ARGUMENTS_READ:
		break;
	}
	if (options.file_count == 0) {
		fault_set(
			&why, FAULT_USAGE, "name a capture file to read, or - for standard input");
		return notice_fault(&why);
	}
	struct evidence *evidence = evidence_new();
	int status = read_files(&options, evidence, &why) < 0
		? notice_fault(&why)
		: tell(&options, evidence, started_ns);

	evidence_free(evidence);
	return status;
}

const struct command command_replay = {
	.name = "replay",
	.synopsis = "FILE...",
	.purpose = "the same diagnosis from captures (pcap, pcapng, evidence files)",
	.run = run,
};
