/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a mail session: both sides' segments, in any order and with any gaps, through the
 * streams into dialogue and TLS reader, as the evidence does it.
 */
#include "conversation.h"
#include "corpus.h"
#include "evidence.h"
#include "frame.h"
#include "transcript.h"
#include "wire.h"

#include <assert.h>
#include <string.h>

#define SEGMENTS       512
#define SERVER_FIRST   5000U
#define CLIENT_FIRST   1000U
#define SEVERAL_TENTHS 100000000

struct session {
	struct evidence *evidence;
	struct frame frame; /* the last one */
	uint16_t port;
	uint32_t next[SESSION_SIDES];
};

static void pass(struct session *session, enum session_side side, uint8_t flags, struct wire data)
{
	static const uint8_t ends[SESSION_SIDES] = {1, 2};
	struct frame *frame = &session->frame;
	const uint8_t client[4] = {192, 0, 2, ends[SIDE_CLIENT]};
	const uint8_t server[4] = {192, 0, 2, ends[SIDE_SERVER]};
	bool to_server = side == SIDE_CLIENT;

	frame->kind = FRAME_TCP;
	frame->number++;
	frame->source = address_ipv4(to_server ? client : server);
	frame->destination = address_ipv4(to_server ? server : client);
	frame->tcp = (struct frame_tcp){.source_port = to_server ? 40000 : session->port,
		.destination_port = to_server ? session->port : 40000,
		.sequence = session->next[side],
		.acknowledgement = session->next[to_server ? SIDE_SERVER : SIDE_CLIENT],
		.flags = flags,
		.payload = (uint32_t)wire_left(&data),
		.data = wire_left(&data) > 0 ? data.next : NULL,
		.data_captured = (uint32_t)wire_left(&data)};
	evidence_add_frame(session->evidence, frame);
}

static void shake_hands(struct session *session)
{
	const struct wire nothing = wire_over(NULL, 0);

	session->next[SIDE_CLIENT] = CLIENT_FIRST;
	session->next[SIDE_SERVER] = SERVER_FIRST;
	pass(session, SIDE_CLIENT, TCP_SYN, nothing);
	session->next[SIDE_CLIENT]++;
	pass(session, SIDE_SERVER, TCP_SYN | TCP_ACK, nothing);
	session->next[SIDE_SERVER]++;
	pass(session, SIDE_CLIENT, TCP_ACK, nothing);
}

/* How (1 byte): side, flags, whether in order; time (1); if not in order, where (2); length (2). */
static void add_segment(struct session *session, struct wire *at)
{
	uint8_t how = wire_u8(at);
	enum session_side side = how & 1 ? SIDE_SERVER : SIDE_CLIENT;
	uint8_t flags = (uint8_t)(TCP_ACK | (how & 2 ? TCP_FIN : 0) | (how & 4 ? TCP_RST : 0));
	uint32_t before = session->next[side];

	session->frame.time_ns += (int64_t)wire_u8(at) * SEVERAL_TENTHS;
	if (how & 8)
		session->next[side] += (uint32_t)wire_u16(at) - 0x4000U;
	struct wire data = wire_take(at, wire_u16(at));

	pass(session, side, flags, data);
	session->next[side] = how & 8 ? before : before + (uint32_t)wire_left(&data);
}

static void check(const struct session *session)
{
	const struct host *host = &session->evidence->hosts[0];
	struct session_signs signs = session_signs_of(
		session->evidence, host, &host->endpoints[0], session->frame.time_ns);

	assert((int)signs.ending >= 0 && signs.ending < ENDINGS);
	if (ending_is_failure(signs.ending))
		assert(signs.transcript != NULL && signs.failed > signs.sound);
	if (signs.transcript == NULL)
		return;
	assert(memchr(signs.transcript->greeting_text, '\0', GREETING_TEXT) != NULL);
	assert(memchr(signs.transcript->tls.server_name, '\0', TLS_NAME_TEXT) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t ports[] = {25, 465, 587, 2525, 143, 993, 110, 995};
	struct wire at = wire_over(data, size);
	struct session session = {.evidence = evidence_new(),
		.port = ports[wire_u8(&at) & 7],
		.frame = {.time_ns = 1, .hop_limit = 64}};

	shake_hands(&session);
	for (int i = 0; i < SEGMENTS && wire_left(&at) > 0; i++)
		add_segment(&session, &at);
	check(&session);
	evidence_free(session.evidence);
	return 0;
}
