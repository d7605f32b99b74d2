#include "sys/lock.h"

#include "sys/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define WAIT_MS 100 /* between looks at a lock that somebody else holds */

static long
holder_of(int fd)
{
	char buf[32] = "";

	if (pread(fd, buf, sizeof(buf) - 1, 0) <= 0)
		return 0;
	return strtol(buf, NULL, 10);
}

static int
take(const char *path, int how, struct lock *ret, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_sys(err, ERR_STORE, "cannot open lock '%s'", path);
	int r;
	do
		r = flock(fd, how);
	while (r < 0 && errno == EINTR);
	if (r < 0 && errno == EWOULDBLOCK) {
		err_set(err, ERR_BUSY, "'%s' is held by another revsweep (pid %ld)", path,
			holder_of(fd));
		close(fd);
		return -1;
	}
	if (r < 0) {
		err_sys(err, ERR_STORE, "cannot lock '%s'", path);
		close(fd);
		return -1;
	}
	ret->fd = fd;
	return 0;
}

int
lock_take(const char *path, bool wait, struct lock *ret, struct err *err)
{
	if (take(path, LOCK_EX | (wait ? 0 : LOCK_NB), ret, err) < 0)
		return -1;
	/* The pid is for messages only: a failure to write it costs nothing but a nicer text. */
	char pid[32];
	int n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(ret->fd, 0) == 0 && pwrite(ret->fd, pid, (size_t)n, 0) != n)
		(void)!ftruncate(ret->fd, 0);
	return 0;
}

int
lock_share(const char *path, bool wait, struct lock *ret, struct err *err)
{
	return take(path, LOCK_SH | (wait ? 0 : LOCK_NB), ret, err);
}

int
lock_await(const char *path, bool shared, void (*busy)(const char *who, void *arg), void *arg,
	struct lock *ret, struct err *err)
{
	for (bool told = false;; told = true) {
		struct err held = ERR_INIT;
		int r = shared ? lock_share(path, false, ret, &held)
			       : lock_take(path, false, ret, &held);

		if (r == 0)
			return 0;
		if (held.kind != ERR_BUSY) {
			*err = held;
			return -1;
		}
		if (stop_requested())
			return err_set(err, ERR_STOPPED, "stopped while waiting: %s", held.text);
		if (busy && !told)
			busy(held.text, arg);
		poll(NULL, 0, WAIT_MS);
	}
}

/* Lines of /proc/locks: "4: FLOCK  ADVISORY  WRITE 812 fe:01:1443 0 EOF". Those who wait for it
 * have an arrow behind the number. */
static bool
names_file(const char *line, const struct stat *st)
{
	unsigned major, minor;
	unsigned long inode;

	return sscanf(line, "%*d: FLOCK ADVISORY WRITE %*d %x:%x:%lu", &major, &minor, &inode) ==
		       3 &&
	       major == major(st->st_dev) && minor == minor(st->st_dev) && inode == st->st_ino;
}

bool
lock_is_held(const char *path)
{
	struct stat st;
	char line[256];
	bool held = false;
	FILE *locks = stat(path, &st) == 0 ? fopen("/proc/locks", "re") : NULL;

	while (locks && !held && fgets(line, sizeof(line), locks))
		held = names_file(line, &st);
	if (locks)
		fclose(locks);
	return held;
}

void
lock_done(struct lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
}
