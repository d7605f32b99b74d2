/* Two jobs at the same time: they start together and end on their own. */
#include "sys/clock.h"
#include "sys/stop.h"

#include "../check_main.h"
#include "proc_common.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Waits for the file that the other one makes; a job that runs alone never ends. */
#define MEET(mine, other) ": >" mine "; while [ ! -e " other " ]; do sleep 0.01; done; "

static int
try_pair(const char *first, const char *second, struct proc_spec common, struct proc_end ends[2],
	struct err *err)
{
	const char *const argvs[][4] = {{"sh", "-c", first, NULL}, {"sh", "-c", second, NULL}};
	struct proc_spec specs[2] = {common, common};

	for (size_t i = 0; i < 2; i++) {
		specs[i].argv = argvs[i];
		specs[i].env = plain_env;
		specs[i].cwd = dir;
		specs[i].cpu = -1;
	}
	return proc_run_pair(specs, ends, err);
}

static void
run_pair(const char *first, const char *second, struct proc_spec common, struct proc_end ends[2])
{
	struct err err = ERR_INIT;

	ck_assert_msg(try_pair(first, second, common, ends, &err) == 0, "%s", err.text);
}

static void
pair_done(struct proc_end ends[2])
{
	proc_end_done(&ends[0]);
	proc_end_done(&ends[1]);
}

START_TEST(both_run_at_the_same_time)
{
	struct proc_end ends[2];

	begin();
	run_pair(MEET("a", "b") "exit 3", MEET("b", "a") "exit 4",
		(struct proc_spec){.timeout_ns = 60 * SECOND}, ends);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(ends[i].how, PROC_EXITED);
		ck_assert_int_eq(ends[i].exit_code, 3 + i);
		ck_assert_uint_eq(ends[i].rounds.n, 1);
	}
	pair_done(ends);
	done();
}
END_TEST

/* Nanoseconds between the two that wrote their time. */
static long long
apart_ns(void)
{
	scoped_free char *a = read_file("a"), *b = read_file("b");
	long long x = strtoll(a, NULL, 10), y = strtoll(b, NULL, 10);

	ck_assert(x > 0 && y > 0);
	return x > y ? x - y : y - x;
}

/* A busy machine may set one of them back, but not every time. */
START_TEST(they_start_together)
{
	long long least = INT64_MAX;

	begin();
	for (int tries = 0; tries < 50 && least > 5000000; tries++) {
		struct proc_end ends[2];

		run_pair("date +%s%N >a", "date +%s%N >b", (struct proc_spec){0}, ends);
		pair_done(ends);
		least = apart_ns() < least ? apart_ns() : least;
	}
	ck_assert_msg(least <= 5000000, "%lld ns apart at best", least);
	done();
}
END_TEST

/* Where the jobs have their stack and what they map, as the kernel tells. */
START_TEST(a_layout_is_shared)
{
	struct proc_end ends[2];

	begin();
	for (unsigned layout = 1; layout < 3; layout++) {
		run_pair("cat /proc/self/maps >a", "cat /proc/self/maps >b",
			(struct proc_spec){.layout = layout}, ends);
		pair_done(ends);
		scoped_free char *a = read_file("a"), *b = read_file("b");
		if (layout == 1 && strcmp(a, b) != 0 && !strstr(a, "555555554000")) {
			done();
			return; /* a container that refuses personality() */
		}
		ck_assert_str_eq(a, b);
		scoped_free char *name = xasprintf("of-%u", layout);
		scoped_free char *from = path_join(dir, "a"), *to = path_join(dir, name);
		ck_assert_int_eq(rename(from, to), 0);
	}
	scoped_free char *one = read_file("of-1"), *two = read_file("of-2");
	ck_assert_str_ne(one, two);
	done();
}
END_TEST

static void
write_script(const char *name, const char *text)
{
	scoped_free char *path = path_join(dir, name);
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	ck_assert_int_eq(chmod(path, 0755), 0);
}

/* Whichever helper is born first takes two seconds more to get ready. */
START_TEST(who_is_ready_first_waits)
{
	scoped_free char *given = xstrdup(getenv("REVSWEEP_EXEC"));
	struct proc_end ends[2];

	begin();
	scoped_free char *helper = path_join(dir, "slow");
	scoped_free char *script = xasprintf(
		"#!/bin/sh\nmkdir '%s/seen' 2>/dev/null && sleep 2\nexec '%s'\n", dir, given);
	write_script("slow", script);
	setenv("REVSWEEP_EXEC", helper, 1);
	run_pair("date +%s%N >a", "date +%s%N >b", (struct proc_spec){.timeout_ns = 20 * SECOND},
		ends);
	setenv("REVSWEEP_EXEC", given, 1);
	ck_assert_int_lt(apart_ns(), (long long)SECOND);
	/* nor is the wait part of what a job took */
	ck_assert_int_lt(ends[0].wall_ns, (int64_t)SECOND);
	ck_assert_int_lt(ends[1].wall_ns, (int64_t)SECOND);
	pair_done(ends);
	done();
}
END_TEST

