/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of a live run. */
#ifndef COMMAND_PROBE_OPTIONS_H
#define COMMAND_PROBE_OPTIONS_H

#include "arguments.h"
#include "face.h"
#include "knowledge.h"
#include "plan.h"
#include "port_list.h"
#include "target.h"
#include "target_list.h"

#include <stdbool.h>

struct argp;
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
	struct knowledge knowledge;
	const char *service; /* --esp; NULL: none */
	bool ports_named;
	struct plan_options plan;
	double deadline_s; /* 0: none */

	const char *command;      /* who asks; NULL: probe */
	const char *vantage;      /* what this place is called; NULL: by the machine's name */
	const char *textfile;     /* NULL: none */
	struct textfile *metrics; /* what writes it; NULL: nothing does */
	const struct destination_options *each; /* for each target its own; NULL: as above */
	const struct probe_listener *listener;  /* NULL: results are printed, faults too */
	const char *needs_packets; /* why connect() alone will not do, to be told; NULL: it will */
};

/* For argp_child, by whichever command runs a probe; its input is a struct probe_options that
 * probe_options_begin() has filled. It knows all options but --evidence. */
extern const struct argp probe_options_argp;

/* All of probe's command line. */
extern const struct argp probe_command_line;

void probe_options_begin(struct probe_options *out, struct fault *why);

/* What belongs together or excludes each other. */
int probe_options_check(struct probe_options *options, struct fault *why);

/* Reads what belongs together or excludes each other as well, but asks nothing of the network and
 * opens no file but those of targets. To be cleared whatever it returns. */
enum arguments_outcome probe_options_read(
	struct probe_options *out, int argc, char **argv, struct fault *why);

void probe_options_clear(struct probe_options *options);

#endif
