/* SPDX-License-Identifier: BSD-2-Clause */
#include "tls_record.h"

#include "fault.h"
#include "tls_name.h"
#include "wire.h"

#include <stdlib.h>
#include <string.h>

/* RFC 8446 section 5.1. */
enum record_type {
	RECORD_CHANGE_CIPHER = 20,
	RECORD_ALERT = 21,
	RECORD_HANDSHAKE = 22,
	RECORD_DATA = 23,
};

/* RFC 5246 section 6.2.3: a sealed record may be 2048 bytes longer than its content. */
#define RECORD_MOST (16384 + 2048)

/* RFC 8446 section 4. */
#define MESSAGE_CLIENT_HELLO 1
#define MESSAGE_SERVER_HELLO 2
#define MESSAGE_CERTIFICATE  11
#define MESSAGE_SERVER_KEY   12

#define CURVE_BY_NAME 3 /* RFC 8422 section 5.4 */

/* RFC 8446 section 4.2. */
#define EXTENSION_SERVER_NAME 0
#define EXTENSION_VERSIONS    43
#define EXTENSION_KEY_SHARE   51

#define VERSION_TLS13         0x0304
#define HELLO_RANDOM          32
#define SNI_HOST_NAME         0 /* RFC 6066 section 3 */
#define ALERT_FATAL           2 /* RFC 8446 section 6 */
#define ALERT_CANCELED        90
#define ALERT_NOTICE_OF_CLOSE 0

/* Two bytes of alert, one of content type, sixteen of tag (RFC 8446 section 5.2); the shortest
 * Finished is longer. */
#define SEALED_ALERT 19

void tls_reader_init(struct tls_reader *reader)
{
	*reader = (struct tls_reader){.message = NULL};
}

void tls_reader_clear(struct tls_reader *reader)
{
	free(reader->message);
	tls_reader_init(reader);
}

/* The hellos. */

static void read_server_name(struct tls_facts *facts, struct wire extension)
{
	uint16_t length = wire_u16(&extension);
	struct wire list = wire_take(&extension, length);
	uint8_t type = wire_u8(&list);
	uint16_t name = wire_u16(&list);

	if (!wire_whole(&list) || type != SNI_HOST_NAME || name > wire_left(&list) ||
		name >= TLS_NAME_TEXT)
		return;
	wire_copy(&list, (uint8_t *)facts->server_name, name);
	facts->server_name[name] = '\0';
}

/* RFC 8701: values that stand for nothing, to keep servers from choking on new ones. */
static bool is_grease(uint16_t version)
{
	return (version & 0x0f0f) == 0x0a0a && version >> 8 == (version & 0xff);
}

static void read_offer(struct tls_facts *facts, struct wire extension)
{
	uint8_t length = wire_u8(&extension);
	struct wire list = wire_take(&extension, length);
	uint16_t least = 0, most = 0;

	while (wire_left(&list) >= 2) {
		uint16_t version = wire_u16(&list);
		if (is_grease(version))
			continue;
		least = least == 0 || version < least ? version : least;
		most = version > most ? version : most;
	}
	if (most == 0 || !wire_whole(&extension))
		return;
	facts->offered_least = least;
	facts->offered_most = most;
}

static void read_server_choice(struct tls_facts *facts, uint16_t type, struct wire extension)
{
	uint16_t choice = wire_u16(&extension);

	if (!wire_whole(&extension))
		return;
	if (type == EXTENSION_VERSIONS)
		facts->version = choice;
	else if (type == EXTENSION_KEY_SHARE)
		facts->group = choice;
}

static void read_extensions(struct tls_facts *facts, enum session_side side, struct wire *hello)
{
	uint16_t all = wire_u16(hello);
	struct wire extensions = wire_take(hello, all);

	while (wire_left(&extensions) >= 4) {
		uint16_t type = wire_u16(&extensions);
		uint16_t length = wire_u16(&extensions);
		struct wire extension = wire_take(&extensions, length);
		if (side == SIDE_SERVER)
			read_server_choice(facts, type, extension);
		else if (type == EXTENSION_SERVER_NAME)
			read_server_name(facts, extension);
		else if (type == EXTENSION_VERSIONS)
			read_offer(facts, extension);
	}
}

