/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Holds CAP_NET_ADMIN and nothing else. Whoever asks is not trusted: numbers and addresses are
 * written as such, names are letters of a short alphabet or are not written at all.
 */
#include "tracer_child.h"

#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SCRIPT           ((size_t)32768)
#define LIST_PATIENCE_MS 250
#define BEFORE_ALL       "-2147483648" /* priority: before every other chain of the hook */

const char *tracer_nft(void)
{
	static const char *const places[] = {"/usr/sbin/nft", "/sbin/nft", "/usr/local/sbin/nft"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (access(places[i], X_OK) == 0)
			return places[i];
	}
	return NULL;
}

/* nft, with standard input and output as given (-1: nowhere). It dies with us. */
static pid_t start_nft(const char *nft, const char *const *arguments, int input, int output)
{
	static const char *const environment[] = {"LC_ALL=C", "PATH=/usr/sbin:/usr/bin", NULL};
	pid_t parent = getpid();
	pid_t child = fork();

	if (child != 0)
		return child;
	if ((input < 0 || dup2(input, STDIN_FILENO) >= 0) &&
		(output < 0 || dup2(output, STDOUT_FILENO) >= 0) &&
		close_range(STDERR_FILENO + 1, ~0U, 0) == 0 &&
		prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent) {
		/* execve() changes neither; it is declared as if it did. */
		union {
			const char *const *given;
			char *const *taken;
		} words = {arguments}, variables = {environment};
		(void)execve(nft, words.taken, variables.taken);
	}
	_exit(1);
}

static void end_nft(pid_t child)
{
	if (child <= 0)
		return;
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
}

/* What is written for the nft that owns the table. */
struct script {
	size_t used;
	char text[SCRIPT];
};

static void say(struct script *script, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A line that does not fit is left out as a whole. */
static void say(struct script *script, const char *format, ...)
{
	size_t room = SCRIPT - script->used;
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(script->text + script->used, room, format, arguments);
	va_end(arguments);
	if (length > 0 && (size_t)length < room)
		script->used += (size_t)length;
}

static bool is_name(const char *text, size_t room)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-.";
	size_t length = strnlen(text, room);

	return length > 0 && length < room && strspn(text, letters) == length && text[0] != '-';
}

static const char *family_word(const struct address *address)
{
	return address->family == ADDRESS_IPV4 ? "ip" : "ip6";
}

/* Both ways of a flow: its packets by the first rule, their answers by the others. */
static void say_flow(struct script *script, const struct tracer_flow *flow, pid_t id)
{
	static const char *const answers_pass[] = {"in", "wire"};
	const char *family = family_word(&flow->destination);
	char source[ADDRESS_TEXT], destination[ADDRESS_TEXT];

	address_print(&flow->source, source);
	address_print(&flow->destination, destination);
	say(script,
		"add rule inet mailsonde_%d out %s saddr %s %s daddr %s tcp sport %u tcp dport %u "
		"meta nftrace set 1\n",
		(int)id, family, source, family, destination, flow->source_port,
		flow->destination_port);
	for (size_t i = 0; i < sizeof(answers_pass) / sizeof(answers_pass[0]); i++)
		say(script,
			"add rule inet mailsonde_%d %s %s saddr %s %s daddr %s tcp sport %u tcp "
			"dport %u meta nftrace set 1\n",
			(int)id, answers_pass[i], family, destination, family, source,
			flow->destination_port, flow->source_port);
}

/* The ingress hook is an interface's; answers come in on the one that the first flow leaves by. */
static void say_ingress(struct script *script, const struct tracer_flow *flow, pid_t id)
{
	if (!is_name(flow->interface, sizeof(flow->interface)))
		return;
	say(script,
		"add chain inet mailsonde_%d wire { type filter hook ingress device \"%s\" "
		"priority " BEFORE_ALL "; }\n",
		(int)id, flow->interface);
}

