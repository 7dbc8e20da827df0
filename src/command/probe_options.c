/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe_options.h"

#include "fault.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
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
	KEY_ESP,
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
	{"esp", KEY_ESP, "SERVICE", 0,
		"Ask about every port that this sending service offers, as in sendgrid or "
		"ses:eu-west-1, and tell which to configure",
		1},
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
		"Do not look for the hop that is the cause (no hop-limited probes)", 2},
	{"ca-file", KEY_CA_FILE, "FILE", 0,
		"Trust the certificates of FILE (PEM) instead of the system's", 2},
	{"servername", KEY_SERVERNAME, "NAME", 0,
		"The name to ask for in TLS, which the certificate must be for (default: the "
		"target's, if it is a name)",
		2},
	{"vantage", KEY_VANTAGE, "NAME", 0,
		"What this place is called in the results (default: the machine's name)", 2},
	{0},
};

static const struct argp_option files_options[] = {
	{NULL, 0, NULL, 0, "What to keep", 3},
	{"evidence", KEY_EVIDENCE, "FILE", 0,
		"Write the packets and all else that was seen to FILE (pcapng); replay reads it",
		3},
	{"textfile", KEY_TEXTFILE, "FILE", 0,
		"Write the results to FILE (*.prom) for node_exporter's textfile collector", 3},
	{0},
};

static error_t take_ports(struct probe_options *options, const char *word)
{
	options->ports_named = true;
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
	case KEY_ESP:
		options->service = word;
		return 0;
	case KEY_INTERFACE:
		options->interface = word;
		return 0;
	case KEY_CA_FILE:
		options->ca_file = word;
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
		options->knowledge.why = options->why;
		state->child_inputs[0] = &options->knowledge;
		state->child_inputs[1] = &options->face;
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
		options->plan.no_locate = true;
		return 0;
	default:
		return take_value(key, word, options);
	}
}

static const struct argp_child common_children[] = {
	{&knowledge_argp, 0, NULL, 0}, {&face_argp, 0, NULL, 0}, {0}};

const struct argp probe_options_argp = {
	.options = option_table, .parser = parse, .children = common_children};

static error_t parse_own(int key, char *word, struct argp_state *state)
{
	struct probe_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options;
		return 0;
	case KEY_EVIDENCE:
		options->evidence_path = word;
		return 0;
	case KEY_TEXTFILE:
		options->textfile = word;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&probe_options_argp, 0, NULL, 0}, {0}};

const struct argp probe_command_line = {
	.options = files_options,
	.parser = parse_own,
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

/* The service's host joins the targets, with all its ports; where each customer has a host of his
 * own, the targets are those. */
static int add_service(struct probe_options *options, struct fault *why)
{
	char host[256];
	char target[TARGET_NAME + 8];

	if (options->service == NULL)
		return 0;
	const struct sending_service *service =
		knowledge_service(&options->knowledge, options->service, host, why);

	if (service == NULL)
		return -1;
	struct port_list ports = sending_service_ports(service);

	if (host[0] == '\0') {
		options->knowledge.everywhere = service;
		options->ports = options->ports_named ? options->ports : ports;
		return options->targets.count > 0 ? 0
						  : fault_set(why, FAULT_USAGE,
							    "%s gives each customer a host of "
							    "his own: name it as well",
							    service->name);
	}
	if (options->ports_named)
		return target_list_add(&options->targets, host, why);
	for (size_t i = 0; i < ports.count; i++) {
		snprintf(target, sizeof(target), "%.255s:%u", host, ports.ports[i]);
		if (target_list_add(&options->targets, target, why) < 0)
			return -1;
	}
	return 0;
}

int probe_options_check(struct probe_options *options, struct fault *why)
{
	if (knowledge_read(&options->knowledge, why) < 0 || add_service(options, why) < 0)
		return -1;
	if (options->targets.count == 0)
		return fault_set(
			why, FAULT_USAGE, "name a host, an address or a mail domain to ask about");
	if (options->plan.rate_test && options->plan.no_throttle)
		return fault_set(
			why, FAULT_USAGE, "--rate-test and --no-throttle exclude each other");
	return 0;
}

void probe_options_begin(struct probe_options *out, struct fault *why)
{
	*out = (struct probe_options){
		.why = why, .ports = port_list_default(), .plan = {.sessions = true}};
}

enum arguments_outcome probe_options_read(
	struct probe_options *out, int argc, char **argv, struct fault *why)
{
	struct arguments arguments = {argc, argv};

	probe_options_begin(out, why);
	enum arguments_outcome outcome =
		arguments_read(&probe_command_line, &arguments, out, &out->face, why);

	if (outcome == ARGUMENTS_READ && probe_options_check(out, why) < 0)
		return ARGUMENTS_WRONG;
	return outcome;
}

void probe_options_clear(struct probe_options *options)
{
	target_list_clear(&options->targets);
	knowledge_clear(&options->knowledge);
}
