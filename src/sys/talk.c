#include "talk.h"

#include "base/str.h"
#include "sys/clock.h"
#include "sys/stop.h"

#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_DEFAULT (UINT64_C(16) << 20)
#define FILE_DEFAULT (UINT64_C(4) << 30)
/* So long after its timeout the helper itself hangs, or was stopped by its job, and is told. */
#define LATE_NS INT64_C(2000000000)
/* So long it may take to end after that: it gives up on unkillable processes after five seconds. */
#define END_NS INT64_C(7000000000)

static int
open_file(const char *path, bool append, int *ret, struct err *err)
{
	int fd = open(path,
		O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (append ? O_APPEND : O_TRUNC), 0666);

	if (fd < 0)
		return err_sys(err, ERR_ENVIRONMENT, "cannot write '%s'", path);
	/* Out of the way of the numbers that the helper is to find. */
	*ret = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	close(fd);
	if (*ret < 0)
		return err_sys(err, ERR_RESOURCES, "cannot write '%s'", path);
	return 0;
}

static bool
merged(const struct proc_spec *spec)
{
	return spec->stdout_path && str_eq(spec->stdout_path, spec->stderr_path);
}

static int
open_all(struct talk *t, struct err *err)
{
	const struct proc_spec *spec = t->spec;
	int ends[2];

	if (spec->stdout_path && open_file(spec->stdout_path, spec->append, &t->out, err) < 0)
		return -1;
	if (spec->stderr_path && !merged(spec) &&
		open_file(spec->stderr_path, spec->append, &t->errors, err) < 0)
		return -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, ERR_RESOURCES, "cannot make a socket for revsweep-exec");
	t->control = ends[0];
	t->theirs = fcntl(ends[1], F_DUPFD_CLOEXEC, 10);
	close(ends[1]);
	if (t->theirs < 0)
		return err_sys(err, ERR_RESOURCES, "cannot make a socket for revsweep-exec");
	return 0;
}

/* With an empty environment: what is meant for the job (LD_PRELOAD, ASAN_OPTIONS...) must not
 * touch its supervisor. */
