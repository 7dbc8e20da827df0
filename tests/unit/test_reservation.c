/* SPDX-License-Identifier: BSD-2-Clause */
#include "netns.h"
#include "reservation.h"
#include "unit.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static bool own_network;

static struct address parsed(const char *text)
{
	struct address address;

	assert_true(address_parse(&address, text));
	return address;
}

static const char *const loopbacks[] = {"127.0.0.1", "::1"};

static void reservation_keeps_the_port_from_others(void **state)
{
	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < 2; i++) {
		struct address address = parsed(loopbacks[i]);
		int first = reservation_open(&address, 40001);

		assert_true(first >= 0);
		assert_int_equal(reservation_open(&address, 40001), -1);
		assert_int_equal(errno, EADDRINUSE);
		reservation_close(first);
	}
}

static void reservation_frees_the_port_when_closed(void **state)
{
	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < 2; i++) {
		struct address address = parsed(loopbacks[i]);

		for (unsigned round = 0; round < 3; round++) {
			int held = reservation_open(&address, 40001);

			assert_true(held >= 0);
			reservation_close(held);
		}
	}
}

static void reservation_takes_its_port_in_one_family_alone(void **state)
{
	struct address ipv4 = parsed("127.0.0.1"), ipv6 = parsed("::");
	int first = -1, second = -1;

	(void)state;
	if (!own_network)
		skip();
	first = reservation_open(&ipv6, 40001);
	second = reservation_open(&ipv4, 40001);
	assert_true(first >= 0 && second >= 0);
	reservation_close(first);
	reservation_close(second);
}

/* Not even a SYN from this machine is answered. */
static void reservation_accepts_no_connection(void **state)
{
	struct timeval patience = {.tv_usec = 200000};

	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < 2; i++) {
		struct address address = parsed(loopbacks[i]);
		struct sockaddr_storage remote;
		socklen_t length = address_to_sockaddr(&address, 40001, &remote);
		int held = reservation_open(&address, 40001);
		int client = socket(remote.ss_family, SOCK_STREAM, 0);

		assert_true(held >= 0);
		assert_int_equal(
			setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)),
			0);
		assert_int_equal(connect(client, (struct sockaddr *)&remote, length), -1);
		assert_int_equal(errno, EINPROGRESS); /* no answer within our patience */
		(void)close(client);
		reservation_close(held);
	}
}

static void reservation_fails_when_the_address_is_not_ours(void **state)
{
	struct address address = parsed("192.0.2.77"), none = {0};

	(void)state;
	assert_int_equal(reservation_open(&address, 40001), -1);
	assert_int_equal(errno, EADDRNOTAVAIL);
	assert_int_equal(reservation_open(&none, 40001), -1);
	assert_int_equal(errno, EAFNOSUPPORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reservation_keeps_the_port_from_others),
		cmocka_unit_test(reservation_frees_the_port_when_closed),
		cmocka_unit_test(reservation_takes_its_port_in_one_family_alone),
		cmocka_unit_test(reservation_accepts_no_connection),
		cmocka_unit_test(reservation_fails_when_the_address_is_not_ours),
	};

	own_network = netns_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
