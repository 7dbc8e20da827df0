/* SPDX-License-Identifier: BSD-2-Clause */
#include "authority.h"
#include "fault.h"
#include "trust.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void trust_open_takes_a_file_of_certificates(void **state)
{
	const struct certificate_wish wish = {.subject = "Root", .authority = true};
	X509 *root = authority_issue(&wish);
	char path[AUTHORITY_PATH];
	struct fault why;

	(void)state;
	authority_write(root, path);
	struct trust *trust = trust_open(path, &why);

	unlink(path);
	assert_non_null(trust);
	assert_int_equal(trust_anchors(trust), 1);
	trust_close(trust);
	X509_free(root);
	authority_forget();
}

static void trust_open_refuses_a_file_without(void **state)
{
	struct fault why = {.kind = FAULT_NONE};

	(void)state;
	assert_null(trust_open("README.md", &why));
	assert_int_equal(why.kind, FAULT_DATA);
	assert_null(trust_open("/nonexistent/ca.pem", &why));
	assert_int_equal(why.kind, FAULT_NO_INPUT);
}

static void trust_open_goes_on_without_anchors(void **state)
{
	struct fault why;

	(void)state;
	setenv("SSL_CERT_FILE", "/nonexistent", 1);
	struct trust *trust = trust_open(NULL, &why);

	unsetenv("SSL_CERT_FILE");
	assert_non_null(trust);
	assert_int_equal(trust_anchors(trust), 0);
	trust_close(trust);
	trust_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trust_open_takes_a_file_of_certificates),
		cmocka_unit_test(trust_open_refuses_a_file_without),
		cmocka_unit_test(trust_open_goes_on_without_anchors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
