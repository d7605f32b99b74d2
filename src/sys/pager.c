#include "sys/pager.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define NOT_FOUND 127 /* by sh */

const char *
pager_program(void)
{
	const char *program = getenv("REVSWEEP_PAGER");

	if (!program)
		program = getenv("PAGER");
	if (!program)
		program = "less";
	return *program && strcmp(program, "cat") != 0 ? program : NULL;
}

static bool
start(const char *program, int from, pid_t *ret)
{
	char name[] = "sh", option[] = "-c";
	scoped_free char *command = xstrdup(program);
	char *const argv[] = {name, option, command, NULL};
	posix_spawn_file_actions_t actions;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return false;
	bool well = posix_spawn_file_actions_adddup2(&actions, from, 0) == 0 &&
		    posix_spawn(ret, "/bin/sh", &actions, NULL, argv, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	return well;
}

/* As much as it wants: users leave before the end. */
static void
feed(int fd, const char *text, size_t n)
{
	while (n) {
		ssize_t wrote = write(fd, text, n);

		if (wrote < 0 && errno != EINTR)
			return;
		text += wrote > 0 ? wrote : 0;
		n -= wrote > 0 ? (size_t)wrote : 0;
	}
}

bool
pager_show(const char *program, const char *text, size_t n)
{
	struct sigaction ignored = {.sa_handler = SIG_IGN}, old;
	int fds[2], status = 0;
	pid_t pid = -1;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return false;
	setenv("LESS", "FRX", 0);
	bool started = start(program, fds[0], &pid);
	close(fds[0]);
	if (started) {
		sigaction(SIGPIPE, &ignored, &old);
		feed(fds[1], text, n);
		sigaction(SIGPIPE, &old, NULL);
	}
	close(fds[1]);
	while (started && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return started && !(WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND);
}