static void write_script(struct script *script, const struct tracer_order *order)
{
	pid_t id = getpid();

	say(script, "add table inet mailsonde_%d { flags owner; }\n", (int)id);
	say(script,
		"add chain inet mailsonde_%d out { type filter hook output priority " BEFORE_ALL
		"; }\n",
		(int)id);
	say(script,
		"add chain inet mailsonde_%d in { type filter hook prerouting priority " BEFORE_ALL
		"; }\n",
		(int)id);
	say_ingress(script, &order->flows[0], id);
	for (size_t i = 0; i < order->count; i++)
		say_flow(script, &order->flows[i], id);
}

struct children {
	const char *nft;
	pid_t owner, monitor;
	int commands; /* the owner's standard input; -1: none */
};

static void send_script(const struct children *children, const struct tracer_order *order)
{
	static struct script script; /* too large for a stack */
	size_t sent = 0;

	script.used = 0;
	write_script(&script, order);
	while (sent < script.used) {
		ssize_t length = write(children->commands, script.text + sent, script.used - sent);
		if (length <= 0)
			return;
		sent += (size_t)length;
	}
}

static void trace(struct children *children, const struct tracer_order *order)
{
	static const char *const watch[] = {"nft", "-n", "-s", "monitor", "trace", NULL};
	static const char *const own[] = {"nft", "-i", NULL};
	int commands[2];

	if (children->commands >= 0 || order->count == 0 || order->count > TRACER_FLOWS ||
		pipe2(commands, O_CLOEXEC) != 0)
		return;
	children->monitor = start_nft(children->nft, watch, -1, TRACER_CHILD_TRACE);
	children->owner = start_nft(children->nft, own, commands[0], -1);
	(void)close(commands[0]);
	(void)close(TRACER_CHILD_TRACE);
	children->commands = commands[1];
	send_script(children, order);
}

/* Reads to the end or to the bound, whichever comes first. */
static size_t gather(int from, char *out, size_t room)
{
	struct pollfd wait = {.fd = from, .events = POLLIN};
	size_t used = 0;

	while (used < room && poll(&wait, 1, LIST_PATIENCE_MS) == 1) {
		ssize_t length = read(from, out + used, room - used);
		if (length <= 0)
			break;
		used += (size_t)length;
	}
	return used;
}

static size_t listing(
	const struct children *children, const struct tracer_order *order, char *out, size_t room)
{
	const char *const list[] = {"nft", "-n", "-s", "-a", "list", "chain", order->family,
		order->table, order->chain, NULL};
	int pair[2];

	if (!is_name(order->family, sizeof(order->family)) ||
		!is_name(order->table, sizeof(order->table)) ||
		!is_name(order->chain, sizeof(order->chain)) || pipe2(pair, O_CLOEXEC) != 0)
		return 0;
	pid_t child = start_nft(children->nft, list, -1, pair[1]);

	(void)close(pair[1]);
	size_t length = gather(pair[0], out, room);

	(void)close(pair[0]);
	end_nft(child);
	return length;
}

static void answer(const struct children *children, const struct tracer_order *order)
{
	static char text[TRACER_LISTING];
	size_t length = listing(children, order, text, sizeof(text) - 1);

	if (length == 0)
		text[length++] = '\n'; /* an empty message would look like the end */
	(void)send(TRACER_CHILD_ORDERS, text, length, MSG_NOSIGNAL);
}

_Noreturn void tracer_child_run(const char *nft)
{
	struct children children = {.nft = nft, .commands = -1};
	struct tracer_order order;

	(void)signal(SIGPIPE, SIG_IGN);
	while (recv(TRACER_CHILD_ORDERS, &order, sizeof(order), 0) == (ssize_t)sizeof(order)) {
		if (order.demand == TRACER_TRACE)
			trace(&children, &order);
		else
			answer(&children, &order);
	}
	end_nft(children.owner);
	end_nft(children.monitor);
	_exit(0);
}
