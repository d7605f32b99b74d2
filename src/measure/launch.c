#include "measure/launch.h"

#include "sys/fs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RAW_MAX ((size_t)16 << 20)
#define LOG_TAIL ((size_t)64 << 10) /* of each stream */
#define TICK_US 10000               /* what the counters of /proc/stat go in */
#define DUET_SLICE_US 1000          /* the sooner they take turns, the more they share */
#define HASH_SEED_END (UINT64_C(1) << 32)

/* The private directory of a launch. Its paths are equally long in all launches below a work_dir,
 * since the length of paths and environment shifts what is measured. */
struct room {
	char *dir, *home, *tmp, *out;
	char *stdout_path, *stderr_path; /* beside what the job may write to */
};

/* A launch under way. */
struct state {
	const struct launch_spec *spec;
	struct launch_request request;
	struct launch_command command;
	struct room room;
	struct env env;
	const char *meet;        /* a duet: REVSWEEP_DUET, which ends with 0 or 1... */
	const char *meet_dir;    /* ...in this directory, which both may write to */
	const char *writable[6]; /* NULL-terminated */
	struct launch *l;
};

void
launch_done(struct launch *launch)
{
	free(launch->raw);
	proc_end_done(&launch->end);
	arena_done(&launch->arena);
	memset(launch, 0, sizeof(*launch));
}

static int
room_make(struct room *room, const char *work_dir, struct err *err)
{
	scoped_free char *prefix = path_join(work_dir, "launch-");

	if (fs_temp_dir(prefix, &room->dir, err) < 0)
		return -1;
	room->home = path_join(room->dir, "home");
	room->tmp = path_join(room->dir, "tmp");
	room->out = path_join(room->dir, "out");
	room->stdout_path = path_join(room->dir, "stdout");
	room->stderr_path = path_join(room->dir, "stderr");
	if (fs_mkdir_p(room->home, 0700, err) < 0 || fs_mkdir_p(room->tmp, 0700, err) < 0)
		return -1;
	return fs_mkdir_p(room->out, 0700, err);
}

static void
room_done(struct room *room)
{
	free(room->dir);
	free(room->home);
	free(room->tmp);
	free(room->out);
	free(room->stdout_path);
	free(room->stderr_path);
}

static void
set_unless_given(struct env *env, const char *name, const char *value)
{
	if (!env_get(env, name))
		env_set(env, name, value);
}

/* A copy, so that nothing of one launch reaches the next. */
static void
make_env(struct state *s)
{
	const struct env *given = s->spec->env;
	const struct block_plan *plan = &s->spec->plan;
	char number[32];

	for (size_t i = 0; i < given->list.n; i++)
		vec_add(&s->env.list, given->list.v[i]);
	env_set(&s->env, "HOME", s->room.home);
	env_set(&s->env, "TMPDIR", s->room.tmp);
	snprintf(number, sizeof(number), "%llu",
		(unsigned long long)(plan->hash_seed % HASH_SEED_END));
	set_unless_given(&s->env, "PYTHONHASHSEED", number);
	set_unless_given(&s->env, "PYTHONDONTWRITEBYTECODE", "1");
	scoped_free char *pad = xcalloc(1, (size_t)plan->pad + 1);
	memset(pad, 'x', plan->pad);
	env_set(&s->env, "REVSWEEP_PAD", pad);
	if (s->meet)
		env_set(&s->env, "REVSWEEP_DUET", s->meet);
	/* A search path of the adapter's goes before what the prefix provides, not in its place. */
	env_set_pairs(&s->env, s->command.env, s->command.n_env, true);
}

/* A duration that fits; a century is as good as for ever. */
static uint64_t
nanoseconds(double s)
{
	return s <= 0 ? 0 : s < 3e9 ? (uint64_t)(s * 1e9) : UINT64_C(3000000000000000000);
}

/* What is to be run; it points into the state. */
static struct proc_spec
job_of(struct state *s)
{
	const struct launch_spec *spec = s->spec;
	const struct launch_command *command = &s->command;
	double timeout_s = spec->timeout_s > 0 ? spec->timeout_s : DEFAULT_LAUNCH_TIMEOUT_S;

	s->writable[0] = s->room.home;
	s->writable[1] = s->room.tmp;
	s->writable[2] = s->room.out;
	size_t n = 3;
	if (s->meet_dir)
		s->writable[n++] = s->meet_dir;
	if (spec->keep)
		s->writable[n] = spec->keep;
	return (struct proc_spec){
		.argv = command->argv,
		.env = env_list(&s->env),
		.cwd = command->cwd ? command->cwd : s->request.suite_dir,
		.stdout_path = s->room.stdout_path,
		.stderr_path = s->room.stderr_path,
		.timeout_ns = nanoseconds(timeout_s),
		.rounds = command->rounds,
		.rounds_ns = nanoseconds(command->rounds_s),
		.rounds_max = command->rounds_max,
		.warmup = command->warmup,
		.cpu = spec->cpu,
		.layout = spec->plan.layout,
		.count = spec->count,
		.writable = spec->isolation == ISOLATION_NONE ? NULL : s->writable,
	};
}

