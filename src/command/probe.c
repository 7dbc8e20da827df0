/* SPDX-License-Identifier: BSD-2-Clause */
#include "arguments.h"
#include "ca_file.h"
#include "clock.h"
#include "command.h"
#include "destination.h"
#include "evidence.h"
#include "face.h"
#include "fault.h"
#include "notice.h"
#include "privilege.h"
#include "probing.h"
#include "report.h"
#include "resolve.h"
#include "shallow.h"
#include "target_list.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_INTERRUPTED 130 /* 128 + SIGINT, as shells have it */
#define STATUS_FAULTS      64  /* from here on it could not do as it was told */

#define RESOLVE_PATIENCE_S 10
#define SHALLOW_PATIENCE_S 10
#define RATE_MOST          100.0 /* more than this is a flood, not a question */
#define DEADLINE_MOST_S    86400.0

struct options {
	struct face face;
	struct fault *why;
	struct target_list targets;
	struct port_list ports;
	bool ipv4, ipv6, mail_domain;
	const char *interface, *ca_file, *evidence_path;
	struct plan_options plan;
	double deadline_s;
};

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
		"Packets only. This version never goes beyond connecting, so it changes nothing",
		2},
	{"no-locate", KEY_NO_LOCATE, NULL, 0,
		"Do not look for the hop that is the cause. This version does not, so it changes "
		"nothing",
		2},
	{"ca-file", KEY_CA_FILE, "FILE", 0,
		"Trusted certificates (PEM). Checked for being there; this version does not look "
		"at "
		"certificates",
		2},
	{"servername", KEY_SERVERNAME, "NAME", 0,
		"The name to ask for in TLS. This version does not speak TLS, so it changes "
		"nothing",
		2},

	{NULL, 0, NULL, 0, "What to keep", 3},
	{"evidence", KEY_EVIDENCE, "FILE", 0,
		"Write the packets and all else that was seen to FILE (pcapng); replay reads it",
		3},
	{0},
};

static error_t take_ports(struct options *options, const char *word)
{
	return port_list_parse(&options->ports, word, options->why) < 0 ? EINVAL : 0;
}

static error_t take_number(
	struct options *options, const char *name, const char *word, double most, double *out)
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
static error_t take_server_name(struct options *options, const char *word)
{
	struct target target;

	if (target_parse(&target, word, options->why) < 0)
		return EINVAL;
	if (target.name[0] != '\0' && target.port == 0)
		return 0;
	fault_set(options->why, FAULT_USAGE, "--servername %.100s: it is a host name", word);
	return EINVAL;
}

static error_t take_value(int key, const char *word, struct options *options)
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
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct options *options = state->input;

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
	case KEY_NO_LOCATE:
		return 0; /* the phases that these leave out are not run anyway */
	default:
		return take_value(key, word, options);
	}
}

static const struct argp_child children[] = {{&face_argp, 0, NULL, 0}, {0}};

static const struct argp command_line = {
	.options = option_table,
	.parser = parse,
	.args_doc = "TARGET...",
	.doc = "Diagnose mail ports live: which work, which do not, why, and who can fix it."
	       "\vA TARGET is a host name, an address, host:port or [IPv6 address]:port. Packets "
	       "need "
	       "root or CAP_NET_RAW; without, plain connections tell \"open\" from \"not "
	       "open\".\n\n"
	       "Exit status: 0 all asked about is open, 1 a problem was found, 2 something stays "
	       "inconclusive; from 64 on it could not run (64 usage, 68 no such host, 69 no such "
	       "interface or route, 77 no rights, ...); 130 after Ctrl-C.",
	.children = children,
};

/* What can be known to be wrong before anything is asked of the network. */
static int check(const struct options *options, struct fault *why)
{
	struct route route;
	const struct address loopback = {.family = ADDRESS_IPV4, .bytes = {127, 0, 0, 1}};

	if (options->targets.count == 0)
		return fault_set(why, FAULT_USAGE,
			"name a host, an address or a mail domain to ask "
			"about");
	if (options->plan.rate_test && options->plan.no_throttle)
		return fault_set(
			why, FAULT_USAGE, "--rate-test and --no-throttle exclude each other");
	if (options->ca_file != NULL && ca_file_check(options->ca_file, why) < 0)
		return -1;
	if (options->interface != NULL)
		return route_find(&route, &loopback, options->interface, why);
	return 0;
}

/* A name among others that leads nowhere is told; it is the end only if nothing is left. */
static int resolve_all(const struct options *options, struct destination_list *out,
	struct resolver *resolver, struct fault *why)
{
	struct destination_options how = {
		.ports = &options->ports,
		.family = options->ipv4 == options->ipv6 ? ADDRESS_NONE
			: options->ipv4                  ? ADDRESS_IPV4
							 : ADDRESS_IPV6,
		.mail_domain = options->mail_domain,
	};

	for (size_t i = 0; i < options->targets.count; i++) {
		if (destination_add(out, &options->targets.items[i], &how, resolver, why) == 0)
			continue;
		if (why->kind != FAULT_NO_HOST || options->targets.count == 1)
			return -1;
		notice("%s", why->text);
	}
	return out->count > 0 ? 0 : -1;
}

static int resolve(const struct options *options, struct destination_list *out, struct fault *why)
{
	double patience_s = RESOLVE_PATIENCE_S;

	if (options->deadline_s > 0 && options->deadline_s < patience_s)
		patience_s = options->deadline_s;
	struct resolver *resolver = resolver_open(patience_s, why);

	if (resolver == NULL)
		return -1;
	int outcome = resolve_all(options, out, resolver, why);

	resolver_close(resolver);
	return outcome;
}

