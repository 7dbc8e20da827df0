/* SPDX-License-Identifier: BSD-2-Clause */
#include "arguments.h"

#include "face.h"
#include "fault.h"
#include "option_table.h"
#include "suggest.h"
#include "version.h"

#include <argp.h>
#include <errno.h>
#include <string.h>

/* getopt_long takes every beginning that fits one option alone. */
static size_t fitting(const struct option_table *options, const char *name, size_t length,
	const struct argp_option **out)
{
	size_t count = 0;

	for (size_t i = 0; i < options->count; i++) {
		const char *known = options->items[i]->name;
		if (known == NULL || strncmp(known, name, length) != 0)
			continue;
		*out = options->items[i];
		if (known[length] == '\0')
			return 1;
		count++;
	}
	return count;
}

static int unknown(const struct option_table *options, const char *word, struct fault *why)
{
	const char *name = word + strspn(word, "-");
	const char *meant = suggest(name, options->names, options->name_count);

	if (meant != NULL)
		return fault_set(why, FAULT_USAGE, "unknown option '%.60s': did you mean --%s?",
			word, meant);
	return fault_set(
		why, FAULT_USAGE, "unknown option '%.60s': --help lists all of them", word);
}

/* Looks at one long option; true if it is to blame. */
static bool blame_long(
	const struct option_table *options, const char *word, bool last, struct fault *why)
{
	const char *name = word + 2;
	size_t length = strcspn(name, "=");
	const struct argp_option *option = NULL;
	size_t count = fitting(options, name, length, &option);

	if (count == 0)
		unknown(options, word, why);
	else if (count > 1)
		fault_set(why, FAULT_USAGE, "'%.60s' could be more than one option", word);
	else if (option->arg != NULL && name[length] == '\0' && last)
		fault_set(why, FAULT_USAGE, "--%s needs a value: %s", option->name, option->arg);
	else if (option->arg == NULL && name[length] == '=')
		fault_set(why, FAULT_USAGE, "--%s takes no value", option->name);
	else
		return false;
	return true;
}

static bool is_letter(const struct option_table *options, char letter)
{
	for (size_t i = 0; i < options->count; i++) {
		if (options->items[i]->key == letter)
			return true;
	}
	return false;
}

static bool blame_short(const struct option_table *options, const char *word, struct fault *why)
{
	for (const char *letter = word + 1; *letter != '\0'; letter++) {
		if (!is_letter(options, *letter)) {
			unknown(options, word, why);
			return true;
		}
	}
	return false;
}

/* getopt says no more than that something is wrong; the word that is to blame is found here. */
static void blame(const struct argp *argp, const struct arguments *arguments, struct fault *why)
{
	const struct option_table options = option_table_of(argp);

	for (int i = 1; i < arguments->argc; i++) {
		const char *word = arguments->argv[i];
		bool last = i == arguments->argc - 1;
		if (word[0] != '-' || word[1] == '\0')
			continue;
		if (strcmp(word, "--") == 0)
			break;
		if (word[1] == '-' ? blame_long(&options, word, last, why)
				   : blame_short(&options, word, why))
			return;
	}
	fault_set(why, FAULT_USAGE, "the options cannot be understood: --help lists them");
}

enum arguments_outcome arguments_read(const struct argp *argp, const struct arguments *arguments,
	void *input, struct face *face, struct fault *why)
{
	unsigned flags = ARGP_NO_EXIT | ARGP_NO_ERRS | ARGP_NO_HELP;

	*why = (struct fault){.kind = FAULT_NONE};
	face->why = why;
	error_t error = argp_parse(argp, arguments->argc, arguments->argv, flags, NULL, input);

	if (error != 0 && why->kind == FAULT_NONE)
		blame(argp, arguments, why);
	if (error != 0)
		return ARGUMENTS_WRONG;
	if (face->help)
		argp_help(argp, stdout, ARGP_HELP_LONG | ARGP_HELP_USAGE | ARGP_HELP_DOC,
			arguments->argv[0]);
	else if (face->version)
		version_print();
	return face->help || face->version ? ARGUMENTS_TOLD : ARGUMENTS_READ;
}