static int
spawn_helper(struct talk *t, struct err *err)
{
	char *const argv[] = {(char[]){"revsweep-exec"}, NULL}, *const env[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(
		&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, t->theirs, EXEC_CONTROL_FD);
	if (t->out >= 0)
		posix_spawn_file_actions_adddup2(&actions, t->out, EXEC_STDOUT_FD);
	if (t->errors >= 0)
		posix_spawn_file_actions_adddup2(&actions, t->errors, EXEC_STDERR_FD);
	posix_spawn_file_actions_addclosefrom_np(&actions, EXEC_STDERR_FD + 1);
	int e = posix_spawn(&t->pid, t->helper, &actions, &attr, argv, env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	close(t->theirs);
	t->theirs = -1;
	if (!e)
		return 0;
	t->pid = 0;
	errno = e;
	return err_sys(err, ERR_ENVIRONMENT, "cannot start '%s'", t->helper);
}

static uint32_t
add_texts(struct str *out, const char *const *list)
{
	uint32_t n = 0;

	for (; list && list[n]; n++)
		str_addn(out, list[n], strlen(list[n]) + 1);
	return n;
}

static int
send_job(struct talk *t, struct err *err)
{
	const struct proc_spec *spec = t->spec;
	scoped(str) text = STR_INIT;
	struct exec_job job = {
		.magic = EXEC_MAGIC,
		.flags = (t->out >= 0 ? EXEC_KEEP_STDOUT : 0u) |
			 (t->errors >= 0 ? EXEC_KEEP_STDERR : 0u) |
			 (merged(spec) ? EXEC_MERGE : 0u) | (spec->writable ? EXEC_CONFINE : 0u) |
			 (t->held ? EXEC_HOLD : 0u),
		.rounds = spec->rounds ? spec->rounds : 1,
		.rounds_max = spec->rounds_max,
		.warmup = spec->warmup,
		.cpu = spec->cpu,
		.slice_us = spec->slice_us,
		.count = spec->count,
		.layout = spec->layout,
		.timeout_ns = spec->timeout_ns,
		.rounds_ns = spec->rounds_ns,
		.output_max = spec->output_max ? spec->output_max : OUTPUT_DEFAULT,
		.file_max = spec->file_max ? spec->file_max : FILE_DEFAULT,
	};

	str_addn(&text, spec->cwd ? spec->cwd : "", (spec->cwd ? strlen(spec->cwd) : 0) + 1);
	job.n_argv = add_texts(&text, spec->argv);
	job.n_env = add_texts(&text, spec->env);
	job.n_writable = add_texts(&text, spec->writable);
	job.text_size = text.n;
	struct iovec parts[] = {{&job, sizeof(job)}, {text.p, text.n}};
	for (unsigned i = 0; i < ARRAY_LEN(parts); i++) {
		for (const char *p = parts[i].iov_base; parts[i].iov_len;) {
			ssize_t k = send(t->control, p, parts[i].iov_len, MSG_NOSIGNAL);
			if (k < 0 && errno == EINTR)
				continue;
			/* A helper that is gone is found out by who reads from it. */
			if (k < 0 && (errno == EPIPE || errno == ECONNRESET))
				return 0;
			if (k < 0)
				return err_sys(
					err, ERR_RESOURCES, "cannot talk to '%s'", t->helper);
			p += k;
			parts[i].iov_len -= (size_t)k;
		}
	}
	return 0;
}

static void
set_deadline(struct talk *t)
{
	uint64_t timeout = t->spec->timeout_ns;

	if (timeout && timeout < INT64_MAX / 2)
		t->deadline = clock_monotonic_ns() + (int64_t)timeout + LATE_NS;
}

int
talk_begin(struct talk *t, const struct proc_spec *spec, const char *helper, bool held,
	struct proc_end *ret, struct err *err)
{
	*t = (struct talk){
		.spec = spec,
		.helper = helper,
		.ret = ret,
		.control = -1,
		.theirs = -1,
		.out = -1,
		.errors = -1,
		.start = clock_monotonic_ns(),
		.deadline = INT64_MAX,
		.held = held,
	};
	set_deadline(t);
	if (open_all(t, err) < 0)
		return -1;
	if (spawn_helper(t, err) < 0)
		return -1;
	return send_job(t, err);
}

/* ---- listening */

static void
take_message(struct talk *t, const struct exec_message *message)
{
	switch ((enum exec_kind)message->kind) {
	case EXEC_HELLO:
		t->greeted = true;
		break;
	case EXEC_READY:
		t->ready = true;
		/* From now on it waits for others, and not by its own fault. */
		if (!t->told)
			t->deadline = INT64_MAX;
		break;
	case EXEC_ROUND:
		vec_add(&t->ret->rounds, message->round);
		break;
	case EXEC_END:
		t->ended = true;
		t->end = message->end;
		break;
	}
}

/* Reads what is there. False at the end of the talk. */
static bool
take_messages(struct talk *t)
{
	struct exec_message message;
	char *p = (char *)&message;
	size_t got = 0;

	/* The helper writes whole messages, so that the rest of one is never far. */
	while (got < sizeof(message)) {
		ssize_t n = recv(t->control, p + got, sizeof(message) - got, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	take_message(t, &message);
	return !t->ended;
}

static int
timeout_ms(const struct talk *t)
{
	if (t->deadline == INT64_MAX)
		return -1;
	int64_t left = t->deadline - clock_monotonic_ns();
	if (left <= 0)
		return 0;
	return left / 1000000 < 60000 ? (int)(left / 1000000) + 1 : 60000;
}

/* It kills its tree and then says so. */
static void
tell_to_end(struct talk *t)
{
	t->told = true;
	t->deadline = clock_monotonic_ns() + END_NS;
	shutdown(t->control, SHUT_WR);
	kill(t->pid, SIGCONT);
}

static int
wait_for(pid_t pid, int options)
{
	siginfo_t info = {0};

	while (waitid(P_PID, (id_t)pid, &info, WEXITED | options) < 0 && errno == EINTR)
		;
	return info.si_code == CLD_EXITED ? info.si_status : -1;
}

/* The helper's exit status, -1 when it was killed. A tree it lost is killed here. */
static int
part(struct talk *t)
{
	if (!t->ended) {
		/* It may have closed the socket and still be there. */
		if (timeout_ms(t) == 0)
			kill(t->pid, SIGKILL);
		wait_for(t->pid, WNOWAIT);
		session_kill(t->pid);
	}
	int status = wait_for(t->pid, 0);
	t->pid = 0;
	return status;
}

static void
finish(struct talk *t)
{
	t->status = part(t);
	t->over = true;
	t->ret->wall_ns = clock_monotonic_ns() - t->start;
}

static void
release(struct talk *talks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (talks[i].held && !talks[i].ready && !talks[i].over)
			return;
	for (size_t i = 0; i < n; i++) {
		struct talk *t = &talks[i];

		if (!t->held || t->told || t->over)
			continue;
		/* A helper that is gone meanwhile is found out by who reads from it. */
		(void)!send(t->control, "", 1, MSG_NOSIGNAL);
		t->held = false;
		set_deadline(t);
	}
}

static void
hear(struct talk *t, bool spoke, bool stop)
{
	if (stop) {
		t->stopped = true;
		tell_to_end(t);
	}
	if (spoke && !take_messages(t)) {
		finish(t);
	} else if (timeout_ms(t) == 0) {
		if (t->told)
			finish(t);
		else
			tell_to_end(t);
	}
}

static int
soonest_ms(const struct talk *talks, size_t n)
{
	int least = -1;

	for (size_t i = 0; i < n; i++) {
		int ms = talks[i].over ? -1 : timeout_ms(&talks[i]);

		if (ms >= 0 && (least < 0 || ms < least))
			least = ms;
	}
	return least;
}

void
talk_listen(struct talk *talks, size_t n)
{
	bool stopped = false;
	size_t over = 0;

	while (over < n) {
		struct pollfd p[TALKS_MAX + 2];
		int cancel = talks[0].spec->cancel_fd;

		for (size_t i = 0; i < n; i++)
			p[i] = (struct pollfd){
				.fd = talks[i].over ? -1 : talks[i].control, .events = POLLIN};
		p[n] = (struct pollfd){.fd = stopped ? -1 : stop_fd(), .events = POLLIN};
		p[n + 1] = (struct pollfd){
			.fd = stopped || cancel <= 0 ? -1 : cancel, .events = POLLIN};
		bool any = poll(p, n + 2, soonest_ms(talks, n)) > 0;
		bool stop = any && (p[n].revents || p[n + 1].revents);
		stopped = stopped || stop;
		over = 0;
		for (size_t i = 0; i < n; i++) {
			if (!talks[i].over)
				hear(&talks[i], any && p[i].revents, stop);
			over += talks[i].over;
		}
		release(talks, n);
	}
}

/* ---- the end */

static int
trouble(const struct talk *t, struct err *err)
{
	const struct exec_end *end = &t->end;

	errno = end->sys_errno;
	switch ((enum exec_trouble)end->trouble) {
	case EXEC_NO_PIPES:
		return err_sys(err, ERR_RESOURCES, "cannot make pipes for '%s'", t->spec->argv[0]);
	case EXEC_NO_LIMITS:
		return err_sys(
			err, ERR_ENVIRONMENT, "cannot set limits for '%s'", t->spec->argv[0]);
	case EXEC_NO_CPU:
		return err_sys(err, ERR_ENVIRONMENT, "cannot pin to CPU %d", t->spec->cpu);
	case EXEC_NO_WRITABLE:
		return err_sys(err, ERR_ENVIRONMENT, "cannot let a job write in '%s'",
			t->spec->writable[end->trouble_index]);
	case EXEC_NO_OUTPUT:
		return err_sys(err, ERR_RESOURCES, "cannot write the output of '%s' to '%s'",
			t->spec->argv[0],
			t->spec->stdout_path ? t->spec->stdout_path : t->spec->stderr_path);
	case EXEC_UNKILLABLE:
		return err_set(err, ERR_RESOURCES,
			"'%s' left processes that SIGKILL does not end: see 'ps' for state D",
			t->spec->argv[0]);
	case EXEC_FINE:
		break;
	}
	return 0;
}

int
talk_conclude(struct talk *t, struct err *err)
{
	struct proc_end *ret = t->ret;

	if (t->stopped)
		return err_set(err, ERR_STOPPED, "stopped");
	if (!t->greeted && t->status >= 0)
		return err_set(err, ERR_ENVIRONMENT,
			"'%s' is not the helper of this revsweep: install both together, and look "
			"at "
			"REVSWEEP_EXEC",
			t->helper);
	ret->counted = -1;
	if (!t->ended) {
		ret->how = PROC_LOST;
		return 0;
	}
	ret->counted = t->end.counted;
	if (t->end.trouble)
		return trouble(t, err);
	ret->how = (enum proc_how)t->end.how;
	ret->exit_code = t->end.exit_code;
	ret->signal = t->end.signal;
	ret->sys_errno = t->end.sys_errno;
	ret->leftovers = t->end.leftovers;
	ret->confined = t->end.confined;
	ret->wall_ns = t->end.wall_ns;
	ret->cpu_us = t->end.cpu_us;
	errno = ret->sys_errno;
	if (ret->how == PROC_NOT_STARTED &&
		(errno == EAGAIN || errno == ENOMEM || errno == EMFILE || errno == ENFILE))
		return err_sys(err, ERR_RESOURCES, "cannot start '%s'", t->spec->argv[0]);
	return 0;
}

void
talk_done(struct talk *t)
{
	int *const fds[] = {&t->control, &t->theirs, &t->out, &t->errors};

	if (t->pid) {
		shutdown(t->control, SHUT_WR);
		finish(t);
	}
	for (unsigned i = 0; i < ARRAY_LEN(fds); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}
