#include "../check_main.h"
#include "proc_common.h"

#include <errno.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

START_TEST(exit_codes_and_signals_come_back)
{
	char text[64];

	begin();
	struct proc_end end = run_sh("exit 7", (struct proc_spec){0});
	ck_assert_int_eq(end.how, PROC_EXITED);
	ck_assert_int_eq(end.exit_code, 7);
	ck_assert_uint_eq(end.rounds.n, 1);
	ck_assert_int_gt(end.rounds.v[0].wall_ns, 0);
	ck_assert_int_gt(end.rounds.v[0].maxrss_kib, 0);
	ck_assert_int_ge(end.wall_ns, end.rounds.v[0].wall_ns);
	ck_assert_str_eq(proc_end_text(&end, text, sizeof(text)), "exited with 7");
	proc_end_done(&end);
	end = run_sh("kill -SEGV $$", (struct proc_spec){0});
	ck_assert_int_eq(end.how, PROC_SIGNALED);
	ck_assert_int_eq(end.signal, SIGSEGV);
	ck_assert_str_eq(proc_end_text(&end, text, sizeof(text)), "killed by SIGSEGV");
	proc_end_done(&end);
	done();
}
END_TEST

static struct proc_end
run_missing(const char *program, const char *cwd)
{
	const char *const argv[] = {program, NULL};
	struct proc_spec spec = {.argv = argv, .env = plain_env, .cwd = cwd, .cpu = -1};
	struct proc_end end;
	struct err err = ERR_INIT;

	ck_assert_msg(proc_run(&spec, &end, &err) == 0, "%s", err.text);
	ck_assert_int_eq(end.how, PROC_NOT_STARTED);
	ck_assert_uint_eq(end.rounds.n, 0);
	return end;
}

START_TEST(what_cannot_start_says_why)
{
	struct proc_end end = run_missing("no-such-program-here", NULL);
	char text[128];

	ck_assert_int_eq(end.sys_errno, ENOENT);
	ck_assert_str_eq(proc_end_text(&end, text, sizeof(text)),
		"could not be started: No such file or directory");
	end = run_missing("/etc/passwd", NULL);
	ck_assert_int_eq(end.sys_errno, EACCES);
	end = run_missing("true", "/no/such/directory");
	ck_assert_int_eq(end.sys_errno, ENOENT);
	end = run_missing("", NULL);
	ck_assert_int_eq(end.sys_errno, ENOENT);
}
END_TEST

START_TEST(missing_helper_is_an_error_that_helps)
{
	const char *const argv[] = {"true", NULL};
	struct proc_spec spec = {.argv = argv, .env = plain_env, .cpu = -1};
	struct proc_end end;
	struct err err = ERR_INIT;

	setenv("REVSWEEP_EXEC", "/nowhere/revsweep-exec", 1);
	ck_assert_int_eq(proc_run(&spec, &end, &err), -1);
	ck_assert_int_eq(err.kind, ERR_ENVIRONMENT);
	ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/revsweep-exec"));
	proc_end_done(&end);
	setenv("REVSWEEP_EXEC", "/bin/true", 1);
	ck_assert_int_eq(proc_run(&spec, &end, &err), -1);
	ck_assert_int_eq(err.kind, ERR_ENVIRONMENT);
	ck_assert_ptr_nonnull(strstr(err.text, "not the helper"));
	proc_end_done(&end);
	unsetenv("REVSWEEP_EXEC");
	ck_assert_int_eq(proc_run(&spec, &end, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "REVSWEEP_EXEC"));
	proc_end_done(&end);
}
END_TEST