/* One launch, or two at the same time. */
static int
run_jobs(struct state *s, size_t n, struct err *err)
{
	struct proc_spec jobs[2] = {0};
	struct proc_end ends[2] = {0};
	struct host_load before, after;

	for (size_t i = 0; i < n; i++) {
		jobs[i] = job_of(&s[i]);
		if (n == 2) {
			jobs[i].slice_us = DUET_SLICE_US;
			jobs[i].timeout_ns *= 2; /* half of a CPU each */
		}
	}
	host_load_read(&before);
	int r = n == 2 ? proc_run_pair(jobs, ends, err) : proc_run(jobs, ends, err);
	host_load_read(&after);
	for (size_t i = 0; i < n; i++) {
		s[i].l->end = ends[i];
		s[i].l->before = before;
		s[i].l->after = after;
	}
	return r;
}

/* Counters in ticks are wrong by one on each side, so that the shortest launches pass. */
unsigned
launch_disturbed(
	const struct host_load *before, const struct host_load *after, int64_t own_cpu_us, int cpus)
{
	double wall_us = (double)(after->monotonic_ns - before->monotonic_ns) / 1e3;
	double steal = (double)(after->steal_us - before->steal_us);
	double others = (double)(after->busy_us - before->busy_us - own_cpu_us);
	double slack = 2.0 * TICK_US * cpus;

	return (unsigned)(steal > .02 * wall_us * cpus + slack) << DISTURBED_BY_STEAL |
	       (unsigned)(after->throttled_us > before->throttled_us) << DISTURBED_BY_THROTTLING |
	       (unsigned)(others > .5 * wall_us + slack) << DISTURBED_BY_OTHERS;
}

double
launch_cpu_pressure(const struct host_load *before, const struct host_load *after)
{
	double wall_us = (double)(after->monotonic_ns - before->monotonic_ns) / 1e3;

	if (before->cpu_wait_us < 0 || after->cpu_wait_us < 0 || wall_us <= 0)
		return NAN;
	return (double)(after->cpu_wait_us - before->cpu_wait_us) / wall_us;
}

/* own_cpu_us: of all launches that ran at that time. */
static void
take_usage(struct launch *l, int64_t own_cpu_us)
{
	l->wall_s = (double)l->end.wall_ns / 1e9;
	l->cpu_s = (double)l->end.cpu_us / 1e6;
	for (size_t i = 0; i < l->end.rounds.n; i++) {
		double rss = (double)l->end.rounds.v[i].maxrss_kib * 1024;
		l->rss_bytes = rss > l->rss_bytes ? rss : l->rss_bytes;
	}
	l->cpu_pressure = launch_cpu_pressure(&l->before, &l->after);
	l->disturbed = launch_disturbed(
		&l->before, &l->after, own_cpu_us, (int)sysconf(_SC_NPROCESSORS_ONLN));
}

/* The adapter's part: what did the command leave? */
static int
read_result(struct state *s, struct err *err)
{
	struct launch *l = s->l;
	size_t n = s->command.rounds ? l->end.rounds.n : 0;
	struct launch_output output = {
		.stdout_path = s->room.stdout_path,
		.stderr_path = s->room.stderr_path,
		.out_dir = s->room.out,
		.exit_code = l->end.exit_code,
		.n_rounds = n,
	};

	if (n) {
		double *wall = arena_alloc(&l->arena, n, sizeof(*wall));
		double *cpu = arena_alloc(&l->arena, n, sizeof(*cpu));

		for (size_t i = 0; i < n; i++) {
			const struct proc_round *round = &l->end.rounds.v[i];

			wall[i] = (double)round->wall_ns / 1e9;
			cpu[i] = (double)(round->user_us + round->sys_us) / 1e6;
		}
		output.wall_s = wall;
		output.cpu_s = cpu;
	}
	return s->spec->harness->read(&s->request, &output, &l->arena, &l->result, err);
}

