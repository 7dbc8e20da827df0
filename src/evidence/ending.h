/* SPDX-License-Identifier: BSD-2-Clause */
/* How one session ended, and how those of an endpoint ended together. */
#ifndef EVIDENCE_ENDING_H
#define EVIDENCE_ENDING_H

#include <stdbool.h>
#include <stdint.h>

struct session_account;
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

	/* What only the client itself knows (account.h). */
	ENDING_HUNG_UP,     /* closed before the greeting */
	ENDING_FLOOD,       /* bytes without an end in the place of lines */
	ENDING_TALK_SILENT, /* greeted, and a command was never answered */
	ENDING_TALK_CLOSED, /* greeted, and closed before the end */
	ENDING_TALK_RESET,  /* greeted, and reset before the end */
	ENDING_NOT_OFFERED, /* no STARTTLS on a port that is there for it */
	ENDING_TLS_STALLED, /* a handshake that was begun and came to no end */
	ENDING_TLS_CLOSED,  /* closed in the handshake, without an alert */
	ENDING_TLS_FAILED,  /* what came was no handshake of TLS */
	ENDING_EXPIRED,     /* all went well but the certificate */
	ENDING_NOT_YET_VALID,
	ENDING_SELF_SIGNED,
	ENDING_NOT_TRUSTED,
	ENDING_OTHER_NAME,
	ENDING_NOT_THAT_OF_DNS, /* a TLSA record that DNSSEC vouches for says another */
};
#define ENDINGS 31

/* How far a sound session got. */
enum reached {
	REACHED_CONNECTED,
	REACHED_GREETING,
	REACHED_STARTTLS, /* offered, or known not to be */
	REACHED_TLS,
	REACHED_CERTIFICATE, /* and it was checked */
};

enum ending ending_of(const struct transcript *transcript, int64_t now_ns);
enum reached reached_by(const struct transcript *transcript);
bool ending_is_failure(enum ending ending);

/* Its port is there for STARTTLS. Submission and reading need TLS (RFC 8314 section 4.1); between
 * servers it is a choice, and the spare port is whatever its owner makes of it. */
bool ending_needs_starttls(const struct transcript *transcript);

/* What came of TLS with a session held in another way (enum session_variant). */
enum retry {
	RETRY_NONE,
	RETRY_FAILED,
	RETRY_WORKED,
};
#define RETRY_WAYS 5

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

	/* Of our own sessions alone. */
	const struct session_account *account; /* the transcript's; borrowed; NULL where the
						* sessions were others' */
	enum retry retries[RETRY_WAYS];
	bool offered_elsewhere;  /* not STARTTLS here, but on another port of the same server; of
				  * others' sessions as well */
	bool accepted_elsewhere; /* another port of the same server goes on from STARTTLS to TLS */
};

/* Notes what a session on another port of the address shows of the same server, which is told by
 * its greeting. signs has a transcript. */
void session_signs_compare(struct session_signs *signs, const struct transcript *other);

#endif