static void read_client_hello(struct tls_facts *facts, struct wire hello)
{
	uint16_t version = wire_u16(&hello);

	wire_skip(&hello, HELLO_RANDOM);
	wire_skip(&hello, wire_u8(&hello));
	wire_skip(&hello, wire_u16(&hello));
	wire_skip(&hello, wire_u8(&hello));
	facts->client_hello = true;
	facts->offered_most = version;
	if (wire_whole(&hello) && wire_left(&hello) > 0)
		read_extensions(facts, SIDE_CLIENT, &hello);
}

static void read_server_hello(struct tls_facts *facts, struct wire hello)
{
	uint16_t version = wire_u16(&hello);

	wire_skip(&hello, HELLO_RANDOM);
	wire_skip(&hello, wire_u8(&hello));
	uint16_t cipher = wire_u16(&hello);

	wire_skip(&hello, 1);
	if (!wire_whole(&hello))
		return;
	facts->server_hello = true;
	facts->version = version;
	facts->cipher = cipher;
	if (wire_left(&hello) > 0)
		read_extensions(facts, SIDE_SERVER, &hello);
}

static size_t read_u24(struct wire *wire)
{
	size_t high = wire_u8(wire);

	return high << 16 | wire_u16(wire);
}

/* The server's own comes first (RFC 5246 section 7.4.2), so a long chain may be cut. */
static void read_certificate(struct tls_facts *facts, struct wire message)
{
	(void)read_u24(&message);
	size_t length = read_u24(&message);

	if (wire_whole(&message) && length <= wire_left(&message))
		(void)certificate_read(&facts->certificate, message.next, length);
}

static bool is_ecdhe(uint16_t cipher)
{
	char name[TLS_NUMBER_TEXT];

	return strstr(tls_cipher_name(cipher, name), "ECDHE") != NULL;
}

/* Before TLS 1.3 the group is here, where there is one. */
static void read_server_key(struct tls_facts *facts, struct wire message)
{
	uint8_t kind = wire_u8(&message);
	uint16_t group = wire_u16(&message);

	if (wire_whole(&message) && kind == CURVE_BY_NAME && is_ecdhe(facts->cipher))
		facts->group = group;
}

/* Handshake messages, however they are cut into records. */

static void (*reader_for(enum session_side side, uint8_t type))(struct tls_facts *, struct wire)
{
	if (side == SIDE_CLIENT)
		return type == MESSAGE_CLIENT_HELLO ? read_client_hello : NULL;
	switch (type) {
	case MESSAGE_SERVER_HELLO:
		return read_server_hello;
	case MESSAGE_CERTIFICATE:
		return read_certificate;
	case MESSAGE_SERVER_KEY:
		return read_server_key;
	default:
		return NULL;
	}
}

static void end_message(struct tls_reader *reader, struct tls_facts *facts, enum session_side side)
{
	if (reader->message != NULL)
		reader_for(side, reader->message_head[0])(
			facts, wire_over(reader->message, reader->message_kept));
	free(reader->message);
	reader->message = NULL;
	reader->message_head_length = 0;
}

static void begin_message(struct tls_reader *reader, enum session_side side)
{
	const uint8_t *head = reader->message_head;

	reader->message_length = (uint32_t)head[1] << 16 | (uint32_t)head[2] << 8 | head[3];
	reader->message_seen = 0;
	reader->message_kept = reader->message_length < TLS_MESSAGE_MOST ? reader->message_length
									 : TLS_MESSAGE_MOST;
	if (reader_for(side, head[0]) != NULL && reader->message_length > 0)
		reader->message = fault_allocate(reader->message_kept, 1);
}

static void keep_part(struct tls_reader *reader, struct wire part)
{
	size_t seen = reader->message_seen;
	size_t room = seen < reader->message_kept ? reader->message_kept - seen : 0;

	if (reader->message != NULL && room > 0)
		wire_copy(&part, reader->message + seen,
			room < wire_left(&part) ? room : wire_left(&part));
}

