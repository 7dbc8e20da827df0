/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One line of a mail server's log, and what it says of a port: that a server answered, or that it
 * could not be spoken with. Most lines say neither, so that is found out first, from a few bytes.
 */
#ifndef SYMPTOM_LOG_LINE_H
#define SYMPTOM_LOG_LINE_H

#include "span.h"

#include <stdbool.h>
#include <stdint.h>

struct cause;
struct causes;
struct fault;
struct log_form;
struct log_reader;

/* A line, taken apart. */
struct log_line {
	struct span stamp;   /* its time, as log_clock.h has it; empty where there is none */
	struct span program; /* "postfix/smtp", "sm-mta", "exim"; empty in a server's own log */
	struct span message;
};

enum sighting_kind {
	SIGHTING_ANSWERED,   /* the server was spoken with, whatever came of it */
	SIGHTING_CONNECTION, /* it could not be */
	SIGHTING_DELIVERY,   /* so a message waits or comes back; tells again of a connection */
};

struct sighting {
	enum sighting_kind kind;
	const char *source;        /* "postfix", ... */
	const struct cause *cause; /* NULL: nothing failed */
	/* Where; borrowed from the line. */
	struct span server, address, domain;
	uint16_t port; /* the usual one where the line names none; 0: not known */
	bool port_guessed;
	struct span status, reply, words;
};

/* NULL: as pattern_new(). */
struct log_reader *log_reader_new(struct fault *why);
void log_reader_free(struct log_reader *reader); /* NULL is fine */

/* False where the line has no such form, and so tells nothing. */
bool log_line_split(struct log_line *out, struct span line);

/* False where the line says nothing of a port. *out borrows from the line, and from reader until
 * the next line. */
bool log_line_read(struct log_reader *reader, const struct log_line *line, struct sighting *out);

/* The row of log_forms that the last line fitted; NULL: none. */
const struct log_form *log_reader_form(const struct log_reader *reader);

#endif
