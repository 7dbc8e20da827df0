/* SPDX-License-Identifier: BSD-2-Clause */
#include "netns.h"

#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

bool netns_run(const char *command)
{
	char quiet[512];
	int length = snprintf(quiet, sizeof(quiet), "{ %s ; } >/dev/null 2>&1", command);

	if (length < 0 || (size_t)length >= sizeof(quiet))
		return false;
	return system(quiet) == 0; /* NOLINT(cert-env33-c): a fixed line of a test */
}

bool netns_enter(void)
{
	return geteuid() == 0 && unshare(CLONE_NEWNET) == 0 && netns_run("ip link set lo up");
}

/* One socket for both families: an IPv6 socket without V6ONLY. */
static bool listen_on(uint16_t port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int descriptor = socket(AF_INET6, SOCK_STREAM, 0);

	return descriptor >= 0 && bind(descriptor, (struct sockaddr *)&any, sizeof(any)) == 0 &&
		listen(descriptor, 64) == 0;
}

/* The peer: says 'n' when it has its namespace, waits for its veth, says 'r' when it is ready. */
static _Noreturn void peer_live(const int leash[2], const uint16_t *ports)
{
	char word = 0;
	bool ready = netns_enter();

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (write(leash[1], ready ? "n" : "x", 1) != 1 || read(leash[1], &word, 1) != 1)
		_exit(1);
	ready = ready && netns_run("ip addr add " NETNS_PEER_IPV4 "/24 dev far") &&
		netns_run("ip addr add " NETNS_PEER_IPV6 "/64 dev far nodad") &&
		netns_run("ip link set far up");
	for (; *ports; ports++)
		ready = ready && listen_on(*ports);
	if (write(leash[1], ready ? "r" : "x", 1) != 1)
		_exit(1);
	_exit(read(leash[1], &word, 1) == 0 ? 0 : 1);
}

static bool peer_says(const struct netns_peer *peer, char expected)
{
	char word = 0;

	return read(peer->leash[0], &word, 1) == 1 && word == expected;
}

static bool peer_link(const struct netns_peer *peer)
{
	char command[128];

	(void)snprintf(command, sizeof(command),
		"ip link add near type veth peer name far netns %d", peer->pid);
	return netns_run(command) && netns_run("ip addr add " NETNS_OUR_IPV4 "/24 dev near") &&
		netns_run("ip addr add " NETNS_OUR_IPV6 "/64 dev near nodad") &&
		netns_run("ip link set near up");
}

bool netns_peer_start(struct netns_peer *peer, const uint16_t *ports)
{
	*peer = (struct netns_peer){.leash = {-1, -1}};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, peer->leash) != 0)
		return false;
	peer->pid = fork();
	if (peer->pid == 0) {
		(void)close(peer->leash[0]);
		peer_live(peer->leash, ports);
	}
	(void)close(peer->leash[1]);
	return peer->pid > 0 && peer_says(peer, 'n') && peer_link(peer) &&
		write(peer->leash[0], "l", 1) == 1 && peer_says(peer, 'r');
}

void netns_peer_stop(struct netns_peer *peer)
{
	if (peer->pid <= 0)
		return;
	(void)close(peer->leash[0]);
	(void)waitpid(peer->pid, NULL, 0);
	peer->pid = 0;
}