static void take_handshake(
	struct tls_reader *reader, struct tls_facts *facts, enum session_side side, struct wire at)
{
	while (wire_left(&at) > 0) {
		if (reader->message_head_length < sizeof(reader->message_head)) {
			reader->message_head[reader->message_head_length++] = wire_u8(&at);
			if (reader->message_head_length < sizeof(reader->message_head))
				continue;
			begin_message(reader, side);
		}
		size_t missing = reader->message_length - reader->message_seen;
		size_t take = missing < wire_left(&at) ? missing : wire_left(&at);
		struct wire part = wire_take(&at, take);
		keep_part(reader, part);
		reader->message_seen += (uint32_t)take;
		if (reader->message_seen == reader->message_length)
			end_message(reader, facts, side);
	}
}

/* Alerts. */

/* TLS 1.3 takes every alert but two for fatal, whatever its level says. */
static bool is_fatal(const struct tls_facts *facts, const uint8_t *alert)
{
	if (alert[1] == ALERT_NOTICE_OF_CLOSE || alert[1] == ALERT_CANCELED)
		return false;
	return alert[0] == ALERT_FATAL || facts->version == VERSION_TLS13;
}

static void take_alert(
	struct tls_reader *reader, struct tls_facts *facts, enum session_side side, struct wire at)
{
	while (wire_left(&at) > 0 && reader->alert_length < sizeof(reader->alert))
		reader->alert[reader->alert_length++] = wire_u8(&at);
	if (reader->alert_length < sizeof(reader->alert))
		return;
	reader->alert_length = 0;
	if (facts->alert.seen || !is_fatal(facts, reader->alert))
		return;
	facts->alert = (struct tls_alert){.seen = true,
		.from = side,
		.level = reader->alert[0],
		.description = reader->alert[1]};
}

/* Records. */

static uint32_t record_length(const struct tls_reader *reader)
{
	return (uint32_t)reader->head[3] << 8 | reader->head[4];
}

static void seal(struct tls_reader *reader, struct tls_facts *facts, enum session_side side)
{
	uint8_t type = reader->head[0];
	bool sealed_before = reader->sealed;

	if (type != RECORD_DATA && type != RECORD_CHANGE_CIPHER)
		return;
	if (facts->version == VERSION_TLS13 && type == RECORD_CHANGE_CIPHER)
		return; /* says nothing there: RFC 8446 appendix D.4 */
	reader->sealed = true;
	facts->sealed[side] = true;
	if (facts->version != VERSION_TLS13)
		facts->complete = facts->sealed[SIDE_CLIENT] && facts->sealed[SIDE_SERVER];
	else if (side == SIDE_CLIENT && !sealed_before && record_length(reader) == SEALED_ALERT)
		facts->sealed_alert = true;
	else if (side == SIDE_CLIENT && !facts->sealed_alert)
		facts->complete = true;
}

static void begin_record(struct tls_reader *reader, struct tls_facts *facts, enum session_side side)
{
	uint8_t type = reader->head[0];

	reader->left = record_length(reader);
	reader->lost = type < RECORD_CHANGE_CIPHER || type > RECORD_DATA || reader->head[1] != 3 ||
		reader->left > RECORD_MOST;
	if (!reader->lost)
		seal(reader, facts, side);
}

static void take_content(
	struct tls_reader *reader, struct tls_facts *facts, enum session_side side, struct wire at)
{
	if (reader->head[0] == RECORD_HANDSHAKE && !reader->sealed)
		take_handshake(reader, facts, side, at);
	else if (reader->head[0] == RECORD_ALERT &&
		(record_length(reader) == sizeof(reader->alert) || !reader->sealed))
		take_alert(reader, facts, side, at);
}

void tls_reader_take(struct tls_reader *reader, struct tls_facts *facts, enum session_side side,
	const uint8_t *bytes, size_t length)
{
	struct wire at = wire_over(bytes, length);

	while (wire_left(&at) > 0 && !reader->lost) {
		if (reader->head_length < sizeof(reader->head)) {
			reader->head[reader->head_length++] = wire_u8(&at);
			if (reader->head_length == sizeof(reader->head))
				begin_record(reader, facts, side);
		} else {
			size_t here = wire_left(&at) < reader->left ? wire_left(&at) : reader->left;
			struct wire content = wire_take(&at, here);
			take_content(reader, facts, side, content);
			reader->left -= (uint32_t)here;
		}
		if (reader->head_length == sizeof(reader->head) && reader->left == 0)
			reader->head_length = 0;
	}
}
