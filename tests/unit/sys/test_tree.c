/* Whole trees of processes die: on timeouts, on stops, with revsweep. */
#include "sys/clock.h"
#include "sys/stop.h"

#include "../check_main.h"
#include "proc_common.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Every pid that was written to a file, one a line: none may be alive. */
static void
assert_all_dead(const char *name, int expected)
{
	scoped_free char *text = read_file(name);
	int n = 0;

	for (char *save = NULL, *p = strtok_r(text, "\n", &save); p;
		p = strtok_r(NULL, "\n", &save), n++) {
		pid_t pid = (pid_t)strtol(p, NULL, 10);
		ck_assert_int_gt(pid, 1);
		ck_assert_msg(kill(pid, 0) < 0 && errno == ESRCH, "process %s lives", p);
	}
	ck_assert_int_eq(n, expected);
}

static bool
is_running(const char *pid)
{
	scoped_free char *path = xasprintf("/proc/%s/stat", pid);
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;

	if (fs_read(path, 4096, &text, &err) < 0)
		return false;
	const char *p = strrchr(text.p, ')');
	return p && p[2] != 'Z' && p[2] != 'X';
}

/* The same where somebody else has to notice and to reap. */
static void
assert_soon_dead(const char *name, int expected)
{
	scoped_free char *text = read_file(name);
	int n = 0;

	for (char *save = NULL, *p = strtok_r(text, "\n", &save); p;
		p = strtok_r(NULL, "\n", &save), n++) {
		for (int tries = 0; is_running(p); tries++) {
			ck_assert_msg(tries < 2000, "process %s lives", p);
			usleep(10000);
		}
	}
	ck_assert_int_eq(n, expected);
}

/* The command, a shell that ignores TERM, and a daemon: other session, other parent, TERM ignored.
 */
#define MAKE_DAEMON                                                                                \
	"trap '' TERM; echo $$ >>pids;"                                                            \
	"setsid sh -c 'trap \"\" TERM; echo $$ >>pids;"                                            \
	"  (setsid sh -c \"trap \\\"\\\" TERM; echo \\$\\$ >>pids; touch up; while :; do sleep 1;" \
	"  done\" &) ' & "                                                                         \
	"while [ ! -e up ]; do sleep 0.01; done; "

START_TEST(timeout_kills_the_whole_tree)
{
	begin();
	int64_t start = clock_monotonic_ns();
	struct proc_end end = run_sh(MAKE_DAEMON "while :; do sleep 1; done",
		(struct proc_spec){.timeout_ns = 3 * SECOND});
	int64_t took = clock_monotonic_ns() - start;
	char text[64];

	ck_assert_int_eq(end.how, PROC_TIMED_OUT);
	ck_assert_uint_eq(end.rounds.n, 0);
	ck_assert(str_starts(proc_end_text(&end, text, sizeof(text)), "timed out after "));
	proc_end_done(&end);
	assert_all_dead("pids", 3);
	ck_assert_int_lt(took, (int64_t)(12 * SECOND));
	done();
}
END_TEST

/* The grace is short: on a machine that is busy it may be too short, but not every time. */
START_TEST(term_comes_first)
{
	begin();
	scoped_free char *out = path_join(dir, "out"), *note = path_join(dir, "note");
	for (int tries = 0; tries < 20 && !fs_exists(note); tries++) {
		struct proc_end end = run_sh("trap ': >note; exit 0' TERM; yes",
			(struct proc_spec){.stdout_path = out, .output_max = 1000});
		ck_assert_int_eq(end.how, PROC_OUTPUT_LIMIT);
		proc_end_done(&end);
	}
	ck_assert(fs_exists(note));
	done();
}
END_TEST

START_TEST(stopped_helper_is_woken)
{
	begin();
	struct proc_end end = run_sh("echo $$ >>pids; kill -STOP $PPID; while :; do sleep 1; done",
		(struct proc_spec){.timeout_ns = SECOND / 5});
	ck_assert_int_eq(end.how, PROC_TIMED_OUT);
	proc_end_done(&end);
	assert_all_dead("pids", 1);
	done();
}
END_TEST

