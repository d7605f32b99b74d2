#include "measure/launch.h"

#include "sys/fs.h"

#include "../check_main.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dir;

/* A harness whose benchmark is the suite's shell script, executed `request.rounds` times. */
static int
fake_command(const struct launch_request *request, struct arena *arena, struct launch_command *ret,
	struct err *err)
{
	const char **argv = arena_alloc(arena, 5, sizeof(*argv));
	struct recipe_pair *env = arena_alloc(arena, 2, sizeof(*env));

	(void)err;
	argv[0] = str_eq(request->suite->run, "missing") ? "no-such-program" : "sh";
	argv[1] = "-c";
	argv[2] = request->suite->run;
	argv[3] = request->out_dir;
	env[0] = (struct recipe_pair){"PYTHONPATH", "/adapter"};
	env[1] = (struct recipe_pair){"ROUNDS", "${HOME}"};
	*ret = (struct launch_command){
		.argv = argv, .env = env, .n_env = 2, .rounds = request->rounds, .warmup = 1};
	if (!request->rounds)
		ret->warmup = 0;
	return 0;
}

/* One bench: the rounds we timed, else the exit code. "fail" on stderr is a failure of reading. */
static int
fake_read(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	struct launch_bench *bench = arena_alloc(arena, 1, sizeof(*bench));
	double *code = arena_alloc(arena, 1, sizeof(*code));
	scoped(str) text = STR_INIT;

	ck_assert_str_eq(output->out_dir, request->out_dir);
	if (fs_read(output->stderr_path, 1 << 20, &text, err) < 0)
		return -1;
	if (str_starts(text.p, "fail"))
		return err_set(err, ERR_INTERNAL, "told to");
	*code = output->exit_code;
	*bench = (struct launch_bench){.name = "it",
		.values = output->n_rounds ? output->wall_s : code,
		.n_values = output->n_rounds ? output->n_rounds : 1,
		.cpu_values = output->cpu_s};
	ret->benches = bench;
	ret->n_benches = 1;
	if (output->exit_code)
		outcome_set(&ret->outcome, OUTCOME_FAILED, "exit code %d", output->exit_code);
	return 0;
}

static const struct harness fake = {
	.name = "fake", .result_file = "d/a", .command = fake_command, .read = fake_read};

struct given {
	const char *run, *cwd;
	unsigned rounds;
	double timeout_s;
	struct block_plan plan;
	enum isolation isolation;
	const char *const *wrapper;
	const char *keep;
};

/* n launches, one or two at the same time. */
static int
try_launches(const struct given *given, size_t n, struct launch *ret, struct err *err)
{
	scoped_free char *work = path_join(dir, "work"), *log = path_join(dir, "logs/l.log");
	scoped_free char *log2 = path_join(dir, "logs/l2.log");
	struct suite suites[2];
	struct env env;
	struct launch_spec specs[2];

	if (fs_mkdir_p(work, 0755, err) < 0)
		return -1;
	env_init(&env, "/home/of/nobody", "/tmp");
	env_set(&env, "PYTHONPATH", "/prefix");
	for (size_t i = 0; i < n; i++) {
		suites[i] = (struct suite){.name = "s", .run = given[i].run};
		specs[i] = (struct launch_spec){
			.harness = &fake,
			.request = {.suite = &suites[i],
				.suite_dir = given[i].cwd ? given[i].cwd : dir,
				.rounds = given[i].rounds},
			.env = &env,
			.plan = given[i].plan,
			.work_dir = work,
			.log_path = i ? log2 : log,
			.timeout_s = given[i].timeout_s,
			.isolation = given[i].isolation,
			.cpu = -1,
			.wrapper = given[i].wrapper,
			.keep = given[i].keep,
		};
	}
	int r = n == 2 ? launch_run_pair(specs, ret, err) : launch_run(specs, ret, err);
	ck_assert_str_eq(env_get(&env, "HOME"), "/home/of/nobody");
	ck_assert_str_eq(env_get(&env, "PYTHONPATH"), "/prefix");
	ck_assert_ptr_null(env_get(&env, "REVSWEEP_PAD"));
	env_done(&env);
	/* rmdir() works on what is empty only: nothing private is left */
	ck_assert_int_eq(remove(work), 0);
	return r;
}

static int
try_launch(struct given given, struct launch *ret, struct err *err)
{
	return try_launches(&given, 1, ret, err);
}

