/* SPDX-License-Identifier: BSD-2-Clause */
/* How a port fared over the time of a log, over all servers: the stretches in which nothing worked,
 * and from them the one sentence that a log comes to. */
#ifndef SYMPTOM_COURSE_H
#define SYMPTOM_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cause;

/* So many servers tell "whatever the server". */
#define STRETCH_SERVERS 8

/* Failures with no success between them, in the order of the log, whatever its clock does. */
struct stretch {
	int64_t since_ns, until_ns;        /* 0: not known */
	uint64_t connections;              /* failures to connect or talk */
	uint64_t deliveries;               /* failures to deliver, which repeat those */
	uint32_t servers[STRETCH_SERVERS]; /* their hashes */
	unsigned server_count;
	const struct cause *cause; /* of the first */
	bool mixed;                /* others had another claim */
};

struct course {
	uint16_t port;
	uint64_t answered;
	struct stretch now;     /* since the last success */
	struct stretch longest; /* that a success ended */
	int64_t recovered_ns;   /* when that was */
	uint64_t connections, deliveries;
};

#define COURSES 64 /* ports; a log that has more is no mail log */

struct courses {
	struct course items[COURSES];
	size_t count;
};

/* What one line says. cause is NULL where the server was spoken with. */
struct course_event {
	uint16_t port;
	int64_t time_ns;
	uint32_t server; /* a hash of its name and address */
	const struct cause *cause;
	bool delivery;
};

void courses_add(struct courses *courses, const struct course_event *event);

/* How many failures there were: of connections, or, in a log that does not tell of those, of
 * deliveries. */
uint64_t stretch_failures(const struct stretch *stretch);

/* "since 10:32 every connection to port 25 times out, whatever the server; 587 is well". "" where
 * nothing failed. Says "every" of no fewer than five failures. */
void courses_headline(const struct courses *courses, char *out, size_t size);

#endif
