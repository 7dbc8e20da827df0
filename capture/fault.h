/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What went wrong in our own environment: no permission, no such interface, a full disk.
 * Whatever the network does is evidence, never a fault. A function that can meet a fault returns
 * -1 or NULL and fills its last parameter; only a command prints it, once, and picks the status.
 */
#ifndef CAPTURE_FAULT_H
#define CAPTURE_FAULT_H

#include <stddef.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_USAGE,         /* the command line cannot be understood */
	FAULT_DATA,          /* a file is not what it claims to be */
	FAULT_NO_INPUT,      /* no such file, or not readable */
	FAULT_NO_HOST,       /* a name has no address */
	FAULT_NO_ROUTE,      /* no such interface, or no route to the destination */
	FAULT_SYSTEM,        /* the operating system refused */
	FAULT_CANNOT_CREATE, /* an output cannot be created */
	FAULT_IO,            /* reading or writing failed half-way */
	FAULT_NO_PRIVILEGE,  /* root or CAP_NET_RAW is missing */
};

struct fault {
	enum fault_kind kind;
	char text[512]; /* one sentence: what, where, what to do; no final full stop or newline */
};

/* Fills *why and returns -1, so that a caller can write `return fault_set(...)`. Control characters
 * in the text become '?': names of files and interfaces come from outside. */
int fault_set(struct fault *why, enum fault_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The exit status for a kind, after sysexits(3); 0 for FAULT_NONE. */
int fault_exit_status(enum fault_kind kind);

/* Memory is no fault that anyone could act upon: these abort with a message where there is none.
 * fault_allocate() gives count zeroed elements; fault_resize() keeps the old content. */
void *fault_allocate(size_t count, size_t size);
void *fault_resize(void *old, size_t count, size_t size);

/* The same end, for memory that a library could not get. */
_Noreturn void fault_out_of_memory(void);

#endif
