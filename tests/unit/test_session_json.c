/* SPDX-License-Identifier: BSD-2-Clause */
#include "ending.h"
#include "session_json.h"
#include "transcript.h"
#include "unit.h"

#include <string.h>

static const char *text_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void session_json_is_null_where_nothing_was_heard(void **state)
{
	const struct transcript silent = {.port = 25};
	json_t *of_none = session_json(&(struct session_signs){.transcript = NULL});
	json_t *of_silent = session_json(&(struct session_signs){.transcript = &silent});

	(void)state;
	assert_true(json_is_null(of_none));
	assert_true(json_is_null(of_silent));
}

static void session_json_tells_greeting_and_tls(void **state)
{
	const struct transcript transcript = {.bytes = {1, 1},
		.greeting_text = "220 \x1b[2Jmx",
		.starttls_offered = true,
		.tls = {.server_hello = true, .version = 0x0304, .cipher = 0x1301}};
	json_t *session = session_json(&(struct session_signs){.transcript = &transcript});

	(void)state;
	assert_string_equal(text_at(session, "greeting"), "220 \\x1b[2Jmx");
	assert_string_equal(text_at(session, "starttls"), "offered");
	assert_string_equal(text_at(json_object_get(session, "tls"), "version"), "TLSv1.3");
	assert_true(json_is_null(json_object_get(json_object_get(session, "tls"), "group")));
	json_decref(session);
}

static void session_json_has_the_contracts_words_for_starttls(void **state)
{
	const struct transcript implicit = {.implicit_tls = true};
	const struct transcript stripped = {.starttls_masked = true};
	const struct transcript absent = {.capabilities_told = true};
	const struct transcript unknown = {.port = 25};

	(void)state;
	assert_string_equal(session_starttls_word(&implicit), "implicit");
	assert_string_equal(session_starttls_word(&stripped), "stripped");
	assert_string_equal(session_starttls_word(&absent), "absent");
	assert_null(session_starttls_word(&unknown));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(session_json_is_null_where_nothing_was_heard),
		cmocka_unit_test(session_json_tells_greeting_and_tls),
		cmocka_unit_test(session_json_has_the_contracts_words_for_starttls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
