/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A certificate's facts (RFC 5280), read from its DER. What it says is its maker's word: text is
 * kept as it is, and hostile.
 */
#ifndef SESSION_CERTIFICATE_H
#define SESSION_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct x509_st;

#define CERTIFICATE_NAME_TEXT  256 /* of subject and issuer; longer ones are cut */
#define CERTIFICATE_NAMES_TEXT 768
#define CERTIFICATE_SHA256     32

/* The contract's words for the JSON report's "verify". */
enum verify_word {
	VERIFY_UNKNOWN, /* not looked at, or nothing to hold it against */
	VERIFY_OK,
	VERIFY_EXPIRED,
	VERIFY_NOT_YET_VALID,
	VERIFY_SELF_SIGNED,
	VERIFY_UNTRUSTED,
	VERIFY_NAME_MISMATCH,
};
#define VERIFY_WORDS 7

struct certificate {
	bool present;
	bool dated;       /* both dates can be read */
	bool self_issued; /* issuer and subject are the same */
	bool issuer_told; /* it says where its issuer's certificate is to be had (RFC 5280 section
			   * 4.2.2.1), as public authorities' do */
	int64_t not_before_s, not_after_s; /* since 1970, UTC */
	uint8_t sha256[CERTIFICATE_SHA256];
	char subject[CERTIFICATE_NAME_TEXT]; /* RFC 4514, UTF-8 where it is well formed; hostile */
	char issuer[CERTIFICATE_NAME_TEXT];
	char names[CERTIFICATE_NAMES_TEXT]; /* DNS names and addresses that it is for, each ended by
					     * NUL; the common name where there are none; hostile */
	uint16_t names_length;
	uint16_t names_left_out; /* for want of room */
};

/* Reads one certificate; bytes after it are ignored. False, and present is false, where the bytes
 * are none. */
bool certificate_read(struct certificate *out, const uint8_t *der, size_t length);

/* The same of one that OpenSSL has read already, which takes it a good part of a handshake. */
void certificate_take(struct certificate *out, const struct x509_st *certificate);

/* The first name, and the one after previous; NULL at the end. Borrowed from the certificate. */
const char *certificate_next_name(const struct certificate *certificate, const char *previous);

/* Whole days until it expires, rounded down: negative once it has. */
int64_t certificate_days_left(const struct certificate *certificate, int64_t now_ns);

/* What the certificate alone tells, without trust or name: expired, not yet valid, self-signed, or
 * VERIFY_UNKNOWN. */
enum verify_word certificate_verify_alone(const struct certificate *certificate, int64_t now_ns);

const char *verify_word_name(enum verify_word word); /* NULL for VERIFY_UNKNOWN */

#endif