START_TEST(environment_and_directory_are_what_was_given)
{
	const char *const env[] = {"PATH=/usr/bin:/bin", "A=1 2", "LD_BIND_NOW=1", "EMPTY=", NULL};
	const char *const argv[] = {"env", NULL};
	scoped_free char *path = NULL;
	struct err err = ERR_INIT;
	scoped(proc_end) end = {0};

	begin();
	path = path_join(dir, "out");
	struct proc_spec spec = {
		.argv = argv, .env = env, .cwd = dir, .stdout_path = path, .cpu = -1};
	ck_assert_int_eq(proc_run(&spec, &end, &err), 0);
	scoped_free char *text = read_file("out");
	ck_assert_str_eq(text, "PATH=/usr/bin:/bin\nA=1 2\nLD_BIND_NOW=1\nEMPTY=\n");
	struct proc_end second = run_sh("pwd; umask; cat; ls -l /proc/self/fd | wc -l",
		(struct proc_spec){.stdout_path = path, .append = true});
	proc_end_done(&second);
	scoped_free char *more = read_file("out");
	/* "total", 0, 1, 2 and the directory that ls itself opened */
	scoped_free char *expected = xasprintf("%s%s\n0022\n5\n", text, dir);
	ck_assert_str_eq(more, expected);
	done();
}
END_TEST

START_TEST(streams_go_where_they_should)
{
	begin();
	scoped_free char *out = path_join(dir, "out"), *errors = path_join(dir, "err");
	struct proc_end end = run_sh("echo a; echo b >&2; echo c",
		(struct proc_spec){.stdout_path = out, .stderr_path = errors});
	proc_end_done(&end);
	scoped_free char *text = read_file("out"), *text2 = read_file("err");
	ck_assert_str_eq(text, "a\nc\n");
	ck_assert_str_eq(text2, "b\n");
	end = run_sh("echo a; echo b >&2; echo c",
		(struct proc_spec){.stdout_path = out, .stderr_path = out});
	proc_end_done(&end);
	scoped_free char *both = read_file("out");
	ck_assert_str_eq(both, "a\nb\nc\n");
	end = run_sh("test ! -p /dev/stdout && test ! -p /dev/stderr", (struct proc_spec){0});
	ck_assert_int_eq(end.exit_code, 0);
	proc_end_done(&end);
	done();
}
END_TEST

START_TEST(rounds_and_warmup_are_counted)
{
	begin();
	struct proc_end end = run_sh("echo x >>ran", (struct proc_spec){.rounds = 70, .warmup = 2});
	ck_assert_int_eq(end.how, PROC_EXITED);
	ck_assert_uint_eq(end.rounds.n, 70);
	for (size_t i = 0; i < end.rounds.n; i++)
		ck_assert_int_gt(end.rounds.v[i].wall_ns, 0);
	proc_end_done(&end);
	scoped_free char *ran = read_file("ran");
	ck_assert_uint_eq(strlen(ran), 2 * 72);
	/* until a time that is never reached: as far as allowed */
	end = run_sh(
		":", (struct proc_spec){.rounds = 2, .rounds_ns = 3600 * SECOND, .rounds_max = 9});
	ck_assert_uint_eq(end.rounds.n, 9);
	proc_end_done(&end);
	/* a time that one round reaches: no more than `rounds` */
	end = run_sh(":", (struct proc_spec){.rounds = 3, .rounds_ns = 1, .rounds_max = 9});
	ck_assert_uint_eq(end.rounds.n, 3);
	proc_end_done(&end);
	/* the failing round is the last; a failing warm-up leaves none */
	end = run_sh("echo x >>f; test $(wc -l <f) -lt 3", (struct proc_spec){.rounds = 10});
	ck_assert_uint_eq(end.rounds.n, 3);
	ck_assert_int_eq(end.exit_code, 1);
	proc_end_done(&end);
	end = run_sh("exit 3", (struct proc_spec){.rounds = 10, .warmup = 1});
	ck_assert_uint_eq(end.rounds.n, 0);
	ck_assert_int_eq(end.exit_code, 3);
	proc_end_done(&end);
	done();
}
END_TEST

