/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What packets do not carry: the errno of a write, the end of a connect(), a name. Facts are folded
 * into the evidence beside the packets and travel as notes in the same evidence file, so that a
 * replay knows all that the live run knew.
 */
#ifndef EVIDENCE_FACT_H
#define EVIDENCE_FACT_H

#include "account.h"
#include "address.h"
#include "local_rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct note;

/* One TCP conversation as seen from its opener. */
struct flow {
	struct address source, destination;
	uint16_t source_port, destination_port;
};

enum fact_kind {
	FACT_TARGET,       /* an endpoint under diagnosis: flow.destination, flow.destination_port,
			    * host, service, asked */
	FACT_ROUTE,        /* the kernel's route to flow.destination: error, our address in
			    * flow.source, whether it is elsewhere, gateway (ADDRESS_NONE: on
			    * the link) */
	FACT_WRITE_ERROR,  /* a SYN that the kernel refused to send: flow, sequence, error */
	FACT_NOT_SEEN,     /* a SYN written that the capture did not see leave: flow, sequence */
	FACT_CONNECT,      /* a connect() of the kernel's ended: flow, error (0: connected),
			    * duration_ns; ETIMEDOUT where we stopped waiting */
	FACT_CAPTURE_LOST, /* the capture lost count of the arrived packets so far */
	FACT_SESSION, /* a mail session of our own ended: flow, session, error of its connect() */
	FACT_END,     /* the run is over: text says why ("complete", "interrupted", "deadline") */
	FACT_LOCAL_RULE, /* the rule of this machine's that stops packets to flow.destination; port
			  * 0: to all its ports */
	FACT_PROVIDER,   /* whose network this machine is in: record, text says how it is known */
	FACT_OFFER,      /* the ports that the service at flow.destination offers: ports, record */
};
#define FACT_KINDS 11

#define FACT_PORTS  48
#define FACT_RECORD 1280 /* a line of comma-separated values, and its NUL */

struct fact {
	enum fact_kind kind;
	bool asked;     /* FACT_TARGET: false for a control, which gets no result */
	bool elsewhere; /* FACT_ROUTE: our address is none of the interface that packets leave by */
	int error;      /* errno */
	uint32_t sequence;
	int64_t time_ns;
	uint64_t number; /* its record in the capture, as packets are numbered; 0 while live */
	int64_t duration_ns;
	uint64_t count, arrived;
	struct flow flow;
	struct address gateway;
	char host[256]; /* name as the user gave it; "" where an address was given */
	char service[24];
	char text[64];
	char record[FACT_RECORD];   /* FACT_PROVIDER, FACT_OFFER: a line of a data file; see advice/
				     */
	uint16_t ports[FACT_PORTS]; /* FACT_OFFER */
	size_t port_count;
	struct session_account session; /* FACT_SESSION */
	struct local_rule rule;         /* FACT_LOCAL_RULE */
};

#define FACT_TEXT 18432 /* an account at its longest, and what every fact says */

/* Writes the fact as lines NAME=value with a readable MESSAGE; returns the length, at most
 * FACT_TEXT - 1. Control characters in names are replaced. */
size_t fact_print(const struct fact *fact, char out[static FACT_TEXT]);

/* False if the note is not one of ours or a field is out of its bounds. */
bool fact_parse(struct fact *out, const struct note *note);

const char *fact_kind_name(enum fact_kind kind);

/* "none", "rule", "policy", "passed", "route", "policy-route". */
const char *local_rule_kind_name(enum local_rule_kind kind);

#endif
