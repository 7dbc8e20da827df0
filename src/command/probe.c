/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"

#include "ca_file.h"
#include "capture_scope.h"
#include "clock.h"
#include "command.h"
#include "dane.h"
#include "destination.h"
#include "evidence.h"
#include "fault.h"
#include "notice.h"
#include "privilege.h"
#include "probe_options.h"
#include "probing.h"
#include "report.h"
#include "resolve.h"
#include "run_name.h"
#include "session_means.h"
#include "shallow.h"
#include "textfile.h"
#include "trust.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RESOLVE_PATIENCE_S 10
#define SHALLOW_PATIENCE_S 10

/* What can be known to be wrong before anything is asked of the network. */
static int check(const struct probe_options *options, struct fault *why)
{
	struct route route;
	const struct address loopback = {.family = ADDRESS_IPV4, .bytes = {127, 0, 0, 1}};

	if (options->ca_file != NULL && ca_file_check(options->ca_file, why) < 0)
		return -1;
	if (options->interface != NULL)
		return route_find(&route, &loopback, options->interface, why);
	return 0;
}

/* A name among others that leads nowhere is told; it is the end only if nothing is left. */
static int resolve_all(const struct probe_options *options, struct destination_list *out,
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
		if (destination_add(out, &options->targets.items[i],
			    options->each == NULL ? &how : &options->each[i], resolver, why) == 0)
			continue;
		if (why->kind != FAULT_NO_HOST || options->targets.count == 1)
			return -1;
		notice("%s", why->text);
	}
	return out->count > 0 ? 0 : -1;
}

static int resolve(
	const struct probe_options *options, struct destination_list *out, struct fault *why)
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
	const char *shown = interface != NULL ? interface : capture_interface(list);
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

static int tell_fault(const struct probe_options *options, const struct fault *why)
{
	const struct probe_listener *listener = options->listener;

	return listener == NULL ? notice_fault(why) : listener->fault(listener->context, why);
}

static int tell_report(
	const struct probe_options *options, const struct report *report, struct fault *why)
{
	const struct probe_listener *listener = options->listener;

	return listener == NULL ? face_print(&options->face, report, why)
				: listener->report(listener->context, report, why);
}

/* Two faces of the same results: one that fails does not take the other away. */
static int tell_all(
	const struct probe_options *options, const struct report *report, struct fault *why)
{
	int outcome = tell_report(options, report, why);

	if (options->metrics != NULL && textfile_put(options->metrics, report, why) < 0)
		return -1;
	return outcome;
}

static int finish(const struct probe_options *options, struct report *report, bool interrupted)
{
	struct fault why;
	int status = report_exit_status(report);

	report->finished_ns = clock_now_ns();
	if (tell_all(options, report, &why) < 0)
		return tell_fault(options, &why);
	return interrupted ? STATUS_INTERRUPTED : status;
}

/* There is no evidence to hold it. */
static void tell_knowledge(struct knowledge *knowledge, struct report *report)
{
	for (size_t i = 0; i < report->result_count; i++)
		report->results[i].offer = knowledge_offer(knowledge, report->results[i].host);
	if (knowledge->provider != NULL) {
		report->provider = *knowledge->provider;
		report->provider_match = knowledge->match;
	}
}

static int go_shallow(
	struct probe_options *options, const struct destination_list *list, struct report *report)
{
	struct fault why;
	double patience_s = SHALLOW_PATIENCE_S;

	if (options->needs_packets != NULL) {
		fault_set(&why, FAULT_NO_PRIVILEGE, "%s", options->needs_packets);
		return tell_fault(options, &why);
	}
	if (options->deadline_s > 0 && options->deadline_s < patience_s)
		patience_s = options->deadline_s;
	if (options->listener == NULL)
		notice("the packet test needs root (or CAP_NET_RAW); doing the shallow test "
		       "instead: it can say \"open\" or \"not open\", but not who blocks a port%s",
			options->evidence_path != NULL ? "; no evidence file is written" : "");
	report->shallow = true;
	if (shallow_run(list, patience_s, report, &why) < 0)
		return tell_fault(options, &why);
	tell_knowledge(&options->knowledge, report);
	return finish(options, report, report->interrupted);
}

