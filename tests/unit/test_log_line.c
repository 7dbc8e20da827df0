/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause.h"
#include "fault.h"
#include "log_form.h"
#include "log_line.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static struct log_reader *opened(void)
{
	struct fault why;
	struct log_reader *reader = log_reader_new(&why);

	assert_non_null(reader);
	return reader;
}

static bool reads(struct log_reader *reader, const char *text, struct sighting *out)
{
	struct log_line line;

	return log_line_split(&line, span_of(text)) && log_line_read(reader, &line, out);
}

static void log_line_fits_each_form_by_its_example(void **state)
{
	struct log_reader *reader = opened();

	(void)state;
	for (size_t i = 0; i < log_form_count; i++) {
		const struct log_form *form = &log_forms[i];
		struct sighting sighting;
		bool told = reads(reader, form->example, &sighting);
		assert_ptr_equal(log_reader_form(reader), form);
		assert_int_equal(told, form->tells != LOG_NOTHING && form->tells != LOG_OPENED);
		if (told)
			assert_int_equal(
				sighting.kind == SIGHTING_ANSWERED, sighting.cause == NULL);
	}
	log_reader_free(reader);
}

static void log_line_names_the_place(void **state)
{
	struct log_reader *reader = opened();
	struct sighting sighting;

	(void)state;
	assert_true(reads(reader,
		"Nov 28 01:25:31 c postfix/smtp[2]: connect to mx.example.com[2001:db8::25]:587: "
		"Connection timed out",
		&sighting));
	assert_true(span_is(sighting.server, "mx.example.com"));
	assert_true(span_is(sighting.address, "2001:db8::25"));
	assert_int_equal(sighting.port, 587);
	assert_false(sighting.port_guessed);
	log_reader_free(reader);
}

static void log_line_guesses_the_usual_port_where_none_is_named(void **state)
{
	struct log_reader *reader = opened();
	struct sighting sighting;

	(void)state;
	assert_true(reads(reader,
		"2026-11-28 10:00:00 1vOnTt-00000w-0q H=mx.example.com [192.0.2.25] Connection refused",
		&sighting));
	assert_int_equal(sighting.port, 25);
	assert_true(sighting.port_guessed);
	log_reader_free(reader);
}

/* OpenSMTPD tells where in one line and why in another. */
static void log_line_joins_the_lines_of_a_session(void **state)
{
	struct log_reader *reader = opened();
	struct sighting sighting;

	(void)state;
	assert_false(reads(reader,
		"Nov 28 01:28:51 c smtpd[1]: abd4b91318d85081 mta connecting "
		"address=smtp://192.0.2.202:2525 host=refused.test",
		&sighting));
	assert_true(reads(reader,
		"Nov 28 01:28:51 c smtpd[1]: abd4b91318d85081 mta error reason=IO Error: Connection "
		"refused",
		&sighting));
	assert_true(span_is(sighting.server, "refused.test"));
	assert_int_equal(sighting.port, 2525);
	assert_true(reads(reader,
		"Nov 28 01:28:51 c smtpd[1]: abd4b91318d85082 mta error reason=IO Error: Connection "
		"refused",
		&sighting));
	assert_int_equal(sighting.server.length, 0);
	log_reader_free(reader);
}

static void log_line_survives_every_truncation(void **state)
{
	struct log_reader *reader = opened();

	(void)state;
	for (size_t i = 0; i < log_form_count; i++) {
		size_t length = strlen(log_forms[i].example);
		for (size_t cut = 0; cut < length; cut++) {
			struct log_line line;
			struct sighting sighting;
			char *exact = malloc(cut + 1);
			assert_non_null(exact);
			memcpy(exact, log_forms[i].example, cut);
			if (log_line_split(&line, (struct span){exact, cut}))
				(void)log_line_read(reader, &line, &sighting);
			free(exact);
		}
	}
	log_reader_free(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_line_fits_each_form_by_its_example),
		cmocka_unit_test(log_line_names_the_place),
		cmocka_unit_test(log_line_guesses_the_usual_port_where_none_is_named),
		cmocka_unit_test(log_line_joins_the_lines_of_a_session),
		cmocka_unit_test(log_line_survives_every_truncation),
	};

	return cmocka_run_group_tests_name("log_line", tests, NULL, NULL);
}
