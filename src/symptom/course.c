/* SPDX-License-Identifier: BSD-2-Clause */
#include "course.h"

#include "cause.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Fewer failures in a row happen to a server that restarts. */
#define FAILURES_LEAST 5
#define SERVERS_LEAST  3 /* for "whatever the server" */
#define NS_PER_S       1000000000

uint64_t stretch_failures(const struct stretch *stretch)
{
	return stretch->connections > 0 ? stretch->connections : stretch->deliveries;
}

static struct course *course_of(struct courses *courses, uint16_t port)
{
	for (size_t i = 0; i < courses->count; i++) {
		if (courses->items[i].port == port)
			return &courses->items[i];
	}
	if (courses->count == COURSES)
		return NULL;
	courses->items[courses->count] = (struct course){.port = port};
	return &courses->items[courses->count++];
}

static void note_server(struct stretch *stretch, uint32_t server)
{
	for (unsigned i = 0; i < stretch->server_count; i++) {
		if (stretch->servers[i] == server)
			return;
	}
	if (stretch->server_count < STRETCH_SERVERS)
		stretch->servers[stretch->server_count++] = server;
}

static void add_failure(struct course *course, const struct course_event *event)
{
	struct stretch *stretch = &course->now;

	if (stretch->cause == NULL) {
		stretch->cause = event->cause;
		stretch->since_ns = event->time_ns;
	}
	/* What repeats a failure has less to say about its cause. */
	if (!event->delivery || stretch->connections == 0)
		stretch->mixed = stretch->mixed || stretch->cause->claims != event->cause->claims;
	stretch->until_ns = event->time_ns;
	*(event->delivery ? &stretch->deliveries : &stretch->connections) += 1;
	*(event->delivery ? &course->deliveries : &course->connections) += 1;
	note_server(stretch, event->server);
}

void courses_add(struct courses *courses, const struct course_event *event)
{
	struct course *course = course_of(courses, event->port);

	if (course == NULL)
		return;
	if (event->cause != NULL) {
		add_failure(course, event);
		return;
	}
	course->answered++;
	if (course->now.cause == NULL)
		return;
	if (stretch_failures(&course->now) > stretch_failures(&course->longest)) {
		course->longest = course->now;
		course->recovered_ns = event->time_ns;
	}
	course->now = (struct stretch){.cause = NULL};
}

/* ---- the sentence ---- */

/* What happens to a connection, by what is claimed: now, and then. */
struct happening {
	const char *now, *then;
};

static const struct happening happenings[VERDICT_WORDS] = {
	[VERDICT_OPEN] = {"works", "worked"},
	[VERDICT_DROPPED] = {"times out", "timed out"},
	[VERDICT_REFUSED] = {"is refused or cut", "was refused or cut"},
	[VERDICT_UNREACHABLE] = {"finds no way to the server", "found no way to the server"},
	[VERDICT_THROTTLED] = {"is one too many", "was one too many"},
	[VERDICT_LOSSY] = {"loses packets", "lost packets"},
	[VERDICT_INTERCEPTED] = {"is intercepted", "was intercepted"},
	[VERDICT_MISCONFIGURED] = {"fails over TLS or its certificate",
		"failed over TLS or its certificate"},
	[VERDICT_REJECTED] = {"is turned away by the server", "was turned away by the server"},
	[VERDICT_DOWN] = {"finds the server down", "found the server down"},
	[VERDICT_INCONCLUSIVE] = {"fails", "failed"},
};

static const struct happening *happening_of(const struct stretch *stretch)
{
	return &happenings[stretch->mixed ? VERDICT_INCONCLUSIVE : stretch->cause->claims];
}

/* "10:32", with the date where the two are of different days; local time, as the log has it. */
static void tell_time(char *out, size_t size, int64_t time_ns, int64_t beside_ns)
{
	struct tm tm, beside;
	time_t time_s = (time_t)(time_ns / NS_PER_S);
	time_t beside_s = (time_t)(beside_ns / NS_PER_S);

	out[0] = '\0';
	if (time_ns <= 0 || localtime_r(&time_s, &tm) == NULL ||
		localtime_r(&beside_s, &beside) == NULL)
		return;
	bool same_day = tm.tm_yday == beside.tm_yday && tm.tm_year == beside.tm_year;

	if (same_day)
		strftime(out, size, "%H:%M", &tm);
	else
		strftime(out, size, "%Y-%m-%d %H:%M", &tm);
}