START_TEST(output_has_a_limit)
{
	static const char *const floods[] = {
		"yes", "yes >&2", "tr '\\0' x </dev/zero", "yes & while :; do sleep 1; done"};

	begin();
	scoped_free char *out = path_join(dir, "out");
	for (size_t i = 0; i < ARRAY_LEN(floods); i++) {
		struct proc_end end = run_sh(floods[i],
			(struct proc_spec){
				.stdout_path = out, .stderr_path = out, .output_max = 100000});
		ck_assert_int_eq(end.how, PROC_OUTPUT_LIMIT);
		proc_end_done(&end);
		scoped_free char *text = read_file("out");
		ck_assert_uint_eq(strlen(text), 100000);
	}
	struct proc_end end = run_sh("head -c 100000 /dev/zero",
		(struct proc_spec){.stdout_path = out, .output_max = 100000});
	ck_assert_int_eq(end.how, PROC_EXITED);
	proc_end_done(&end);
	end = run_sh("head -c 100001 /dev/zero",
		(struct proc_spec){.stdout_path = out, .output_max = 100000});
	ck_assert_int_eq(end.how, PROC_OUTPUT_LIMIT);
	proc_end_done(&end);
	done();
}
END_TEST

START_TEST(files_have_a_limit)
{
	begin();
	struct proc_end end = run_sh("head -c 100000 /dev/zero >big; ulimit -c; exit 0",
		(struct proc_spec){.file_max = 50000});
	proc_end_done(&end);
	scoped_free char *path = path_join(dir, "big");
	struct err err = ERR_INIT;
	scoped(str) text = STR_INIT;
	ck_assert_int_eq(fs_read(path, 1 << 20, &text, &err), 0);
	ck_assert_uint_eq(text.n, 50000);
	done();
}
END_TEST

START_TEST(rss_is_the_childs_own)
{
	size_t n = (size_t)300 << 20;
	char *ballast = malloc(n);

	begin();
	memset(ballast, 1, n);
	struct proc_end end = run_sh(":", (struct proc_spec){0});
	ck_assert_uint_eq(end.rounds.n, 1);
	/* with sanitizers the helper itself is larger; bare it is below 2 MiB */
	ck_assert_int_lt(end.rounds.v[0].maxrss_kib, 100 << 10);
	proc_end_done(&end);
	ck_assert_int_eq(ballast[n - 1], 1);
	free(ballast);
	done();
}
END_TEST

START_TEST(confined_jobs_write_only_where_they_may)
{
	/* asked for here, so that a policy that does nothing is not taken for a missing one */
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	ck_assert_int_eq(proc_can_confine(), abi >= 2);
	if (abi < 2) {
		printf("skipped: Landlock ABI %ld\n", abi);
		return;
	}
	begin();
	scoped_free char *in = path_join(dir, "in");
	const char *const writable[] = {in, NULL};
	struct err err = ERR_INIT;
	ck_assert_int_eq(fs_mkdir_p(in, 0700, &err), 0);
	struct proc_end end =
		run_sh("echo x >in/x && mkdir in/d && mv in/x in/d/y && : >in/d/y && rm -r in/d && "
		       "echo x >/dev/null && touch in/left || exit 1;"
		       "{ echo x >out; } 2>/dev/null && exit 2; mkdir d 2>/dev/null && exit 3;"
		       "mv in/left . 2>/dev/null && exit 4; exit 0",
			(struct proc_spec){.writable = writable});
	ck_assert_int_eq(end.how, PROC_EXITED);
	ck_assert_int_eq(end.exit_code, 0);
	ck_assert(end.confined);
	proc_end_done(&end);
	scoped_free char *out = path_join(dir, "out");
	ck_assert(!fs_exists(out));
	end = run_sh(": >pre", (struct proc_spec){0});
	ck_assert_int_eq(end.exit_code, 0);
	ck_assert(!end.confined);
	proc_end_done(&end);
	end = run_sh("rm -f pre 2>/dev/null || exit 9", (struct proc_spec){.writable = writable});
	ck_assert_int_eq(end.exit_code, 9);
	proc_end_done(&end);
	done();
}
END_TEST