static struct launch
launch(struct given given)
{
	struct launch l;
	struct err err = ERR_INIT;

	ck_assert_msg(try_launch(given, &l, &err) == 0, "%s", err.text);
	return l;
}

static void
begin(void)
{
	struct err err = ERR_INIT;

	ck_assert_msg(fs_temp_dir("/tmp/test-launch-", &dir, &err) == 0, "%s", err.text);
}

static void
done(void)
{
	struct err err = ERR_INIT;

	ck_assert_msg(fs_remove(dir, &err) == 0, "%s", err.text);
	free(dir);
}

static char *
read_log(void)
{
	scoped_free char *path = path_join(dir, "logs/l.log");
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(fs_read(path, 1 << 20, &text, &err) == 0, "%s", err.text);
	return str_detach(&text);
}

START_TEST(environment_is_private_and_equally_long)
{
	static const char show[] =
		"echo $PYTHONHASHSEED ${#REVSWEEP_PAD} $PYTHONPATH $PYTHONDONTWRITEBYTECODE;"
		"echo $HOME; echo $TMPDIR; echo $0; echo $ROUNDS; pwd; touch $HOME/a $TMPDIR/b";
	struct given given = {.run = show, .plan = {.hash_seed = 4294967295u, .pad = 4095}};
	char seed[16], rest[100], home[4096], tmp[4096], out[4096], expanded[4096], cwd[4096];
	unsigned pad;

	begin();
	struct launch a = launch(given);
	given.plan = (struct block_plan){0};
	struct launch b = launch(given);
	ck_assert_int_eq(sscanf(a.raw, "%15s %u %99[^\n] %4095s %4095s %4095s %4095s %4095s", seed,
				 &pad, rest, home, tmp, out, expanded, cwd),
		8);
	ck_assert_str_eq(seed, "4294967295");
	ck_assert_uint_eq(pad, 4095);
	ck_assert_str_eq(rest, "/adapter:/prefix 1");
	ck_assert(str_starts(home, dir) && str_ends(home, "/home"));
	ck_assert(str_starts(tmp, dir) && str_ends(tmp, "/tmp"));
	ck_assert(str_starts(out, dir) && str_ends(out, "/out"));
	ck_assert_str_eq(expanded, home);
	ck_assert_str_eq(cwd, dir);
	const char *first = strchr(a.raw, '\n'), *second = strchr(b.raw, '\n');
	ck_assert_str_eq(strrchr(first, '/'), strrchr(second, '/'));
	ck_assert_uint_eq(strlen(first), strlen(second));
	ck_assert(str_starts(b.raw, "0 0 /adapter"));
	ck_assert(!a.log_kept);
	launch_done(&a);
	launch_done(&b);
	done();
}
END_TEST

START_TEST(our_rounds_become_samples)
{
	begin();
	struct launch l = launch((struct given){.run = ":", .rounds = 12});
	ck_assert_int_eq(l.result.outcome.kind, OUTCOME_OK);
	ck_assert_uint_eq(l.end.rounds.n, 12);
	ck_assert_uint_eq(l.samples[0].rounds, 12);
	double sum = 0, cpu = 0, rss = 0;
	for (size_t i = 0; i < 12; i++) {
		const struct proc_round *r = &l.end.rounds.v[i];

		ck_assert_double_eq_tol(
			l.result.benches[0].values[i], (double)r->wall_ns * 1e-9, 1e-15);
		sum += (double)r->wall_ns * 1e-9;
		cpu += (double)(r->user_us + r->sys_us) * 1e-6;
		rss = fmax(rss, (double)r->maxrss_kib * 1024);
	}
	ck_assert_double_eq_tol(l.samples[0].v[SUMMARY_MEAN], sum / 12, 1e-12);
	ck_assert_double_eq_tol(l.samples[0].v[SUMMARY_CPU_MEAN], cpu / 12, 1e-12);
	ck_assert_double_eq(l.rss_bytes, rss);
	/* what was used stands beside */
	size_t n = l.result.n_benches;
	ck_assert_str_eq(l.result.benches[n - 2].metric, "cpu");
	ck_assert_double_eq_tol(l.samples[n - 2].v[SUMMARY_MEAN], cpu / 12, 1e-12);
	ck_assert_str_eq(l.result.benches[n - 1].metric, "rss");
	ck_assert_double_eq(l.samples[n - 1].v[SUMMARY_MEDIAN], rss);
	/* the warm-up and the helper are in these */
	ck_assert_double_gt(l.wall_s, sum);
	ck_assert_double_ge(l.cpu_s, cpu);
	ck_assert_int_gt(l.after.monotonic_ns, l.before.monotonic_ns);
	launch_done(&l);
	/* a harness that does not ask us to time anything gets no times */
	l = launch((struct given){.run = ":"});
	ck_assert_uint_eq(l.samples[0].rounds, 1);
	ck_assert_double_eq(l.samples[0].v[SUMMARY_MEAN], 0);
	ck_assert(isnan(l.samples[0].v[SUMMARY_CPU_MEAN]));
	launch_done(&l);
	done();
}
END_TEST

