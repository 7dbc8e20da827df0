/* SPDX-License-Identifier: BSD-2-Clause */
#include "netns.h"
#include "reservation.h"
#include "unit.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
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

/* True if a connect() to a held port gets no answer within our patience, not even a RST. */
static bool held_port_is_silent(const char *loopback)
{
	struct timeval patience = {.tv_usec = 200000};
	struct address address = parsed(loopback);
	struct sockaddr_storage remote;
	socklen_t length = address_to_sockaddr(&address, 40001, &remote);
	int held = reservation_open(&address, 40001);
	int client = socket(remote.ss_family, SOCK_STREAM, 0);
	bool silent = held >= 0 &&
		setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) == 0 &&
		connect(client, (struct sockaddr *)&remote, length) == -1 && errno == EINPROGRESS;

	(void)close(client);
	reservation_close(held);
	return silent;
}

static void reservation_answers_nobody(void **state)
{
	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < 2; i++)
		assert_true(held_port_is_silent(loopbacks[i]));
}

/* Rights are dropped before the first probe; some kernels then refuse socket filters. */
static void reservation_answers_nobody_when_rights_are_dropped(void **state)
{
	int status = -1;
	pid_t child = -1;

	(void)state;
	if (!own_network)
		skip();
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(setgid(65534) == 0 && setuid(65534) == 0 &&
					held_port_is_silent(loopbacks[0]) &&
					held_port_is_silent(loopbacks[1])
				? 0
				: 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
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
		cmocka_unit_test(reservation_answers_nobody),
		cmocka_unit_test(reservation_answers_nobody_when_rights_are_dropped),
		cmocka_unit_test(reservation_fails_when_the_address_is_not_ours),
	};

	own_network = netns_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
