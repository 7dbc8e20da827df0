/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch_options.h"

#include "fault.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SETTINGS_OF_ALL "/etc/mailsonde/watch.ini"
#define SETTINGS_OWN    "mailsonde/watch.ini"
#define RUNS_USUAL      288 /* a day, every five minutes */
#define RUNS_MOST       100000

enum key {
	KEY_ONCE = 0x2000, /* beyond every letter, and face's own */
	KEY_REPORT,
	KEY_HTML,
	KEY_RUNS,
	KEY_TEXTFILE,
};

static const struct argp_option option_table[] = {
	{NULL, 0, NULL, 0, "How to watch", 1},
	{"config", 'c', "FILE", 0,
		"The settings (default: " SETTINGS_OF_ALL
		", and without root ~/.config/" SETTINGS_OWN "); - is standard input",
		1},
	{"once", KEY_ONCE, NULL, 0,
		"One look, and those that confirm what differs; for timers. Exit status as probe's",
		1},
	{"textfile", KEY_TEXTFILE, "FILE", 0,
		"Write each run to FILE (*.prom), whatever the settings say", 1},
	{NULL, 0, NULL, 0, "What was seen", 2},
	{"report", KEY_REPORT, NULL, 0, "Show the history: a strip for each port, and the changes",
		2},
	{"html", KEY_HTML, "FILE", 0, "Write that report as one page of HTML; - is standard output",
		2},
	{"runs", KEY_RUNS, "N", 0, "The last N runs of it (default: 288)", 2},
	{0},
};

static error_t take_runs(struct watch_options *options, const char *word)
{
	char *end = NULL;
	long number = strtol(word, &end, 10);

	if (end != word && *end == '\0' && number >= 1 && number <= RUNS_MOST) {
		options->runs = (size_t)number;
		return 0;
	}
	fault_set(options->why, FAULT_USAGE, "--runs %.40s: it is a whole number from 1 to %d",
		word, RUNS_MOST);
	return EINVAL;
}

static error_t take_settings(struct watch_options *options, const char *word)
{
	if (strlen(word) < sizeof(options->settings)) {
		memcpy(options->settings, word, strlen(word) + 1);
		return 0;
	}
	fault_set(options->why, FAULT_USAGE, "the name of the settings is too long");
	return EINVAL;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct watch_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->face;
		return 0;
	case 'c':
		return take_settings(options, word);
	case KEY_ONCE:
		options->once = true;
		return 0;
	case KEY_REPORT:
		options->report = true;
		return 0;
	case KEY_HTML:
		options->html = word;
		options->report = true;
		return 0;
	case KEY_TEXTFILE:
		options->textfile = word;
		return 0;
	case KEY_RUNS:
		return take_runs(options, word);
	case ARGP_KEY_ARG:
		fault_set(options->why, FAULT_USAGE, "%.100s: targets are in the settings, -c FILE",
			word);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&face_argp, 0, NULL, 0}, {0}};

const struct argp watch_command_line = {
	.options = option_table,
	.parser = parse,
	.args_doc = "",
	.doc = "Diagnose again and again, remember, and tell what changed.\v"
	       "A change is told once it is confirmed: a line on standard output (an object with "
	       "--format json or jsonl), a record in the history, and JSON for the hook. In the "
	       "journal troubles are warnings.\n\n"
	       "Exit status: 0 after SIGTERM, 130 after Ctrl-C, with --once as probe; from 64 on it "
	       "could not run (65 the settings or the history are not what they should be, 66 there "
	       "are none, ...).",
	.children = children,
};

/* The user's own come first. */
static void usual_settings(char *out, size_t size)
{
	const char *home = getenv("XDG_CONFIG_HOME");
	const char *between = "";

	if (home == NULL || home[0] != '/') {
		home = getenv("HOME");
		between = "/.config";
	}
	snprintf(out, size, "%s", SETTINGS_OF_ALL);
	if (geteuid() != 0 && home != NULL)
		snprintf(out, size, "%s%s/%s", home, between, SETTINGS_OWN);
}

enum arguments_outcome watch_options_read(
	struct watch_options *out, int argc, char **argv, struct fault *why)
{
	struct arguments arguments = {argc, argv};

	*out = (struct watch_options){.why = why, .runs = RUNS_USUAL};
	usual_settings(out->settings, sizeof(out->settings));
	return arguments_read(&watch_command_line, &arguments, out, &out->face, why);
}
