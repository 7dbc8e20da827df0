/* SPDX-License-Identifier: BSD-2-Clause */
#include "calls.h"

#include "fact.h"
#include "fault.h"
#include "outgoing.h"
#include "session.h"
#include "world.h"

#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S ((int64_t)1000000000)

#define READ_BYTES 16384

/* The smallest that every host takes whole (RFC 9293 section 3.7.1), and a part of it: even what is
 * wrapped in tunnels passes then (SCIENCE section F). */
#define SMALL_SEGMENT_BYTES 536
#define SMALL_WRITE_BYTES   200

struct call {
	struct call *next;
	struct calls *calls;
	struct converse_order order; /* its name is the call's own */
	char name[256];
	int descriptor;                    /* -1: not begun */
	struct event *readable, *writable; /* writable: the end of connect(), then room to send */
	struct event *timer;               /* what the session waits for at the latest */
	struct session *session;           /* NULL: not connected yet */
	bool ended_by_peer;
	int64_t begun_ns; /* monotonic */
};

struct told {
	struct told *next;
	struct fact fact;
};

struct calls {
	struct event_base *base;
	struct session_means means;
	struct call *first; /* all of them, the oldest first */
	size_t running;
	bool beginning; /* in begin_waiting(): what ends at once must not begin the next */
	struct told *oldest, **end;
};

static int64_t clock_ns(clockid_t clock)
{
	struct timespec time = {0};

	(void)clock_gettime(clock, &time);
	return (int64_t)time.tv_sec * NS_PER_S + time.tv_nsec;
}

static int64_t now(void)
{
	return clock_ns(CLOCK_REALTIME);
}

/* ---- facts ---- */

static struct fact *tell(struct call *call, enum fact_kind kind, int error)
{
	struct told *told = fault_allocate(1, sizeof(*told));

	told->fact.kind = kind;
	told->fact.flow = call->order.flow;
	told->fact.error = error;
	told->fact.time_ns = now();
	told->fact.duration_ns = clock_ns(CLOCK_MONOTONIC) - call->begun_ns;
	*call->calls->end = told;
	call->calls->end = &told->next;
	return &told->fact;
}

bool calls_take(struct calls *calls, struct fact *out)
{
	struct told *told = calls->oldest;

	if (told == NULL)
		return false;
	*out = told->fact;
	calls->oldest = told->next;
	if (calls->oldest == NULL)
		calls->end = &calls->oldest;
	free(told);
	return true;
}

/* What the kernel makes of a connect() is known by the first one, whatever the others meet. */
static void tell_connected(struct call *call, int error)
{
	if (call->order.variant == VARIANT_USUAL)
		(void)tell(call, FACT_CONNECT, error);
}

static void tell_session(struct call *call, int error)
{
	struct fact *fact = tell(call, FACT_SESSION, error);

	fact->session.variant = call->order.variant;
	fact->session.error = error;
	fact->session.ended_ns = fact->time_ns;
	fact->session.transcript.port = call->order.flow.destination_port;
	if (call->session == NULL)
		return;
	fact->session.transcript = *session_transcript(call->session);
	fact->session.insight = *session_insight(call->session);
}

/* ---- ending ---- */

static void forget_event(struct event **event)
{
	if (*event != NULL)
		event_free(*event);
	*event = NULL;
}

static void hang_up(struct call *call)
{
	forget_event(&call->readable);
	forget_event(&call->writable);
	forget_event(&call->timer);
	if (call->descriptor >= 0)
		(void)close(call->descriptor);
	session_free(call->session);
	free(call);
}

static void begin_waiting(struct calls *calls);

static void finish(struct call *call, int error)
{
	struct calls *calls = call->calls;
	struct call **at = &calls->first;

	tell_session(call, error);
	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	hang_up(call);
	calls->running--;
	begin_waiting(calls);
}

static void fail(struct call *call, int error)
{
	tell_connected(call, error);
	finish(call, error);
}

/* ---- the session ---- */

