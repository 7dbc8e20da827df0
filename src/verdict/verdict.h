/* SPDX-License-Identifier: BSD-2-Clause */
/* What the evidence means: the words of the contract and the rules that allow them. Pure. */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include "address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct figures;

enum verdict_word {
	VERDICT_OPEN,
	VERDICT_DROPPED,
	VERDICT_REFUSED,
	VERDICT_UNREACHABLE,
	VERDICT_THROTTLED,
	VERDICT_LOSSY,
	VERDICT_INTERCEPTED,
	VERDICT_MISCONFIGURED,
	VERDICT_REJECTED,
	VERDICT_DOWN,
	VERDICT_INCONCLUSIVE,
};
#define VERDICT_WORDS 11

enum verdict_phase {
	PHASE_CONNECT,
	PHASE_GREETING,
	PHASE_STARTTLS,
	PHASE_TLS,
	PHASE_CERTIFICATE,
};
#define VERDICT_PHASES 5

enum verdict_by {
	BY_NOBODY, /* null in JSON: nothing is wrong */
	BY_LOCAL,
	BY_PATH,
	BY_DESTINATION,
	BY_UNKNOWN,
};
#define VERDICT_BYS 5

enum place_relation {
	PLACE_AT,    /* this device sent the answer */
	PLACE_AFTER, /* the last device known to have seen the packet */
};

struct place {
	bool known;
	uint8_t ttl; /* 0 is this machine */
	struct address address;
	enum place_relation relation;
};

/* One more thing that was noticed; its id is stable, its text is made by report/. */
enum finding_id {
	FINDING_LOCAL_OUTPUT,  /* the kernel refused to send (EPERM): an output filter here */
	FINDING_LOCAL_EGRESS,  /* written, never seen leaving: an egress filter here */
	FINDING_LOCAL_INPUT,   /* the answer arrives, the kernel never gets it: an input filter */
	FINDING_LOCAL_PROCESS, /* packets pass, connect() alone is denied */
	FINDING_LOCAL_ROUTE,   /* a route of this machine's forbids it */
	FINDING_NEIGHBOUR_SILENT, /* the next hop answers neither ARP nor NDP */
	FINDING_PORT_LIMIT,       /* token bucket on this port */
	FINDING_HOST_LIMIT,       /* token bucket shared by the host's ports */
	FINDING_CONNECTION_LIMIT, /* so many connections at a time */
	FINDING_BAN,              /* answers cease after so many attempts */
	FINDING_PATH_LOSS,        /* loss on the whole path */
	FINDING_PORT_LOSS,        /* loss on this port alone */
	FINDING_LATE_ANSWERS,     /* answers after a second or more */
	FINDING_MIXED_ANSWERS,    /* the same port accepts and refuses */
	FINDING_HOST_UNKNOWN,     /* the last router finds no such host on its link */
	FINDING_ROUTING_LOOP,     /* time exceeded for a probe with the full hop limit */
	FINDING_CAPTURE_LOST,     /* the capture lost packets */
	FINDING_ANOMALIES,        /* answers to probes that were never sent */
	FINDING_STALE_STATE,      /* ACK without SYN: an old connection's state */
	FINDING_PATH_ALIVE,       /* routers on the way answer hop-limited probes */
	FINDING_SHALLOW,          /* judged by connect() alone, without packets */
	FINDING_MIDWAY,           /* only connections from before the capture */
	FINDING_UNHEARD,          /* the client left before a greeting was due */
	FINDING_SILENT_SERVER,    /* connected, and no greeting in time */
	FINDING_CUT,              /* reset before the greeting */
	FINDING_GREETING_REFUSAL, /* 4xx, 5xx, * BYE, -ERR */
	FINDING_WRONG_PROTOCOL,   /* not the port's protocol */
	FINDING_PLAIN_TEXT,       /* plain mail where TLS comes first */
	FINDING_STARTTLS_STRIPPED,
	FINDING_STARTTLS_REFUSED,
	FINDING_HELLO_UNANSWERED,
	FINDING_HELLO_RESET,
	FINDING_TLS_ALERT,
	FINDING_CERTIFICATE_REFUSED, /* by the client, with an alert */

	FINDING_POLICED,       /* data above a rate is thrown away */
	FINDING_SHAPED,        /* data above a rate has to wait */
	FINDING_EVEN_RATE,     /* data flows evenly, as on a slow line */
	FINDING_WINDOW_CLOSED, /* the receiver takes nothing for a while */
	FINDING_REPEATS,       /* more than one segment in a hundred is sent again */
	FINDING_MANY_REPEATS,  /* ... one in twenty */
	FINDING_LARGE_UNTAKEN, /* large segments are never acknowledged */
	FINDING_REST_CUT,      /* dead after a rest, without a word */
	FINDING_REST_RESET,    /* ... with a RST */
	FINDING_RESET_MIDWAY,  /* a RST while nobody was leaving */
	FINDING_FOREIGN_RESET, /* ... and the server went on */
	FINDING_HOPS_CHANGE,   /* between SYN-ACK and what follows */

	FINDING_VERSIONS_REFUSED, /* no TLS version in common */
	FINDING_STARTTLS_RESET,   /* every STARTTLS is answered by a RST */

