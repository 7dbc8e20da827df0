/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause.h"
#include "fault.h"
#include "unit.h"

#include <string.h>

static struct causes *opened(void)
{
	struct fault why;
	struct causes *causes = causes_new(&why);

	assert_non_null(causes);
	return causes;
}

/* Not another row that stands before it, and not for want of a hint. */
static void cause_finds_each_row_by_its_example(void **state)
{
	struct causes *causes = opened();
	struct span words;

	(void)state;
	for (int speaker = 0; speaker < SPEAKERS; speaker++) {
		const struct cause *row;
		for (size_t i = 0; (row = cause_at((enum speaker)speaker, i)) != NULL; i++) {
			const struct cause *found = cause_find(
				causes, (enum speaker)speaker, span_of(row->example), &words);
			assert_non_null(found);
			assert_string_equal(found->name, row->name);
			assert_true(words.length > 0);
		}
	}
	causes_free(causes);
}

static void cause_allows_what_it_claims(void **state)
{
	(void)state;
	for (int speaker = 0; speaker < SPEAKERS; speaker++) {
		const struct cause *row;
		for (size_t i = 0; (row = cause_at((enum speaker)speaker, i)) != NULL; i++) {
			assert_true(row->could_be != 0);
			if (row->claims != VERDICT_INCONCLUSIVE)
				assert_true(row->could_be & CAUSE_BIT(row->claims));
			assert_int_equal(row->unrelated, row->claims == VERDICT_OPEN);
		}
	}
}

struct saying {
	enum speaker speaker;
	const char *text, *name;
};

static void cause_depends_on_who_speaks(void **state)
{
	static const struct saying sayings[] = {
		{SPEAKER_CLIENT, "Connection refused", "connect-refused"},
		{SPEAKER_SERVER, "550 5.7.1 Connection refused by policy", "answered"},
		{SPEAKER_GREETING, "554 Connection refused", "greeting-refuses"},
		{SPEAKER_CLIENT, "Too many connections", "too-busy"},
		{SPEAKER_SERVER, "421 4.7.0 Too many connections", "too-many-connections"},
		{SPEAKER_GREETING, "421 4.7.0 Too many connections", "greeting-throttles"},
	};
	struct causes *causes = opened();
	struct span words;

	(void)state;
	for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++)
		assert_string_equal(
			cause_find(causes, sayings[i].speaker, span_of(sayings[i].text), &words)
				->name,
			sayings[i].name);
	causes_free(causes);
}

static void cause_is_not_led_by_the_name_of_a_host(void **state)
{
	static const char text[] = "lost connection with refused.spam.timeout.example[192.0.2.25] "
				   "while receiving the initial server greeting";
	struct causes *causes = opened();
	struct span words;

	(void)state;
	assert_string_equal(
		cause_find(causes, SPEAKER_CLIENT, span_of(text), &words)->name, "greeting-lost");
	assert_null(cause_find(causes, SPEAKER_CLIENT, span_of("host spam.example.com"), &words));
	causes_free(causes);
}

static void cause_gives_the_words_of_the_text_itself(void **state)
{
	static const char text[] =
		"  connect to mx.example.com[192.0.2.25]:25: Connection TIMED out";
	struct causes *causes = opened();
	struct span words;

	(void)state;
	for (int again = 0; again < 2; again++) {
		cause_find(causes, SPEAKER_CLIENT, span_of(text), &words);
		assert_true(span_is(words, "Connection TIMED out"));
		assert_true(words.at >= text && words.at < text + sizeof(text));
	}
	causes_free(causes);
}

static void cause_forgets_no_difference(void **state)
{
	struct causes *causes = opened();
	struct span words;

	(void)state;
	assert_null(cause_find(causes, SPEAKER_CLIENT, span_of("Connection refuse"), &words));
	assert_non_null(cause_find(causes, SPEAKER_CLIENT, span_of("Connection refused"), &words));
	assert_null(cause_find(causes, SPEAKER_CLIENT, span_of("Connection refuse"), &words));
	assert_null(cause_find(causes, SPEAKER_CLIENT, span_of(""), &words));
	causes_free(causes);
}

static void cause_of_status_tells_networks_from_recipients(void **state)
{
	(void)state;
	assert_string_equal(cause_of_status(span_of("4.4.1"))->name, "status-no-answer");
	assert_string_equal(cause_of_status(span_of("5.4.2"))->name, "status-bad-connection");
	assert_true(cause_of_status(span_of("5.1.1"))->unrelated);
	assert_ptr_equal(cause_of_status(span_of("4.4.7")), &cause_untold);
	assert_null(cause_of_status(span_of("5.0.0")));
	assert_null(cause_of_status(span_of("2.0.0")));
	assert_null(cause_of_status(span_of("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cause_finds_each_row_by_its_example),
		cmocka_unit_test(cause_allows_what_it_claims),
		cmocka_unit_test(cause_depends_on_who_speaks),
		cmocka_unit_test(cause_is_not_led_by_the_name_of_a_host),
		cmocka_unit_test(cause_gives_the_words_of_the_text_itself),
		cmocka_unit_test(cause_forgets_no_difference),
		cmocka_unit_test(cause_of_status_tells_networks_from_recipients),
	};

	return cmocka_run_group_tests_name("cause", tests, NULL, NULL);
}
