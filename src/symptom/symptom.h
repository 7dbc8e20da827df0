/* SPDX-License-Identifier: BSD-2-Clause */
/* What logs and bounces claim, as every face prints it. */
#ifndef SYMPTOM_SYMPTOM_H
#define SYMPTOM_SYMPTOM_H

#include "address.h"
#include "cause.h"
#include "timeline_of_counts.h"

#include <stddef.h>
#include <stdint.h>

#define SYMPTOM_NAME  256
#define SYMPTOM_WORDS 240

/* Failures of one cause at one server's port. All texts may be hostile. */
struct symptom {
	const char *source;        /* "postfix", "microsoft-365", ... */
	char server[SYMPTOM_NAME]; /* "" where none is named */
	char domain[SYMPTOM_NAME]; /* of a recipient, where no server is named; "" */
	struct address address;    /* ADDRESS_NONE where none is named */
	uint16_t port;             /* 0: not known */
	const struct cause *cause;
	char status[16];
	char reply[SYMPTOM_WORDS];
	char words[SYMPTOM_WORDS];
	uint64_t count;
	uint64_t answered;         /* how often the same port of the same server was spoken with */
	bool shared;               /* answered is known: the source tells of successes as well */
	int64_t first_ns, last_ns; /* since 1970; 0: not known */
	uint32_t counts[TIMELINE_SLOTS];
};

/* One run of `bounce` or `log`. */
struct symptom_report {
	const char *command;
	int64_t started_ns, finished_ns;
	const char *const *files; /* borrowed */
	size_t file_count;
	struct symptom *symptoms; /* the most frequent first */
	size_t symptom_count;
	uint64_t unrelated;    /* failures that have nothing to do with ports */
	uint64_t answered;     /* how often a server was spoken with */
	uint64_t read;         /* lines, or messages */
	uint64_t understood;   /* of those: in a form that is known */
	uint64_t beyond;       /* failures for which there was no room */
	uint64_t cut, strayed; /* lines too long; times that the clock went back */
	int64_t first_ns, last_ns;
	struct timeline_of_counts timeline; /* of symptom.counts */
	char headline[512];
};

void symptom_report_clear(struct symptom_report *report);

/* Appends a zeroed one and returns it. */
struct symptom *symptom_report_add(struct symptom_report *report);

/* 0 nothing wrong, 1 a problem, 2 none but something inconclusive. */
int symptom_report_exit_status(const struct symptom_report *report);

/* The most frequent first, then by server and port, so that the order is the same each time. */
void symptom_report_sort(struct symptom_report *report);

#endif
