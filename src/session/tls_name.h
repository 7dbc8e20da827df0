/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of TLS's numbers, as IANA lists them. */
#ifndef SESSION_TLS_NAME_H
#define SESSION_TLS_NAME_H

#include <stdint.h>

#define TLS_NUMBER_TEXT 48

/* Each writes into out and returns it; a number without a name as "0x1234"; "" for 0. */
const char *tls_version_name(uint16_t version, char out[static TLS_NUMBER_TEXT]);
const char *tls_cipher_name(uint16_t cipher, char out[static TLS_NUMBER_TEXT]);
const char *tls_group_name(uint16_t group, char out[static TLS_NUMBER_TEXT]);

/* "handshake_failure"; "alert 99" where there is no name. */
const char *tls_alert_name(uint8_t description, char out[static TLS_NUMBER_TEXT]);

#endif