static bool is_outage(const struct stretch *stretch)
{
	return stretch->cause != NULL && stretch_failures(stretch) >= FAILURES_LEAST;
}

static const struct course *worst(const struct courses *courses, bool over)
{
	const struct course *found = NULL;
	uint64_t most = 0;

	for (size_t i = 0; i < courses->count; i++) {
		const struct course *course = &courses->items[i];
		const struct stretch *stretch = over ? &course->longest : &course->now;
		if (course->port == 0 || !is_outage(stretch) || stretch_failures(stretch) <= most)
			continue;
		most = stretch_failures(stretch);
		found = course;
	}
	return found;
}

static size_t append(char *out, size_t size, size_t used, const char *text)
{
	int length = used < size ? snprintf(out + used, size - used, "%s", text) : 0;

	return used + (length > 0 ? (size_t)length : 0);
}

/* "; 465 and 587 are well" of the ports that answered and did not fail since. */
static void add_well(
	const struct courses *courses, const struct course *but, char *out, size_t size)
{
	uint16_t well[COURSES];
	size_t count = 0;
	size_t used = strlen(out);
	char text[64];

	for (size_t i = 0; i < courses->count; i++) {
		const struct course *course = &courses->items[i];
		if (course != but && course->port != 0 && course->answered > 0 &&
			course->now.cause == NULL)
			well[count++] = course->port;
	}
	for (size_t i = 0; i < count && i < 8; i++) {
		snprintf(text, sizeof(text), "%s%u",
			i == 0                   ? "; "
				: i + 1 == count ? " and "
						 : ", ",
			well[i]);
		used = append(out, size, used, text);
	}
	if (count > 0)
		append(out, size, used, count == 1 ? " is well" : " are well");
}

static const char *whose(const struct stretch *stretch)
{
	return stretch->server_count >= SERVERS_LEAST ? ", whatever the server"
		: stretch->server_count == 1          ? ", all to one server"
						      : ", all to two servers";
}

static void tell_outage(const struct course *course, char *out, size_t size)
{
	char since[32];

	tell_time(since, sizeof(since), course->now.since_ns, course->now.until_ns);
	snprintf(out, size, "%s%s every connection to port %u %s%s",
		since[0] == '\0' ? "of late" : "since ", since, course->port,
		happening_of(&course->now)->now, whose(&course->now));
}

static void tell_past(const struct course *course, char *out, size_t size)
{
	const struct stretch *stretch = &course->longest;
	char since[32], until[32];

	tell_time(since, sizeof(since), stretch->since_ns, course->recovered_ns);
	tell_time(until, sizeof(until), stretch->until_ns, stretch->since_ns);
	snprintf(out, size,
		"from %s to %s every connection to port %u %s%s; it has worked since then",
		since[0] == '\0' ? "some time on" : since, until[0] == '\0' ? "another" : until,
		course->port, happening_of(stretch)->then, whose(stretch));
}

static void tell_shares(const struct courses *courses, char *out, size_t size)
{
	size_t used = 0;
	char text[128];

	out[0] = '\0';
	for (size_t i = 0; i < courses->count; i++) {
		const struct course *course = &courses->items[i];
		uint64_t failed =
			course->connections > 0 ? course->connections : course->deliveries;
		if (failed == 0)
			continue;
		snprintf(text, sizeof(text), "%s%llu of %llu tries on port %u failed",
			used == 0 ? "" : "; ", (unsigned long long)failed,
			(unsigned long long)(failed + course->answered), course->port);
		if (course->port == 0)
			snprintf(text, sizeof(text), "%s%llu failures name no port",
				used == 0 ? "" : "; ", (unsigned long long)failed);
		used = append(out, size, used, text);
	}
}

void courses_headline(const struct courses *courses, char *out, size_t size)
{
	const struct course *now = worst(courses, false);
	const struct course *past = now == NULL ? worst(courses, true) : NULL;

	if (now != NULL) {
		tell_outage(now, out, size);
		add_well(courses, now, out, size);
	} else if (past != NULL) {
		tell_past(past, out, size);
	} else {
		tell_shares(courses, out, size);
	}
}
