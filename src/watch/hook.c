/* SPDX-License-Identifier: BSD-2-Clause */
#include "hook.h"

#include "fault.h"
#include "privilege.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define MS_PER_S    1e3
#define CANNOT_EXEC 127 /* as shells have it */

/* A file in memory holds any amount, so that a command that does not read blocks nobody. */
static int input_file(const char *input)
{
	int file = memfd_create("mailsonde-changes", MFD_CLOEXEC);
	size_t length = strlen(input);

	while (file >= 0 && length > 0) {
		ssize_t written = write(file, input, length);
		if (written <= 0) {
			close(file);
			return -1;
		}
		input += written;
		length -= (size_t)written;
	}
	if (file >= 0 && lseek(file, 0, SEEK_SET) != 0) {
		close(file);
		return -1;
	}
	return file;
}

static void become_command(const char *command, int input)
{
	struct fault why;
	sigset_t none;

	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(input, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0 ||
		privilege_drop(&why) < 0)
		_exit(CANNOT_EXEC);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(CANNOT_EXEC);
}

/* True if it ended by itself. A process that stops for good is ended with all of its session. */
static bool wait_for(pid_t process, double limit_s, int *status)
{
	struct pollfd end = {.fd = pidfd_open(process, 0), .events = POLLIN};
	bool ended = end.fd >= 0 && poll(&end, 1, (int)(limit_s * MS_PER_S)) == 1;

	if (end.fd >= 0)
		close(end.fd);
	kill(-process, SIGKILL);
	if (!ended)
		kill(process, SIGKILL);
	while (waitpid(process, status, 0) < 0 && errno == EINTR)
		;
	return ended;
}

int hook_run(const struct hook *hook, const char *input, struct fault *why)
{
	int status = 0;
	int file = input_file(input);
	pid_t process = file < 0 ? -1 : fork();

	if (process == 0)
		become_command(hook->command, file);
	if (file >= 0)
		close(file);
	if (process < 0)
		return fault_set(why, FAULT_SYSTEM, "cannot run the hook: %s", strerror(errno));
	if (!wait_for(process, hook->limit_s, &status))
		return fault_set(why, FAULT_SYSTEM, "the hook took more than %.0f s and was ended",
			hook->limit_s);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return fault_set(why, FAULT_SYSTEM, "the hook failed with %s %d",
		WIFEXITED(status) ? "status" : "signal",
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}
