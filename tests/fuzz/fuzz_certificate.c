/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a certificate: alone, and as a server's Certificate message. */
#include "certificate.h"
#include "corpus.h"
#include "tls_record.h"

#include <assert.h>
#include <string.h>

static void check(const struct certificate *certificate)
{
	size_t names = 0;

	assert(memchr(certificate->subject, '\0', CERTIFICATE_NAME_TEXT) != NULL);
	assert(memchr(certificate->issuer, '\0', CERTIFICATE_NAME_TEXT) != NULL);
	assert(certificate->names_length <= CERTIFICATE_NAMES_TEXT);
	for (const char *name = NULL; (name = certificate_next_name(certificate, name)) != NULL;)
		names += strlen(name) + 1;
	assert(names == certificate->names_length);
	assert(certificate_verify_alone(certificate, 0) < VERIFY_UNTRUSTED);
	(void)certificate_days_left(certificate, 0);
}

/* One record: TLS 1.2's head, the message's head, the list's length, the certificate's, its DER. */
static void pass_by(const uint8_t *data, size_t size)
{
	struct tls_facts facts = {.version = 0};
	struct tls_reader reader;
	uint8_t head[] = {22, 3, 3, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0};
	static const uint8_t places[] = {3, 7, 10, 13}; /* of lengths, in the head */
	static const uint8_t before[] = {5, 9, 12, 15}; /* where what they count begins */

	for (size_t i = 0; i < sizeof(places); i++) {
		size_t length = sizeof(head) - before[i] + size;
		head[places[i]] = (uint8_t)(length >> 8);
		head[places[i] + 1] = (uint8_t)length;
	}
	tls_reader_init(&reader);
	tls_reader_take(&reader, &facts, SIDE_SERVER, head, sizeof(head));
	tls_reader_take(&reader, &facts, SIDE_SERVER, data, size);
	check(&facts.certificate);
	tls_reader_clear(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct certificate certificate;
	bool read = certificate_read(&certificate, data, size);

	assert(read == certificate.present);
	check(&certificate);
	if (size > 0 && size < 16000)
		pass_by(data, size);
	return 0;
}