static int
judge_end(struct state *s, struct err *err)
{
	struct launch *l = s->l;
	struct outcome *outcome = &l->result.outcome;
	const char *name = s->command.argv[0];
	const char *cwd = s->command.cwd ? s->command.cwd : s->request.suite_dir;
	char text[160];

	proc_end_text(&l->end, text, sizeof(text));
	switch (l->end.how) {
	case PROC_EXITED:
		return read_result(s, err);
	case PROC_SIGNALED:
		outcome_set(outcome, OUTCOME_CRASHED, "%s", text);
		break;
	case PROC_TIMED_OUT:
		outcome_set(outcome, OUTCOME_TIMED_OUT, "%s", text);
		break;
	case PROC_OUTPUT_LIMIT:
		outcome_set(outcome, OUTCOME_BAD_OUTPUT, "%s", text);
		break;
	case PROC_NOT_STARTED:
		if (!fs_is_dir(cwd))
			outcome_set(outcome, OUTCOME_FAILED, "no directory '%.300s'", cwd);
		else
			outcome_set(outcome, OUTCOME_FAILED, "'%.200s' %s", name, text);
		break;
	case PROC_LOST:
		outcome_set(outcome, OUTCOME_CRASHED, "%s", text);
		break;
	}
	return 0;
}

/* What the processes used comes free with every launch of a whole suite. */
static void
add_usage(struct launch *l, const struct launch_request *request)
{
	struct launch_result *result = &l->result;
	size_t n = l->end.rounds.n;

	if (result->outcome.kind != OUTCOME_OK || request->only || n == 0)
		return;
	struct launch_bench *benches =
		arena_alloc(&l->arena, result->n_benches + 2, sizeof(*benches));
	double *cpu_s = arena_alloc(&l->arena, n, sizeof(*cpu_s));

	if (result->n_benches)
		memcpy(benches, result->benches, result->n_benches * sizeof(*benches));
	for (size_t i = 0; i < n; i++)
		cpu_s[i] = (double)(l->end.rounds.v[i].user_us + l->end.rounds.v[i].sys_us) / 1e6;
	benches[result->n_benches++] = (struct launch_bench){
		.name = request->suite->name,
		.metric = "cpu",
		.unit = "s",
		.clock = CLOCK_KIND_CPU,
		.values = cpu_s,
		.n_values = n,
		.iterations = 1,
	};
	if (l->rss_bytes > 0)
		benches[result->n_benches++] = (struct launch_bench){
			.name = request->suite->name,
			.metric = "rss",
			.unit = "B",
			.values = arena_copy(&l->arena, &l->rss_bytes, 1, sizeof(double)),
			.n_values = 1,
			.iterations = 1,
		};
	result->benches = benches;
}

