/* SPDX-License-Identifier: BSD-2-Clause */
#include "arguments.h"
#include "command.h"
#include "fault.h"
#include "plugin.h"
#include "probe.h"
#include "probe_options.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_S 30.0 /* a greeting may take ten seconds, and is tried twice */

enum key {
	KEY_NO_SESSION = 0x2000, /* beyond every letter, and face's own */
	KEY_CA_FILE,
	KEY_SERVERNAME,
};

struct check {
	struct probe_options options;
	struct plugin_limits limits;
	enum plugin_status status;
};

static const struct argp_option option_table[] = {
	{NULL, 0, NULL, 0, "What to ask about", 1},
	{"hostname", 'H', "HOST", 0, "A host name or an address", 1},
	{"port", 'p', "PORT", 0, "The port (default: 25); several, as in 25,587, have one status",
		1},
	{"use-ipv4", '4', NULL, 0, "IPv4 addresses alone (default: every address of a name)", 1},
	{"use-ipv6", '6', NULL, 0, "IPv6 addresses alone", 1},
	{NULL, 'V', NULL, 0, "The same as --version", 1},
	{NULL, 0, NULL, 0, "How to judge", 2},
	{"warning", 'w', "RANGE", 0, "Warn if the seconds to an answer are outside RANGE", 2},
	{"critical", 'c', "RANGE", 0, "The same, critical; RANGE as in 0.5, 1:2, ~:3 or @4:5", 2},
	{"timeout", 't', "S", 0, "End after S seconds with what is known then (default: 30)", 2},
	{"no-session", KEY_NO_SESSION, NULL, 0, "Packets only: no mail session", 2},
	{"ca-file", KEY_CA_FILE, "FILE", 0,
		"Trust the certificates of FILE (PEM) instead of the system's", 2},
	{"servername", KEY_SERVERNAME, "NAME", 0,
		"The name to ask for in TLS, which the certificate must be for", 2},
	{0},
};

static error_t take_range(struct check *check, struct plugin_range *range, const char *word)
{
	if (plugin_range_parse(range, word))
		return 0;
	fault_set(check->options.why, FAULT_USAGE,
		"%.40s is no range: it is as in 0.5, 1:2, ~:3 or @4:5", word);
	return EINVAL;
}

static error_t take_seconds(struct check *check, const char *word)
{
	char *end = NULL;
	double seconds = strtod(word, &end);

	if (end != word && *end == '\0' && isfinite(seconds) && seconds > 0 && seconds <= 3600) {
		check->options.deadline_s = seconds;
		return 0;
	}
	fault_set(check->options.why, FAULT_USAGE,
		"-t %.40s: it is a number of seconds above 0, at most 3600", word);
	return EINVAL;
}

static error_t take_host(struct probe_options *options, const char *word)
{
	if (options->targets.count == 0)
		return target_list_add(&options->targets, word, options->why) < 0 ? EINVAL : 0;
	fault_set(options->why, FAULT_USAGE, "one host a check: %.100s is one too many", word);
	return EINVAL;
}

static error_t take_server_name(struct probe_options *options, const char *word)
{
	struct target target;

	if (target_parse(&target, word, options->why) < 0)
		return EINVAL;
	memcpy(options->server_name, target.name, sizeof(options->server_name));
	return 0;
}

static error_t take_value(int key, char *word, struct check *check)
{
	struct probe_options *options = &check->options;

	switch (key) {
	case 'H':
		return take_host(options, word);
	case 'p':
		return port_list_parse(&options->ports, word, options->why) < 0 ? EINVAL : 0;
	case 'w':
		return take_range(check, &check->limits.warning, word);
	case 'c':
		return take_range(check, &check->limits.critical, word);
	case 't':
		return take_seconds(check, word);
	case KEY_CA_FILE:
		options->ca_file = word;
		return 0;
	case KEY_SERVERNAME:
		return take_server_name(options, word);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct check *check = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &check->options.face;
		return 0;
	case '4':
		check->options.ipv4 = true;
		return 0;
	case '6':
		check->options.ipv6 = true;
		return 0;
	case 'V':
		check->options.face.version = true;
		return 0;
	case KEY_NO_SESSION:
		check->options.plan.sessions = false;
		return 0;
	default:
		return take_value(key, word, check);
	}
}

static const struct argp_child children[] = {{&face_argp, 0, NULL, 0}, {0}};

static const struct argp command_line = {
	.options = option_table,
	.parser = parse,
	.args_doc = "-H HOST -p PORT",
	.doc = "Check one port, as a plugin of Nagios, Icinga and their kin.\v"
	       "Exit status, by the guidelines for monitoring plugins: 0 open; 1 throttled, lossy, "
	       "slow, or a certificate that expires soon; 2 any other problem; 3 nothing could be "
	       "said.\n\nWithout root or CAP_NET_RAW it tells what connect() tells: whether the "
	       "port opens, not why it does not.",
	.children = children,
};

static int on_report(void *context, const struct report *report, struct fault *why)
{
	struct check *check = context;

	check->status = plugin_status_of(report, &check->limits);
	if (check->options.face.format != FACE_TEXT)
		return face_print(&check->options.face, report, why);
	plugin_print(report, &check->limits, check->options.face.verbose, stdout);
	return 0;
}

static int on_fault(void *context, const struct fault *why)
{
	struct check *check = context;

	check->status = PLUGIN_UNKNOWN;
	plugin_print_unknown(why->text, stdout);
	return 0;
}

static void look(struct check *check)
{
	struct fault why;

	if (check->options.targets.count == 0)
		plugin_print_unknown("name a host: -H HOST -p PORT", stdout);
	else if (knowledge_read(&check->options.knowledge, &why) < 0)
		on_fault(check, &why);
	else
		probe_run(&check->options);
}

static int run(int argc, char **argv)
{
	struct fault why;
	struct arguments arguments = {argc, argv};
	struct check check = {
		.options = {.why = &why,
			.command = "check",
			.plan = {.sessions = true},
			.deadline_s = PATIENCE_S},
		.status = PLUGIN_UNKNOWN,
	};
	const struct probe_listener listener = {&check, on_report, on_fault};

	port_list_add(&check.options.ports, 25);
	check.options.listener = &listener;
	switch (arguments_read(&command_line, &arguments, &check, &check.options.face, &why)) {
	case ARGUMENTS_WRONG:
		on_fault(&check, &why);
		break;
	case ARGUMENTS_TOLD:
		break; /* the guidelines have 3 for --help as well: nothing was checked */
	case ARGUMENTS_READ:
		look(&check);
		break;
	}
	probe_options_clear(&check.options);
	return (int)check.status;
}

const struct command command_check = {
	.name = "check",
	.synopsis = "-H HOST -p PORT",
	.purpose = "one port, as a monitoring plugin",
	.run = run,
	.options = &command_line,
};
