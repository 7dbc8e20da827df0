/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mailsonde and mailsonde-bounce say to each other over two pipes.
 *
 * Down go messages, each a length (4 bytes, this machine's order) and as many bytes. Up come for
 * each message its pieces: a kind (1 byte), how deep in forwarded messages it was (1 byte), a
 * length (4 bytes) and as many bytes; LETTER_END ends them.
 */
#ifndef SYMPTOM_LETTER_FORM_H
#define SYMPTOM_LETTER_FORM_H

enum letter_kind {
	LETTER_END = 'E',
	LETTER_HEADER = 'H', /* "Name: value" */
	LETTER_DATE = 'W',   /* seconds since 1970, in digits */
	LETTER_TEXT = 'T',   /* a text part, transfer encoding undone */
	LETTER_REPORT = 'D', /* message/delivery-status, RFC 3464 */
};

#define LETTER_MOST       (8 * 1024 * 1024) /* bytes of a message; what is beyond is cut */
#define LETTER_PIECE_MOST (64 * 1024)
#define LETTER_PIECES     64
#define LETTER_DEPTH      8
#define LETTER_HEAD       6 /* bytes before those of a piece */

#endif
