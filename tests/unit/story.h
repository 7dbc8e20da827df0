/* SPDX-License-Identifier: BSD-2-Clause */
/* Evidence told step by step: who sent what to whom and when, without a network. */
#ifndef UNIT_STORY_H
#define UNIT_STORY_H

#include "evidence.h"
#include "frame.h"

#include <stdint.h>

#define STORY_HOST "198.51.100.25"
#define STORY_HERE "192.0.2.10"
#define STORY_HOP  "203.0.113.1"

#define STORY_SEQUENCE 0xabcdef /* of every SYN-ACK and RST */

struct story {
	struct evidence *evidence;
	int64_t now_ns;
	uint64_t number;
	uint16_t next_port;
};

struct story_probe {
	uint16_t port, source_port;
	uint32_t sequence;
};

/* Ports end with 0; controls may be NULL. */
void story_begin(struct story *story, const uint16_t *asked, const uint16_t *controls);
void story_end(struct story *story);
void story_wait(struct story *story, double ms);

/* Each sends or answers now, 1 ms passes afterwards. */
struct story_probe story_syn(struct story *story, uint16_t port);
struct story_probe story_syn_hops(struct story *story, uint16_t port, uint8_t hop_limit);
void story_ask(struct story *story, struct story_probe probe, uint8_t hop_limit);
void story_syn_again(struct story *story, struct story_probe probe);
struct role story_syn_ack(struct story *story, struct story_probe probe);
struct role story_reset(struct story *story, struct story_probe probe);
struct role story_icmp(struct story *story, struct story_probe probe, uint8_t type, uint8_t code);
struct role story_close(struct story *story, struct story_probe probe); /* our own RST */
void story_fact(struct story *story, enum fact_kind kind, uint16_t port, int error);

/* A frame between here and the host, to be changed and folded by the test itself. */
struct frame story_frame(const struct story *story, struct story_probe probe, bool from_host);
struct role story_fold(struct story *story, struct frame *frame);

struct address story_address(const char *text);
const struct host *story_host(const struct story *story);
const struct endpoint *story_endpoint(const struct story *story, uint16_t port);

#endif
