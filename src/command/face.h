/* SPDX-License-Identifier: BSD-2-Clause */
/* The options that every command knows: how results are shown, --help, --version. */
#ifndef COMMAND_FACE_H
#define COMMAND_FACE_H

#include "paper.h"

#include <stdbool.h>

struct argp;
struct fault;
struct report;

enum face_format {
	FACE_TEXT,
	FACE_JSON,
	FACE_JSONL,
};

struct face {
	enum face_format format;
	enum paper_color color;
	bool verbose, help, version;
	struct fault *why; /* where its parser tells what is wrong */
};

/* For argp_child; its input is a struct face. */
extern const struct argp face_argp;

/* Prints to standard output. -1: FAULT_IO. */
int face_print(const struct face *face, const struct report *report, struct fault *why);

#endif
