/* Programs that are started: into one that is statically linked nothing is preloaded, so that what
 * it allocates goes uncounted. Somebody has to say so. */
#include "counts.h"

#include "sys/elf.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
look_at(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char own[48], name[sizeof(counts->started)];

	if (fd < 0)
		return;
	if (elf_link_of_fd(fd) == ELF_LINK_STATIC) {
		snprintf(own, sizeof(own), "/proc/self/fd/%d", fd);
		ssize_t n = readlink(own, name, sizeof(name) - 1);
		if (n > 0) {
			memcpy(counts->started, name, (size_t)n);
			counts->started[n] = '\0';
		}
		counts->flags |= ALLOC_STARTED_STATIC;
	}
	close(fd);
}

/* The program that a name stands for. */
static void
look_for(const char *name)
{
	const char *p = getenv("PATH");
	char path[4096];
	int saved = errno;

	if (strchr(name, '/')) {
		look_at(name);
	} else {
		for (p = p ? p : "/bin:/usr/bin"; *p;) {
			size_t n = strcspn(p, ":");

			snprintf(path, sizeof(path), "%.*s/%s", (int)n, p, name);
			if (access(path, X_OK) == 0) {
				look_at(path);
				break;
			}
			p += n + (p[n] == ':');
		}
	}
	errno = saved;
}

/* In a child of vfork(), which shares our memory: nothing here allocates, but for what dlsym()
 * does the first time. */
#define NEXT(name) (__extension__(__typeof__(&name)) dlsym(RTLD_NEXT, #name))

EXPORTED int
execve(const char *path, char *const argv[], char *const env[])
{
	look_for(path);
	return NEXT(execve)(path, argv, env);
}

EXPORTED int
execv(const char *path, char *const argv[])
{
	look_for(path);
	return NEXT(execv)(path, argv);
}

EXPORTED int
execvp(const char *name, char *const argv[])
{
	look_for(name);
	return NEXT(execvp)(name, argv);
}

EXPORTED int
execvpe(const char *name, char *const argv[], char *const env[])
{
	look_for(name);
	return NEXT(execvpe)(name, argv, env);
}

EXPORTED int
posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attr, char *const argv[], char *const env[])
{
	look_for(path);
	return NEXT(posix_spawn)(pid, path, actions, attr, argv, env);
}

EXPORTED int
posix_spawnp(pid_t *pid, const char *name, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attr, char *const argv[], char *const env[])
{
	look_for(name);
	return NEXT(posix_spawnp)(pid, name, actions, attr, argv, env);
}
