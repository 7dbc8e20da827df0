/* SPDX-License-Identifier: BSD-2-Clause */
#include "shallow.h"

#include "clock.h"
#include "destination.h"
#include "fault.h"
#include "mailport.h"
#include "report.h"
#include "signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define NS_PER_MS     1e6
#define AT_A_TIME     128 /* well below the usual 1024 descriptors */
#define SUPPOSED_OPEN 0.9 /* an answer, but perhaps not the server's own */

/* What is tried at the same time: the last entry of waiting is the signal's. */
struct round {
	struct pollfd waiting[AT_A_TIME + 1];
	struct result *results[AT_A_TIME];
	int64_t started_ns;
	size_t count, ended;
};

static struct result *add_result(
	struct report *report, const struct destination *destination, uint16_t port)
{
	struct result *result = report_add(report);

	snprintf(result->host, sizeof(result->host), "%s", destination->name);
	snprintf(result->service, sizeof(result->service), "%s", mailport_service(port));
	result->address = destination->address;
	result->port = port;
	result->figures.counts.probes = 1;
	result->figures.local.connect_tried = true;
	result->verdict = (struct verdict){
		.phase = PHASE_CONNECT,
		.rule = "shallow",
		.findings = {FINDING_SHALLOW},
		.finding_count = 1,
	};
	return result;
}

static void call_open(struct result *result, double took_ms)
{
	result->verdict.word = VERDICT_OPEN;
	result->verdict.by = BY_NOBODY;
	result->verdict.confidence = SUPPOSED_OPEN;
	result->figures.counts.syn_acks = 1;
	result->figures.round_trips = (struct round_trips){
		.samples = 1, .min_ms = took_ms, .median_ms = took_ms, .max_ms = took_ms};
}

static void call_not_open(struct result *result, int error)
{
	result->verdict.word = VERDICT_INCONCLUSIVE;
	result->verdict.by = BY_UNKNOWN;
	result->figures.counts.unanswered = 1;
	result->figures.local.connect_error = error;
}

static void end_attempt(struct round *round, size_t index, int error)
{
	double took_ms = (double)(clock_now_ns() - round->started_ns) / NS_PER_MS;

	if (error == 0)
		call_open(round->results[index], took_ms);
	else
		call_not_open(round->results[index], error);
	close(round->waiting[index].fd);
	round->waiting[index].fd = -1; /* poll() passes over it */
	round->ended++;
}

/* True if a socket could be had. */
static bool start_attempt(struct round *round, struct result *result)
{
	struct sockaddr_storage to;
	socklen_t length = address_to_sockaddr(&result->address, result->port, &to);
	int descriptor = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (descriptor < 0) {
		call_not_open(result, errno);
		return false;
	}
	size_t index = round->count++;

	round->results[index] = result;
	round->waiting[index] = (struct pollfd){.fd = descriptor, .events = POLLOUT};
	if (connect(descriptor, (struct sockaddr *)&to, length) == 0)
		end_attempt(round, index, 0);
	else if (errno != EINPROGRESS)
		end_attempt(round, index, errno);
	return true;
}

static void take_ends(struct round *round)
{
	for (size_t i = 0; i < round->count; i++) {
		int error = 0;
		socklen_t length = sizeof(error);
		if (round->waiting[i].fd < 0 || round->waiting[i].revents == 0)
			continue;
		if (getsockopt(round->waiting[i].fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0)
			error = errno;
		end_attempt(round, i, error);
	}
}

static void give_up(struct round *round, int error)
{
	for (size_t i = 0; i < round->count; i++) {
		if (round->waiting[i].fd >= 0)
			end_attempt(round, i, error);
	}
}

/* Waits for all attempts of a round; false after a signal. */
static bool wait_for_ends(struct round *round, int signals, double patience_s)
{
	int64_t end_ns = round->started_ns + (int64_t)(patience_s * 1e9);

	while (round->ended < round->count) {
		int64_t left_ns = end_ns - clock_now_ns();
		struct pollfd *interrupt = &round->waiting[round->count];
		*interrupt = (struct pollfd){.fd = signals, .events = POLLIN};
		if (left_ns <= 0 ||
			poll(round->waiting, round->count + 1,
				(int)((double)left_ns / NS_PER_MS) + 1) < 0)
			break;
		take_ends(round);
		if (interrupt->revents != 0) {
			give_up(round, EINTR);
			return false;
		}
	}
	give_up(round, ETIMEDOUT);
	return true;
}

/* Tries the results from first on; returns how many, adding to *sockets those that had a socket. */
static size_t try_some(struct report *report, size_t first, struct round *round, size_t *sockets)
{
	size_t next = first;

	*round = (struct round){.started_ns = clock_now_ns()};
	while (next < report->result_count && round->count < AT_A_TIME)
		*sockets += start_attempt(round, &report->results[next++]);
	return next - first;
}

static void try_all(struct report *report, double patience_s, int signals, size_t *sockets)
{
	struct round round;

	for (size_t next = 0; next < report->result_count;) {
		next += try_some(report, next, &round, sockets);
		if (wait_for_ends(&round, signals, patience_s))
			continue;
		report->interrupted = true;
		while (next < report->result_count)
			call_not_open(&report->results[next++], EINTR);
	}
}

static void add_results(const struct destination_list *destinations, struct report *report)
{
	for (size_t i = 0; i < destinations->count; i++) {
		const struct destination *destination = &destinations->items[i];
		for (size_t port = 0; port < destination->ports.count; port++)
			add_result(report, destination, destination->ports.ports[port]);
	}
}

int shallow_run(const struct destination_list *destinations, double patience_s,
	struct report *report, struct fault *why)
{
	const sigset_t interrupt = signals_hold();
	size_t sockets = 0;
	int signals = signalfd(-1, &interrupt, SFD_CLOEXEC | SFD_NONBLOCK);

	add_results(destinations, report);
	try_all(report, patience_s, signals, &sockets);
	close(signals);
	signals_forget();
	if (sockets > 0)
		return 0;
	return fault_set(why, FAULT_NO_PRIVILEGE,
		"neither packets nor plain connections are allowed here: run it as root");
}
