/* SPDX-License-Identifier: BSD-2-Clause */
#include "tls_name.h"
#include "unit.h"

static void tls_name_falls_back_on_the_number(void **state)
{
	char out[TLS_NUMBER_TEXT];

	(void)state;
	assert_string_equal(tls_version_name(0x0304, out), "TLSv1.3");
	assert_string_equal(tls_version_name(0x7f17, out), "0x7f17");
	assert_string_equal(tls_cipher_name(0x1301, out), "TLS_AES_128_GCM_SHA256");
	assert_string_equal(tls_cipher_name(0xfafa, out), "0xfafa");
	assert_string_equal(tls_group_name(0x001d, out), "x25519");
	assert_string_equal(tls_group_name(0, out), "");
	assert_string_equal(tls_alert_name(48, out), "unknown_ca");
	assert_string_equal(tls_alert_name(0, out), "alert 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tls_name_falls_back_on_the_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
