/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mail sessions of a foreign capture, followed from their SYN-ACK until they are upgraded, turn to
 * mail itself, or end; then only how they ended is kept, and one transcript of each kind. What
 * their connections do with data is followed on (transfer.h). So many are followed at a time; the
 * one followed longest makes room for a new one.
 */
#ifndef EVIDENCE_CONVERSATION_H
#define EVIDENCE_CONVERSATION_H

#include "ending.h"
#include "transfer_signs.h"

#include <stdbool.h>
#include <stdint.h>

struct conversations;
struct endpoint;
struct evidence;
struct frame;
struct host;
struct position;
struct session_tally;

#define CONVERSATIONS 1024 /* at a time */

/* Begins to follow the flow whose SYN-ACK is frame. Returns a number for it, or 0 where its port
 * is no mail service. */
uint32_t conversation_open(
	struct evidence *evidence, const struct position *position, const struct frame *syn_ack);

/* Takes a segment of it; side is enum session_side. 0, or one that is over, is ignored. */
void conversation_add(
	struct evidence *evidence, uint32_t number, unsigned side, const struct frame *frame);

/* True if more of it may come: it is no more over than given up. */
bool conversation_goes_on(const struct evidence *evidence, uint32_t number);

struct session_signs session_signs_of(const struct evidence *evidence, const struct host *host,
	const struct endpoint *endpoint, int64_t now_ns);

/* What the endpoint's connections did with the data that they carried. */
struct transfer_signs transfer_signs_of(
	const struct evidence *evidence, const struct host *host, const struct endpoint *endpoint);

void conversation_forget(struct session_tally *tally);        /* NULL is fine */
void conversations_free(struct conversations *conversations); /* NULL is fine */

#endif
