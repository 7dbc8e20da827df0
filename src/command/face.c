/* SPDX-License-Identifier: BSD-2-Clause */
#include "face.h"

#include "document.h"
#include "fault.h"
#include "jsonl.h"
#include "text.h"

#include <argp.h>
#include <errno.h>
#include <string.h>

enum key {
	KEY_FORMAT = 0x1000, /* beyond every letter */
	KEY_COLOR,
	KEY_VERSION,
};

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "Output", -2},
	{"format", KEY_FORMAT, "FORMAT", 0,
		"text (the default), json (one document), or jsonl (a line for each result)", -2},
	{"verbose", 'v', NULL, 0, "Tell the packet facts beside the plain words", -2},
	{"color", KEY_COLOR, "WHEN", 0,
		"auto (the default: on a terminal, unless NO_COLOR is set), always or never", -2},
	{"help", 'h', NULL, 0, "Show this help", -1},
	{"version", KEY_VERSION, NULL, 0, "Show the version and the libraries in use", -1},
	{0},
};

/* The place of word in names, or -1 with the fault filled. */
static int choice(struct face *face, const char *option, const char *word, const char *const *names)
{
	for (int i = 0; i < 3; i++) {
		if (strcmp(word, names[i]) == 0)
			return i;
	}
	return fault_set(face->why, FAULT_USAGE, "--%s %.60s: it is one of %s, %s, %s", option,
		word, names[0], names[1], names[2]);
}

static error_t take_format(struct face *face, const char *word)
{
	static const char *const names[] = {"text", "json", "jsonl"}; /* as enum face_format */
	int found = choice(face, "format", word, names);

	if (found >= 0)
		face->format = (enum face_format)found;
	return found >= 0 ? 0 : EINVAL;
}

static error_t take_color(struct face *face, const char *word)
{
	static const char *const names[] = {"auto", "always", "never"}; /* as enum paper_color */
	int found = choice(face, "color", word, names);

	if (found >= 0)
		face->color = (enum paper_color)found;
	return found >= 0 ? 0 : EINVAL;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct face *face = state->input;

	switch (key) {
	case KEY_FORMAT:
		return take_format(face, word);
	case KEY_COLOR:
		return take_color(face, word);
	case 'v':
		face->verbose = true;
		return 0;
	case 'h':
		face->help = true;
		return 0;
	case KEY_VERSION:
		face->version = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp face_argp = {.options = options, .parser = parse};

static int print_text(const struct face *face, const struct report *report, struct fault *why)
{
	struct paper paper = paper_of(stdout, face->color, face->verbose);

	text_print(report, &paper);
	if (fflush(stdout) != 0 || ferror(stdout))
		return fault_set(why, FAULT_IO, "cannot write the results: %s", strerror(errno));
	return 0;
}

int face_print(const struct face *face, const struct report *report, struct fault *why)
{
	switch (face->format) {
	case FACE_JSON:
		return document_print(report, stdout, why);
	case FACE_JSONL:
		return jsonl_print(report, stdout, why);
	case FACE_TEXT:
		break;
	}
	return print_text(face, report, why);
}
