/* SPDX-License-Identifier: BSD-2-Clause */
/* Whom to trust, and how to speak TLS: loaded once a run, shared by all of its sessions. */
#ifndef SESSION_TRUST_H
#define SESSION_TRUST_H

#include <stddef.h>

struct fault;
struct ssl_ctx_st;
struct trust;
struct x509_store_st;

/* ca_file: PEM certificates to trust; NULL: the system's own. The file is read here and never
 * again, so rights can be given up afterwards. NULL: FAULT_NO_INPUT, FAULT_DATA where ca_file holds
 * no certificate, FAULT_SYSTEM. */
struct trust *trust_open(const char *ca_file, struct fault *why);

/* Certificates that are trusted; 0: the system has none, so no chain can be called untrusted. */
size_t trust_anchors(const struct trust *trust);

/* OpenSSL's own, for tls_client.h and verification.h; borrowed. */
struct ssl_ctx_st *trust_tls(const struct trust *trust);
struct x509_store_st *trust_store(const struct trust *trust);

void trust_close(struct trust *trust); /* NULL is fine; after the last session */

#endif
