/* SPDX-License-Identifier: BSD-2-Clause */
/* TLSA records (RFC 6698) of the targets, asked for before anything is probed: afterwards there is
 * no resolver any more. */
#ifndef COMMAND_DANE_H
#define COMMAND_DANE_H

#include "resolve.h"

#include <stddef.h>
#include <stdint.h>

struct destination_list;

/* Names are asked about in the order of the ports, 25 first (RFC 7672 is about that one alone), for
 * so many questions and not longer than a few seconds: without an answer there is no DANE. */
#define DANE_RECORDS 64

struct dane_record {
	char host[TARGET_NAME];
	uint16_t port;
	struct tlsa_list list;
};

struct dane {
	struct dane_record *records[DANE_RECORDS];
	size_t count;
};

/* To be cleared afterwards. Nothing is wrong where nothing was found. */
void dane_ask(struct dane *out, const struct destination_list *destinations);

/* For session_means: context is a struct dane. */
const struct tlsa_list *dane_find(const void *context, const char *host, uint16_t port);

void dane_clear(struct dane *dane);

#endif
