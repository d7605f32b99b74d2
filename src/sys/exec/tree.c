#include "tree.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GIVE_UP_NS INT64_C(5000000000)
#define SCANS 32 /* tries to see a tree at rest before it is killed as it is */

struct process {
	pid_t pid, parent;
	bool dead, ours;
};
struct table {
	struct process *v;
	size_t n, cap;
};

int64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

void
tree_adopt_orphans(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/* Without memory for the list of processes a part of the tree might stay: the supervisor's own
 * death is better, which revsweep notices. */
static void
table_add(struct table *t, struct process p)
{
	if (t->n == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 256;
		t->v = realloc(t->v, t->cap * sizeof(*t->v));
		if (!t->v)
			abort();
	}
	t->v[t->n++] = p;
}

/* "pid (any name) S ppid ..." */
static bool
read_stat(int proc, const char *pid, struct process *ret)
{
	char path[32], buf[512];

	snprintf(path, sizeof(path), "%.16s/stat", pid);
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (n <= 0)
		return false;
	buf[n] = '\0';
	char *p = strrchr(buf, ')');
	if (!p || strlen(p) < 5)
		return false;
	*ret = (struct process){
		.pid = (pid_t)strtol(pid, NULL, 10),
		.parent = (pid_t)strtol(p + 4, NULL, 10),
		.dead = p[2] == 'Z' || p[2] == 'X',
	};
	return true;
}

static int
by_pid(const void *a, const void *b)
{
	pid_t x = ((const struct process *)a)->pid, y = ((const struct process *)b)->pid;

	return (x > y) - (x < y);
}

static struct process *
table_find(const struct table *t, pid_t pid)
{
	struct process key = {.pid = pid};

	return t->n ? bsearch(&key, t->v, t->n, sizeof(*t->v), by_pid) : NULL;
}

/* All processes, sorted, with those below us marked. */
static void
scan(struct table *t)
{
	pid_t self = getpid();
	DIR *dir = opendir("/proc");

	t->n = 0;
	if (!dir)
		return;
	for (struct dirent *e; (e = readdir(dir));) {
		struct process p;

		if (isdigit((unsigned char)e->d_name[0]) && read_stat(dirfd(dir), e->d_name, &p))
			table_add(t, p);
	}
	closedir(dir);
	if (t->n)
		qsort(t->v, t->n, sizeof(*t->v), by_pid);
	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < t->n; i++) {
			struct process *p = &t->v[i], *parent = table_find(t, p->parent);

			if (!p->ours && (p->parent == self || (parent && parent->ours)))
				p->ours = more = true;
		}
	}
}

/* Stops all descendants until a look around finds no new one; counts the new ones. now is the
 * latest table, then is scratch. */
static unsigned
freeze(struct table *now, struct table *then)
{
	unsigned found = 0;

	for (int tries = 0; tries < SCANS; tries++) {
		struct table t = *then;
		unsigned fresh = 0;

		*then = *now;
		*now = t;
		scan(now);
		for (size_t i = 0; i < now->n; i++) {
			const struct process *p = &now->v[i];
			const struct process *old = table_find(then, p->pid);

			if (!p->ours || p->dead || (old && old->ours))
				continue;
			kill(p->pid, SIGSTOP);
			fresh++;
		}
		found += fresh;
		if (!fresh)
			break;
	}
	return found;
}

/* False when no child is left. */
static bool
reap(void)
{
	pid_t got;

	do
		got = waitpid(-1, NULL, WNOHANG);
	while (got > 0 || (got < 0 && errno == EINTR));
	return got == 0;
}

/* Waits a moment for children to die. False when no child is left. */
static bool
reap_for(int signals, int ms)
{
	int64_t until = now_ns() + ms * INT64_C(1000000);
	struct pollfd p = {.fd = signals, .events = POLLIN};
	struct signalfd_siginfo info;

	while (reap()) {
		int64_t left = until - now_ns();
		if (left <= 0)
			return true;
		if (poll(&p, 1, (int)(left / 1000000) + 1) > 0)
			(void)!read(signals, &info, sizeof(info));
	}
	return false;
}

bool
tree_kill(int signals, unsigned *killed)
{
	struct table now = {0}, then = {0};
	int64_t until = now_ns() + GIVE_UP_NS;
	bool left = reap();

	while (left && now_ns() < until) {
		*killed += freeze(&now, &then);
		for (size_t i = 0; i < now.n; i++)
			if (now.v[i].ours && !now.v[i].dead)
				kill(now.v[i].pid, SIGKILL);
		left = reap_for(signals, 20);
	}
	free(now.v);
	free(then.v);
	return !left;
}
