/* SPDX-License-Identifier: BSD-2-Clause */
#include "tls_name.h"

#include <stddef.h>
#include <stdio.h>

struct number {
	uint16_t number;
	const char *name;
};

static const char *look_up(const struct number *numbers, uint16_t number)
{
	for (; numbers->name != NULL; numbers++) {
		if (numbers->number == number)
			return numbers->name;
	}
	return NULL;
}

static const char *name_of(
	const struct number *numbers, uint16_t number, char out[static TLS_NUMBER_TEXT])
{
	const char *name = look_up(numbers, number);

	out[0] = '\0';
	if (name != NULL)
		snprintf(out, TLS_NUMBER_TEXT, "%s", name);
	else if (number != 0)
		snprintf(out, TLS_NUMBER_TEXT, "0x%04x", number);
	return out;
}

const char *tls_version_name(uint16_t version, char out[static TLS_NUMBER_TEXT])
{
	static const struct number versions[] = {
		{0x0300, "SSLv3"},
		{0x0301, "TLSv1.0"},
		{0x0302, "TLSv1.1"},
		{0x0303, "TLSv1.2"},
		{0x0304, "TLSv1.3"},
		{0, NULL},
	};

	return name_of(versions, version, out);
}

const char *tls_cipher_name(uint16_t cipher, char out[static TLS_NUMBER_TEXT])
{
	static const struct number ciphers[] = {
		{0x0004, "TLS_RSA_WITH_RC4_128_MD5"},
		{0x0005, "TLS_RSA_WITH_RC4_128_SHA"},
		{0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"},
		{0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"},
		{0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"},
		{0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"},
		{0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"},
		{0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256"},
		{0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256"},
		{0x0041, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA"},
		{0x0045, "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA"},
		{0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256"},
		{0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"},
		{0x0084, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA"},
		{0x0088, "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA"},
		{0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"},
		{0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"},
		{0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"},
		{0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"},
		{0x1301, "TLS_AES_128_GCM_SHA256"},
		{0x1302, "TLS_AES_256_GCM_SHA384"},
		{0x1303, "TLS_CHACHA20_POLY1305_SHA256"},
		{0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"},
		{0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"},
		{0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"},
		{0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"},
		{0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"},
		{0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"},
		{0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"},
		{0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"},
		{0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
		{0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
		{0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
		{0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
		{0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
		{0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
		{0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
		{0, NULL},
	};

	return name_of(ciphers, cipher, out);
}

const char *tls_group_name(uint16_t group, char out[static TLS_NUMBER_TEXT])
{
	static const struct number groups[] = {
		{0x0017, "secp256r1"},
		{0x0018, "secp384r1"},
		{0x0019, "secp521r1"},
		{0x001d, "x25519"},
		{0x001e, "x448"},
		{0x001a, "brainpoolP256r1"},
		{0x001b, "brainpoolP384r1"},
		{0x001c, "brainpoolP512r1"},
		{0x0100, "ffdhe2048"},
		{0x0101, "ffdhe3072"},
		{0x0102, "ffdhe4096"},
		{0x11ec, "X25519MLKEM768"},
		{0, NULL},
	};

	return name_of(groups, group, out);
}

const char *tls_alert_name(uint8_t description, char out[static TLS_NUMBER_TEXT])
{
	/* RFC 8446 section 6, and RFC 5246 section 7.2 for what it no longer has. */
	static const struct number alerts[] = {
		{10, "unexpected_message"},
		{20, "bad_record_mac"},
		{21, "decryption_failed"},
		{22, "record_overflow"},
		{30, "decompression_failure"},
		{40, "handshake_failure"},
		{41, "no_certificate"},
		{42, "bad_certificate"},
		{43, "unsupported_certificate"},
		{44, "certificate_revoked"},
		{45, "certificate_expired"},
		{46, "certificate_unknown"},
		{47, "illegal_parameter"},
		{48, "unknown_ca"},
		{49, "access_denied"},
		{50, "decode_error"},
		{51, "decrypt_error"},
		{70, "protocol_version"},
		{71, "insufficient_security"},
		{80, "internal_error"},
		{86, "inappropriate_fallback"},
		{90, "user_canceled"},
		{100, "no_renegotiation"},
		{109, "missing_extension"},
		{110, "unsupported_extension"},
		{112, "unrecognized_name"},
		{113, "bad_certificate_status_response"},
		{115, "unknown_psk_identity"},
		{116, "certificate_required"},
		{120, "no_application_protocol"},
		{0, NULL},
	};
	const char *name = look_up(alerts, description);

	if (name != NULL)
		snprintf(out, TLS_NUMBER_TEXT, "%s", name);
	else
		snprintf(out, TLS_NUMBER_TEXT, "alert %u", description);
	return out;
}
