/* revsweep-exec: runs one job for revsweep (sys/proc.h) and is the only process between it and the
 * benchmark. It is small because a child's peak RSS starts at its parent's, and sets everything a
 * command inherits once, on itself, so that starting the command costs a posix_spawn and no more.
 */
#include "sys/counter.h"
#include "sys/exec_wire.h"

#include "inherit.h"
#include "job.h"
#include "output.h"
#include "tree.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_NS INT64_C(100000000)
#define BATCH 64 /* records kept back, so that revsweep need not wake up in every round */

enum ended {
	BY_ITSELF,
	BY_TIMEOUT,
	BY_OUTPUT,       /* past its limit */
	BY_OUTPUT_ERROR, /* errno */
	BY_REVSWEEP,     /* it wants a stop, or is gone */
	BY_SIGNAL,       /* somebody wants us to go */
};

struct run {
	struct job *job;
	int signals; /* signalfd */
	struct output output;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int64_t deadline; /* INT64_MAX: none */
	struct exec_end end;
	struct exec_message batch[BATCH];
	unsigned n_batch;
};

/* How a command went. */
struct finish {
	enum ended ended;
	int status;
	int64_t at_ns;
	bool left; /* descendants are still there */
	struct rusage usage;
};

static int64_t
micros(struct timeval t)
{
	return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

/* A revsweep that is gone is noticed by the next poll of the socket. */
static void
flush(struct run *r)
{
	const char *p = (const char *)r->batch;
	size_t n = r->n_batch * sizeof(*r->batch);

	while (n) {
		ssize_t k = send(EXEC_CONTROL_FD, p, n, MSG_NOSIGNAL);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			break;
		p += k;
		n -= (size_t)k;
	}
	r->n_batch = 0;
}

static void
report(struct run *r, const struct exec_message *message)
{
	if (r->n_batch == BATCH)
		flush(r);
	r->batch[r->n_batch++] = *message;
}

static int
trouble(struct run *r, enum exec_trouble what)
{
	r->end.trouble = what;
	r->end.sys_errno = errno;
	return -1;
}

static void
prepare_spawn(struct run *r)
{
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_init(&r->attr);
	posix_spawnattr_setsigdefault(&r->attr, &all);
	posix_spawnattr_setsigmask(&r->attr, &none);
	posix_spawnattr_setpgroup(&r->attr, 0);
	posix_spawnattr_setflags(
		&r->attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_init(&r->actions);
	posix_spawn_file_actions_adddup2(&r->actions, r->output.null, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&r->actions, r->output.child[0], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&r->actions, r->output.child[1], STDERR_FILENO);
}

/* Reaps whoever is dead, the command among them or not. True when it was. */
static bool
collect(pid_t command, struct finish *f)
{
	bool done = false;
	pid_t got;

	for (;;) {
		struct rusage usage;
		int status;

		got = wait4(-1, &status, WNOHANG, &usage);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		if (got == command) {
			f->status = status;
			f->usage = usage;
			done = true;
		}
	}
	f->left = got == 0;
	return done;
}

/* SIGCHLD rather than a pidfd: one system call less a round, and orphans are reaped as they die. */
static bool
on_signal(struct run *r, pid_t command, struct finish *f)
{
	struct signalfd_siginfo info;

	while (read(r->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo != SIGCHLD) {
			f->ended = BY_SIGNAL;
			return true;
		}
	}
	if (!collect(command, f))
		return false;
	f->ended = BY_ITSELF;
	return true;
}

/* Waits until the command has ended, or has to be ended. */
static void
await(struct run *r, pid_t command, int64_t until, struct finish *f)
{
	for (;;) {
		struct pollfd p[] = {
			{.fd = r->signals, .events = POLLIN},
			{.fd = EXEC_CONTROL_FD, .events = POLLIN},
			{.fd = r->output.stream[0].pipe, .events = POLLIN},
			{.fd = r->output.stream[1].pipe, .events = POLLIN},
		};
		struct timespec wait = {0};
		int64_t left = until == INT64_MAX ? 0 : until - now_ns();

		if (left > 0)
			wait = (struct timespec){left / 1000000000, left % 1000000000};
		int n = ppoll(p, 4, until == INT64_MAX ? NULL : &wait, NULL);
		f->at_ns = now_ns();
		if (n > 0 && p[0].revents && on_signal(r, command, f))
			return;
		if (f->at_ns >= until) {
			f->ended = BY_TIMEOUT;
			return;
		}
		if (n > 0 && p[1].revents) {
			f->ended = BY_REVSWEEP;
			return;
		}
		for (int i = 0; n > 0 && i < 2; i++) {
			if (!p[2 + i].revents)
				continue;
			enum drained d = output_drain(&r->output.stream[i], 1);
			if (d == DRAIN_LIMIT || d == DRAIN_ERROR) {
				f->ended = d == DRAIN_LIMIT ? BY_OUTPUT : BY_OUTPUT_ERROR;
				return;
			}
		}
	}
}

/* The command's own group may clean up for a moment; then all that is below us goes. */
static void
end_tree(struct run *r, pid_t command)
{
	struct finish f = {0};
	unsigned killed = 0;
	int64_t until = now_ns() + GRACE_NS;

	kill(-command, SIGTERM);
	/* Output, and wishes to stop, do not count any more: only its end does. */
	do {
		struct pollfd p = {.fd = r->signals, .events = POLLIN};
		struct signalfd_siginfo info;

		while (read(r->signals, &info, sizeof(info)) > 0)
			;
		if (collect(command, &f))
			break;
		output_drain(&r->output.stream[0], 16);
		output_drain(&r->output.stream[1], 16);
		poll(&p, 1, 10);
	} while (now_ns() < until);
	if (f.left)
		kill(-command, SIGKILL);
	if (!tree_kill(r->signals, &killed)) {
		errno = ETIMEDOUT;
		trouble(r, EXEC_UNKILLABLE);
	}
	/* The last words, as far as they still fit. */
	output_drain(&r->output.stream[0], 64);
	output_drain(&r->output.stream[1], 64);
}

static int
killed_by_us(struct run *r, enum ended why)
{
	switch (why) {
	case BY_TIMEOUT:
		r->end.how = PROC_TIMED_OUT;
		break;
	case BY_OUTPUT:
		r->end.how = PROC_OUTPUT_LIMIT;
		break;
	case BY_ITSELF:
	case BY_OUTPUT_ERROR:
	case BY_REVSWEEP:
	case BY_SIGNAL:
		r->end.how = PROC_LOST;
		break;
	}
	return -1;
}

/* A counter serves one exec: the kernel may give it to the child altogether, and what it begins
 * with that exec it does not begin again. */
static int
begin_count(const struct run *r)
{
	return r->job->head.count ? counter_open((enum proc_count)r->job->head.count, true) : -1;
}

static void
end_count(struct run *r, int counter)
{
	int64_t n = counter_read(counter);

	if (counter >= 0)
		close(counter);
	r->end.counted = n < 0 || r->end.counted < 0 ? -1 : r->end.counted + n;
}

/* 0: it ended well, with its record in ret; 1: it failed, likewise; -1: no record. */
static int
run_once(struct run *r, struct proc_round *ret)
{
	struct finish f = {0};
	pid_t pid;
	int counter = begin_count(r);
	int64_t start = now_ns();
	int e = posix_spawn(
		&pid, r->job->program, &r->actions, &r->attr, r->job->argv, r->job->env);

	if (e) {
		end_count(r, counter);
		r->end.how = PROC_NOT_STARTED;
		r->end.sys_errno = e;
		return -1;
	}
	await(r, pid, r->deadline, &f);
	end_count(r, counter);
	if (f.ended != BY_ITSELF) {
		if (f.ended == BY_OUTPUT_ERROR)
			trouble(r, EXEC_NO_OUTPUT);
		end_tree(r, pid);
		return killed_by_us(r, f.ended);
	}
	if (f.left && !tree_kill(r->signals, &r->end.leftovers)) {
		errno = ETIMEDOUT;
		return trouble(r, EXEC_UNKILLABLE);
	}
	*ret = (struct proc_round){
		.wall_ns = f.at_ns - start,
		.user_us = micros(f.usage.ru_utime),
		.sys_us = micros(f.usage.ru_stime),
		.maxrss_kib = f.usage.ru_maxrss,
		.minflt = f.usage.ru_minflt,
		.majflt = f.usage.ru_majflt,
		.nvcsw = f.usage.ru_nvcsw,
		.nivcsw = f.usage.ru_nivcsw,
	};
	bool signaled = WIFSIGNALED(f.status);
	r->end.how = signaled ? PROC_SIGNALED : PROC_EXITED;
	r->end.signal = signaled ? WTERMSIG(f.status) : 0;
	r->end.exit_code = signaled ? 0 : WEXITSTATUS(f.status);
	return r->end.how == PROC_EXITED && r->end.exit_code == 0 ? 0 : 1;
}

/* What the command wrote before it ended is still in the pipes. */
static int
drain_rest(struct run *r)
{
	for (int i = 0; i < 2; i++) {
		switch (output_drain(&r->output.stream[i], 64)) {
		case DRAIN_LIMIT:
			r->end.how = PROC_OUTPUT_LIMIT;
			return -1;
		case DRAIN_ERROR:
			return trouble(r, EXEC_NO_OUTPUT);
		case DRAIN_EMPTY:
		case DRAIN_MORE:
			break;
		}
	}
	return 0;
}

static bool
wants_more(const struct exec_job *job, unsigned done, uint64_t measured_ns)
{
	if (done < job->rounds)
		return true;
	return done < job->rounds_max && measured_ns < job->rounds_ns;
}

static void
run_all(struct run *r)
{
	const struct exec_job *job = &r->job->head;
	uint64_t measured = 0;
	int failed = 0;

	for (unsigned i = 0; i < job->warmup && !failed; i++) {
		struct proc_round unused;

		failed = run_once(r, &unused);
		if (failed >= 0 && drain_rest(r) < 0)
			failed = -1;
	}
	for (unsigned done = 0; !failed && wants_more(job, done, measured); done++) {
		struct exec_message message = {.kind = EXEC_ROUND};

		failed = run_once(r, &message.round);
		if (failed >= 0 && drain_rest(r) < 0)
			failed = -1;
		if (failed < 0)
			break;
		measured += (uint64_t)message.round.wall_ns;
		report(r, &message);
	}
}

static int64_t
cpu_us(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return micros(usage.ru_utime) + micros(usage.ru_stime);
}

/* Whoever is to start together waits here; what comes after this is a posix_spawn. */
static bool
is_released(struct run *r)
{
	struct exec_message message = {.kind = EXEC_READY};
	struct pollfd p[] = {
		{.fd = EXEC_CONTROL_FD, .events = POLLIN}, {.fd = r->signals, .events = POLLIN}};
	char go;

	if (!(r->job->head.flags & EXEC_HOLD))
		return true;
	report(r, &message);
	flush(r);
	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
	return !p[1].revents && read(EXEC_CONTROL_FD, &go, 1) == 1;
}

static int64_t
deadline_after(int64_t start, uint64_t timeout)
{
	return timeout && timeout < INT64_MAX / 2 ? start + (int64_t)timeout : INT64_MAX;
}

static void
carry_out(struct run *r)
{
	int64_t start = now_ns();
	struct exec_message message = {.kind = EXEC_HELLO};

	report(r, &message);
	flush(r);
	tree_adopt_orphans();
	r->end.counted = r->job->head.count ? 0 : -1;
	if (inherit_set(r->job, &r->output, &r->end) == 0) {
		prepare_spawn(r);
		if (is_released(r)) {
			start = r->job->head.flags & EXEC_HOLD ? now_ns() : start;
			r->deadline = deadline_after(start, r->job->head.timeout_ns);
			run_all(r);
		}
		posix_spawn_file_actions_destroy(&r->actions);
		posix_spawnattr_destroy(&r->attr);
	}
	r->end.wall_ns = now_ns() - start;
	r->end.cpu_us = cpu_us(RUSAGE_CHILDREN) + cpu_us(RUSAGE_SELF);
	message = (struct exec_message){.kind = EXEC_END, .end = r->end};
	report(r, &message);
	flush(r);
}

static int
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_SETMASK, &set, NULL) < 0)
		return -1;
	signal(SIGXFSZ, SIG_IGN); /* our own output files: write() says EFBIG */
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
main(void)
{
	static struct run r;
	struct job job = {0};

	if (job_read(&job) < 0) {
		job_done(&job);
		fputs("revsweep-exec: revsweep starts this program by itself\n", stderr);
		return 64;
	}
	r.job = &job;
	r.end.how = PROC_LOST;
	r.signals = open_signals();
	if (r.signals < 0)
		return 70;
	carry_out(&r);
	job_done(&job);
	return 0;
}