static bool same_host_is_routed(
	const struct destination_list *list, const struct destination *destination)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].route.error == 0 && destination->name[0] != '\0' &&
			strcmp(list->items[i].name, destination->name) == 0)
			return true;
	}
	return false;
}

static int no_route(const struct destination_list *list, struct fault *why)
{
	const struct destination *destination = &list->items[0];
	const char *family = destination->address.family == ADDRESS_IPV6 ? "IPv6" : "IPv4";
	char address[ADDRESS_TEXT];

	return fault_set(why, FAULT_NO_ROUTE, "this computer has no %s route to %s", family,
		address_print(&destination->address, address));
}

/* Leaves out the addresses of a family that this machine does not have, as long as their host has
 * another. */
static void leave_out_unrouted(struct destination_list *list)
{
	char address[ADDRESS_TEXT];
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct destination *destination = &list->items[i];
		if (destination->route.error == ENETUNREACH &&
			same_host_is_routed(list, destination)) {
			notice("no route to %s (%s), left out", destination->name,
				address_print(&destination->address, address));
			continue;
		}
		list->items[kept++] = *destination;
	}
	list->count = kept;
}

static int find_routes(struct destination_list *list, const char *interface, struct fault *why)
{
	bool any = false;

	for (size_t i = 0; i < list->count; i++) {
		struct destination *destination = &list->items[i];
		if (route_find(&destination->route, &destination->address, interface, why) < 0)
			return -1;
		any = any || destination->route.error != ENETUNREACH;
	}
	if (!any)
		return no_route(list, why);
	leave_out_unrouted(list);
	return 0;
}

static bool vantage_has(const struct vantage *vantage, const struct address *address)
{
	for (size_t i = 0; i < vantage->address_count; i++) {
		if (address_equal(&vantage->addresses[i], address))
			return true;
	}
	return false;
}

static struct vantage vantage_of(const struct destination_list *list, const char *interface)
{
	const char *shown = interface != NULL ? interface : probing_interface(list);
	struct vantage vantage = {.address_count = 0};

	if (strlen(shown) < sizeof(vantage.interface) && strcmp(shown, "any") != 0)
		memcpy(vantage.interface, shown, strlen(shown) + 1);
	for (size_t i = 0; i < list->count; i++) {
		const struct route *route = &list->items[i].route;
		if (vantage.gateway.family == ADDRESS_NONE)
			vantage.gateway = route->gateway;
		if (route->source.family != ADDRESS_NONE &&
			vantage.address_count < VANTAGE_ADDRESSES &&
			!vantage_has(&vantage, &route->source))
			vantage.addresses[vantage.address_count++] = route->source;
	}
	return vantage;
}

static int finish(const struct options *options, struct report *report, bool interrupted)
{
	struct fault why;
	int status = report_exit_status(report);

	report->finished_ns = clock_now_ns();
	if (face_print(&options->face, report, &why) < 0)
		return notice_fault(&why);
	return interrupted ? STATUS_INTERRUPTED : status;
}

static int go_shallow(
	const struct options *options, const struct destination_list *list, struct report *report)
{
	struct fault why;
	double patience_s = SHALLOW_PATIENCE_S;

	if (options->deadline_s > 0 && options->deadline_s < patience_s)
		patience_s = options->deadline_s;
	notice("the packet test needs root (or CAP_NET_RAW); doing the shallow test instead: it "
	       "can "
	       "say \"open\" or \"not open\", but not who blocks a port%s",
		options->evidence_path != NULL ? "; no evidence file is written" : "");
	report->shallow = true;
	if (shallow_run(list, patience_s, report, &why) < 0)
		return notice_fault(&why);
	return finish(options, report, report->interrupted);
}

static int go_deep(
	const struct options *options, const struct destination_list *list, struct report *report)
{
	struct fault why;
	struct probing_end end = {.interrupted = false};
	struct probing probing = {
		.destinations = list,
		.interface = options->interface,
		.evidence_path = options->evidence_path,
		.progress = paper_of(stderr, options->face.color, false),
		.plan = options->plan,
		.deadline_s = options->deadline_s,
	};
	struct evidence *evidence = probing_run(&probing, report, &end, &why);
	int status =
		evidence == NULL ? notice_fault(&why) : finish(options, report, end.interrupted);

	if (end.unsaved && status < STATUS_FAULTS)
		status = fault_exit_status(FAULT_IO);
	evidence_free(evidence);
	return status;
}

static int probe(const struct options *options)
{
	struct fault why;
	struct destination_list list = {.count = 0};
	struct report report = {.command = "probe", .live = true, .started_ns = clock_now_ns()};
	int status;

	if (check(options, &why) < 0 || resolve(options, &list, &why) < 0 ||
		find_routes(&list, options->interface, &why) < 0) {
		status = notice_fault(&why);
	} else {
		report.vantage = vantage_of(&list, options->interface);
		status = privilege_can_probe() ? go_deep(options, &list, &report)
					       : go_shallow(options, &list, &report);
	}
	report_clear(&report);
	destination_clear(&list);
	return status;
}

static int run(int argc, char **argv)
{
	struct fault why;
	struct options options = {.why = &why, .ports = port_list_default()};
	struct arguments arguments = {argc, argv};
	int status = EXIT_SUCCESS;

	switch (arguments_read(&command_line, &arguments, &options, &options.face, &why)) {
	case ARGUMENTS_WRONG:
		status = notice_fault(&why);
		break;
	case ARGUMENTS_TOLD:
		break;
	case ARGUMENTS_READ:
		status = probe(&options);
		break;
	}
	target_list_clear(&options.targets);
	return status;
}

const struct command command_probe = {
	.name = "probe",
	.synopsis = "TARGET...",
	.purpose = "diagnose live; needs root or CAP_NET_RAW",
	.run = run,
};
