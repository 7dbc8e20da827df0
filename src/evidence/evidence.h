/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was seen, folded from packets and facts alone, in the order of the capture; the same live
 * and replayed. No opinion: figures.h turns it into numbers, verdict/ into words.
 *
 * An exchange is found again by addresses, ports and sequence number: a SYN-ACK or RST must
 * acknowledge it, an ICMP error must quote it (SCIENCE R4). Whatever fits nothing is counted as an
 * anomaly and changes nothing.
 */
#ifndef EVIDENCE_EVIDENCE_H
#define EVIDENCE_EVIDENCE_H

#include "address.h"
#include "exchange.h"
#include "fact.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame;
struct mailport;
struct conversations;
struct index;
struct names;
struct retired;
struct session_tally;

/* The bounds of memory: beyond them packets are counted, not kept. See budget.h for all ports
 * together. */
#define EVIDENCE_HOSTS     8192
#define EVIDENCE_ENDPOINTS 64   /* ports per host */
#define EVIDENCE_EXCHANGES 2048 /* SYNs per endpoint */
#define EVIDENCE_SERVICES  64   /* ports that are said to offer another service than the usual */

/* A port that offers a mail service which the table of mail ports does not know it for. */
struct named_service {
	uint16_t port;
	const struct mailport *row; /* of the service's usual port */
};

#define EVIDENCE_ACCOUNTS 8 /* sessions of our own per endpoint */

struct refused_write {
	int64_t time_ns;
	uint32_t sequence;
	int error; /* errno; 0: written, but the capture never saw it leave */
};

struct connection {
	bool tried;
	struct flow flow; /* the last one's */
	int error;        /* errno; 0: connected; ETIMEDOUT: no end within our patience */
	int64_t time_ns;  /* when it ended */
	int64_t duration_ns;
};

struct endpoint {
	uint16_t port;
	bool asked;                 /* gets a verdict; otherwise it serves as a control */
	char service[24];           /* "smtp", ...; "" where unknown */
	struct exchange *exchanges; /* by time of sending */
	size_t exchange_count, exchange_room;
	struct retired *retired;       /* those that are no longer among them; NULL: none */
	size_t retire_at;              /* so many, and budget.c looks at them again */
	struct refused_write *refused; /* writes that never became packets */
	size_t refused_count, refused_room;
	struct connection connection;
	struct session_tally *sessions;   /* private to conversation.c; NULL: none ended yet */
	struct session_account *accounts; /* of our own sessions, as they ended */
	size_t account_count, account_room;
	struct local_rule *local_rule; /* NULL: none was looked for */
	unsigned strays;               /* segments of connections from before the capture */
	unsigned stale_acks; /* ACK without SYN: state of an older connection, ignored (SCIENCE R2)
			      */
	unsigned anomalies;  /* answers that fit no probe */
};

/* What the service at a host offers, by what is written about it. */
struct offer {
	uint16_t ports[FACT_PORTS];
	size_t port_count;
	char record[FACT_RECORD];
};

bool offer_has(const struct offer *offer, uint16_t port);

struct host {
	struct address address;
	char name[256];
	struct endpoint *endpoints;
	size_t endpoint_count, endpoint_room;
	bool route_known;
	int route_error;               /* errno of the kernel's route, 0: routed */
	struct address source;         /* our address towards it; ADDRESS_NONE: not known */
	bool source_elsewhere;         /* and it is none of the interface that packets leave by */
	struct address gateway;        /* ADDRESS_NONE: on the link */
	struct local_rule *local_rule; /* for all its ports; NULL: none was looked for */
	unsigned neighbour_asked, neighbour_told; /* ARP or NDP for the next hop */
	int64_t asked_ns;                         /* its last SYN */
	struct offer *offer;                      /* NULL: not known */
};

struct evidence {
	struct host *hosts;
	size_t host_count, host_room;
	struct named_service services[EVIDENCE_SERVICES];
	size_t service_count;
	bool targets_known;  /* FACT_TARGET seen: only those endpoints are folded */
	uint64_t packets;    /* folded or not */
	uint64_t skipped[7]; /* by enum frame_outcome; [FRAME_DECODED] stays 0 */
	uint64_t anomalies;
	uint64_t lost; /* packets that the capture lost, of lost_of that arrived */
	uint64_t lost_of;
	uint64_t overflow; /* packets beyond the bounds above */
	uint64_t evicted;  /* sessions given up to follow newer ones */
	uint64_t given_up; /* SYNs set aside before their answers were due */
	uint64_t hosts_forgotten;
	size_t endpoint_count, kept; /* ports, and exchanges kept, of all hosts together */
	size_t share;                /* exchanges that a port may keep by now, see budget.h */
	size_t hand;                 /* the next host that may be forgotten */
	int64_t first_ns, last_ns;
	char ending[64];            /* FACT_END's text; "" while running or in a foreign capture */
	char provider[FACT_RECORD]; /* FACT_PROVIDER's record and text; "": not known */
	char provider_by[64];
	struct names *names;                 /* from DNS answers of a foreign capture; NULL: none */
	struct conversations *conversations; /* under way; private to conversation.c; NULL: none */
	struct index *flows;     /* to the latest exchange of each; private to evidence.c */
	struct index *addresses; /* to hosts; the same */
};

/* What a packet turned out to be, for the comment beside it in the evidence file. */
enum role_kind {
	ROLE_OTHER,   /* no part of the diagnosis */
	ROLE_PROBE,   /* a SYN: exchange is it */
	ROLE_ANSWER,  /* exchange is what it answers, answer says how */
	ROLE_CLOSING, /* our RST or the kernel's that ends exchange */
	ROLE_TRAFFIC, /* later segments of a connection that exchange opened */
	ROLE_NEIGHBOUR,
	ROLE_ANOMALY, /* pretends to answer something that was never sent */
};

struct role {
	enum role_kind kind;
	size_t host, endpoint, exchange; /* indices; valid for PROBE, ANSWER, CLOSING, TRAFFIC */
	const struct answer *answer; /* ROLE_ANSWER; borrowed until the next fold, may be NULL */
};

struct evidence *evidence_new(void);
void evidence_free(struct evidence *evidence); /* NULL is fine */

/* Says, before anything is folded, that a port offers the service of a row of mailport.h; of
 * several about one port the last counts. Beyond EVIDENCE_SERVICES they are ignored. */
void evidence_name_service(struct evidence *evidence, uint16_t port, const struct mailport *row);

/* The row of the service that a port offers, by that or by the table; NULL: none that is mail. */
const struct mailport *evidence_mailport(const struct evidence *evidence, uint16_t port);

/* Folds one decoded frame in capture order. */
struct role evidence_add_frame(struct evidence *evidence, const struct frame *frame);
void evidence_add_skipped(struct evidence *evidence, int outcome); /* enum frame_outcome */
void evidence_add_fact(struct evidence *evidence, const struct fact *fact);

struct host *evidence_host(const struct evidence *evidence, const struct address *address);
struct endpoint *host_endpoint(const struct host *host, uint16_t port); /* NULL if absent */

/* Gives back what is kept of an endpoint's exchanges. */
void endpoint_forget_exchanges(struct endpoint *endpoint);

/* Any SYN was answered by a SYN-ACK, captured or not. */
bool endpoint_accepts(const struct endpoint *endpoint);
bool endpoint_resets(const struct endpoint *endpoint);  /* ... by a RST */
bool endpoint_answers(const struct endpoint *endpoint); /* ... by one of both */

#endif