START_TEST(ends_become_outcomes)
{
	static const struct {
		struct given given;
		enum outcome_kind kind;
		const char *detail;
	} cases[] = {
		{{.run = "exit 3"}, OUTCOME_FAILED, "exit code 3"},
		{{.run = "kill -ABRT $$"}, OUTCOME_CRASHED, "killed by SIGABRT"},
		{{.run = "sleep 100", .timeout_s = 0.2}, OUTCOME_TIMED_OUT, "timed out after"},
		{{.run = "yes"}, OUTCOME_BAD_OUTPUT, "printed more"},
		{{.run = "missing"}, OUTCOME_FAILED, "'no-such-program' could not be started"},
		{{.run = "kill -9 $PPID; sleep 100"}, OUTCOME_CRASHED, "supervisor"},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct launch l = launch(cases[i].given);

		ck_assert_int_eq(l.result.outcome.kind, cases[i].kind);
		ck_assert_msg(str_starts(l.result.outcome.detail, cases[i].detail) ||
				      strstr(l.result.outcome.detail, cases[i].detail),
			"%s", l.result.outcome.detail);
		ck_assert(l.log_kept);
		scoped_free char *log = read_log();
		ck_assert_ptr_nonnull(strstr(log, l.result.outcome.detail));
		launch_done(&l);
	}
	struct launch l = launch((struct given){.run = "true", .cwd = "/no/such/place"});
	ck_assert_int_eq(l.result.outcome.kind, OUTCOME_FAILED);
	ck_assert_str_eq(l.result.outcome.detail, "no directory '/no/such/place'");
	launch_done(&l);
	done();
}
END_TEST

START_TEST(log_tells_what_was_said)
{
	begin();
	struct launch l = launch((struct given){.run = "i=0; while [ $i -lt 20000 ]; do echo $i; "
						       "i=$((i+1)); done; printf oops >&2; "
						       "sleep 1000 & exit 1"});
	scoped_free char *log = read_log();
	ck_assert_ptr_nonnull(strstr(log, "command: sh -c "));
	ck_assert_ptr_nonnull(strstr(log, "\nend: exited with 1\n"));
	ck_assert_ptr_nonnull(strstr(log, "left behind and killed: 1\n"));
	ck_assert_ptr_nonnull(strstr(log, "\n19999\n--- stderr"));
	ck_assert_ptr_nonnull(strstr(log, "\noops\n"));
	ck_assert_ptr_null(strstr(log, "\n100\n"));
	launch_done(&l);
	done();
}
END_TEST

START_TEST(result_file_is_kept_before_output)
{
	begin();
	struct launch l = launch((struct given){
		.run = "echo printed; mkdir $0/d; echo two >$0/a; echo one >$0/d/a"});
	ck_assert_str_eq(l.raw, "one\n");
	ck_assert_uint_eq(l.raw_size, 4);
	launch_done(&l);
	l = launch(
		(struct given){.run = "echo printed; mkdir $0/d; echo two >$0/a; mkfifo $0/d/a"});
	ck_assert_str_eq(l.raw, "printed\n");
	launch_done(&l);
	l = launch((struct given){.run = "printf 'a\\0b'"});
	ck_assert_uint_eq(l.raw_size, 3);
	ck_assert_mem_eq(l.raw, "a\0b", 3);
	launch_done(&l);
	l = launch((struct given){.run = ":"});
	ck_assert_ptr_null(l.raw);
	launch_done(&l);
	l = launch((struct given){.run = "echo x; mkdir $0/d; head -c 17000000 /dev/zero >$0/d/a"});
	ck_assert_ptr_null(l.raw);
	launch_done(&l);
	done();
}
END_TEST