static int run_probing(struct probe_options *options, const struct destination_list *list,
	const struct session_means *means, struct report *report)
{
	struct fault why;
	struct probing_end end = {.interrupted = false};
	struct probing probing = {
		.destinations = list,
		.interface = options->interface,
		.evidence_path = options->evidence_path,
		.progress = paper_of(stderr, options->face.color, false),
		.plan = options->plan,
		.means = means,
		.knowledge = &options->knowledge,
		.deadline_s = options->deadline_s,
	};
	struct evidence *evidence = probing_run(&probing, report, &end, &why);
	int status = evidence == NULL ? tell_fault(options, &why)
				      : finish(options, report, end.interrupted);

	if (end.unsaved && status < STATUS_FAULTS)
		status = fault_exit_status(FAULT_IO);
	evidence_free(evidence);
	return status;
}

/* Runs with what sessions need, which takes files that only root may read. */
static int go_deep(
	struct probe_options *options, const struct destination_list *list, struct report *report)
{
	struct fault why;
	struct trust *trust = options->plan.sessions ? trust_open(options->ca_file, &why) : NULL;

	if (options->plan.sessions && trust == NULL)
		return tell_fault(options, &why);
	struct dane dane = {.count = 0};
	struct session_means means = {
		.trust = trust,
		.server_name = options->server_name[0] == '\0' ? NULL : options->server_name,
		.tlsa = dane_find,
		.context = &dane,
	};

	if (trust != NULL)
		dane_ask(&dane, list);
	int status = run_probing(options, list, trust == NULL ? NULL : &means, report);

	dane_clear(&dane);
	trust_close(trust);
	return status;
}

int probe_run(struct probe_options *options)
{
	struct fault why;
	struct destination_list list = {.count = 0};
	struct report report = {.command = "probe", .live = true, .started_ns = clock_now_ns()};
	int status;

	if (options->command != NULL)
		report.command = options->command;
	run_name(report.run, report.started_ns);
	if (check(options, &why) < 0 || resolve(options, &list, &why) < 0 ||
		find_routes(&list, options->interface, &why) < 0) {
		status = tell_fault(options, &why);
	} else {
		report.vantage = vantage_of(&list, options->interface);
		knowledge_look_around(&options->knowledge);
		vantage_name(report.vantage.name, options->vantage);
		status = privilege_can_probe() ? go_deep(options, &list, &report)
					       : go_shallow(options, &list, &report);
	}
	report_clear(&report);
	destination_clear(&list);
	return status;
}

/* With the file for node_exporter, whose writer starts while there are rights. */
static int probe(struct probe_options *options)
{
	struct fault why;

	if (options->textfile != NULL) {
		options->metrics = textfile_open(options->textfile, &why);
		if (options->metrics == NULL)
			return notice_fault(&why);
	}
	int status = probe_run(options);

	textfile_close(options->metrics);
	return status;
}

static int run(int argc, char **argv)
{
	struct fault why;
	struct probe_options options;
	int status = EXIT_SUCCESS;

	switch (probe_options_read(&options, argc, argv, &why)) {
	case ARGUMENTS_WRONG:
		status = notice_fault(&why);
		break;
	case ARGUMENTS_TOLD:
		break;
	case ARGUMENTS_READ:
		status = probe(&options);
		break;
	}
	probe_options_clear(&options);
	return status;
}

const struct command command_probe = {
	.name = "probe",
	.synopsis = "TARGET...",
	.purpose = "diagnose live; needs root or CAP_NET_RAW",
	.run = run,
	.options = &probe_command_line,
};
