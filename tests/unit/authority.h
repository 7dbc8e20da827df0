/* SPDX-License-Identifier: BSD-2-Clause */
/* Throw-away certificates, made while the test runs. All have one key, so a hundred are made in no
 * time. */
#ifndef UNIT_AUTHORITY_H
#define UNIT_AUTHORITY_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DAY_S ((int64_t)86400)

/* Noon of the tests: every certificate is dated from here. */
#define NOON_S  ((int64_t)1800000000)
#define NOON_NS (NOON_S * 1000000000)

struct certificate_wish {
	const char *subject; /* common name */
	const char *names;   /* alternative names as OpenSSL has them, "DNS:mx.test"; NULL: none */
	X509 *issuer;        /* NULL: itself */
	int64_t from_d, until_d; /* days after noon; both 0: from -10 until 61 */
	bool authority;
	bool tells_issuer; /* where its issuer's certificate is to be had */
};

EVP_PKEY *authority_key(void); /* borrowed */

/* To be freed with X509_free(). */
X509 *authority_issue(const struct certificate_wish *wish);

/* A file with a certificate in PEM; out is its name, to be removed by the caller. */
#define AUTHORITY_PATH 64
void authority_write(const X509 *certificate, char out[static AUTHORITY_PATH]);

/* The certificate's DER in a block of exactly its size; to be freed with free(). */
uint8_t *authority_der(X509 *certificate, size_t *length);

void authority_forget(void); /* the key */

#endif
