/* SPDX-License-Identifier: BSD-2-Clause */
#include "certificate.h"

#include "address.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#define NS_PER_S  ((int64_t)1000000000)
#define S_PER_DAY 86400

/* Text. */

/* What fits, ended by NUL; a NUL inside would hide what stands behind it. */
static void put_text(char *out, size_t room, const char *text, size_t length)
{
	if (length >= room)
		length = room - 1;
	for (size_t i = 0; i < length; i++) {
		out[i] = text[i];
		if (out[i] == '\0')
			out[i] = '?';
	}
	out[length] = '\0';
}

static void put_distinguished_name(char out[static CERTIFICATE_NAME_TEXT], const X509_NAME *name)
{
	/* RFC 4514 with UTF-8 as it is. */
	unsigned long form = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
	BIO *text = BIO_new(BIO_s_mem());
	char *bytes = NULL;

	out[0] = '\0';
	if (text != NULL && X509_NAME_print_ex(text, name, 0, form) >= 0) {
		long length = BIO_get_mem_data(text, &bytes);
		put_text(out, CERTIFICATE_NAME_TEXT, bytes, length > 0 ? (size_t)length : 0);
	}
	BIO_free(text);
}

/* Names. */

static void add_name(struct certificate *out, const char *name, size_t length)
{
	size_t room = sizeof(out->names) - out->names_length;

	if (length == 0)
		return;
	if (length + 1 > room) {
		if (out->names_left_out < UINT16_MAX)
			out->names_left_out++;
		return;
	}
	put_text(out->names + out->names_length, room, name, length);
	out->names_length = (uint16_t)(out->names_length + length + 1);
}

static void add_address(struct certificate *out, const ASN1_OCTET_STRING *bytes)
{
	const unsigned char *data = ASN1_STRING_get0_data(bytes);
	char text[ADDRESS_TEXT];
	struct address address;

	if (ASN1_STRING_length(bytes) == 4)
		address = address_ipv4(data);
	else if (ASN1_STRING_length(bytes) == 16)
		address = address_ipv6(data);
	else
		return;
	address_print(&address, text);
	add_name(out, text, strlen(text));
}

static void add_alternative_name(struct certificate *out, const GENERAL_NAME *name)
{
	int type;
	const void *value = GENERAL_NAME_get0_value(name, &type);

	if (type == GEN_DNS) {
		const ASN1_IA5STRING *text = value;
		add_name(out, (const char *)ASN1_STRING_get0_data(text),
			(size_t)ASN1_STRING_length(text));
	} else if (type == GEN_IPADD) {
		add_address(out, value);
	}
}

/* Where no alternative name is of a host, the common name counts (RFC 6125 section 6.4.4). */
static void add_common_name(struct certificate *out, const X509_NAME *subject)
{
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	unsigned char *text = NULL;

	if (at < 0)
		return;
	int length = ASN1_STRING_to_UTF8(
		&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));

	if (length > 0)
		add_name(out, (const char *)text, (size_t)length);
	OPENSSL_free(text);
}

static void read_names(struct certificate *out, const X509 *certificate)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; names != NULL && i < sk_GENERAL_NAME_num(names); i++)
		add_alternative_name(out, sk_GENERAL_NAME_value(names, i));
	GENERAL_NAMES_free(names);
	if (out->names_length == 0 && out->names_left_out == 0)
		add_common_name(out, X509_get_subject_name(certificate));
}

static bool tells_issuer(const X509 *certificate)
{
	AUTHORITY_INFO_ACCESS *places = X509_get_ext_d2i(certificate, NID_info_access, NULL, NULL);
	bool told = false;

	for (int i = 0; places != NULL && i < sk_ACCESS_DESCRIPTION_num(places); i++) {
		const ACCESS_DESCRIPTION *place = sk_ACCESS_DESCRIPTION_value(places, i);
		told = told || OBJ_obj2nid(place->method) == NID_ad_ca_issuers;
	}
	AUTHORITY_INFO_ACCESS_free(places);
	return told;
}

/* Dates. */

static bool read_date(int64_t *out, const ASN1_TIME *date)
{
	struct tm parts;

	if (ASN1_TIME_to_tm(date, &parts) != 1)
		return false;
	*out = timegm(&parts);
	return true;
}

void certificate_take(struct certificate *out, const struct x509_st *certificate)
{
	const X509_NAME *subject = X509_get_subject_name(certificate);
	const X509_NAME *issuer = X509_get_issuer_name(certificate);

	*out = (struct certificate){.present = true,
		.self_issued = X509_NAME_cmp(subject, issuer) == 0,
		.issuer_told = tells_issuer(certificate)};
	put_distinguished_name(out->subject, subject);
	put_distinguished_name(out->issuer, issuer);
	out->dated = read_date(&out->not_before_s, X509_get0_notBefore(certificate)) &&
		read_date(&out->not_after_s, X509_get0_notAfter(certificate));
	read_names(out, certificate);
	(void)X509_digest(certificate, EVP_sha256(), out->sha256, NULL);
	ERR_clear_error(); /* what is said of a stranger's bytes is nobody's error */
}

bool certificate_read(struct certificate *out, const uint8_t *der, size_t length)
{
	const unsigned char *at = der;
	X509 *certificate = length > LONG_MAX ? NULL : d2i_X509(NULL, &at, (long)length);

	*out = (struct certificate){.present = false};
	if (certificate != NULL)
		certificate_take(out, certificate);
	X509_free(certificate);
	ERR_clear_error();
	return out->present;
}

const char *certificate_next_name(const struct certificate *certificate, const char *previous)
{
	const char *end = certificate->names + certificate->names_length;
	const char *next = previous == NULL ? certificate->names : previous + strlen(previous) + 1;

	return next < end ? next : NULL;
}

int64_t certificate_days_left(const struct certificate *certificate, int64_t now_ns)
{
	int64_t left_s = certificate->not_after_s - now_ns / NS_PER_S;
	int64_t days = left_s / S_PER_DAY;

	return left_s % S_PER_DAY < 0 ? days - 1 : days;
}

enum verify_word certificate_verify_alone(const struct certificate *certificate, int64_t now_ns)
{
	if (!certificate->present)
		return VERIFY_UNKNOWN;
	if (certificate->dated && certificate->not_after_s < now_ns / NS_PER_S)
		return VERIFY_EXPIRED;
	if (certificate->dated && certificate->not_before_s > now_ns / NS_PER_S)
		return VERIFY_NOT_YET_VALID;
	return certificate->self_issued ? VERIFY_SELF_SIGNED : VERIFY_UNKNOWN;
}

static const char *const words[VERIFY_WORDS] = {
	[VERIFY_OK] = "ok",
	[VERIFY_EXPIRED] = "expired",
	[VERIFY_NOT_YET_VALID] = "not-yet-valid",
	[VERIFY_SELF_SIGNED] = "self-signed",
	[VERIFY_UNTRUSTED] = "untrusted",
	[VERIFY_NAME_MISMATCH] = "name-mismatch",
};

const char *verify_word_name(enum verify_word word)
{
	return words[word];
}
