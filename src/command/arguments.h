/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A command line read by argp, with what is wrong told in one sentence, as for every other fault.
 * (argp by itself prints two lines, in words that differ by library, and ends the program.)
 */
#ifndef COMMAND_ARGUMENTS_H
#define COMMAND_ARGUMENTS_H

struct argp;
struct face;
struct fault;

enum arguments_outcome {
	ARGUMENTS_READ,
	ARGUMENTS_TOLD,  /* --help or --version was asked for and printed */
	ARGUMENTS_WRONG, /* *why is filled */
};

struct arguments {
	int argc;
	char **argv;
};

/* input goes to the argp's parser, which hands face on to its child and fills *why itself where it
 * returns an error. */
enum arguments_outcome arguments_read(const struct argp *argp, const struct arguments *arguments,
	void *input, struct face *face, struct fault *why);

#endif
