/* SPDX-License-Identifier: BSD-2-Clause */
#include "letter.h"

#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 20000 /* for any answer of a process that reads one message */
#define ROOM        ((size_t)LETTER_PIECES * LETTER_PIECE_MOST)

struct letter_opener {
	char program[PATH_MAX];
	pid_t child; /* 0: none runs */
	int down, up;
	char *room; /* the pieces' bytes */
};

/* Beside this program, as built; or in libexec, as installed. */
static bool find_program(char out[static PATH_MAX])
{
	static const char *const places[] = {
		"mailsonde-bounce", "../libexec/mailsonde/mailsonde-bounce"};
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[length > 0 ? length : 0] = '\0';
	const char *folder = dirname(self);

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int used = snprintf(out, PATH_MAX, "%s/%s", folder, places[i]);
		if (used > 0 && used < PATH_MAX && access(out, X_OK) == 0)
			return true;
	}
	return false;
}

bool letter_opener_is_there(void)
{
	char program[PATH_MAX];

	return find_program(program);
}

struct letter_opener *letter_opener_new(struct fault *why)
{
	struct letter_opener *opener = fault_allocate(1, sizeof(*opener));

	if (!find_program(opener->program)) {
		fault_set(why, FAULT_SYSTEM,
			"mailsonde-bounce, which takes messages apart, is not installed beside "
			"mailsonde: build with libgmime-3.0-dev and libseccomp-dev");
		free(opener);
		return NULL;
	}
	opener->room = fault_allocate(ROOM, 1);
	(void)signal(SIGPIPE, SIG_IGN); /* a child that died is seen by its answers */
	return opener;
}

static void stop(struct letter_opener *opener)
{
	if (opener->child == 0)
		return;
	(void)close(opener->down);
	(void)close(opener->up);
	(void)kill(opener->child, SIGKILL);
	while (waitpid(opener->child, NULL, 0) < 0 && errno == EINTR)
		;
	opener->child = 0;
}

void letter_opener_free(struct letter_opener *opener)
{
	if (opener == NULL)
		return;
	stop(opener);
	free(opener->room);
	free(opener);
}

/* Nothing but the two pipes goes along: no file, no environment. */
static _Noreturn void become(const struct letter_opener *opener, int from, int to)
{
	char *const arguments[] = {(char[]){"mailsonde-bounce"}, NULL};
	char *const environment[] = {NULL};
	int nowhere = open("/dev/null", O_WRONLY);

	if (dup2(from, STDIN_FILENO) < 0 || dup2(to, STDOUT_FILENO) < 0 ||
		dup2(nowhere, STDERR_FILENO) < 0 || close_range(3, ~0u, 0) < 0)
		_exit(127);
	execve(opener->program, arguments, environment);
	_exit(127);
}

static int start(struct letter_opener *opener, struct fault *why)
{
	int down[2], up[2];

	if (opener->child != 0)
		return 0;
	if (pipe2(down, O_CLOEXEC) < 0)
		return fault_set(why, FAULT_SYSTEM, "cannot make a pipe: %s", strerror(errno));
	if (pipe2(up, O_CLOEXEC) < 0) {
		(void)close(down[0]);
		(void)close(down[1]);
		return fault_set(why, FAULT_SYSTEM, "cannot make a pipe: %s", strerror(errno));
	}
	opener->child = fork();
	if (opener->child == 0)
		become(opener, down[0], up[1]);
	(void)close(down[0]);
	(void)close(up[1]);
	opener->down = down[1];
	opener->up = up[0];
	if (opener->child > 0)
		return 0;
	opener->child = 0;
	(void)close(opener->down);
	(void)close(opener->up);
	return fault_set(why, FAULT_SYSTEM, "cannot start a process: %s", strerror(errno));
}

static bool is_ready(int descriptor, short events)
{
	struct pollfd poller = {.fd = descriptor, .events = events};
	int ready;

	do {
		ready = poll(&poller, 1, PATIENCE_MS);
	} while (ready < 0 && errno == EINTR);
	return ready == 1;
}

static bool send_all(const struct letter_opener *opener, const void *bytes, size_t size)
{
	const char *next = bytes;

	while (size > 0) {
		if (!is_ready(opener->down, POLLOUT))
			return false;
		ssize_t gone = write(opener->down, next, size < PIPE_BUF ? size : PIPE_BUF);
		if (gone <= 0)
			return false;
		next += gone;
		size -= (size_t)gone;
	}
	return true;
}

static bool receive_all(const struct letter_opener *opener, void *out, size_t size)
{
	char *next = out;

	while (size > 0) {
		ssize_t got = is_ready(opener->up, POLLIN) ? read(opener->up, next, size) : 0;
		if (got <= 0)
			return false;
		next += got;
		size -= (size_t)got;
	}
	return true;
}

static void take_piece(struct letter *out, const struct letter_piece *piece)
{
	uint32_t seconds = 0;

	if (piece->kind != LETTER_DATE)
		out->pieces[out->count++] = *piece;
	else if (piece->depth == 0 && span_number(piece->bytes, INT32_MAX, &seconds))
		out->date_ns = (int64_t)seconds * 1000000000;
}

/* The other side may have been taken over by what it read: it is believed nothing. */
static bool receive(struct letter_opener *opener, struct letter *out)
{
	uint8_t head[LETTER_HEAD];
	size_t used = 0;

	for (int i = 0; i <= LETTER_PIECES; i++) {
		uint32_t length = 0;
		if (!receive_all(opener, head, sizeof(head)))
			return false;
		memcpy(&length, head + 2, sizeof(length));
		if (head[0] == LETTER_END)
			return length == 0;
		if (head[1] >= LETTER_DEPTH || length > LETTER_PIECE_MOST || length > ROOM - used ||
			out->count == LETTER_PIECES ||
			!receive_all(opener, opener->room + used, length))
			return false;
		struct letter_piece piece = {
			.kind = (enum letter_kind)head[0],
			.depth = head[1],
			.bytes = {opener->room + used, length},
		};
		take_piece(out, &piece);
		used += length;
	}
	return false;
}

int letter_open(
	struct letter_opener *opener, struct span message, struct letter *out, struct fault *why)
{
	uint32_t length =
		message.length < LETTER_MOST ? (uint32_t)message.length : (uint32_t)LETTER_MOST;

	*out = (struct letter){.count = 0};
	if (start(opener, why) < 0)
		return -1;
	if (send_all(opener, &length, sizeof(length)) && send_all(opener, message.at, length) &&
		receive(opener, out))
		return 1;
	stop(opener);
	return 0;
}
