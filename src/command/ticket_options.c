/* SPDX-License-Identifier: BSD-2-Clause */
#include "ticket_options.h"

#include "fault.h"

#include <argp.h>
#include <errno.h>
#include <string.h>

enum key {
	KEY_FROM = 0x3000, /* beyond every letter, and probe's own */
	KEY_EVIDENCE,
	KEY_ZIP,
	KEY_FAULT,
	KEY_UNBLOCK,
	KEY_REDACT,
	KEY_REDACT_KEY,
	KEY_OWN,
	KEY_FORCE,
	KEY_COMPARE,
};

static const struct argp_option option_table[] = {
	{NULL, 0, NULL, 0, "The ticket", 0},
	{"output", 'o', "DIR", 0, "Write the ticket to this folder, which must not be there yet",
		0},
	{"force", KEY_FORCE, NULL, 0, "Replace an older ticket of that name", 0},
	{"zip", KEY_ZIP, "FILE", 0, "Pack it as well, to attach one file", 0},
	{"fault", KEY_FAULT, NULL, 0, "Report a fault, whatever the verdict suggests", 0},
	{"unblock", KEY_UNBLOCK, NULL, 0,
		"Ask for ports to be opened that are closed by policy, whatever the verdict "
		"suggests",
		0},
	{"from", KEY_FROM, "REPORT", 0,
		"Make it of an earlier run's JSON report, and of its --evidence; nothing is sent",
		0},
	{"evidence", KEY_EVIDENCE, "FILE", 0, "The evidence file of that run (pcapng)", 0},
	{"compare", KEY_COMPARE, "REPORT", 0,
		"Include a second JSON report, from another place or time, and what differs; not "
		"with --redact",
		0},
	{"redact", KEY_REDACT, NULL, 0,
		"Replace private and own addresses, names and what servers say, throughout", 0},
	{"redact-key", KEY_REDACT_KEY, "FILE", 0,
		"Where to write what stands for what (default: DIR.key); it stays at home", 0},
	{"own", KEY_OWN, "HOST", 0,
		"An address or name that is yours as well: with --redact it is replaced though it "
		"is public; may be given again",
		0},
	{0},
};

static error_t take_choice(struct ticket_options *options, enum ticket_choice choice)
{
	options->twice |= options->choice != TICKET_CHOOSE && options->choice != choice;
	options->choice = choice;
	return 0;
}

static error_t take_own(struct ticket_options *options, const char *word)
{
	if (options->own_count == TICKET_OWN) {
		fault_set(options->probe.why, FAULT_USAGE, "--own can be given %d times at most",
			TICKET_OWN);
		return EINVAL;
	}
	options->own[options->own_count++] = word;
	return 0;
}

static error_t take_value(int key, const char *word, struct ticket_options *options)
{
	switch (key) {
	case 'o':
		options->directory = word;
		return 0;
	case KEY_ZIP:
		options->zip = word;
		return 0;
	case KEY_FROM:
		options->from = word;
		return 0;
	case KEY_EVIDENCE:
		options->evidence = word;
		return 0;
	case KEY_COMPARE:
		options->compare = word;
		return 0;
	case KEY_REDACT_KEY:
		options->key = word;
		return 0;
	case KEY_OWN:
		return take_own(options, word);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct ticket_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->probe;
		return 0;
	case KEY_FORCE:
		options->force = true;
		return 0;
	case KEY_REDACT:
		options->redact = true;
		return 0;
	case KEY_FAULT:
		return take_choice(options, TICKET_AS_FAULT);
	case KEY_UNBLOCK:
		return take_choice(options, TICKET_AS_UNBLOCK);
	default:
		return take_value(key, word, options);
	}
}

static const struct argp_child children[] = {{&probe_options_argp, 0, NULL, 0}, {0}};

const struct argp ticket_command_line = {
	.options = option_table,
	.parser = parse,
	.args_doc = "TARGET... -o DIR\n--from REPORT --evidence FILE -o DIR",
	.doc = "Diagnose, and write what a provider or an operator needs to act: ticket.txt to "
	       "paste, report.html to read, report.json, the packets as evidence.pcapng, and "
	       "SHA256SUMS.\v"
	       "With --redact stay readable: public addresses that are not yours (of the server "
	       "that is complained about and of routers on the way), ports, times, reply codes "
	       "and dates of certificates. Everything else that names someone is replaced, the "
	       "same by the same everywhere, and the packets still lead to the same verdicts.\n\n"
	       "Exit status: that of probe; 65 if evidence and report do not belong together, 73 "
	       "if something of that name is there already, 74 if it could not be written.",
	.children = children,
};

static int check_live(struct ticket_options *options, struct fault *why)
{
	if (options->evidence != NULL)
		return fault_set(why, FAULT_USAGE,
			"--evidence goes with --from: a run of its own keeps its evidence in the "
			"ticket");
	return probe_options_check(&options->probe, why);
}

static int check_from(const struct ticket_options *options, struct fault *why)
{
	if (options->evidence == NULL)
		return fault_set(why, FAULT_USAGE,
			"--from needs --evidence: the evidence file of the same run");
	if (options->probe.targets.count > 0)
		return fault_set(why, FAULT_USAGE,
			"--from makes a ticket of an earlier run: name no target beside it");
	if (strcmp(options->evidence, "-") == 0 || strcmp(options->from, "-") == 0)
		return fault_set(why, FAULT_USAGE,
			"standard input, -, can be read but once, and a ticket reads twice: name "
			"a file");
	return 0;
}

static int check_compare(const struct ticket_options *options, struct fault *why)
{
	if (options->compare == NULL)
		return 0;
	if (options->redact)
		return fault_set(why, FAULT_USAGE,
			"--compare and --redact exclude each other: the second report would be in "
			"the ticket with all that it names");
	if (strcmp(options->compare, "-") == 0)
		return fault_set(why, FAULT_USAGE,
			"--compare reads a file, not standard input, -: name the second report's");
	return 0;
}

static int check(struct ticket_options *options, struct fault *why)
{
	if (options->directory == NULL || options->directory[0] == '\0')
		return fault_set(why, FAULT_USAGE, "name the folder to write to with -o DIR");
	if (options->twice)
		return fault_set(why, FAULT_USAGE, "--fault and --unblock exclude each other");
	if (!options->redact && (options->key != NULL || options->own_count > 0))
		return fault_set(
			why, FAULT_USAGE, "--redact-key and --own are of use with --redact alone");
	if (check_compare(options, why) < 0)
		return -1;
	return options->from == NULL ? check_live(options, why) : check_from(options, why);
}

enum arguments_outcome ticket_options_read(
	struct ticket_options *out, int argc, char **argv, struct fault *why)
{
	struct arguments arguments = {argc, argv};

	*out = (struct ticket_options){.choice = TICKET_CHOOSE};
	probe_options_begin(&out->probe, why);
	enum arguments_outcome outcome =
		arguments_read(&ticket_command_line, &arguments, out, &out->probe.face, why);

	if (outcome == ARGUMENTS_READ && check(out, why) < 0)
		return ARGUMENTS_WRONG;
	return outcome;
}

void ticket_options_clear(struct ticket_options *options)
{
	probe_options_clear(&options->probe);
}
