/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is watched and how, from a file of the INI form that src/watch/deploy/watch.ini shows.
 *
 * The reader is our own and strict: an unknown or repeated key, a value of the wrong kind and a
 * line that is none of the form are faults that name the line. libinih would read the lines, which
 * is the smaller half, cuts those above 200 bytes, and cannot say which key came twice.
 */
#ifndef WATCH_SETTINGS_H
#define WATCH_SETTINGS_H

#include "change.h"
#include "destination.h"
#include "port_list.h"
#include "schedule.h"
#include "target_list.h"

#include <stdbool.h>
#include <stddef.h>

struct fault;

#define SETTINGS_PATH 1024

/* Of the targets that one section names. */
struct target_settings {
	struct port_list ports;
	enum address_family family; /* ADDRESS_NONE: both */
	bool mail_domain;
};

struct settings {
	struct schedule schedule;
	struct change_rules rules;
	double confirm_after_s; /* how soon to look again where something differs */
	double keep_s;          /* how long the history is */
	double deadline_s;      /* of one look; 0: the interval */
	double rate_per_s;      /* 0: the gentle default */
	bool no_session, no_throttle;
	double hook_limit_s;
	char hook[SETTINGS_PATH];                             /* a command for sh(1); "": none */
	char history[SETTINGS_PATH], textfile[SETTINGS_PATH]; /* "": none */
	char ca_file[SETTINGS_PATH];                          /* "": the system's */
	char interface[16];                                   /* "": whichever routes name */
	char vantage[65];                                     /* "": the machine's name */
	struct target_list targets;
	struct target_settings *each; /* as many as targets.items */
};

#define SETTINGS_HISTORY "/var/lib/mailsonde/history.db" /* where the file names none */

/* "-" is standard input. To be cleared whatever it returns. -1: FAULT_NO_INPUT, FAULT_IO, or
 * FAULT_DATA naming the line. */
int settings_read(struct settings *out, const char *path, struct fault *why);

void settings_clear(struct settings *settings);

#endif
