/* SPDX-License-Identifier: BSD-2-Clause */
/* A short list of TCP ports without repetition, in the order in which they were named. */
#ifndef TARGET_PORT_LIST_H
#define TARGET_PORT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;

/* Evidence holds 64 ports a host; this leaves room for the controls beside them. */
#define PORT_LIST_MAX 48

struct port_list {
	uint16_t ports[PORT_LIST_MAX];
	size_t count;
};

/* 25, 465, 587, 143, 993, 110, 995: what is asked about where nothing is named. */
struct port_list port_list_default(void);

/* Reads "25,465". -1: FAULT_USAGE, naming every item that is no port. */
int port_list_parse(struct port_list *out, const char *text, struct fault *why);

/* Reads one port, 1 to 65535; false if text is anything else. */
bool port_parse(uint16_t *out, const char *text);

bool port_list_has(const struct port_list *list, uint16_t port);

/* False if there is no room; adding what is there already is fine. */
bool port_list_add(struct port_list *list, uint16_t port);

#endif
