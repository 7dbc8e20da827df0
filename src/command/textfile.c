/* SPDX-License-Identifier: BSD-2-Clause */
#include "textfile.h"

#include "fault.h"
#include "metrics.h"
#include "notice.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT_MOST (32U << 20) /* 4096 hosts with seven ports take less than half */

struct textfile {
	pid_t writer;
	int descriptor; /* of a socket: a write to a dead writer is an error, and no signal */
};

static ssize_t read_all(int descriptor, char *text, size_t room)
{
	size_t length = 0;

	while (length < room) {
		ssize_t got = read(descriptor, text + length, room - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -1 : (ssize_t)length;
		length += (size_t)got;
	}
	return -1;
}

/* The text counts only with the NUL that ends it: whoever sends it may die half-way. */
static int write_for(int descriptor, const char *path)
{
	struct fault why;
	char *text = fault_allocate(TEXT_MOST, 1);
	ssize_t length = read_all(descriptor, text, TEXT_MOST);
	int status = EXIT_SUCCESS;

	if (length > 0 && text[length - 1] == '\0' &&
		metrics_write(path, text, (size_t)length - 1, &why) < 0)
		status = notice_fault(&why);
	free(text);
	return status;
}

static int check_folder(const char *path, struct fault *why)
{
	char folder[PATH_MAX];

	if (snprintf(folder, sizeof(folder), "%s", path) >= (int)sizeof(folder))
		return fault_set(why, FAULT_CANNOT_CREATE, "the name of the textfile is too long");
	if (access(dirname(folder), W_OK | X_OK) == 0)
		return 0;
	return fault_set(
		why, FAULT_CANNOT_CREATE, "cannot create %.300s: %s", path, strerror(errno));
}

struct textfile *textfile_open(const char *path, struct fault *why)
{
	int ends[2];

	if (check_folder(path, why) < 0)
		return NULL;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		fault_set(why, FAULT_SYSTEM, "cannot make a socket: %s", strerror(errno));
		return NULL;
	}
	fflush(NULL);
	pid_t writer = fork();

	if (writer == 0) {
		/* Ctrl-C is for the diagnosis, which then still has its results to give. */
		signal(SIGINT, SIG_IGN);
		signal(SIGTERM, SIG_IGN);
		close(ends[0]);
		_exit(write_for(ends[1], path));
	}
	close(ends[1]);
	if (writer < 0) {
		fault_set(why, FAULT_SYSTEM, "cannot start a process: %s", strerror(errno));
		close(ends[0]);
		return NULL;
	}
	struct textfile *textfile = fault_allocate(1, sizeof(*textfile));

	*textfile = (struct textfile){.writer = writer, .descriptor = ends[0]};
	return textfile;
}

static bool send_all(int descriptor, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(descriptor, text, length, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		text += sent;
		length -= (size_t)sent;
	}
	return true;
}

/* The writer's exit status, which ends once nobody can send it more. */
static int end_of(struct textfile *textfile)
{
	int status = 0;

	close(textfile->descriptor);
	textfile->descriptor = -1;
	while (waitpid(textfile->writer, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

int textfile_put(struct textfile *textfile, const struct report *report, struct fault *why)
{
	size_t length = 0;
	char *text = metrics_text(report, &length);
	bool sent = send_all(textfile->descriptor, text, length + 1);

	free(text);
	if (end_of(textfile) == 0 && sent)
		return 0;
	return fault_set(why, FAULT_IO, "the textfile is not written");
}

void textfile_close(struct textfile *textfile)
{
	if (textfile == NULL)
		return;
	if (textfile->descriptor >= 0)
		(void)end_of(textfile);
	free(textfile);
}
