/* SPDX-License-Identifier: BSD-2-Clause */
#include "arguments.h"
#include "clock.h"
#include "command.h"
#include "comparison.h"
#include "comparison_text.h"
#include "face.h"
#include "fault.h"
#include "notice.h"
#include "paper.h"
#include "past_run.h"
#include "report_file.h"
#include "safe_json.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum key {
	KEY_AS = 0x2000, /* beyond every letter and the keys of the other options */
};

struct options {
	struct face face;
	struct fault *why;
	const char *files[2];
	size_t file_count;
	enum comparison_kind kind; /* COMPARE_UNKNOWN: the reports tell */
};

static const struct argp_option option_table[] = {
	{NULL, 0, NULL, 0, "What to compare", 1},
	{"as", KEY_AS, "KIND", 0,
		"Take the two as places or as times (default: as times where both were made from "
		"the same address)",
		1},
	{0},
};

static error_t take_kind(struct options *options, const char *word)
{
	for (int kind = COMPARE_PLACES; kind <= COMPARE_TIMES; kind++) {
		if (strcmp(word, comparison_kind_name((enum comparison_kind)kind)) == 0) {
			options->kind = (enum comparison_kind)kind;
			return 0;
		}
	}
	fault_set(options->why, FAULT_USAGE, "--as %.60s: it is one of places, times", word);
	return EINVAL;
}

static error_t add_file(struct options *options, const char *file)
{
	if (options->file_count == 2)
		fault_set(options->why, FAULT_USAGE, "two reports are compared, no more");
	else if (options->file_count == 1 && strcmp(file, "-") == 0 &&
		strcmp(options->files[0], "-") == 0)
		fault_set(options->why, FAULT_USAGE,
			"standard input, -, is named twice, and can be read but once");
	else
		options->files[options->file_count++] = file;
	return options->why->kind == FAULT_NONE ? 0 : EINVAL;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->face;
		return 0;
	case KEY_AS:
		return take_kind(options, word);
	case ARGP_KEY_ARG:
		return add_file(options, word);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&face_argp, 0, NULL, 0}, {0}};

static const struct argp command_line = {
	.options = option_table,
	.parser = parse,
	.args_doc = "A.json B.json",
	.doc = "Compare two reports of probe or replay (--format json): from two places, or from "
	       "before and after.\v"
	       "Tells for each port what differs and what follows: blocked here and not there is "
	       "the path, not the server. \"-\" is standard input. With --format jsonl one line "
	       "for each port.\n\n"
	       "Exit status: 0 nothing that matters differs (verdict, phase, cause), 1 something "
	       "does, 2 nothing does as far as is known but something is inconclusive or was "
	       "asked about in one run alone; 64 usage, 65 no report of a known version, 66 no "
	       "such file.",
	.children = children,
};

static int print(const struct options *options, const struct comparison *comparison,
	int64_t started_ns, struct fault *why)
{
	struct paper paper = paper_of(stdout, options->face.color, options->face.verbose);
	bool works = true;

	if (options->face.format == FACE_TEXT) {
		comparison_print(comparison, &paper);
	} else {
		json_t *document = comparison_document(comparison, started_ns, clock_now_ns());
		json_t *rows = json_object_get(document, "comparisons");
		for (size_t i = 0; i < json_array_size(rows) && options->face.format == FACE_JSONL;
			i++)
			works &= safe_json_write(
				json_incref(json_array_get(rows, i)), JSON_COMPACT, stdout);
		if (options->face.format == FACE_JSON)
			works = safe_json_write(json_incref(document), JSON_INDENT(2), stdout);
		json_decref(document);
	}
	if (!works || fflush(stdout) != 0 || ferror(stdout))
		return fault_set(why, FAULT_IO, "cannot write the comparison: %s", strerror(errno));
	return 0;
}

/* As people call it: without the folder, where that alone does not tell the two apart. */
static const char *name_of(const struct options *options, int place)
{
	const char *file = options->files[place];
	const char *last = strrchr(file, '/');
	const char *other = strrchr(options->files[1 - place], '/');
	const char *short_name = last == NULL ? file : last + 1;

	if (strcmp(file, "-") == 0)
		return "standard input";
	if (strcmp(short_name, other == NULL ? options->files[1 - place] : other + 1) == 0)
		return file;
	return short_name;
}

static int read_run(
	struct past_run *run, const struct options *options, int place, struct fault *why)
{
	const char *file = options->files[place];
	json_t *document = report_file_read(file, why);

	if (document == NULL)
		return -1;
	int outcome = past_run_read(run, name_of(options, place), document, why);

	json_decref(document);
	return outcome;
}

static int compare(const struct options *options)
{
	struct fault why;
	struct past_run runs[2] = {{.name = NULL}};
	int64_t started_ns = clock_now_ns();
	int status;

	if (read_run(&runs[0], options, 0, &why) < 0 || read_run(&runs[1], options, 1, &why) < 0) {
		status = notice_fault(&why);
	} else {
		struct comparison comparison = comparison_of(&runs[0], &runs[1], options->kind);
		status = comparison_exit_status(&comparison);
		if (print(options, &comparison, started_ns, &why) < 0)
			status = notice_fault(&why);
		comparison_clear(&comparison);
	}
	past_run_clear(&runs[0]);
	past_run_clear(&runs[1]);
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
	if (options.file_count == 2)
		return compare(&options);
	fault_set(&why, FAULT_USAGE,
		"name two reports to compare, as probe --format json writes "
		"them");
	return notice_fault(&why);
}

const struct command command_compare = {
	.name = "compare",
	.synopsis = "A.json B.json",
	.purpose = "two vantage points or two times side by side",
	.run = run,
	.options = &command_line,
};
