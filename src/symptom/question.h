/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe that would settle what is claimed. */
#ifndef SYMPTOM_QUESTION_H
#define SYMPTOM_QUESTION_H

#include "port_list.h"

#include <stdbool.h>
#include <stddef.h>

struct symptom_report;

#define QUESTION_TARGETS 8 /* the worst; nobody wants a hundred hosts probed for a log */
#define QUESTION_NAME    256

struct question {
	char targets[QUESTION_TARGETS][QUESTION_NAME]; /* names or addresses, checked */
	size_t target_count;
	bool mail_domains; /* the targets are domains: ask their mail servers */
	struct port_list ports;
};

/* No targets where nothing that is claimed names any. */
struct question question_of(const struct symptom_report *report);

#define QUESTION_COMMAND 2560

/* "mailsonde probe mx.example.com --ports 25"; returns out. */
const char *question_command(const struct question *question, char out[static QUESTION_COMMAND]);

#endif
