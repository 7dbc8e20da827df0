/* SPDX-License-Identifier: BSD-2-Clause */
#include "probing.h"

#include "capture_scope.h"
#include "clock.h"
#include "destination.h"
#include "evidence.h"
#include "evidence_file.h"
#include "fact.h"
#include "fault.h"
#include "injector.h"
#include "knowledge.h"
#include "local_blame.h"
#include "loop.h"
#include "mailport.h"
#include "notice.h"
#include "privilege.h"
#include "progress.h"
#include "report.h"
#include "route_culprit.h"
#include "signals.h"
#include "tap.h"
#include "tracer.h"
#include "wire_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* A port that nothing listens on, as a control: a host that is alive refuses it (SCIENCE A). */
#define CLOSED_PORT_FIRST 61000
#define CLOSED_PORT_COUNT 4000

struct handles {
	struct tracer *tracer;      /* NULL: nftables cannot be asked */
	struct evidence_file *file; /* NULL: none wanted */
	struct injector *injector;  /* NULL, as the two below, where no destination has a route */
	struct tap *tap;
	struct world *world;
	const char *interface;
};

static bool anything_routed(const struct destination_list *destinations)
{
	for (size_t i = 0; i < destinations->count; i++) {
		if (destinations->items[i].route.error == 0)
			return true;
	}
	return false;
}

static int open_wire(struct handles *handles, const struct probing *probing, struct fault *why)
{
	char filter[CAPTURE_FILTER];

	handles->injector = injector_open(why);
	if (handles->injector == NULL)
		return -1;
	if (probing->interface != NULL &&
		injector_bind(handles->injector, probing->interface, why) < 0)
		return -1;
	handles->tap = tap_open_interface(
		handles->interface, capture_filter(probing->destinations, filter), why);
	if (handles->tap == NULL)
		return -1;
	handles->world = wire_world_new(handles->tap, handles->injector, probing->means, why);
	return handles->world == NULL ? -1 : 0;
}

static int open_all(struct handles *handles, const struct probing *probing, struct fault *why)
{
	bool routed = anything_routed(probing->destinations);

	handles->tracer = routed ? tracer_start() : NULL;
	handles->interface =
		probing->interface != NULL ? probing->interface : capture_interface(probing->destinations);
	if (probing->evidence_path != NULL) {
		handles->file = evidence_file_open(probing->evidence_path, why);
		if (handles->file == NULL)
			return -1;
	}
	if (routed && open_wire(handles, probing, why) < 0)
		return -1;
	return privilege_drop(why);
}

static void close_all(struct handles *handles)
{
	tracer_stop(handles->tracer);
	if (handles->world != NULL)
		wire_world_free(handles->world);
	tap_close(handles->tap);
	injector_close(handles->injector);
	evidence_file_abandon(handles->file);
}

/* What is known before the first packet. */

static void tell(struct handles *handles, struct evidence *evidence, const struct fact *fact)
{
	evidence_add_fact(evidence, fact);
	if (handles->file != NULL)
		evidence_file_fact(handles->file, fact);
}

static void tell_target(struct handles *handles, struct evidence *evidence,
	const struct destination *destination, uint16_t port, bool asked)
{
	struct fact fact = {
		.kind = FACT_TARGET,
		.asked = asked,
		.time_ns = clock_now_ns(),
		.flow = {.destination = destination->address, .destination_port = port},
	};

	snprintf(fact.host, sizeof(fact.host), "%s", destination->name);
	snprintf(fact.service, sizeof(fact.service), "%s", mailport_service(port));
	tell(handles, evidence, &fact);
}

static uint64_t random_u64(void)
{
	uint64_t number = 0;

	/* Never fails for so few bytes once the machine has started, getrandom(2). */
	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		abort();
	return number;
}

static void tell_controls(
	struct handles *handles, struct evidence *evidence, const struct destination *destination)
{
	uint16_t closed = (uint16_t)(CLOSED_PORT_FIRST + random_u64() % CLOSED_PORT_COUNT);
	const uint16_t controls[] = {443, 80, closed};

	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		if (!port_list_has(&destination->ports, controls[i]))
			tell_target(handles, evidence, destination, controls[i], false);
	}
}

/* Which route it is that forbids the destination. */
static void tell_culprit(
	struct handles *handles, struct evidence *evidence, const struct destination *destination)
{
	struct fact fact = {
		.kind = FACT_LOCAL_RULE,
		.time_ns = clock_now_ns(),
		.flow = {.destination = destination->address},
	};

	if (route_culprit(&fact.rule, &destination->address, destination->route.error))
		tell(handles, evidence, &fact);
}

static void tell_route(
	struct handles *handles, struct evidence *evidence, const struct destination *destination)
{
	struct fact fact = {
		.kind = FACT_ROUTE,
		.time_ns = clock_now_ns(),
		.error = destination->route.error,
		.elsewhere = destination->route.source_elsewhere,
		.gateway = destination->route.gateway,
		.flow = {.source = destination->route.source, .destination = destination->address},
	};

	tell(handles, evidence, &fact);
	if (fact.error != 0)
		tell_culprit(handles, evidence, destination);
}

static void tell_offer(struct handles *handles, struct evidence *evidence,
	const struct destination *destination, struct knowledge *knowledge)
{
	const struct offer *offer =
		knowledge == NULL ? NULL : knowledge_offer(knowledge, destination->name);

	if (offer == NULL)
		return;
	struct fact fact = knowledge_offer_fact(offer, &destination->address, clock_now_ns());

	tell(handles, evidence, &fact);
}

