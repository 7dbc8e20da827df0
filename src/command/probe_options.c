/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe_options.h"

#include "fault.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE_MOST       100.0 /* more than this is a flood, not a question */
#define DEADLINE_MOST_S 86400.0

enum key {
	KEY_PORTS = 0x2000, /* beyond every letter, and face's own */
	KEY_INTERFACE,
	KEY_CA_FILE,
	KEY_SERVERNAME,
	KEY_NO_SESSION,
	KEY_NO_LOCATE,
	KEY_NO_THROTTLE,
	KEY_RATE_TEST,
	KEY_RATE,
	KEY_EVIDENCE,
	KEY_MX,
	KEY_TARGETS,
	KEY_DEADLINE,
	KEY_TEXTFILE,
	KEY_VANTAGE,
};

static const struct argp_option option_table[] = {
	{NULL, 0, NULL, 0, "What to ask about", 1},
	{"ports", KEY_PORTS, "LIST", 0, "Ports, as in 25,465 (default: 25,465,587,143,993,110,995)",
		1},
	{"mx", KEY_MX, NULL, 0, "Targets are mail domains: ask their mail servers (MX)", 1},
	{"targets", KEY_TARGETS, "FILE", 0,
		"Read targets from FILE, one a line, # begins a comment; - is standard input", 1},
	{"ipv4", '4', NULL, 0, "IPv4 addresses alone (default: every address of a name)", 1},
	{"ipv6", '6', NULL, 0, "IPv6 addresses alone", 1},
	{"interface", KEY_INTERFACE, "IF", 0, "Send through this network interface", 1},

	{NULL, 0, NULL, 0, "How to ask", 2},
	{"rate", KEY_RATE, "N", 0,
		"Send at most N probes a second to one address, up to 100 (default: gently)", 2},
	{"rate-test", KEY_RATE_TEST, NULL, 0,
		"Run the whole ladder of rates, whatever the short burst says", 2},
	{"no-throttle", KEY_NO_THROTTLE, NULL, 0, "Do not look for limits of the rate at all", 2},
	{"deadline", KEY_DEADLINE, "S", 0, "End after S seconds with what is known then", 2},
	{"no-session", KEY_NO_SESSION, NULL, 0,
		"Packets only: no mail session (greeting, STARTTLS, TLS) with ports that open", 2},
	{"no-locate", KEY_NO_LOCATE, NULL, 0,
		"Do not look for the hop that is the cause. This version does not, so it changes "
		"nothing",
		2},
	{"ca-file", KEY_CA_FILE, "FILE", 0,
		"Trust the certificates of FILE (PEM) instead of the system's", 2},
	{"servername", KEY_SERVERNAME, "NAME", 0,
		"The name to ask for in TLS, which the certificate must be for (default: the "
		"target's, if it is a name)",
		2},

	{NULL, 0, NULL, 0, "What to keep", 3},
	{"evidence", KEY_EVIDENCE, "FILE", 0,
		"Write the packets and all else that was seen to FILE (pcapng); replay reads it",
		3},
	{"textfile", KEY_TEXTFILE, "FILE", 0,
		"Write the results to FILE (*.prom) for node_exporter's textfile collector", 3},
	{"vantage", KEY_VANTAGE, "NAME", 0,
		"What this place is called in the results (default: the machine's name)", 3},
	{0},
};

static error_t take_ports(struct probe_options *options, const char *word)
{
	return port_list_parse(&options->ports, word, options->why) < 0 ? EINVAL : 0;
}

static error_t take_number(
	struct probe_options *options, const char *name, const char *word, double most, double *out)
{
	char *end = NULL;

	errno = 0;
	*out = strtod(word, &end);
	if (errno == 0 && end != word && *end == '\0' && isfinite(*out) && *out > 0 && *out <= most)
		return 0;
	fault_set(options->why, FAULT_USAGE, "--%s %.40s: it is a number above 0, at most %.0f",
		name, word, most);
	return EINVAL;
}

