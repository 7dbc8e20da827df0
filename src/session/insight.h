/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What only an end of a session knows: how far it came and why it ended there, what was said under
 * TLS, and what the certificate is worth. Plain values. The other half, which whoever sees the
 * packets knows as well, is the transcript.
 */
#ifndef SESSION_INSIGHT_H
#define SESSION_INSIGHT_H

#include "certificate.h"
#include "transcript.h"

#include <stdbool.h>
#include <stdint.h>

enum session_stage {
	STAGE_GREETING,
	STAGE_CAPABILITIES,        /* EHLO, CAPABILITY, CAPA */
	STAGE_STARTTLS,            /* STARTTLS, STLS */
	STAGE_HANDSHAKE,           /* of TLS */
	STAGE_SEALED_GREETING,     /* under TLS from here on; only where TLS came first */
	STAGE_SEALED_CAPABILITIES, /* asked again, RFC 3207 section 4.2 */
	STAGE_QUIT,                /* QUIT, LOGOUT; sealed or not */
	STAGE_OVER,
};
#define SESSION_STAGES 8

enum session_end {
	SESSION_END_NONE,     /* goes on */
	SESSION_END_COMPLETE, /* said goodbye; where the server refuses something, early */
	SESSION_END_SILENT,   /* nothing came in this stage until patience ended */
	SESSION_END_STALLED,  /* something came, never all of it */
	SESSION_END_CLOSED,   /* the server closed the connection */
	SESSION_END_RESET,    /* a RST */
	SESSION_END_FLOOD,    /* more bytes than any server has to say here */
	SESSION_END_FOREIGN,  /* the server speaks another protocol */
	SESSION_END_TLS,      /* TLS could not be agreed, or broke */
};
#define SESSION_ENDS 9

/* RFC 7672 for SMTP; the other services alike (RFC 7673). */
enum dane_state {
	DANE_NONE,          /* no TLSA record known */
	DANE_NOT_VALIDATED, /* there are records, but DNSSEC does not vouch for them */
	DANE_UNUSABLE,      /* none of a kind that can be used */
	DANE_MATCH,
	DANE_MISMATCH,
};
#define DANE_STATES 5

#define INSIGHT_TEXT 128

/* The chain held against the store of trust, and the leaf against the name. */
struct verification {
	enum verify_word word; /* the first that is wrong, in the order of the enum */
	uint8_t problems;      /* a bit, 1 << word, for each that is */
	uint8_t depth;         /* of the certificate that word is about; 0: the server's own */
	bool name_checked;
	bool intermediate_missing; /* the server leaves out its issuer's certificate */
	char reason[INSIGHT_TEXT]; /* OpenSSL's words for what is wrong; "" where nothing is */
};

struct insight {
	enum session_stage stage; /* the last one */
	enum session_end end;

	bool tls_complete;                           /* the handshake, at our end */
	uint16_t tls_version, tls_cipher, tls_group; /* IANA's numbers; 0: not agreed */
	struct tls_alert alert;                      /* the first fatal one, sealed or not */
	char tls_error[INSIGHT_TEXT];                /* OpenSSL's words where it gave up */
	bool renegotiation_asked;                    /* by the server; never granted */
	uint16_t chain_length;                       /* certificates that the server sent */
	struct certificate certificate;              /* the server's own */
	struct verification verification;
	enum dane_state dane;

	/* Under TLS; a greeting only where TLS comes first. */
	enum session_protocol sealed_speaks;
	enum greeting_kind sealed_greeting;
	unsigned sealed_greeting_code;            /* SMTP alone */
	char sealed_greeting_text[GREETING_TEXT]; /* hostile */
	bool sealed_capabilities_told;

	/* Whatever the stage. */
	bool injected; /* the server's reply to STARTTLS was followed by plain bytes (RFC 3207
			* section 6, CVE-2011-0411 is the same of a server) */
	bool unasked;  /* a reply to nothing */
	char refusal[INSIGHT_TEXT]; /* the first reply that says no after the greeting; hostile */
};

/* Words for readers: "sealed-greeting", "stalled". */
const char *session_stage_name(enum session_stage stage);
const char *session_end_name(enum session_end end);

/* The result type of RFC 8460 section 4.3 that this session would be reported as; NULL where it is
 * none of them: sound, or ended before TLS was due. */
const char *insight_tls_report(const struct insight *insight, const struct transcript *transcript);

#endif
