/* SPDX-License-Identifier: BSD-2-Clause */
#include "authority.h"
#include "hex_bytes.h"
#include "tls_record.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define RANDOM "0001020304050607 08090a0b0c0d0e0f 1011121314151617 18191a1b1c1d1e1f"

/* ClientHello: session id of one byte, one cipher, the name "mx.test" (RFC 6066 section 3). */
#define CLIENT_HELLO                                                                               \
	"16 0301 0040 01 00003c 0303" RANDOM "01 aa 0002 1302 01 00"                               \
	"0010 0000 000c 000a 00 0007 6d782e74657374"

/* ServerHello of TLS 1.2; and of TLS 1.3, where an extension tells the version. */
#define SERVER_HELLO_12 "16 0303 002a 02 000026 0303" RANDOM "00 c02f 00"
#define SERVER_HELLO_13                                                                            \
	"16 0303 003a 02 000036 0303" RANDOM "00 1302 00"                                          \
	"000e 002b 0002 0304 0033 0004 001d 0000"

#define CHANGE_CIPHER "14 0303 0001 01"
#define SEALED_13     "17 0303 0014 00000000 00000000 00000000 00000000 00000000"
#define SEALED_ALERT  "17 0303 0013 00000000 00000000 00000000 00000000 000000"

static struct tls_reader readers[SESSION_SIDES];
static struct tls_facts facts;

static int begin(void **state)
{
	(void)state;
	facts = (struct tls_facts){.version = 0};
	for (int side = 0; side < SESSION_SIDES; side++)
		tls_reader_init(&readers[side]);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	for (int side = 0; side < SESSION_SIDES; side++)
		tls_reader_clear(&readers[side]);
	return 0;
}

/* In chunks of so many bytes, each in a block of its own. */
static void say_in(enum session_side side, const char *hex, size_t chunk)
{
	uint8_t *bytes;
	size_t length;

	hex_bytes(hex, &bytes, &length);
	for (size_t at = 0; at < length; at += chunk) {
		size_t here = length - at < chunk ? length - at : chunk;
		uint8_t *block = exact_copy(bytes + at, here);
		tls_reader_take(&readers[side], &facts, side, block, here);
		free(block);
	}
	free(bytes);
}

static void say(enum session_side side, const char *hex)
{
	say_in(side, hex, 1000);
}

static void tls_record_reads_the_hellos_however_they_are_cut(void **state)
{
	for (size_t chunk = 1; chunk < 80; chunk++) {
		begin(state);
		say_in(SIDE_CLIENT, CLIENT_HELLO, chunk);
		assert_true(facts.client_hello);
		assert_string_equal(facts.server_name, "mx.test");
		say_in(SIDE_SERVER, SERVER_HELLO_13, chunk);
		assert_true(facts.server_hello);
		assert_int_equal(facts.version, 0x0304);
		assert_int_equal(facts.cipher, 0x1302);
		assert_int_equal(facts.group, 0x001d);
		finish(state);
	}
}

static void tls_record_reads_a_hello_spread_over_records(void **state)
{
	(void)state;
	say(SIDE_SERVER, "16 0303 0002 02 00");
	say(SIDE_SERVER, "16 0303 0005 0026 0303 00");
	say(SIDE_SERVER,
		"16 0303 0023 0102030405060708 090a0b0c0d0e0f10 1112131415161718"
		"191a1b1c1d1e1f 00 c02f 00");
	assert_true(facts.server_hello);
	assert_int_equal(facts.version, 0x0303);
	assert_int_equal(facts.cipher, 0xc02f);
}

static void tls_record_is_complete_when_both_sides_changed_keys(void **state)
{
	(void)state;
	say(SIDE_CLIENT, CLIENT_HELLO);
	say(SIDE_SERVER, SERVER_HELLO_12);
	say(SIDE_CLIENT, CHANGE_CIPHER);
	assert_false(facts.complete);
	say(SIDE_SERVER, CHANGE_CIPHER);
	assert_true(facts.complete);
}

static void tls_record_takes_no_change_of_keys_for_one_in_tls_13(void **state)
{
	(void)state;
	say(SIDE_CLIENT, CLIENT_HELLO);
	say(SIDE_SERVER, SERVER_HELLO_13 CHANGE_CIPHER SEALED_13);
	say(SIDE_CLIENT, CHANGE_CIPHER);
	assert_false(facts.complete);
	say(SIDE_CLIENT, SEALED_13);
	assert_true(facts.complete);
}