static void tell_all(struct handles *handles, struct evidence *evidence,
	const struct destination_list *destinations, struct knowledge *knowledge)
{
	for (size_t i = 0; i < destinations->count; i++) {
		const struct destination *destination = &destinations->items[i];
		for (size_t port = 0; port < destination->ports.count; port++)
			tell_target(handles, evidence, destination, destination->ports.ports[port],
				true);
		tell_controls(handles, evidence, destination);
		tell_route(handles, evidence, destination);
		tell_offer(handles, evidence, destination, knowledge);
	}
}

/* Which network this is may be known no sooner than its routers are. */
static void tell_provider(
	struct handles *handles, struct evidence *evidence, const struct knowledge *knowledge)
{
	struct fact fact;

	if (knowledge != NULL &&
		knowledge_provider_fact(knowledge, evidence, clock_now_ns(), &fact))
		tell(handles, evidence, &fact);
}

/* The run itself. */

struct watcher {
	struct evidence_file *file;
	struct progress progress;
};

static void on_packet(void *context, const struct packet *packet, const struct frame *frame,
	const struct role *role)
{
	struct watcher *watcher = context;

	if (watcher->file != NULL)
		evidence_file_packet(watcher->file, packet, frame, role);
}

static void on_fact(void *context, const struct fact *fact)
{
	struct watcher *watcher = context;

	if (watcher->file != NULL)
		evidence_file_fact(watcher->file, fact);
}

static void on_tick(void *context, const struct plan *plan, int64_t now_ns)
{
	struct watcher *watcher = context;

	progress_tick(&watcher->progress, plan, now_ns);
}

/* Nothing to send and nothing to see, but the same end as a run's. */
static enum loop_end end_without_wire(struct handles *handles, struct evidence *evidence)
{
	struct fact fact = {.kind = FACT_END, .time_ns = clock_now_ns(), .text = "complete"};

	tell(handles, evidence, &fact);
	return LOOP_COMPLETE;
}

static enum loop_end run(struct handles *handles, struct evidence *evidence,
	const struct probing *probing, struct fault *why)
{
	struct watcher watcher = {.file = handles->file};
	struct loop_observer observer = {
		.context = &watcher, .packet = on_packet, .fact = on_fact, .tick = on_tick};
	struct loop_options options = {
		.plan = probing->plan, .deadline_s = probing->deadline_s, .observer = &observer};

	if (handles->world == NULL)
		return end_without_wire(handles, evidence);
	options.plan.seed = random_u64();
	progress_init(&watcher.progress, &probing->progress, evidence, clock_now_ns());
	signals_heed();
	enum loop_end end = loop_run(handles->world, evidence, &options, why);

	signals_hold();
	progress_clear(&watcher.progress);
	return end;
}

struct telling {
	struct handles *handles;
	struct evidence *evidence;
};

static void tell_rule(void *context, const struct fact *fact)
{
	struct telling *telling = context;

	tell(telling->handles, telling->evidence, fact);
}

/* The packets of this are no evidence: nobody reads the tap any more. */
static void name_local_rules(
	struct handles *handles, struct evidence *evidence, const struct probing *probing)
{
	struct telling telling = {handles, evidence};
	struct local_blame blame = {
		.evidence = evidence,
		.destinations = probing->destinations,
		.injector = handles->injector,
		.tracer = handles->tracer,
		.tell = tell_rule,
		.context = &telling,
	};

	local_blame(&blame);
}

/* Numbers of packets as the evidence file has them, facts counted too, as its readers count. */
static void renumber(struct report *report, const struct evidence_file *file)
{
	for (size_t i = 0; i < report->result_count; i++) {
		uint64_t *proof = report->results[i].figures.proof;
		size_t count = sizeof(report->results[i].figures.proof) / sizeof(proof[0]);
		for (size_t p = 0; p < count && proof[p] != 0; p++)
			proof[p] = evidence_file_number(file, proof[p]);
	}
}

/* False if there was something to save and it could not be. */
static bool save(struct handles *handles, const struct probing *probing, struct report *report)
{
	struct fault why;

	if (handles->file == NULL)
		return true;
	renumber(report, handles->file);
	int outcome = evidence_file_close(handles->file, report, &why);

	handles->file = NULL;
	if (outcome < 0) {
		notice_fault(&why);
		return false;
	}
	report->evidence_path = probing->evidence_path;
	return true;
}

struct evidence *probing_run(const struct probing *probing, struct report *report,
	struct probing_end *end, struct fault *why)
{
	struct handles handles = {.file = NULL};
	struct evidence *evidence = NULL;

	signals_hold();
	if (open_all(&handles, probing, why) < 0)
		goto close_handles;
	evidence = evidence_new();
	if (handles.file != NULL)
		evidence_file_begin(handles.file,
			handles.tap == NULL ? LINK_RAW : tap_link_type(handles.tap),
			handles.tap == NULL ? NULL : handles.interface, evidence);
	tell_all(&handles, evidence, probing->destinations, probing->knowledge);
	enum loop_end how = run(&handles, evidence, probing, why);

	if (how == LOOP_BROKEN)
		notice_fault(why);
	if (how == LOOP_COMPLETE)
		name_local_rules(&handles, evidence, probing);
	tell_provider(&handles, evidence, probing->knowledge);
	report_judge(report, evidence, evidence->last_ns);
	end->interrupted = how == LOOP_INTERRUPTED;
	end->unsaved = !save(&handles, probing, report);
close_handles:
	close_all(&handles);
	signals_forget();
	return evidence;
}
