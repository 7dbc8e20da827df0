/* SPDX-License-Identifier: BSD-2-Clause */
/* What of a capture is looked at: of which servers, from when to when, and which ports are mail. */
#ifndef COMMAND_SCOPE_H
#define COMMAND_SCOPE_H

#include "address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct argp;
struct evidence;
struct fact;
struct fault;
struct frame;
struct mailport;

#define SCOPE_HOSTS 64
#define SCOPE_PORTS 64

struct scope_port {
	uint16_t port;
	const struct mailport *row; /* of the port whose service it offers */
};

struct scope {
	int64_t after_ns, before_ns; /* the first that is, the first that is not any more; 0: any */
	struct address hosts[SCOPE_HOSTS]; /* none: every one */
	size_t host_count;
	struct scope_port ports[SCOPE_PORTS]; /* beside those of the table */
	size_t port_count;
	struct fault *why; /* where its parser tells what is wrong */
};

/* For argp_child; its input is a struct scope. */
extern const struct argp scope_argp;

bool scope_has_time(const struct scope *scope, int64_t time_ns);

/* Anything to or from a server that is asked for, an opening SYN to it alone; and what is no part
 * of any conversation. */
bool scope_has_frame(const struct scope *scope, const struct frame *frame);

/* What was under diagnosis and by which way stands for the whole of a run, all else has its time.
 */
bool scope_has_fact(const struct scope *scope, const struct fact *fact);

bool scope_has_server(const struct scope *scope, const struct address *address);

/* Tells evidence, before anything is folded into it, which services the user's own ports offer. */
void scope_name_services(const struct scope *scope, struct evidence *evidence);

#endif
