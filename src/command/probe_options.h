/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of a live run. */
#ifndef COMMAND_PROBE_OPTIONS_H
#define COMMAND_PROBE_OPTIONS_H

#include "arguments.h"
#include "face.h"
#include "plan.h"
#include "port_list.h"
#include "target.h"
#include "target_list.h"

#include <stdbool.h>

struct destination_options;
struct fault;
struct probe_listener;
struct textfile;

struct probe_options {
	struct face face;
	struct fault *why; /* where the parser tells what is wrong */
	struct target_list targets;
	struct port_list ports;
	bool ipv4, ipv6, mail_domain;
	const char *interface, *ca_file, *evidence_path; /* NULL: none named */
	char server_name[TARGET_NAME];                   /* "": the target's own */
	struct plan_options plan;
	double deadline_s; /* 0: none */

	const char *command;      /* who asks; NULL: probe */
	const char *vantage;      /* what this place is called; NULL: by the machine's name */
	const char *textfile;     /* NULL: none */
	struct textfile *metrics; /* what writes it; NULL: nothing does */
	const struct destination_options *each; /* for each target its own; NULL: as above */
	const struct probe_listener *listener;  /* NULL: results are printed, faults too */
};

/* Reads what belongs together or excludes each other as well, but asks nothing of the network and
 * opens no file but those of targets. To be cleared whatever it returns. */
enum arguments_outcome probe_options_read(
	struct probe_options *out, int argc, char **argv, struct fault *why);

void probe_options_clear(struct probe_options *options);

#endif