/* How much went; 0: not now. */
static size_t send_some(struct call *call, const uint8_t *bytes, size_t length)
{
	if (call->order.variant == VARIANT_SMALL && length > SMALL_WRITE_BYTES)
		length = SMALL_WRITE_BYTES;
	ssize_t sent = send(call->descriptor, bytes, length, MSG_NOSIGNAL);

	if (sent > 0)
		return (size_t)sent;
	if (errno == EAGAIN || errno == EINTR) {
		(void)event_add(call->writable, NULL);
	} else if (!call->ended_by_peer) {
		call->ended_by_peer = true;
		session_closed(call->session, CLOSING_RESET, now());
	}
	return 0;
}

/* Sends what there is to send; the call may be over, and gone, afterwards. */
static void carry_on(struct call *call)
{
	const uint8_t *bytes = NULL;
	size_t length = session_output(call->session, &bytes);
	size_t sent = 1;

	while (length > 0 && sent > 0) {
		sent = send_some(call, bytes, length);
		if (sent > 0)
			session_sent(call->session, sent, now());
		length = session_output(call->session, &bytes);
	}
	if (session_done(call->session)) {
		finish(call, 0);
		return;
	}
	if (call->ended_by_peer)
		(void)event_del(call->readable);
	struct timeval patience = outgoing_interval(session_wake_ns(call->session) - now());

	(void)event_add(call->timer, &patience);
}

static void on_readable(evutil_socket_t descriptor, short what, void *context)
{
	struct call *call = context;
	uint8_t bytes[READ_BYTES];
	ssize_t length = recv(descriptor, bytes, sizeof(bytes), 0);

	(void)what;
	if (length > 0) {
		session_take(call->session, bytes, (size_t)length, now());
	} else if (length == 0) {
		call->ended_by_peer = true;
		session_closed(call->session, CLOSING_END, now());
	} else if (errno != EAGAIN && errno != EINTR) {
		call->ended_by_peer = true;
		session_closed(call->session, CLOSING_RESET, now());
	}
	carry_on(call);
}

static void on_timer(evutil_socket_t descriptor, short what, void *context)
{
	struct call *call = context;

	(void)descriptor;
	(void)what;
	session_tick(call->session, now());
	carry_on(call);
}

/* RFC 5321 section 4.1.3: who has no name of its own says its address. */
#define CLIENT_NAME (ADDRESS_TEXT + 8)

static void name_client(char out[static CLIENT_NAME], const struct address *address)
{
	char text[ADDRESS_TEXT];

	snprintf(out, CLIENT_NAME, "[%s%s]", address->family == ADDRESS_IPV6 ? "IPv6:" : "",
		address_print(address, text));
}

static const struct tlsa_list *tlsa_of(const struct call *call)
{
	const struct session_means *means = &call->calls->means;

	return means->tlsa == NULL || call->name[0] == '\0'
		? NULL
		: means->tlsa(means->context, call->name, call->order.flow.destination_port);
}

/* False where the port is for no mail service. */
static bool open_session(struct call *call)
{
	const struct session_means *means = &call->calls->means;
	const char *own = call->name[0] == '\0' ? NULL : call->name;
	const char *name = means->server_name != NULL ? means->server_name : own;
	char client[CLIENT_NAME];
	struct session_options options;

	if (!session_defaults(&options, call->order.flow.destination_port))
		return false;
	name_client(client, &call->order.flow.source);
	options.implicit_tls = options.implicit_tls || call->order.variant == VARIANT_TLS_FIRST;
	options.split_hello = call->order.variant == VARIANT_SPLIT;
	options.trust = means->trust;
	options.server_name = call->order.variant == VARIANT_NAMELESS ? NULL : name;
	options.verify_name = name;
	options.client_name = client;
	options.tlsa = tlsa_of(call);
	options.greeting_ns = call->order.reply_ns;
	options.reply_ns = call->order.reply_ns;
	call->session = session_new(&options, now());
	return true;
}

