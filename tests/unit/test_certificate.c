/* SPDX-License-Identifier: BSD-2-Clause */
#include "authority.h"
#include "certificate.h"
#include "hex_bytes.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_NS (DAY_S * 1000000000)

static struct certificate certificate;

static bool read_wish(const struct certificate_wish *wish)
{
	X509 *made = authority_issue(wish);
	size_t length;
	uint8_t *der = authority_der(made, &length);
	bool good = certificate_read(&certificate, der, length);

	free(der);
	X509_free(made);
	return good;
}

static int forget(void **state)
{
	(void)state;
	authority_forget();
	return 0;
}

static void certificate_read_gives_every_fact(void **state)
{
	const struct certificate_wish authority = {.subject = "Root", .authority = true};
	X509 *issuer = authority_issue(&authority);
	const struct certificate_wish wish = {.subject = "mx.test",
		.names = "DNS:mx.test,DNS:*.mail.test,IP:192.0.2.1,IP:2001:db8::1,email:a@b.test",
		.issuer = issuer,
		.tells_issuer = true};
	static const char *const names[] = {"mx.test", "*.mail.test", "192.0.2.1", "2001:db8::1"};
	const char *name = NULL;

	(void)state;
	assert_true(read_wish(&wish));
	X509_free(issuer);
	assert_true(certificate.present && certificate.dated && certificate.issuer_told);
	assert_false(certificate.self_issued);
	assert_string_equal(certificate.subject, "CN=mx.test");
	assert_string_equal(certificate.issuer, "CN=Root");
	assert_int_equal(certificate.not_before_s, NOON_S - 10 * DAY_S);
	assert_int_equal(certificate.not_after_s, NOON_S + 61 * DAY_S);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		name = certificate_next_name(&certificate, name);
		assert_string_equal(name, names[i]);
	}
	assert_null(certificate_next_name(&certificate, name));
}

static void certificate_read_hashes_the_certificate_alone(void **state)
{
	const struct certificate_wish wish = {.subject = "mx.test"};
	X509 *made = authority_issue(&wish);
	size_t length;
	uint8_t *der = authority_der(made, &length);
	uint8_t *more = calloc(1, length + 9);
	uint8_t digest[CERTIFICATE_SHA256];

	(void)state;
	memcpy(more, der, length);
	assert_int_equal(X509_digest(made, EVP_sha256(), digest, NULL), 1);
	assert_true(certificate_read(&certificate, more, length + 9));
	assert_memory_equal(certificate.sha256, digest, sizeof(digest));
	free(more);
	free(der);
	X509_free(made);
}

static void certificate_read_takes_the_common_name_only_for_want_of_others(void **state)
{
	const struct certificate_wish with = {.subject = "cn.test", .names = "DNS:mx.test"};
	const struct certificate_wish without = {.subject = "cn.test"};

	(void)state;
	assert_true(read_wish(&with));
	assert_string_equal(certificate_next_name(&certificate, NULL), "mx.test");
	assert_true(read_wish(&without));
	assert_string_equal(certificate_next_name(&certificate, NULL), "cn.test");
}

static void certificate_read_counts_names_that_find_no_room(void **state)
{
	char names[64 * 40];
	const struct certificate_wish wish = {.subject = "mx.test", .names = names};
	size_t used = 0;
	size_t kept = 0;

	(void)state;
	for (int i = 0; i < 40; i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used,
			"%sDNS:name%d.a-long-label-to-fill-the-room.test", i == 0 ? "" : ",", i);
	assert_true(read_wish(&wish));
	for (const char *name = NULL; (name = certificate_next_name(&certificate, name)) != NULL;
		kept++)
		assert_true(strlen(name) > 0);
	assert_true(kept > 10);
	assert_int_equal(kept + certificate.names_left_out, 40);
}

static void certificate_read_shows_what_stands_behind_a_nul(void **state)
{
	const struct certificate_wish wish = {.subject = "mx.test", .names = "DNS:mx#evil.test"};
	X509 *made = authority_issue(&wish);
	size_t length;
	uint8_t *der = authority_der(made, &length);

	(void)state;
	*(uint8_t *)memmem(der, length, "#evil", 5) = '\0';
	assert_true(certificate_read(&certificate, der, length));
	assert_string_equal(certificate_next_name(&certificate, NULL), "mx?evil.test");
	free(der);
	X509_free(made);
}

static void certificate_read_rejects_every_truncation(void **state)
{
	const struct certificate_wish wish = {.subject = "mx.test", .names = "DNS:mx.test"};
	X509 *made = authority_issue(&wish);
	size_t length;
	uint8_t *der = authority_der(made, &length);

	(void)state;
	for (size_t cut = 0; cut < length; cut++) {
		uint8_t *part = exact_copy(der, cut);
		assert_false(certificate_read(&certificate, part, cut));
		assert_false(certificate.present);
		free(part);
	}
	free(der);
	X509_free(made);
}

static void certificate_days_left_are_rounded_down(void **state)
{
	const struct certificate_wish wish = {.subject = "mx.test"};

	(void)state;
	assert_true(read_wish(&wish));
	assert_int_equal(certificate_days_left(&certificate, NOON_NS), 61);
	assert_int_equal(certificate_days_left(&certificate, NOON_NS + 1000000000), 60);
	assert_int_equal(certificate_days_left(&certificate, NOON_NS + 61 * DAY_NS), 0);
	assert_int_equal(
		certificate_days_left(&certificate, NOON_NS + 61 * DAY_NS + 1000000000), -1);
}

static void certificate_verify_alone_judges_dates_and_issuer(void **state)
{
	const struct certificate_wish authority = {.subject = "Root", .authority = true};
	X509 *issuer = authority_issue(&authority);
	const struct certificate_wish own = {.subject = "mx.test"};
	const struct certificate_wish issued = {.subject = "mx.test", .issuer = issuer};

	(void)state;
	assert_true(read_wish(&issued));
	assert_int_equal(certificate_verify_alone(&certificate, NOON_NS), VERIFY_UNKNOWN);
	assert_int_equal(
		certificate_verify_alone(&certificate, NOON_NS + 62 * DAY_NS), VERIFY_EXPIRED);
	assert_int_equal(certificate_verify_alone(&certificate, NOON_NS - 11 * DAY_NS),
		VERIFY_NOT_YET_VALID);
	assert_true(read_wish(&own));
	assert_int_equal(certificate_verify_alone(&certificate, NOON_NS), VERIFY_SELF_SIGNED);
	certificate = (struct certificate){.present = false};
	assert_int_equal(certificate_verify_alone(&certificate, NOON_NS), VERIFY_UNKNOWN);
	X509_free(issuer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificate_read_gives_every_fact),
		cmocka_unit_test(certificate_read_hashes_the_certificate_alone),
		cmocka_unit_test(certificate_read_takes_the_common_name_only_for_want_of_others),
		cmocka_unit_test(certificate_read_counts_names_that_find_no_room),
		cmocka_unit_test(certificate_read_shows_what_stands_behind_a_nul),
		cmocka_unit_test(certificate_read_rejects_every_truncation),
		cmocka_unit_test(certificate_days_left_are_rounded_down),
		cmocka_unit_test(certificate_verify_alone_judges_dates_and_issuer),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
