/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TLS as anyone on the way sees it (RFC 8446, RFC 5246): records, the hellos, the
 * server's certificate before TLS 1.3, alerts in the clear.
 * Nothing is decrypted, nothing trusted: lengths are checked, what is no TLS ends the reading.
 */
#ifndef SESSION_TLS_RECORD_H
#define SESSION_TLS_RECORD_H

#include "transcript.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_MESSAGE_MOST 16384 /* bytes of a handshake message that are kept */

/* One direction. */
struct tls_reader {
	bool lost;   /* not TLS, or no longer understood */
	bool sealed; /* after ChangeCipherSpec or the first sealed record */
	uint8_t head[5];
	size_t head_length;
	uint32_t left; /* bytes of the record still to come */
	uint8_t message_head[4];
	size_t message_head_length;
	uint32_t message_length, message_kept, message_seen;
	uint8_t *message; /* NULL while none is being kept */
	uint8_t alert[2];
	size_t alert_length;
};

void tls_reader_init(struct tls_reader *reader);
void tls_reader_clear(struct tls_reader *reader);

/* Reads bytes of one side, in order. */
void tls_reader_take(struct tls_reader *reader, struct tls_facts *facts, enum session_side side,
	const uint8_t *bytes, size_t length);

#endif