START_TEST(writing_is_confined_when_asked)
{
	begin();
	scoped_free char *outside = path_join(dir, "outside");
	struct given given = {.run = "echo x >outside"};
	if (proc_can_confine()) {
		given.isolation = ISOLATION_PREFIX;
		struct launch l = launch(given);
		ck_assert(l.end.confined);
		ck_assert_int_ne(l.result.outcome.kind, OUTCOME_OK);
		ck_assert(!fs_exists(outside));
		launch_done(&l);
		given.run = "echo x >$0/r && echo x >$HOME/h && echo x >$TMPDIR/t && "
			    "echo x >/dev/null";
		l = launch(given);
		ck_assert_int_eq(l.result.outcome.kind, OUTCOME_OK);
		launch_done(&l);
	}
	struct launch l =
		launch((struct given){.run = "echo x >outside", .isolation = ISOLATION_NONE});
	ck_assert(!l.end.confined);
	ck_assert(fs_exists(outside));
	launch_done(&l);
	done();
}
END_TEST

START_TEST(a_wrapper_starts_the_command)
{
	begin();
	scoped_free char *keep = path_join(dir, "keep"), *seen = path_join(keep, "seen");
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;
	const char *const wrapper[] = {
		"sh", "-c", "echo wrapped $1 >$0/seen && exec \"$@\"", keep, NULL};

	ck_assert_int_eq(fs_mkdir_p(keep, 0700, &err), 0);
	struct launch l = launch((struct given){.run = "echo x >$0/r && exit 7",
		.isolation = proc_can_confine() ? ISOLATION_PREFIX : ISOLATION_NONE,
		.wrapper = wrapper,
		.keep = keep});
	ck_assert_int_eq(l.end.exit_code, 7);
	launch_done(&l);
	ck_assert_int_eq(fs_read(seen, 100, &text, &err), 0);
	ck_assert_str_eq(text.p, "wrapped sh\n");
	done();
}
END_TEST

static void
launch_pair(struct given first, struct given second, struct launch ret[2])
{
	struct given both[] = {first, second};
	struct err err = ERR_INIT;

	ck_assert_msg(try_launches(both, 2, ret, &err) == 0, "%s", err.text);
}

/* Each waits for the other in every round; alone, it would time out. */
#define TURN(mine, other)                                                                          \
	"echo x >>" mine "; until [ -e " other " ] && [ $(wc -l <" other ") -ge $(wc -l <" mine    \
	") ]; do sleep 0.01; done"

START_TEST(a_pair_runs_together_in_rooms_of_its_own)
{
	struct given first = {.run = TURN("a", "b") "; echo $HOME ${#REVSWEEP_PAD}", .rounds = 3};
	struct given second = {.run = TURN("b", "a") "; echo $HOME ${#REVSWEEP_PAD}", .rounds = 3};
	struct launch l[2];

	begin();
	first.timeout_s = second.timeout_s = 60;
	first.plan = second.plan = (struct block_plan){.hash_seed = 7, .pad = 99};
	launch_pair(first, second, l);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(l[i].result.outcome.kind, OUTCOME_OK);
		ck_assert_uint_eq(l[i].samples[0].rounds, 3);
		ck_assert(isfinite(l[i].samples[0].v[SUMMARY_CPU_MEDIAN]));
		ck_assert(str_starts(l[i].raw, dir) && strstr(l[i].raw, "/home 99\n"));
	}
	ck_assert_uint_eq(l[0].raw_size, l[1].raw_size);
	ck_assert_str_ne(l[0].raw, l[1].raw);
	ck_assert_int_eq(l[0].before.monotonic_ns, l[1].before.monotonic_ns);
	ck_assert_int_eq(l[0].after.monotonic_ns, l[1].after.monotonic_ns);
	launch_done(&l[0]);
	launch_done(&l[1]);
	done();
}
END_TEST