static bool
is_regular(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Kept for people and for rebuilding the store: the adapter's result file, else what was printed.
 * One that is too large or unreadable is left out; the samples have been taken by now. */
static void
keep_raw(struct state *s)
{
	const char *name = s->spec->harness->result_file;
	scoped_free char *result = name ? path_join(s->room.out, name) : NULL;
	const char *path = result && is_regular(result) ? result : s->room.stdout_path;
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;

	if (fs_read(path, RAW_MAX, &text, &err) < 0 || !text.n)
		return;
	s->l->raw_size = text.n;
	s->l->raw = str_detach(&text);
}

static bool
wants_log(const struct launch *l)
{
	bool want = l->result.outcome.kind != OUTCOME_OK;

	for (size_t i = 0; i < l->result.n_benches; i++) {
		const struct outcome *outcome = &l->result.benches[i].outcome;
		want |= outcome->kind != OUTCOME_OK && outcome->kind != OUTCOME_SKIPPED;
	}
	return want;
}

static void
add_tail(struct str *log, const char *title, const char *path)
{
	struct err err = ERR_INIT;
	size_t before;

	str_addf(log, "--- %s (the last %zu KiB)\n", title, LOG_TAIL >> 10);
	before = log->n;
	if (fs_read_tail(path, LOG_TAIL, log, &err) < 0)
		str_addf(log, "(%s)", err.text);
	if (log->n > before && log->p[log->n - 1] != '\n')
		str_addc(log, '\n');
}

static int
write_log(struct state *s, struct err *err)
{
	const struct launch *l = s->l;
	const char *cwd = s->command.cwd ? s->command.cwd : s->request.suite_dir;
	scoped_free char *dir = NULL;
	scoped(str) log = STR_INIT;
	char text[160];

	if (!s->spec->log_path || !wants_log(l))
		return 0;
	str_add(&log, "command:");
	for (const char *const *arg = s->command.argv; *arg; arg++)
		str_addf(&log, " %s", *arg);
	str_addf(&log, "\ndirectory: %s\nend: %s\n", cwd,
		proc_end_text(&l->end, text, sizeof(text)));
	if (l->end.leftovers)
		str_addf(&log, "processes left behind and killed: %u\n", l->end.leftovers);
	if (l->result.outcome.kind != OUTCOME_OK)
		str_addf(&log, "outcome: %s: %s\n", outcome_name(l->result.outcome.kind),
			l->result.outcome.detail);
	add_tail(&log, "stdout", s->room.stdout_path);
	add_tail(&log, "stderr", s->room.stderr_path);
	dir = path_dir(s->spec->log_path);
	if (fs_mkdir_p(dir, 0755, err) < 0 ||
		fs_write_atomic(s->spec->log_path, log.p, log.n, err) < 0)
		return -1;
	s->l->log_kept = true;
	return 0;
}

/* The wrapper, then the command. */
static const char *const *
wrapped(struct arena *arena, const char *const *wrapper, const char *const *command)
{
	vec(const char *) words = {0};

	for (; *wrapper; wrapper++)
		vec_add(&words, *wrapper);
	for (; *command; command++)
		vec_add(&words, *command);
	vec_add(&words, NULL);
	const char *const *argv = arena_copy(arena, words.v, words.n, sizeof(*words.v));
	vec_done(&words);
	return argv;
}

static int
prepare(struct state *s, struct err *err)
{
	s->request.out_dir = s->room.out;
	if (s->spec->harness->command(&s->request, &s->l->arena, &s->command, err) < 0)
		return -1;
	s->l->argv = s->command.argv;
	if (s->spec->wrapper)
		s->command.argv = wrapped(&s->l->arena, s->spec->wrapper, s->command.argv);
	make_env(s);
	return 0;
}

static int
take_results(struct state *s, struct err *err)
{
	struct launch *l = s->l;

	if (judge_end(s, err) < 0)
		return -1;
	add_usage(l, &s->request);
	if (l->result.n_benches)
		l->samples = arena_alloc(&l->arena, l->result.n_benches, sizeof(*l->samples));
	for (size_t i = 0; i < l->result.n_benches; i++)
		launch_sample(&l->result.benches[i], &l->samples[i]);
	keep_raw(s);
	return write_log(s, err);
}

static int
prepare_all(struct state *s, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (room_make(&s[i].room, s[i].spec->work_dir, err) < 0)
			return -1;
	if (n == 2) {
		scoped_free char *meet = path_join(s[0].room.dir, "meet");

		if (fs_mkdir_p(meet, 0700, err) < 0)
			return -1;
		s[0].meet_dir = s[1].meet_dir = arena_strdup(&s[0].l->arena, meet);
		for (size_t i = 0; i < n; i++)
			s[i].meet = arena_printf(&s[i].l->arena, "%s/%zu", meet, i);
	}
	for (size_t i = 0; i < n; i++)
		if (prepare(&s[i], err) < 0)
			return -1;
	return 0;
}

static int
carry_out(struct state *s, size_t n, struct err *err)
{
	int64_t cpu_us = 0;

	if (prepare_all(s, n, err) < 0)
		return -1;
	if (run_jobs(s, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		cpu_us += s[i].l->end.cpu_us;
	for (size_t i = 0; i < n; i++) {
		take_usage(s[i].l, cpu_us);
		if (take_results(&s[i], err) < 0)
			return -1;
	}
	return 0;
}

/* The directory goes in any case. What makes that impossible was done by the benchmark. */
static void
clean_up(struct state *s)
{
	struct err err = ERR_INIT;

	if (s->room.dir && fs_remove(s->room.dir, &err) < 0 &&
		s->l->result.outcome.kind == OUTCOME_OK)
		outcome_set(&s->l->result.outcome, OUTCOME_FAILED, "%.300s", err.text);
	room_done(&s->room);
	env_done(&s->env);
}

static int
launch_all(const struct launch_spec *specs, struct launch *ret, size_t n, struct err *err)
{
	struct launch launches[2] = {0};
	struct state states[2] = {0};

	for (size_t i = 0; i < n; i++)
		states[i] = (struct state){
			.spec = &specs[i], .request = specs[i].request, .l = &launches[i]};
	int r = carry_out(states, n, err);
	for (size_t i = 0; i < n; i++)
		clean_up(&states[i]);
	for (size_t i = 0; i < n; i++) {
		if (r < 0)
			launch_done(&launches[i]);
		else
			ret[i] = launches[i];
	}
	return r < 0 ? err_wrap(err, "suite '%s'", specs[0].request.suite->name) : 0;
}

int
launch_run(const struct launch_spec *spec, struct launch *ret, struct err *err)
{
	return launch_all(spec, ret, 1, err);
}

int
launch_run_pair(const struct launch_spec specs[2], struct launch ret[2], struct err *err)
{
	return launch_all(specs, ret, 2, err);
}