START_TEST(missing_writable_directory_is_our_error)
{
	const char *const writable[] = {"/no/such/dir", NULL}, *const argv[] = {"true", NULL};
	struct proc_spec spec = {.argv = argv, .env = plain_env, .cpu = -1, .writable = writable};
	struct proc_end end;
	struct err err = ERR_INIT;

	if (proc_can_confine()) {
		ck_assert_int_eq(proc_run(&spec, &end, &err), -1);
		ck_assert_ptr_nonnull(strstr(err.text, "/no/such/dir"));
		proc_end_done(&end);
	}
	spec.writable = NULL;
	spec.stdout_path = "/no/such/dir/out";
	ck_assert_int_eq(proc_run(&spec, &end, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "/no/such/dir/out"));
	proc_end_done(&end);
	spec.stdout_path = NULL;
	spec.cpu = 1000;
	ck_assert_int_eq(proc_run(&spec, &end, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "CPU 1000"));
	proc_end_done(&end);
	spec.cpu = -1;
	spec.stdout_path = "/dev/full";
	const char *const echo[] = {"echo", "hello", NULL};
	spec.argv = echo;
	ck_assert_int_eq(proc_run(&spec, &end, &err), -1);
	ck_assert_int_eq(err.kind, ERR_RESOURCES);
	proc_end_done(&end);
}
END_TEST

START_TEST(job_is_pinned)
{
	const char *const argv[] = {"sh", "-c", "test $(nproc) -eq 1", NULL};
	struct proc_spec spec = {.argv = argv, .env = plain_env, .cpu = 0};
	scoped(proc_end) end = {0};
	struct err err = ERR_INIT;

	ck_assert_int_eq(proc_run(&spec, &end, &err), 0);
	ck_assert_int_eq(end.exit_code, 0);
}
END_TEST

static void *
run_many(void *arg)
{
	int code = *(int *)arg;
	scoped_free char *script = xasprintf("exit %d", code);
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct proc_spec spec = {.argv = argv, .env = plain_env, .cpu = -1};

	for (int i = 0; i < 20; i++) {
		scoped(proc_end) end = {0};
		struct err err = ERR_INIT;

		if (proc_run(&spec, &end, &err) < 0 || end.how != PROC_EXITED ||
			end.exit_code != code)
			return arg;
	}
	return NULL;
}

START_TEST(threads_do_not_disturb_each_other)
{
	pthread_t threads[3];
	int codes[3] = {3, 4, 5};

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, run_many, &codes[i]), 0);
	for (int i = 0; i < 3; i++) {
		void *r = NULL;
		ck_assert_int_eq(pthread_join(threads[i], &r), 0);
		ck_assert_ptr_null(r);
	}
}
END_TEST

START_TEST(the_kernel_counts_all_of_a_job)
{
	begin();
	if (!proc_can_count(PROC_COUNT_FAULTS)) {
		puts("skipped: no perf_event_open here");
		done();
		return;
	}
	struct proc_end end = run_sh(":", (struct proc_spec){0});
	ck_assert_int_eq(end.counted, -1);
	proc_end_done(&end);
	/* Faults in user mode are some of all; those of children are among them. */
	end = run_sh(":", (struct proc_spec){.count = PROC_COUNT_FAULTS});
	int64_t one = end.counted;
	ck_assert_int_gt(one, 0);
	ck_assert_int_le(one, end.rounds.v[0].minflt + end.rounds.v[0].majflt);
	proc_end_done(&end);
	end = run_sh("sh -c :; sh -c :; sh -c :", (struct proc_spec){.count = PROC_COUNT_FAULTS});
	ck_assert_int_gt(end.counted, 2 * one);
	proc_end_done(&end);
	end = run_sh(":", (struct proc_spec){.count = PROC_COUNT_FAULTS, .rounds = 4});
	ck_assert_int_gt(end.counted, 3 * one);
	proc_end_done(&end);
	done();
}
END_TEST

TEST_SUITE("sys/proc", the_kernel_counts_all_of_a_job, exit_codes_and_signals_come_back,
	what_cannot_start_says_why, missing_helper_is_an_error_that_helps,
	environment_and_directory_are_what_was_given, streams_go_where_they_should,
	rounds_and_warmup_are_counted, output_has_a_limit, files_have_a_limit,
	rss_is_the_childs_own, confined_jobs_write_only_where_they_may,
	missing_writable_directory_is_our_error, job_is_pinned, threads_do_not_disturb_each_other)