static void tls_record_tells_a_sealed_alert_by_its_length(void **state)
{
	(void)state;
	say(SIDE_CLIENT, CLIENT_HELLO);
	say(SIDE_SERVER, SERVER_HELLO_13 SEALED_13);
	say(SIDE_CLIENT, SEALED_ALERT);
	assert_true(facts.sealed_alert);
	assert_false(facts.complete);
}

static void tls_record_sees_fatal_alerts_alone(void **state)
{
	static const struct {
		const char *hello, *alert;
		bool seen;
		uint8_t description;
	} cases[] = {
		{"", "15 0301 0002 02 28", true, 40},
		{SERVER_HELLO_12, "15 0303 0002 01 70", false, 0},
		{SERVER_HELLO_12, "15 0303 0002 01 00", false, 0},
		{SERVER_HELLO_13, "15 0303 0002 01 2a", true, 42},
		{SERVER_HELLO_13, "15 0303 0002 02 00", false, 0},
		{SERVER_HELLO_12, "15 0303 0001 02 15 0303 0001 46", true, 70},
		{SERVER_HELLO_12 CHANGE_CIPHER, "15 0303 001a 02 28", false, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(state);
		say(SIDE_SERVER, cases[i].hello);
		say(SIDE_SERVER, cases[i].alert);
		assert_int_equal(facts.alert.seen, cases[i].seen);
		assert_int_equal(facts.alert.description, cases[i].description);
		finish(state);
	}
}

static void tls_record_stops_where_it_is_no_tls(void **state)
{
	static const char *const cases[] = {
		"32 32 30 20 6d 78 0d 0a",
		"16 0503 0010 00",
		"16 0301 ffff 00",
		"18 0303 0003 01 0000",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(state);
		say(SIDE_SERVER, cases[i]);
		assert_true(readers[SIDE_SERVER].lost);
		say(SIDE_SERVER, SERVER_HELLO_12);
		assert_false(facts.server_hello);
		finish(state);
	}
}

static void tls_record_believes_no_inner_length(void **state)
{
	static const char *const cases[] = {
		/* a name, a list and an extension longer than what holds them */
		"16 0301 0040 01 00003c 0303" RANDOM "01 aa 0002 1302 01 00"
		"0010 0000 000c 000a 00 0107 6d782e74657374",
		"16 0301 0040 01 00003c 0303" RANDOM "01 aa 0002 1302 01 00"
		"0010 0000 000c ff0a 00 ff07 6d782e74657374",
		"16 0301 0040 01 00003c 0303" RANDOM "ff aa 0002 1302 01 00"
		"0010 0000 000c 000a 00 0007 6d782e74657374",
		"16 0301 0004 01 000000",
		"16 0301 0005 01 ffffff 03",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(state);
		say(SIDE_CLIENT, cases[i]);
		assert_string_equal(facts.server_name, "");
		finish(state);
	}
}

/* supported_versions with a value of RFC 8701, TLS 1.3 and TLS 1.2. */
#define CLIENT_HELLO_OFFER                                                                         \
	"16 0301 003b 01 000037 0303" RANDOM "01 aa 0002 1302 01 00"                               \
	"000b 002b 0007 06 2a2a 0304 0303"

static void tls_record_reads_the_versions_that_are_offered(void **state)
{
	(void)state;
	say_in(SIDE_CLIENT, CLIENT_HELLO_OFFER, SIZE_MAX);
	assert_true(facts.client_hello);
	assert_int_equal(facts.offered_least, 0x0303);
	assert_int_equal(facts.offered_most, 0x0304);
}

static void tls_record_takes_the_hello_s_own_version_where_none_are_listed(void **state)
{
	(void)state;
	say_in(SIDE_CLIENT, CLIENT_HELLO, SIZE_MAX);
	assert_int_equal(facts.offered_least, 0);
	assert_int_equal(facts.offered_most, 0x0303);
}

/* ServerKeyExchange of a named curve, x25519 (RFC 8422 section 5.4); and of a prime whose length
 * starts with the same byte. */
#define SERVER_KEY_CURVE "16 0303 0008 0c 000004 03 001d 00"
#define SERVER_KEY_PRIME "16 0303 0008 0c 000004 03 0017 00"
#define SERVER_HELLO_DHE "16 0303 002a 02 000026 0303" RANDOM "00 009f 00"

static void tls_record_reads_the_group_before_tls_13(void **state)
{
	(void)state;
	say_in(SIDE_SERVER, SERVER_HELLO_12 SERVER_KEY_CURVE, 3);
	assert_int_equal(facts.group, 0x001d);
	facts.group = 0;
	say(SIDE_SERVER, SERVER_HELLO_DHE SERVER_KEY_PRIME);
	assert_int_equal(facts.group, 0);
}

static uint8_t *put_head(uint8_t *out, uint8_t kind, size_t length)
{
	const uint8_t head[] = {
		kind, (uint8_t)(length >> 16), (uint8_t)(length >> 8), (uint8_t)length};

	memcpy(out, head, sizeof(head));
	return out + sizeof(head);
}

/* A Certificate message (RFC 5246 section 7.4.2) with padding where more of the chain would be. */
static uint8_t *certificate_message(
	const uint8_t *der, size_t length, size_t padding, size_t *message_length)
{
	size_t list = 3 + length + padding;
	uint8_t *message = calloc(1, 7 + list);
	uint8_t inner[4];

	assert_non_null(message);
	uint8_t *at = put_head(message, 11, 3 + list);

	put_head(inner, 0, list);
	memcpy(at, inner + 1, 3);
	put_head(inner, 0, length);
	memcpy(at + 3, inner + 1, 3);
	memcpy(at + 6, der, length);
	*message_length = 7 + list;
	return message;
}

/* In records of at most so many bytes. */
static void say_message(const uint8_t *message, size_t length, size_t most)
{
	for (size_t at = 0; at < length; at += most) {
		size_t here = length - at < most ? length - at : most;
		const uint8_t head[] = {22, 3, 3, (uint8_t)(here >> 8), (uint8_t)here};
		uint8_t *part = exact_copy(message + at, here);
		tls_reader_take(&readers[SIDE_SERVER], &facts, SIDE_SERVER, head, sizeof(head));
		tls_reader_take(&readers[SIDE_SERVER], &facts, SIDE_SERVER, part, here);
		free(part);
	}
}

static void tls_record_reads_the_certificate_however_long_its_chain(void **state)
{
	static const size_t paddings[] = {0, 100, 20000, 65536};
	const struct certificate_wish wish = {.subject = "mx.test", .names = "DNS:mx.test"};
	X509 *made = authority_issue(&wish);
	size_t length, message_length;
	uint8_t *der = authority_der(made, &length);

	for (size_t i = 0; i < sizeof(paddings) / sizeof(paddings[0]); i++) {
		uint8_t *message = certificate_message(der, length, paddings[i], &message_length);

		begin(state);
		say(SIDE_SERVER, SERVER_HELLO_12);
		say_message(message, message_length, 100 + 5000 * i);
		assert_true(facts.certificate.present);
		assert_string_equal(facts.certificate.subject, "CN=mx.test");
		finish(state);
		free(message);
	}
	free(der);
	X509_free(made);
	authority_forget();
}

static void tls_record_takes_no_nonsense_for_a_certificate(void **state)
{
	(void)state;
	say(SIDE_SERVER, SERVER_HELLO_12 "16 0303 000d 0b 000009 000006 000003 308000");
	assert_false(facts.certificate.present);
	say(SIDE_SERVER, "16 0303 000d 0b 000009 000006 ffffff 308000");
	assert_false(facts.certificate.present);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tls_record_reads_the_hellos_however_they_are_cut),
		cmocka_unit_test_setup_teardown(
			tls_record_reads_a_hello_spread_over_records, begin, finish),
		cmocka_unit_test_setup_teardown(
			tls_record_is_complete_when_both_sides_changed_keys, begin, finish),
		cmocka_unit_test_setup_teardown(
			tls_record_takes_no_change_of_keys_for_one_in_tls_13, begin, finish),
		cmocka_unit_test_setup_teardown(
			tls_record_tells_a_sealed_alert_by_its_length, begin, finish),
		cmocka_unit_test(tls_record_sees_fatal_alerts_alone),
		cmocka_unit_test(tls_record_stops_where_it_is_no_tls),
		cmocka_unit_test(tls_record_believes_no_inner_length),
		cmocka_unit_test_setup_teardown(
			tls_record_reads_the_versions_that_are_offered, begin, finish),
		cmocka_unit_test_setup_teardown(
			tls_record_takes_the_hello_s_own_version_where_none_are_listed, begin,
			finish),
		cmocka_unit_test_setup_teardown(
			tls_record_reads_the_group_before_tls_13, begin, finish),
		cmocka_unit_test(tls_record_reads_the_certificate_however_long_its_chain),
		cmocka_unit_test_setup_teardown(
			tls_record_takes_no_nonsense_for_a_certificate, begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
