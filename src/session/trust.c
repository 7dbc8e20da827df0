/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust.h"

#include "fault.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

/* A hundred certificates of four kilobytes; OpenSSL's own bound is 100 KiB. */
#define CHAIN_BYTES_MOST (400L * 1024)

struct trust {
	SSL_CTX *tls;
	size_t anchors;
};

/* The chain is held against the store afterwards (verification.h): a server with a bad certificate
 * is to be heard all the same. */
static int let_pass(X509_STORE_CTX *chain, void *nothing)
{
	(void)nothing;
	X509_STORE_CTX_set_error(chain, X509_V_OK);
	return 1;
}

/* Old versions and weak keys are agreed to, so that they can be named; nothing secret is sent. */
static bool set_up(SSL_CTX *tls)
{
	SSL_CTX_set_cert_verify_callback(tls, let_pass, NULL);
	SSL_CTX_set_max_cert_list(tls, CHAIN_BYTES_MOST);
	SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_options(
		tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_TICKET);
	(void)SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	return SSL_CTX_set_min_proto_version(tls, TLS1_VERSION) == 1 &&
		SSL_CTX_set_max_proto_version(tls, 0) == 1 &&
		SSL_CTX_set_cipher_list(tls, "DEFAULT:!PSK:!SRP:@SECLEVEL=0") == 1 &&
		SSL_CTX_dane_enable(tls) == 1;
}

static size_t count_anchors(X509_STORE *store)
{
	size_t count = 0;
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++)
		count += X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i)) != NULL;
	return count;
}

/* OpenSSL's own place, which SSL_CERT_FILE overrides, and those of distributions whose OpenSSL was
 * built elsewhere. */
static const char *system_file(void)
{
	static const char *const others[] = {
		"/etc/ssl/certs/ca-certificates.crt", /* Debian, Arch */
		"/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora */
		"/etc/ssl/ca-bundle.pem",             /* SUSE */
		"/etc/ssl/cert.pem",                  /* Alpine, BSD */
	};
	const char *file = secure_getenv(X509_get_default_cert_file_env());

	if (file != NULL)
		return file;
	file = X509_get_default_cert_file();
	for (size_t i = 0; access(file, R_OK) != 0; i++) {
		if (i == sizeof(others) / sizeof(others[0]))
			return NULL;
		file = others[i];
	}
	return file;
}

static int load(struct trust *trust, const char *ca_file, struct fault *why)
{
	const char *file = ca_file != NULL ? ca_file : system_file();
	X509_STORE *store = SSL_CTX_get_cert_store(trust->tls);
	bool loaded = file != NULL && X509_STORE_load_file(store, file) == 1;

	ERR_clear_error();
	trust->anchors = count_anchors(store);
	if (ca_file == NULL || (loaded && trust->anchors > 0))
		return 0;
	if (access(ca_file, R_OK) != 0)
		return fault_set(why, FAULT_NO_INPUT, "cannot read the CA file %.300s", ca_file);
	return fault_set(why, FAULT_DATA, "the CA file %.300s holds no PEM certificate", ca_file);
}

struct trust *trust_open(const char *ca_file, struct fault *why)
{
	struct trust *trust = fault_allocate(1, sizeof(*trust));

	trust->tls = SSL_CTX_new(TLS_client_method());
	if (trust->tls == NULL || !set_up(trust->tls)) {
		fault_set(why, FAULT_SYSTEM, "cannot set up TLS: %s",
			ERR_reason_error_string(ERR_peek_error()));
		goto close_trust;
	}
	if (load(trust, ca_file, why) != 0)
		goto close_trust;
	return trust;

close_trust:
	trust_close(trust);
	return NULL;
}

size_t trust_anchors(const struct trust *trust)
{
	return trust->anchors;
}

struct ssl_ctx_st *trust_tls(const struct trust *trust)
{
	return trust->tls;
}

struct x509_store_st *trust_store(const struct trust *trust)
{
	return SSL_CTX_get_cert_store(trust->tls);
}

void trust_close(struct trust *trust)
{
	if (trust == NULL)
		return;
	SSL_CTX_free(trust->tls);
	free(trust);
}