static void on_room(evutil_socket_t descriptor, short what, void *context)
{
	(void)descriptor;
	(void)what;
	carry_on(context);
}

static bool watch_session(struct call *call)
{
	struct event_base *base = call->calls->base;

	forget_event(&call->writable);
	call->writable = event_new(base, call->descriptor, EV_WRITE, on_room, call);
	call->readable = event_new(base, call->descriptor, EV_READ | EV_PERSIST, on_readable, call);
	call->timer = evtimer_new(base, on_timer, call);
	return call->writable != NULL && call->readable != NULL && call->timer != NULL &&
		event_add(call->readable, NULL) == 0;
}

/* reset: the connection was made and is gone already. */
static void talk(struct call *call, bool reset)
{
	int at_once = 1;

	tell_connected(call, 0);
	(void)setsockopt(call->descriptor, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
	if (!open_session(call) || !watch_session(call)) {
		finish(call, ENOMEM);
		return;
	}
	if (reset) {
		call->ended_by_peer = true;
		session_closed(call->session, CLOSING_RESET, now());
	}
	carry_on(call);
}

/* ---- connecting ---- */

static void on_connected(evutil_socket_t descriptor, short what, void *context)
{
	struct call *call = context;
	int error = what & EV_TIMEOUT ? ETIMEDOUT : outgoing_error(descriptor);

	/* A RST instead of a connection is ECONNREFUSED: this one came after it. */
	bool reset = error == ECONNRESET || error == EPIPE;

	if (error != 0 && !reset)
		fail(call, error);
	else
		talk(call, reset);
}

static void await_connection(struct call *call)
{
	struct timeval patience = outgoing_interval(call->order.connect_ns);

	call->writable =
		event_new(call->calls->base, call->descriptor, EV_WRITE, on_connected, call);
	if (call->writable == NULL || event_add(call->writable, &patience) != 0)
		fail(call, ENOMEM);
}

static void begin(struct call *call)
{
	int segment = call->order.variant == VARIANT_SMALL ? SMALL_SEGMENT_BYTES : 0;
	int error = 0;

	call->calls->running++;
	call->begun_ns = clock_ns(CLOCK_MONOTONIC);
	call->descriptor = outgoing_open(&call->order.flow, segment, &error);
	if (error == EINPROGRESS)
		await_connection(call);
	else if (error != 0)
		fail(call, error);
	else
		talk(call, false);
}

static struct call *first_waiting(const struct calls *calls)
{
	struct call *call = calls->first;

	while (call != NULL && call->begun_ns != 0)
		call = call->next;
	return call;
}

static void begin_waiting(struct calls *calls)
{
	struct call *call = NULL;

	if (calls->beginning)
		return;
	calls->beginning = true;
	while (calls->running < CALLS_AT_ONCE && (call = first_waiting(calls)) != NULL)
		begin(call);
	calls->beginning = false;
}

void calls_begin(struct calls *calls, const struct converse_order *order)
{
	struct call *call = fault_allocate(1, sizeof(*call));
	struct call **at = &calls->first;

	call->calls = calls;
	call->order = *order;
	call->descriptor = -1;
	snprintf(call->name, sizeof(call->name), "%s", order->name);
	call->order.name = call->name;
	while (*at != NULL)
		at = &(*at)->next;
	*at = call;
	begin_waiting(calls);
}

/* ---- beginning and end ---- */

struct calls *calls_new(struct event_base *base, const struct session_means *means)
{
	struct calls *calls = fault_allocate(1, sizeof(*calls));

	calls->base = base;
	calls->means = *means;
	calls->end = &calls->oldest;
	return calls;
}

void calls_free(struct calls *calls)
{
	struct fact ignored;

	if (calls == NULL)
		return;
	while (calls->first != NULL) {
		struct call *call = calls->first;
		calls->first = call->next;
		hang_up(call);
	}
	while (calls_take(calls, &ignored))
		continue;
	free(calls);
}
