/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "privilege.h"
#include "unit.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER  "4711"
#define GROUP "4712"

/* Dropping rights is for ever, so each attempt runs in a child, which exits with what it found. */
static int in_child(int (*look)(void))
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(look());
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int drop_as_sudo(void)
{
	struct fault why;

	if (setenv("SUDO_UID", USER, 1) != 0 || setenv("SUDO_GID", GROUP, 1) != 0)
		return 100;
	return privilege_drop(&why) == 0 ? 0 : 101;
}

static int look_who_sudo_left(void)
{
	gid_t groups[8];

	if (drop_as_sudo() != 0)
		return 1;
	if (getuid() != 4711 || geteuid() != 4711 || getgid() != 4712 || getegid() != 4712)
		return 2;
	return getgroups(8, groups) == 0 ? 0 : 3;
}

static int look_who_root_left(void)
{
	struct fault why;

	if (unsetenv("SUDO_UID") != 0 || unsetenv("SUDO_GID") != 0 || privilege_drop(&why) != 0)
		return 1;
	return getuid() != 0 && getgid() != 0 ? 0 : 2;
}

static int look_for_what_is_left(void)
{
	if (drop_as_sudo() != 0)
		return 1;
	if (socket(AF_INET, SOCK_RAW, IPPROTO_TCP) >= 0 || errno != EPERM)
		return 2;
	if (socket(AF_PACKET, SOCK_RAW, 0) >= 0 || errno != EPERM)
		return 3;
	if (setuid(0) == 0)
		return 4;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 5;
	if (prctl(PR_CAPBSET_READ, CAP_NET_RAW, 0, 0, 0) != 0)
		return 6;
	return privilege_can_probe() ? 7 : 0;
}

/* Numbers that are none, or root's, make us nobody rather than root. */
static int look_who_a_strange_sudo_left(void)
{
	struct fault why;

	if (setenv("SUDO_UID", "0", 1) != 0 || setenv("SUDO_GID", "-1", 1) != 0)
		return 1;
	if (privilege_drop(&why) != 0)
		return 2;
	return getuid() != 0 && getgid() != 0 ? 0 : 3;
}

static int look_at_an_unprivileged_drop(void)
{
	struct fault why;

	if (setgroups(0, NULL) != 0 || setgid(4712) != 0 || setuid(4711) != 0)
		return 1;
	if (privilege_can_probe())
		return 2;
	return privilege_drop(&why) == 0 && getuid() == 4711 ? 0 : 3;
}

/* As a program with file capabilities starts: an ordinary user with CAP_NET_RAW. */
static bool keep_net_raw_alone(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {
		{.effective = 1U << CAP_NET_RAW, .permitted = 1U << CAP_NET_RAW}};

	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 && setgid(4712) == 0 && setuid(4711) == 0 &&
		syscall(SYS_capset, &head, sets) == 0;
}

static int look_what_file_capabilities_left(void)
{
	struct fault why;

	if (!keep_net_raw_alone() || !privilege_can_probe())
		return 1;
	if (privilege_drop(&why) != 0 || getuid() != 4711)
		return 2;
	return privilege_can_probe() || socket(AF_INET, SOCK_RAW, IPPROTO_TCP) >= 0 ? 3 : 0;
}

static int look_at_a_file_given_away(void)
{
	char path[] = "/tmp/mailsonde-privilege-XXXXXX";
	int descriptor = mkstemp(path);
	struct stat status;

	if (setenv("SUDO_UID", USER, 1) != 0 || setenv("SUDO_GID", GROUP, 1) != 0)
		return 1;
	(void)fchmod(descriptor, 0644);
	privilege_give_to_user(descriptor);
	(void)unlink(path);
	if (fstat(descriptor, &status) != 0 || (status.st_mode & 0777) != 0600)
		return 2;
	return status.st_uid == 4711 && status.st_gid == 4712 ? 0 : 3;
}

static void assert_root_finds_nothing_wrong(int (*look)(void))
{
	if (geteuid() != 0)
		skip();
	assert_int_equal(in_child(look), 0);
}

static void privilege_drop_becomes_the_invoking_user_when_sudo(void **state)
{
	(void)state;
	assert_root_finds_nothing_wrong(look_who_sudo_left);
}

static void privilege_drop_becomes_nobody_when_plain_root(void **state)
{
	(void)state;
	assert_root_finds_nothing_wrong(look_who_root_left);
}

static void privilege_drop_becomes_nobody_when_sudo_makes_no_sense(void **state)
{
	(void)state;
	assert_root_finds_nothing_wrong(look_who_a_strange_sudo_left);
}

static void privilege_drop_leaves_no_way_back(void **state)
{
	(void)state;
	assert_root_finds_nothing_wrong(look_for_what_is_left);
}

static void privilege_drop_is_harmless_when_there_is_none(void **state)
{
	(void)state;
	assert_root_finds_nothing_wrong(look_at_an_unprivileged_drop);
}

static void privilege_drop_takes_file_capabilities_away(void **state)
{
	(void)state;
	assert_root_finds_nothing_wrong(look_what_file_capabilities_left);
}

static void privilege_gives_a_file_to_the_invoking_user(void **state)
{
	(void)state;
	assert_root_finds_nothing_wrong(look_at_a_file_given_away);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(privilege_drop_becomes_the_invoking_user_when_sudo),
		cmocka_unit_test(privilege_drop_becomes_nobody_when_plain_root),
		cmocka_unit_test(privilege_drop_becomes_nobody_when_sudo_makes_no_sense),
		cmocka_unit_test(privilege_drop_leaves_no_way_back),
		cmocka_unit_test(privilege_drop_is_harmless_when_there_is_none),
		cmocka_unit_test(privilege_drop_takes_file_capabilities_away),
		cmocka_unit_test(privilege_gives_a_file_to_the_invoking_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
