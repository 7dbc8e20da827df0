/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as what a server sends to a session of ours, in pieces of any size, with time passing
 * between them. The input is fuzz_session's: of its segments only the server's are sent.
 */
#include "corpus.h"
#include "fault.h"
#include "insight.h"
#include "session.h"
#include "trust.h"
#include "wire.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENTS       512
#define SEVERAL_TENTHS 100000000
#define NOON_NS        ((int64_t)1800000000 * 1000000000)
#define OUTPUT_MOST    65536
#define TICKS_MOST     8

static const struct trust *nobody(void)
{
	static struct trust *trust;
	struct fault why;

	if (trust == NULL) {
		setenv("SSL_CERT_FILE", "/dev/null", 1);
		trust = trust_open(NULL, &why);
	}
	assert(trust != NULL);
	return trust;
}

static void send_all(struct session *session, int64_t now_ns)
{
	const uint8_t *bytes;
	size_t length = session_output(session, &bytes);

	assert(length <= OUTPUT_MOST);
	session_sent(session, length, now_ns);
}

/* As fuzz_session's: how, tenths of a second, place (where 8), length, bytes. */
static void add_segment(struct session *session, struct wire *at, int64_t *now_ns)
{
	uint8_t how = wire_u8(at);

	*now_ns += (int64_t)wire_u8(at) * SEVERAL_TENTHS;
	if (how & 8)
		wire_skip(at, 2);
	struct wire data = wire_take(at, wire_u16(at));

	if (*now_ns >= session_wake_ns(session))
		session_tick(session, *now_ns);
	if ((how & 1) == 0)
		send_all(session, *now_ns);
	else
		session_take(session, data.next, wire_left(&data), *now_ns);
	if ((how & 7) > 2)
		session_closed(session, how & 4 ? CLOSING_RESET : CLOSING_END, *now_ns);
}

static void check(const struct session *session)
{
	const struct insight *insight = session_insight(session);
	const struct transcript *transcript = session_transcript(session);

	assert(session_done(session) && insight->end != SESSION_END_NONE);
	assert(insight->stage <= STAGE_OVER && session_stage_name(insight->stage) != NULL);
	assert(session_end_name(insight->end) != NULL);
	assert(memchr(insight->refusal, '\0', INSIGHT_TEXT) != NULL);
	assert(memchr(insight->tls_error, '\0', INSIGHT_TEXT) != NULL);
	assert(memchr(insight->sealed_greeting_text, '\0', GREETING_TEXT) != NULL);
	assert(memchr(transcript->greeting_text, '\0', GREETING_TEXT) != NULL);
	(void)insight_tls_report(insight, transcript);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t ports[] = {25, 465, 587, 2525, 143, 993, 110, 995};
	struct wire at = wire_over(data, size);
	uint8_t first = wire_u8(&at);
	struct session_options options;
	int64_t now_ns = NOON_NS;
	bool known = session_defaults(&options, ports[first & 7]);

	assert(known);
	options.trust = nobody();
	options.client_name = "me.test";
	options.server_name = first & 0x40 ? NULL : "mx.test";
	options.split_hello = first & 0x80;
	struct session *session = session_new(&options, now_ns);

	for (int i = 0; i < SEGMENTS && wire_left(&at) > 0; i++)
		add_segment(session, &at, &now_ns);
	for (int i = 0; i < TICKS_MOST && !session_done(session); i++) {
		send_all(session, session_wake_ns(session));
		session_tick(session, session_wake_ns(session));
	}
	check(session);
	session_free(session);
	return 0;
}