START_TEST(one_of_a_pair_may_fail)
{
	static const struct {
		struct given given;
		enum outcome_kind kind;
	} cases[] = {
		{{.run = "kill -ABRT $$", .timeout_s = 50}, OUTCOME_CRASHED},
		{{.run = "sleep 100", .timeout_s = .5}, OUTCOME_TIMED_OUT},
		{{.run = "yes", .timeout_s = 50}, OUTCOME_BAD_OUTPUT},
		{{.run = "missing", .timeout_s = 50}, OUTCOME_FAILED},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct launch l[2];

		launch_pair((struct given){.run = "sleep .1; echo well", .rounds = 2},
			cases[i].given, l);
		ck_assert_int_eq(l[0].result.outcome.kind, OUTCOME_OK);
		ck_assert_str_eq(l[0].raw, "well\nwell\nwell\n");
		ck_assert(!l[0].log_kept);
		ck_assert_int_eq(l[1].result.outcome.kind, cases[i].kind);
		ck_assert(l[1].log_kept);
		launch_done(&l[0]);
		launch_done(&l[1]);
	}
	struct given both[] = {{.run = "echo fine"}, {.run = "echo fail >&2"}};
	struct launch l[2];
	struct err err = ERR_INIT;
	ck_assert_int_eq(try_launches(both, 2, l, &err), -1);
	ck_assert_str_eq(err.text, "suite 's': told to");
	done();
}
END_TEST

