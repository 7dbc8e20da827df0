/* SPDX-License-Identifier: BSD-2-Clause */
#include "session_json.h"

#include "safe_json.h"
#include "tls_name.h"
#include "transcript.h"

const char *session_starttls_word(const struct transcript *transcript)
{
	if (transcript->implicit_tls)
		return "implicit";
	if (transcript_stripped(transcript))
		return "stripped";
	if (transcript->starttls_offered || transcript->starttls_accepted)
		return "offered";
	return transcript->capabilities_told || transcript->starttls_refused ? "absent" : NULL;
}

static json_t *tls_object(const struct tls_facts *tls)
{
	char text[TLS_NUMBER_TEXT];

	if (!tls->server_hello)
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "version", safe_json(tls_version_name(tls->version, text)));
	safe_json_put(object, "cipher", safe_json(tls_cipher_name(tls->cipher, text)));
	safe_json_put(object, "group", safe_json(tls_group_name(tls->group, text)));
	return object;
}

json_t *session_json(const struct transcript *transcript)
{
	if (transcript == NULL ||
		(transcript->bytes[SIDE_SERVER] == 0 && !transcript->tls.client_hello))
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "greeting", safe_json(transcript->greeting_text));
	safe_json_put(object, "starttls", safe_json(session_starttls_word(transcript)));
	safe_json_put(object, "tls", tls_object(&transcript->tls));
	safe_json_put(object, "certificate", json_null());
	return object;
}
