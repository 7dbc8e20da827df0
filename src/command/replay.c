/* SPDX-License-Identifier: BSD-2-Clause */
#include "arguments.h"
#include "clock.h"
#include "command.h"
#include "evidence.h"
#include "face.h"
#include "fact.h"
#include "fault.h"
#include "frame.h"
#include "gauge.h"
#include "knowledge.h"
#include "merger.h"
#include "notice.h"
#include "reassembly.h"
#include "report.h"
#include "scope.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TICK_EACH 16384 /* records between two looks at the clock */

struct options {
	struct face face;
	struct scope scope;
	struct knowledge knowledge;
	struct fault *why;
	const char *files[MERGER_FILES];
	size_t file_count;
};

static bool is_named(const struct options *options, const char *file)
{
	for (size_t i = 0; i < options->file_count; i++) {
		if (strcmp(options->files[i], file) == 0)
			return true;
	}
	return false;
}

static int add_file(struct options *options, const char *file)
{
	if (strcmp(file, "-") == 0 && is_named(options, file))
		return fault_set(options->why, FAULT_USAGE,
			"standard input, -, is named twice, and can be read but once");
	if (options->file_count == MERGER_FILES)
		return fault_set(options->why, FAULT_USAGE,
			"more than %d files at a time: join them first, as mergecap does",
			MERGER_FILES);
	options->files[options->file_count++] = file;
	return 0;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		options->scope.why = options->why;
		options->knowledge.why = options->why;
		state->child_inputs[0] = &options->scope;
		state->child_inputs[1] = &options->knowledge;
		state->child_inputs[2] = &options->face;
		return 0;
	case ARGP_KEY_ARG:
		return add_file(options, word) < 0 ? EINVAL : 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&scope_argp, 0, NULL, 0}, {&knowledge_argp, 0, NULL, 0}, {&face_argp, 0, NULL, 0}, {0}};

static const struct argp command_line = {
	.parser = parse,
	.args_doc = "FILE...",
	.doc = "Diagnose from captures: pcap, pcapng, or an evidence file of probe's, compressed or not.\v"
	       "Sends nothing and needs no rights. \"-\" is standard input. Several files are read as "
	       "one timeline, in the order of their time stamps; packets are numbered as they are in "
	       "their own files.\n\n"
	       "Judged is what the packets say: about connecting, and about greeting, STARTTLS "
	       "and TLS where they are in clear.",
	.children = children,
};

/* Captures being read. */
struct reading {
	const struct scope *scope;
	struct merger *merger;
	struct reassembly *reassembly;
	struct evidence *evidence;
	struct gauge gauge;
	uint64_t records;    /* read so far */
	struct fault broken; /* of a file that is broken, not told yet; FAULT_NONE: of none */
};

static void take_packet(struct reading *reading, const struct packet *packet)
{
	struct frame frame;

	if (!scope_has_time(reading->scope, packet->time_ns))
		return;
	enum frame_outcome outcome = reassembly_decode(reading->reassembly, &frame, packet);

	if (outcome != FRAME_DECODED)
		evidence_add_skipped(reading->evidence, (int)outcome);
	else if (scope_has_frame(reading->scope, &frame))
		evidence_add_frame(reading->evidence, &frame);
}

static void take_note(struct reading *reading, const struct note *note)
{
	struct fact fact;

	if (fact_parse(&fact, note) && scope_has_fact(reading->scope, &fact))
		evidence_add_fact(reading->evidence, &fact);
}

static void count_record(struct reading *reading)
{
	uint64_t read = 0, of = 0;

	if (++reading->records % TICK_EACH != 0 || !reading->gauge.on)
		return;
	merger_position(reading->merger, &read, &of);
	gauge_tick(&reading->gauge, read, of, clock_now_ns());
}

/* What a broken file gave before it broke stands. It is the fault where nothing else is to be read
 * at all, so it is not told before that is known. */
static void tell_broken(struct reading *reading)
{
	if (reading->broken.kind == FAULT_NONE)
		return;
	gauge_clear(&reading->gauge);
	notice("%s; what was read stands", reading->broken.text);
	reading->broken.kind = FAULT_NONE;
}

static int read_all(struct reading *reading, struct fault *why)
{
	struct packet packet;
	struct note note;

	for (;;) {
		switch (merger_next(reading->merger, &packet, &note, why)) {
		case TAP_PACKET:
			take_packet(reading, &packet);
			break;
		case TAP_NOTE:
			take_note(reading, &note);
			break;
		case TAP_BROKEN:
			tell_broken(reading);
			reading->broken = *why;
			continue;
		case TAP_EMPTY:
			*why = reading->broken;
			if (reading->records == 0 && why->kind != FAULT_NONE)
				return -1;
			tell_broken(reading);
			return 0;
		}
		count_record(reading);
	}
}

/* What whoever captured lost counts as it does in a run of our own. */
static void note_lost(struct reading *reading)
{
	struct tap_tally tally = merger_tally(reading->merger);
	struct fact fact = {.kind = FACT_CAPTURE_LOST,
		.time_ns = reading->evidence->last_ns,
		.count = tally.lost,
		.arrived = tally.arrived};

	if (tally.lost > 0)
		evidence_add_fact(reading->evidence, &fact);
}

static int read_files(const struct options *options, struct evidence *evidence, struct fault *why)
{
	struct reading reading = {
		.scope = &options->scope,
		.merger = merger_open(options->files, options->file_count, why),
		.evidence = evidence,
	};

	if (reading.merger == NULL)
		return -1;
	reading.reassembly = reassembly_new();
	gauge_init(&reading.gauge, clock_now_ns());
	int outcome = read_all(&reading, why);

	note_lost(&reading);
	gauge_clear(&reading.gauge);
	reassembly_free(reading.reassembly);
	merger_close(reading.merger);
	return outcome;
}

/* A server that is asked for may be another's client as well. */
static void keep_servers(struct report *report, const struct scope *scope)
{
	size_t kept = 0;

	for (size_t i = 0; i < report->result_count; i++) {
		if (scope_has_server(scope, &report->results[i].address))
			report->results[kept++] = report->results[i];
	}
	report->result_count = kept;
}

static int tell(struct options *options, struct evidence *evidence, int64_t started_ns)
{
	struct fault why;
	struct report report = {
		.command = "replay",
		.started_ns = started_ns,
		.files = options->files,
		.file_count = options->file_count,
	};

	knowledge_tell(&options->knowledge, evidence);
	report_judge(&report, evidence, evidence->last_ns);
	keep_servers(&report, &options->scope);
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
	if (knowledge_read(&options.knowledge, &why) < 0) {
		knowledge_clear(&options.knowledge);
		return notice_fault(&why);
	}
	struct evidence *evidence = evidence_new();

	scope_name_services(&options.scope, evidence);
	int status = read_files(&options, evidence, &why) < 0
		? notice_fault(&why)
		: tell(&options, evidence, started_ns);

	evidence_free(evidence);
	knowledge_clear(&options.knowledge);
	return status;
}

const struct command command_replay = {
	.name = "replay",
	.synopsis = "FILE...",
	.purpose = "the same diagnosis from captures (pcap, pcapng, evidence files)",
	.run = run,
	.options = &command_line,
};