/* A second of work on each of two processors is no disturbance of either. */
START_TEST(partners_do_not_disturb_each_other)
{
	struct given work = {.run = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"};
	struct launch l[2];

	begin();
	launch_pair(work, work, l);
	for (int i = 0; i < 2; i++) {
		const struct launch *mine = &l[i];
		int64_t both = l[0].end.cpu_us + l[1].end.cpu_us;

		ck_assert_int_eq(
			mine->disturbed, launch_disturbed(&mine->before, &mine->after, both,
						 (int)sysconf(_SC_NPROCESSORS_ONLN)));
		ck_assert_int_gt(both, mine->end.cpu_us);
	}
	launch_done(&l[0]);
	launch_done(&l[1]);
	done();
}
END_TEST

START_TEST(our_own_failure_is_an_error)
{
	struct launch l;
	struct err err = ERR_INIT;

	begin();
	ck_assert_int_eq(try_launch((struct given){.run = "echo fail >&2"}, &l, &err), -1);
	ck_assert_int_eq(err.kind, ERR_INTERNAL);
	ck_assert_str_eq(err.text, "suite 's': told to");
	done();
}
END_TEST

START_TEST(disturbance_is_noticed)
{
	/* ten seconds on two CPUs */
	struct host_load before = {.busy_us = 5000, .steal_us = 70, .throttled_us = 3};
	struct host_load quiet = before;

	quiet.monotonic_ns = INT64_C(10000000000);
	quiet.busy_us += 9000000;
	ck_assert_uint_eq(launch_disturbed(&before, &quiet, 9000000, 2), 0);
	ck_assert_uint_eq(launch_disturbed(&before, &quiet, 4100000, 2), 0);
	ck_assert_uint_eq(launch_disturbed(&before, &quiet, 3900000, 2), 1u << DISTURBED_BY_OTHERS);
	struct host_load after = quiet;
	after.steal_us += 390000;
	ck_assert_uint_eq(launch_disturbed(&before, &after, 9000000, 2), 0);
	after.steal_us += 60000;
	ck_assert_uint_eq(launch_disturbed(&before, &after, 9000000, 2), 1u << DISTURBED_BY_STEAL);
	after.throttled_us++;
	ck_assert_uint_eq(launch_disturbed(&before, &after, 9000000, 2),
		1u << DISTURBED_BY_STEAL | 1u << DISTURBED_BY_THROTTLING);
	after.steal_us = before.steal_us;
	ck_assert_uint_eq(
		launch_disturbed(&before, &after, 9000000, 2), 1u << DISTURBED_BY_THROTTLING);
	/* a millisecond in which both CPUs' counters ticked */
	after = (struct host_load){.monotonic_ns = 1000000, .busy_us = 20000};
	ck_assert_uint_eq(launch_disturbed(&(struct host_load){0}, &after, 500, 2), 0);
}
END_TEST

START_TEST(pressure_is_a_share)
{
	struct host_load before = {.cpu_wait_us = 700};
	struct host_load after = {.monotonic_ns = INT64_C(2000000000), .cpu_wait_us = 500700};

	ck_assert(launch_cpu_pressure(&before, &after) == 0.25);
	ck_assert(isnan(launch_cpu_pressure(&before, &before)));
	after.cpu_wait_us = -1;
	ck_assert(isnan(launch_cpu_pressure(&before, &after)));
	after.cpu_wait_us = 500700;
	before.cpu_wait_us = -1;
	ck_assert(isnan(launch_cpu_pressure(&before, &after)));
}
END_TEST

/* min, q25, median, mean, max, stddev, iqr of the first n values: pytest_benchmark.stats.Stats
 * 5.1.0 for all but q25, which is Python's statistics.quantiles(method="inclusive"). */
START_TEST(summaries_are_those_of_pytest_benchmark)
{
	static const double values[] = {3.5, 1.25, 9.0, 2.0, 7.75, 4.0, 4.5, 12.5, 0.5, 6.0, 8.25};
	static const struct {
		size_t n;
		double expected[7];
	} cases[] = {
		{1, {3.5, 3.5, 3.5, 3.5, 3.5, 0, 0.0}},
		{2, {1.25, 1.8125, 2.375, 2.375, 3.5, 1.590990257669732, 2.25}},
		{3, {1.25, 2.375, 3.5, 4.583333333333333, 9.0, 3.986957904635229, 5.8125}},
		{4, {1.25, 1.8125, 2.75, 3.9375, 9.0, 3.502231431530475, 4.625}},
		{5, {1.25, 2.0, 3.5, 4.7, 9.0, 3.4794036845413614, 6.25}},
		{6, {1.25, 2.375, 3.75, 4.583333333333333, 9.0, 3.125166662222459, 5.75}},
		{7, {1.25, 2.75, 4.0, 4.571428571428571, 9.0, 2.8530476603766983, 4.5625}},
		{8, {1.25, 3.125, 4.25, 5.5625, 12.5, 3.851599853122262, 5.625}},
		{9, {0.5, 2.0, 4.0, 5.0, 12.5, 3.978457615709887, 6.25}},
		{10, {0.5, 2.375, 4.25, 5.1, 12.5, 3.764232251660947, 5.75}},
		{11, {0.5, 2.75, 4.5, 5.386363636363637, 12.5, 3.6952057391362465, 5.75}},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct launch_bench bench = {
			.values = values, .n_values = cases[i].n, .iterations = 3};
		struct sample s;

		launch_sample(&bench, &s);
		for (int k = 0; k < 7; k++)
			ck_assert_double_eq_tol(s.v[k], cases[i].expected[k], 1e-14);
		ck_assert_uint_eq(s.rounds, cases[i].n);
		ck_assert_uint_eq(s.iterations, 3);
		ck_assert(isnan(s.v[SUMMARY_CPU_Q25]));
		bench.cpu_values = values;
		launch_sample(&bench, &s);
		ck_assert_double_eq(s.v[SUMMARY_CPU_Q25], s.v[SUMMARY_Q25]);
		ck_assert_double_eq(s.v[SUMMARY_CPU_MEDIAN], s.v[SUMMARY_MEDIAN]);
		ck_assert_double_eq(s.v[SUMMARY_CPU_MEAN], s.v[SUMMARY_MEAN]);
	}
}
END_TEST

START_TEST(samples_without_rounds)
{
	struct launch_bench bench = {.name = "none"};
	struct sample s;

	launch_sample(&bench, &s);
	ck_assert_uint_eq(s.rounds, 0);
	for (int i = 0; i < SUMMARY_COUNT; i++)
		ck_assert(isnan(s.v[i]));
	bench.has_summary = true;
	bench.summary = (struct sample){.v = {1, 2, 3}, .rounds = 9};
	launch_sample(&bench, &s);
	ck_assert_uint_eq(s.rounds, 9);
	ck_assert_double_eq(s.v[SUMMARY_MEDIAN], 3);
}
END_TEST

TEST_SUITE("measure/launch", environment_is_private_and_equally_long, our_rounds_become_samples,
	ends_become_outcomes, log_tells_what_was_said, result_file_is_kept_before_output,
	writing_is_confined_when_asked, a_wrapper_starts_the_command,
	a_pair_runs_together_in_rooms_of_its_own, one_of_a_pair_may_fail,
	partners_do_not_disturb_each_other, our_own_failure_is_an_error, disturbance_is_noticed,
	pressure_is_a_share, summaries_are_those_of_pytest_benchmark, samples_without_rounds)