START_TEST(each_comes_to_its_own_end)
{
	static const struct {
		const char *script;
		enum proc_how how;
	} cases[] = {
		{"sleep 100", PROC_TIMED_OUT},
		{"kill -SEGV $$", PROC_SIGNALED},
		{"yes", PROC_OUTPUT_LIMIT},
		{"kill -9 $PPID; sleep 100", PROC_LOST},
	};

	begin();
	scoped_free char *out = path_join(dir, "out");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (int at = 0; at < 2; at++) {
			struct proc_end ends[2];
			/* A pair of rounds tells that it was not cut short. */
			const char *scripts[2] = {"sleep 0.3; echo x >>ran", "sleep 0.3"};

			scripts[at] = cases[i].script;
			run_pair(scripts[0], scripts[1],
				(struct proc_spec){.timeout_ns = 3 * SECOND,
					.stdout_path = out,
					.output_max = 1000,
					.rounds = 2},
				ends);
			ck_assert_int_eq(ends[at].how, cases[i].how);
			ck_assert_int_eq(ends[!at].how, PROC_EXITED);
			ck_assert_uint_eq(ends[!at].rounds.n, 2);
			pair_done(ends);
		}
	}
	done();
}
END_TEST

START_TEST(one_that_cannot_start_holds_nobody_up)
{
	const char *const missing[] = {"no-such-program", NULL};
	const char *const touch[] = {"touch", "ran", NULL};
	struct proc_spec specs[] = {
		{.argv = missing, .env = plain_env, .cwd = "/no/such/directory", .cpu = -1},
		{.argv = touch, .env = plain_env, .cpu = -1}};
	struct proc_end ends[2];
	struct err err = ERR_INIT;

	begin();
	specs[1].cwd = dir;
	ck_assert_msg(proc_run_pair(specs, ends, &err) == 0, "%s", err.text);
	ck_assert_int_eq(ends[0].how, PROC_NOT_STARTED);
	ck_assert_int_eq(ends[1].exit_code, 0);
	pair_done(ends);
	specs[0].cwd = dir;
	ck_assert_int_eq(proc_run_pair(specs, ends, &err), 0);
	ck_assert_int_eq(ends[0].how, PROC_NOT_STARTED);
	ck_assert_int_eq(ends[1].how, PROC_EXITED);
	pair_done(ends);
	/* what is our own fault is ours for both, and leaves nobody running */
	specs[0].argv = touch;
	specs[1].stdout_path = "/no/such/dir/out";
	ck_assert_int_eq(proc_run_pair(specs, ends, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "/no/such/dir/out"));
	pair_done(ends);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	done();
}
END_TEST

/* Held open by the other helper, a socket would not tell of a death. */
START_TEST(helpers_share_no_descriptor)
{
	struct proc_end ends[2];

	begin();
	run_pair("ls -l /proc/$PPID/fd | grep -c socket: >a; ls /proc/self/fd | wc -l >>a",
		"ls -l /proc/$PPID/fd | grep -c socket: >b; ls /proc/self/fd | wc -l >>b",
		(struct proc_spec){0}, ends);
	pair_done(ends);
	scoped_free char *a = read_file("a"), *b = read_file("b");
	ck_assert_str_eq(a, "1\n4\n");
	ck_assert_str_eq(b, "1\n4\n");
	done();
}
END_TEST

/* In a child of the test: stop_install() is for ever. */
static void
run_until_stopped(void)
{
	scoped_free char *script =
		xasprintf("echo $$ >>pids; " MEET("b", "a") "kill -TERM %d; "
							    "while :; do sleep 1; done",
			(int)getpid());
	struct proc_end ends[2];
	struct err err = ERR_INIT;

	stop_install();
	int r = try_pair(
		"echo $$ >>pids; " MEET("a", "b") "trap '' TERM; while :; do sleep 1; done", script,
		(struct proc_spec){.timeout_ns = 100 * SECOND}, ends, &err);
	pair_done(ends);
	_exit(r == -1 && err.kind == ERR_STOPPED ? 42 : 1);
}

START_TEST(a_stop_ends_both)
{
	int status, n = 0;

	begin();
	pid_t pid = fork();
	if (pid == 0)
		run_until_stopped();
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 42);
	scoped_free char *pids = read_file("pids");
	for (char *save = NULL, *p = strtok_r(pids, "\n", &save); p;
		p = strtok_r(NULL, "\n", &save), n++)
		ck_assert_msg(kill((pid_t)strtol(p, NULL, 10), 0) < 0 && errno == ESRCH,
			"process %s lives", p);
	ck_assert_int_eq(n, 2);
	done();
}
END_TEST

TEST_SUITE("sys/pair", both_run_at_the_same_time, they_start_together, a_layout_is_shared,
	who_is_ready_first_waits, each_comes_to_its_own_end, one_that_cannot_start_holds_nobody_up,
	helpers_share_no_descriptor, a_stop_ends_both)