/* The file is looked at once everything else is understood; a name is a name at once. */
static error_t take_server_name(struct probe_options *options, const char *word)
{
	struct target target;

	if (target_parse(&target, word, options->why) < 0)
		return EINVAL;
	if (target.name[0] != '\0' && target.port == 0) {
		memcpy(options->server_name, target.name, sizeof(options->server_name));
		return 0;
	}
	fault_set(options->why, FAULT_USAGE, "--servername %.100s: it is a host name", word);
	return EINVAL;
}

static error_t take_value(int key, const char *word, struct probe_options *options)
{
	switch (key) {
	case KEY_PORTS:
		return take_ports(options, word);
	case KEY_RATE:
		return take_number(options, "rate", word, RATE_MOST, &options->plan.rate_per_s);
	case KEY_DEADLINE:
		return take_number(
			options, "deadline", word, DEADLINE_MOST_S, &options->deadline_s);
	case KEY_TARGETS:
		return target_list_read(&options->targets, word, options->why) < 0 ? EINVAL : 0;
	case ARGP_KEY_ARG:
		return target_list_add(&options->targets, word, options->why) < 0 ? EINVAL : 0;
	case KEY_SERVERNAME:
		return take_server_name(options, word);
	case KEY_INTERFACE:
		options->interface = word;
		return 0;
	case KEY_CA_FILE:
		options->ca_file = word;
		return 0;
	case KEY_EVIDENCE:
		options->evidence_path = word;
		return 0;
	case KEY_TEXTFILE:
		options->textfile = word;
		return 0;
	case KEY_VANTAGE:
		options->vantage = word;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct probe_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->face;
		return 0;
	case '4':
		options->ipv4 = true;
		return 0;
	case '6':
		options->ipv6 = true;
		return 0;
	case KEY_MX:
		options->mail_domain = true;
		return 0;
	case KEY_RATE_TEST:
		options->plan.rate_test = true;
		return 0;
	case KEY_NO_THROTTLE:
		options->plan.no_throttle = true;
		return 0;
	case KEY_NO_SESSION:
		options->plan.sessions = false;
		return 0;
	case KEY_NO_LOCATE:
		return 0; /* what this leaves out is not done anyway */
	default:
		return take_value(key, word, options);
	}
}

static const struct argp_child children[] = {{&face_argp, 0, NULL, 0}, {0}};

static const struct argp command_line = {
	.options = option_table,
	.parser = parse,
	.args_doc = "TARGET...",
	.doc = "Diagnose mail ports live: which work, which do not, why, and who can fix it.\v"
	       "A TARGET is a host name, an address, host:port or [IPv6 address]:port. Packets "
	       "need root or CAP_NET_RAW; without, plain connections tell \"open\" from \"not "
	       "open\".\n\n"
	       "Exit status: 0 all asked about is open, 1 a problem was found, 2 something stays "
	       "inconclusive; from 64 on it could not run (64 usage, 68 no such host, 69 no such "
	       "interface or route, 77 no rights, ...); 130 after Ctrl-C.",
	.children = children,
};

static int check(const struct probe_options *options, struct fault *why)
{
	if (options->targets.count == 0)
		return fault_set(
			why, FAULT_USAGE, "name a host, an address or a mail domain to ask about");
	if (options->plan.rate_test && options->plan.no_throttle)
		return fault_set(
			why, FAULT_USAGE, "--rate-test and --no-throttle exclude each other");
	return 0;
}

enum arguments_outcome probe_options_read(
	struct probe_options *out, int argc, char **argv, struct fault *why)
{
	struct arguments arguments = {argc, argv};

	*out = (struct probe_options){
		.why = why, .ports = port_list_default(), .plan = {.sessions = true}};
	enum arguments_outcome outcome =
		arguments_read(&command_line, &arguments, out, &out->face, why);

	if (outcome == ARGUMENTS_READ && check(out, why) < 0)
		return ARGUMENTS_WRONG;
	return outcome;
}

void probe_options_clear(struct probe_options *options)
{
	target_list_clear(&options->targets);
}