	/* Of sessions of our own. */
	FINDING_HUNG_UP,         /* closed before the greeting */
	FINDING_FLOOD,           /* bytes without an end in the place of lines */
	FINDING_TALK_SILENT,     /* greeted, and a command was never answered */
	FINDING_TALK_CLOSED,     /* greeted, and closed in the midst */
	FINDING_TALK_RESET,      /* greeted, and reset in the midst */
	FINDING_STARTTLS_ABSENT, /* not offered */
	FINDING_STARTTLS_UNEVEN, /* not offered here, but on another port of the same server */
	FINDING_TLS_STALLED,     /* a handshake that was begun and never ended */
	FINDING_TLS_CLOSED,      /* closed in the handshake, without an alert */
	FINDING_TLS_FAILED,      /* what came was no handshake of TLS */
	FINDING_MTU_BLACK_HOLE,  /* small segments get through, large ones vanish */
	FINDING_HELLO_FILTER,    /* a ClientHello in two segments gets through */
	FINDING_NAME_FILTER,     /* a ClientHello without the server's name gets through */
	FINDING_TLS_DEAD,        /* no ClientHello gets through, whatever its form */
	FINDING_OLD_TLS,         /* TLS 1.1 or older */
	FINDING_EXPIRED,         /* the certificate, as the next four */
	FINDING_NOT_YET_VALID,
	FINDING_SELF_SIGNED,
	FINDING_NOT_TRUSTED,
	FINDING_OTHER_NAME,
	FINDING_INTERMEDIATE_MISSING,
	FINDING_EXPIRES_SOON,
	FINDING_NAME_UNCHECKED, /* an address has no name that a certificate could be for */
	FINDING_DANE_MISMATCH,  /* a TLSA record says another certificate */
	FINDING_DANE_MATCH,
	FINDING_DANE_UNVALIDATED, /* TLSA records that DNSSEC does not vouch for */
	FINDING_GREETING_LATE,    /* after a second or more */
	FINDING_INJECTED,         /* plain bytes after the reply to STARTTLS */
	FINDING_NO_SESSION,       /* the port opens to packets, but no session could be held */

	FINDING_ONE_WAY, /* connections whose answers the capture does not have */

	FINDING_NOT_OFFERED, /* by what is written, the service has no such port */

	/* Of the place. */
	FINDING_PLACE_BETWEEN, /* last seen at one router, another port's also at a later one */
	FINDING_LAST_STRETCH,  /* the host itself, or directly in front of it */
	FINDING_SILENT_BEYOND, /* of no port is anything heard from behind that hop */
	FINDING_NEARER_ANSWER, /* a probe that cannot have reached the host was answered */
	FINDING_WAYS_DIFFER,   /* the two ports' packets take different ways before it fails */
	FINDING_SEVERAL_WAYS,  /* routers share the load between several ways */
	FINDING_HOPS_SILENT,   /* between the two hops some report nothing for any port */
	FINDING_TUNNEL,        /* a router quotes hop limits that a tunnel did not count down */
	FINDING_TRANSLATION,   /* a router reports in the host's name */
	FINDING_CIRCLE,        /* a router is met twice */
	/* Of who answered (answerer_rules.h). */
	FINDING_FORGED_REFUSAL,    /* a RST in the host's name that is not the host's */
	FINDING_TWO_ANSWERERS,     /* one probe, two that answered */
	FINDING_IN_FRONT,          /* a device one hop before the host answers for it */
	FINDING_SYN_PROXY,         /* handshakes are made by a device, and handed on later */
	FINDING_TARPIT,            /* connections are taken only to hold them */
	FINDING_OTHER_PARTY,       /* greeting and certificate are not those of the other ports */
	FINDING_SUSPECT_ANSWERS,   /* unlike the same host's other answers in two ways or more */
	FINDING_STARTTLS_REPLACED, /* a keyword of the same length stands in its place */
	FINDING_STARTTLS_GARBLED,  /* the command arrives as another */
	/* Of this machine's own address and interfaces. */
	FINDING_NO_SOURCE,         /* a route, and no address to send from */
	FINDING_SOURCE_ELSEWHERE,  /* all is silent, and the source is of another interface */
	FINDING_ANSWERS_ELSEWHERE, /* connections open, and no answer comes where it is looked for
				    */
	/* Of several hosts that were asked in one run. */
	FINDING_SOURCE_LIMIT, /* one limit counts this port together with other addresses' */
	FINDING_STARVED,      /* silent perhaps because the probes of others used up a limit */
};
#define FINDING_IDS 103

#define VERDICT_FINDINGS 12

struct verdict {
	enum verdict_word word;
	enum verdict_phase phase;
	enum verdict_by by;
	double confidence; /* 0 to 1 */
	struct place hop;
	const char *rule; /* the name of the rule that held; static */
	enum finding_id findings[VERDICT_FINDINGS];
	size_t finding_count;
};

/* The first rule that holds wins; the last always holds (inconclusive). */
struct verdict verdict_of(const struct figures *figures);

bool verdict_has(const struct verdict *verdict, enum finding_id id);

/* Adds a finding, unless it is there or there is no room. */
void verdict_notice(struct verdict *verdict, enum finding_id id);

/* The contract's words, and back: false if text is none of them. */
const char *verdict_word_name(enum verdict_word word);
const char *verdict_phase_name(enum verdict_phase phase);
const char *verdict_by_name(enum verdict_by by); /* NULL for BY_NOBODY */
const char *place_relation_name(enum place_relation relation);
const char *finding_id_name(enum finding_id id); /* "local-output-filter", ... */
bool verdict_word_parse(enum verdict_word *out, const char *text);

#endif