START_TEST(leftovers_are_killed_and_counted)
{
	begin();
	scoped_free char *out = path_join(dir, "out");
	/* both keep stdout open; the job is over all the same */
	struct proc_end end = run_sh(MAKE_DAEMON "sleep 1000 & echo $! >>pids; echo end",
		(struct proc_spec){.stdout_path = out, .timeout_ns = 40 * SECOND});
	ck_assert_int_eq(end.how, PROC_EXITED);
	ck_assert_int_eq(end.exit_code, 0);
	ck_assert_uint_ge(end.leftovers, 2);
	proc_end_done(&end);
	assert_all_dead("pids", 4);
	scoped_free char *text = read_file("out");
	ck_assert_str_eq(text, "end\n");
	end = run_sh("true | true", (struct proc_spec){.rounds = 5});
	ck_assert_uint_eq(end.leftovers, 0);
	proc_end_done(&end);
	done();
}
END_TEST

START_TEST(fork_bomb_is_killed)
{
	begin();
	/* each of the chain's members forks the next and stays; it ends at 400 by itself */
	struct proc_end end = run_sh("echo 'echo $$ >>pids; [ $(wc -l <pids) -gt 400 ] || "
				     "setsid sh bomb & sleep 1000' >bomb; sh bomb",
		(struct proc_spec){.timeout_ns = SECOND / 2});
	ck_assert_int_eq(end.how, PROC_TIMED_OUT);
	proc_end_done(&end);
	scoped_free char *pids = read_file("pids");
	for (char *save = NULL, *p = strtok_r(pids, "\n", &save); p;
		p = strtok_r(NULL, "\n", &save))
		ck_assert_int_eq(kill((pid_t)strtol(p, NULL, 10), 0), -1);
	done();
}
END_TEST

START_TEST(dead_helper_means_lost_and_no_orphans)
{
	char text[64];

	begin();
	struct proc_end end =
		run_sh("echo $$ >>pids; sh -c 'echo $$ >>pids; while :; do sleep 1; done' & "
		       "while [ $(wc -l <pids) -lt 2 ]; do sleep 0.01; done; "
		       "kill -9 $PPID; while :; do sleep 1; done",
			(struct proc_spec){.timeout_ns = 50 * SECOND});
	ck_assert_int_eq(end.how, PROC_LOST);
	ck_assert_str_eq(proc_end_text(&end, text, sizeof(text)), "was lost: its supervisor died");
	proc_end_done(&end);
	assert_soon_dead("pids", 2);
	done();
}
END_TEST

/* In a child of the test: stop_install() is for ever. */
static void
run_until_stopped(const char *signal_it)
{
	scoped_free char *script = xasprintf(
		"%s kill -%s %d; while :; do sleep 1; done", MAKE_DAEMON, signal_it, (int)getpid());
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct proc_spec spec = {.argv = argv, .env = plain_env, .cwd = dir, .cpu = -1};
	struct proc_end end;
	struct err err = ERR_INIT;

	stop_install();
	int r = proc_run(&spec, &end, &err);
	proc_end_done(&end);
	_exit(r == -1 && err.kind == ERR_STOPPED ? 42 : 1);
}

START_TEST(stop_kills_the_tree_and_says_so)
{
	int status;

	begin();
	pid_t pid = fork();
	if (pid == 0)
		run_until_stopped("TERM");
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 42);
	assert_all_dead("pids", 3);
	done();
}
END_TEST

START_TEST(dead_revsweep_takes_its_tree_along)
{
	int status;

	begin();
	pid_t pid = fork();
	if (pid == 0)
		run_until_stopped("KILL");
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	assert_soon_dead("pids", 3);
	done();
}
END_TEST

TEST_SUITE("sys/tree", timeout_kills_the_whole_tree, term_comes_first, stopped_helper_is_woken,
	leftovers_are_killed_and_counted, fork_bomb_is_killed,
	dead_helper_means_lost_and_no_orphans, stop_kills_the_tree_and_says_so,
	dead_revsweep_takes_its_tree_along)
