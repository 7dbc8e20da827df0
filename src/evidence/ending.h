/* SPDX-License-Identifier: BSD-2-Clause */
/* How one session ended, and how those of an endpoint ended together. */
#ifndef EVIDENCE_ENDING_H
#define EVIDENCE_ENDING_H

#include <stdbool.h>
#include <stdint.h>

struct transcript;

enum ending {
	ENDING_UNKNOWN,      /* nothing can be said: cut short, or seen in part */
	ENDING_SOUND,        /* went as far as it was meant to, as far as can be seen */
	ENDING_UNHEARD,      /* no greeting, but the client did not wait for one */
	ENDING_SILENT,       /* no greeting, though there was time for one */
	ENDING_CUT,          /* a RST before the greeting */
	ENDING_REJECTED,     /* the greeting says no */
	ENDING_FOREIGN,      /* the greeting is another protocol's */
	ENDING_EARLY_TLS,    /* TLS where plain text comes first */
	ENDING_PLAIN,        /* plain mail where TLS comes first */
	ENDING_FOREIGN_TLS,  /* another protocol where TLS comes first */
	ENDING_STRIPPED,     /* STARTTLS taken out on the way */
	ENDING_NO_STARTTLS,  /* asked for STARTTLS and refused, on a port that is there for it */
	ENDING_HELLO_SILENT, /* a ClientHello without an answer */
	ENDING_HELLO_RESET,  /* a ClientHello answered by a RST */
	ENDING_TLS_ALERT,    /* the two cannot agree */
	ENDING_UNTRUSTED,    /* the client does not take the certificate */
};
#define ENDINGS 16

/* How far a sound session got. */
enum reached {
	REACHED_CONNECTED,
	REACHED_GREETING,
	REACHED_STARTTLS, /* offered, or known not to be */
	REACHED_TLS,
};

enum ending ending_of(const struct transcript *transcript, int64_t now_ns);
enum reached reached_by(const struct transcript *transcript);
bool ending_is_failure(enum ending ending);

/* Sessions of one endpoint together. */
struct session_signs {
	unsigned sound, failed;
	enum ending ending; /* what decides: the most frequent failure where failures outnumber
			     * sound sessions, else how the best one ended */
	unsigned count;     /* that ended so */
	enum reached reached;
	bool versions_refused; /* the server knows none of the TLS versions that its client does */
	const struct transcript *transcript; /* of one that did; borrowed from the evidence; NULL
					      * where no session was seen */
};

#endif
