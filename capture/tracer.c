/* SPDX-License-Identifier: BSD-2-Clause */
#include "tracer.h"

#include "fault.h"
#include "local_rule.h"
#include "privilege.h"
#include "tracer_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIST_PATIENCE_MS 300

struct tracer {
	pid_t child;
	int orders; /* a socket: orders out, listings in */
	int trace;  /* a pipe: what the monitor writes */
};

/* Moves a descriptor out of the way of the places that the child's two get. */
static int lifted(int descriptor)
{
	return fcntl(descriptor, F_DUPFD_CLOEXEC, TRACER_CHILD_TRACE + 1);
}

/* Keeps the two descriptors that it is for, and nothing else of its parent's. */
static bool settle(int orders, int trace)
{
	int high_orders = lifted(orders), high_trace = lifted(trace);
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	return high_orders >= 0 && high_trace >= 0 && nowhere >= 0 &&
		dup2(nowhere, STDIN_FILENO) >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0 &&
		dup2(nowhere, STDERR_FILENO) >= 0 && dup2(high_orders, TRACER_CHILD_ORDERS) >= 0 &&
		dup2(high_trace, TRACER_CHILD_TRACE) >= 0 &&
		close_range(TRACER_CHILD_TRACE + 1, ~0U, 0) == 0;
}

/* A terminal's Ctrl-C is the parent's to heed. The kernel forgets the last wish on a change of
 * identity, so it comes after that; a parent that is gone by then sends no signal any more. */
static _Noreturn void be_child(pid_t parent, int orders, int trace)
{
	const char *nft = tracer_nft();
	struct fault why;

	(void)signal(SIGINT, SIG_IGN);
	if (nft != NULL && settle(orders, trace) && privilege_keep_net_admin(&why) == 0 &&
		prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent)
		tracer_child_run(nft);
	_exit(1);
}

static void close_both(const int pair[static 2])
{
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static struct tracer *tracer_of(pid_t child, int orders, int trace)
{
	struct tracer *tracer = fault_allocate(1, sizeof(*tracer));

	*tracer = (struct tracer){.child = child, .orders = orders, .trace = trace};
	(void)fcntl(trace, F_SETFL, O_NONBLOCK);
	return tracer;
}

struct tracer *tracer_start(void)
{
	int orders[2], trace[2];
	pid_t parent = getpid();

	if (!privilege_can_administer() || tracer_nft() == NULL ||
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, orders) != 0)
		return NULL;
	if (pipe2(trace, O_CLOEXEC) != 0) {
		close_both(orders);
		return NULL;
	}
	pid_t child = fork();

	if (child == 0)
		be_child(parent, orders[1], trace[1]);
	(void)close(orders[1]);
	(void)close(trace[1]);
	if (child > 0)
		return tracer_of(child, orders[0], trace[0]);
	(void)close(orders[0]);
	(void)close(trace[0]);
	return NULL;
}

static bool order(struct tracer *tracer, const struct tracer_order *what)
{
	return send(tracer->orders, what, sizeof(*what), MSG_NOSIGNAL) == (ssize_t)sizeof(*what);
}

bool tracer_trace(struct tracer *tracer, const struct tracer_flow *flows, size_t count)
{
	struct tracer_order what = {.demand = TRACER_TRACE, .count = count};

	memcpy(what.flows, flows, count * sizeof(*flows));
	return order(tracer, &what);
}

static bool readable(int descriptor, int patience_ms)
{
	struct pollfd wait = {.fd = descriptor, .events = POLLIN};

	return poll(&wait, 1, patience_ms) == 1;
}

long tracer_read(struct tracer *tracer, char *out, size_t room, int patience_ms)
{
	if (!readable(tracer->trace, patience_ms))
		return 0;
	ssize_t length = read(tracer->trace, out, room);

	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return length > 0 ? length : -1;
}

size_t tracer_list(struct tracer *tracer, const struct local_rule *rule, char *out, size_t room)
{
	struct tracer_order what = {.demand = TRACER_LIST};

	memcpy(what.family, rule->family, sizeof(what.family));
	memcpy(what.table, rule->table, sizeof(what.table));
	memcpy(what.chain, rule->chain, sizeof(what.chain));
	if (!order(tracer, &what) || !readable(tracer->orders, LIST_PATIENCE_MS))
		return 0;
	ssize_t length = recv(tracer->orders, out, room, 0);

	return length > 0 ? (size_t)length : 0;
}

void tracer_stop(struct tracer *tracer)
{
	if (tracer == NULL)
		return;
	(void)close(tracer->orders);
	(void)close(tracer->trace);
	while (waitpid(tracer->child, NULL, 0) < 0 && errno == EINTR)
		continue;
	free(tracer);
}
