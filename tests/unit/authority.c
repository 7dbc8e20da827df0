/* SPDX-License-Identifier: BSD-2-Clause */
#include "authority.h"

#include "hex_bytes.h"
#include "unit.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static EVP_PKEY *key;
static long serial;

EVP_PKEY *authority_key(void)
{
	if (key == NULL)
		key = EVP_EC_gen("P-256");
	assert_non_null(key);
	return key;
}

void authority_forget(void)
{
	EVP_PKEY_free(key);
	key = NULL;
}

static void add_extension(X509 *certificate, X509 *issuer, int kind, const char *text)
{
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, text);

	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static void add_extensions(X509 *certificate, X509 *issuer, const struct certificate_wish *wish)
{
	add_extension(certificate, issuer, NID_basic_constraints,
		wish->authority ? "critical,CA:TRUE" : "CA:FALSE");
	if (wish->names != NULL)
		add_extension(certificate, issuer, NID_subject_alt_name, wish->names);
	if (wish->tells_issuer)
		add_extension(certificate, issuer, NID_info_access,
			"caIssuers;URI:http://issuer.test/issuer.der");
}

static void set_dates(X509 *certificate, const struct certificate_wish *wish)
{
	bool usual = wish->from_d == 0 && wish->until_d == 0;
	int64_t from_s = NOON_S + (usual ? -10 : wish->from_d) * DAY_S;
	int64_t until_s = NOON_S + (usual ? 61 : wish->until_d) * DAY_S;

	assert_non_null(ASN1_TIME_set(X509_getm_notBefore(certificate), from_s));
	assert_non_null(ASN1_TIME_set(X509_getm_notAfter(certificate), until_s));
}

X509 *authority_issue(const struct certificate_wish *wish)
{
	X509 *certificate = X509_new();
	X509 *issuer = wish->issuer == NULL ? certificate : wish->issuer;
	X509_NAME *name = X509_get_subject_name(certificate);

	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
	assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
				 (const unsigned char *)wish->subject, -1, -1, 0),
		1);
	X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
	set_dates(certificate, wish);
	X509_set_pubkey(certificate, authority_key());
	add_extensions(certificate, issuer, wish);
	assert_int_not_equal(X509_sign(certificate, authority_key(), EVP_sha256()), 0);
	return certificate;
}

void authority_write(const X509 *certificate, char out[static AUTHORITY_PATH])
{
	snprintf(out, AUTHORITY_PATH, "/tmp/mailsonde-authority-XXXXXX");
	int descriptor = mkstemp(out);
	FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");

	assert_non_null(file);
	assert_int_equal(PEM_write_X509(file, certificate), 1);
	assert_int_equal(fclose(file), 0);
}

uint8_t *authority_der(X509 *certificate, size_t *length)
{
	unsigned char *der = NULL;
	int bytes = i2d_X509(certificate, &der);

	assert_true(bytes > 0);
	uint8_t *copy = exact_copy(der, (size_t)bytes);

	OPENSSL_free(der);
	*length = (size_t)bytes;
	return copy;
}
