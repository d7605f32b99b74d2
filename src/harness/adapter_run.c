/* A run as a reader of src/format/ tells it becomes the result of a launch. */
#include "harness/adapter.h"

#include "base/str.h"
#include "core/metric.h"
#include "sys/fs.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

struct taking {
	const struct adapter_source *source;
	const struct launch_request *request;
	struct arena *arena;
	vec(struct launch_bench) benches;
	struct named *only; /* sorted; NULL: all */
	size_t n_only;
	bool too_many;
};

static void
taking_done(struct taking *t)
{
	vec_done(&t->benches);
}

/* ---- values */

static void
set_summary(struct launch_bench *to, const struct run_value *value, const struct run_value *cpu)
{
	double rounds = value->stat[RUN_ROUNDS];
	struct sample *s = &to->summary;

	for (int i = 0; i < SUMMARY_COUNT; i++)
		s->v[i] = (double)NAN;
	s->v[SUMMARY_MIN] = value->stat[RUN_MIN];
	s->v[SUMMARY_Q25] = value->stat[RUN_Q1];
	s->v[SUMMARY_MEDIAN] = value->stat[RUN_MEDIAN];
	s->v[SUMMARY_MEAN] = value->stat[RUN_MEAN];
	s->v[SUMMARY_MAX] = value->stat[RUN_MAX];
	s->v[SUMMARY_STDDEV] = value->stat[RUN_STDDEV];
	s->v[SUMMARY_IQR] = value->stat[RUN_IQR];
	if (cpu) {
		s->v[SUMMARY_CPU_Q25] = cpu->stat[RUN_Q1];
		s->v[SUMMARY_CPU_MEDIAN] = cpu->stat[RUN_MEDIAN];
		s->v[SUMMARY_CPU_MEAN] = cpu->stat[RUN_MEAN];
	}
	s->rounds = rounds >= 1 && rounds < 1e9 ? (uint64_t)rounds : 1;
	s->iterations = to->iterations;
	to->has_summary = isfinite(s->v[SUMMARY_MEAN]) || isfinite(s->v[SUMMARY_MEDIAN]);
	for (int i = 0; i < SUMMARY_COUNT; i++)
		if (isinf(s->v[i]) || (s->v[i] < 0 && metric_known(to->metric)))
			outcome_set(&to->outcome, OUTCOME_FAILED, "%s: the %s of '%.200s'",
				isinf(s->v[i]) ? "not finite" : "negative",
				summary_name((enum summary)i), to->name);
	if (!to->has_summary)
		outcome_set(&to->outcome, OUTCOME_BAD_OUTPUT,
			"neither rounds nor a mean or median of them");
}

/* Rounds at the beginning that were asked for and are not to count. */
static size_t
rounds_to_drop(const struct taking *t, const char *name, size_t n)
{
	const struct launch_request *request = t->request;

	for (size_t i = 0; i < request->n_fixed && !request->quick && !t->source->warmed; i++)
		if (strcmp(request->fixed[i].name, name) == 0)
			return request->fixed[i].skip < n ? request->fixed[i].skip : 0;
	return 0;
}

static void
set_values(struct taking *t, struct launch_bench *to, const struct run_value *value,
	const struct run_value *cpu)
{
	double iterations = value->stat[RUN_ITERATIONS];

	if (iterations >= 1 && iterations < 1e18)
		to->iterations = (uint64_t)iterations;
	/* The CPU clock without rounds is known by its summaries, and so is the bench then. */
	if (value->n_data == 0 || (cpu && cpu->n_data == 0))
		set_summary(to, value, cpu);
	if (value->n_data == 0)
		return;
	/* Of the passes of a memory metric there is one that counts. */
	if (isfinite(value->headline)) {
		to->values = arena_copy(t->arena, &value->headline, 1, sizeof(double));
		to->n_values = 1;
		adapter_judge_values(to);
		return;
	}
	size_t drop = rounds_to_drop(t, to->name, value->n_data);
	size_t n = value->n_data - drop;
	to->values = arena_copy(t->arena, value->data + drop, n, sizeof(double));
	to->n_values = n;
	if (cpu && cpu->n_data == value->n_data)
		to->cpu_values = arena_copy(t->arena, cpu->data + drop, n, sizeof(double));
	adapter_judge_values(to);
}

/* ---- benches */

static void
set_marks(struct taking *t, struct launch_bench *to, const char *const *marks)
{
	size_t n = 0;

	while (marks && marks[n])
		n++;
	const char **copy = arena_alloc(t->arena, n + 1, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = arena_strdup(t->arena, marks[i]);
	to->marks = copy;
	to->n_marks = n;
}

static void
add(struct taking *t, const struct launch_bench *like, const struct run_value *value,
	const struct run_value *cpu)
{
	struct launch_bench bench = *like;

	bench.metric = arena_strdup(t->arena, value->metric);
	bench.unit = arena_strdup(t->arena, value->unit);
	bench.direction = value->direction;
	bench.clock = value->clock;
	bench.aside = value->aside;
	if (bench.outcome.kind == OUTCOME_OK)
		set_values(t, &bench, value, cpu);
	vec_add(&t->benches, bench);
}

/* The CPU time of a bench is the other clock of its time, not a metric beside it. */
static void
add_time(struct taking *t, const struct launch_bench *like, const struct run_value *time,
	const struct run_value *cpu)
{
	if (cpu && adapter_cpu_timer(t->request->settings.timer)) {
		struct run_value by_cpu = *cpu;

		by_cpu.metric = time->metric;
		add(t, like, &by_cpu, &by_cpu);
		return;
	}
	add(t, like, time, cpu);
}

static bool
is_wanted(const struct taking *t, const char *name)
{
	return !t->only || named_find(t->only, t->n_only, name) != SIZE_MAX;
}

static int
take(const struct run_bench *bench, void *arg, struct err *err)
{
	struct taking *t = arg;
	const char *name = t->source->name ? t->source->name(bench, t->source, t->request, t->arena)
					   : bench->fullname;
	const struct run_value *time = run_value_of(bench, "time");
	const struct run_value *cpu = time ? run_value_of(bench, "cpu") : NULL;
	struct run_value none = run_value_init();

	(void)err;
	t->too_many |= t->benches.n >= ADAPTER_BENCH_MAX;
	if (!is_wanted(t, name) || t->too_many)
		return 0;
	struct launch_bench like = {
		.name = arena_strdup(t->arena, name),
		.group = arena_strdup(t->arena, bench->group),
		.param = arena_strdup(t->arena, bench->param),
		.params = run_copy_pairs(t->arena, bench->params),
		.outcome = bench->outcome ? *bench->outcome : (struct outcome)OUTCOME_INIT,
	};
	set_marks(t, &like, bench->marks);
	if (bench->n_values == 0 || bench->outcome) {
		add(t, &like, time || bench->n_values == 0 ? &none : bench->values, NULL);
		return 0;
	}
	for (size_t i = 0; i < bench->n_values; i++) {
		if (&bench->values[i] == time)
			add_time(t, &like, time, cpu);
		else if (&bench->values[i] != cpu)
			add(t, &like, &bench->values[i], NULL);
	}
	return 0;
}

/* ---- the file */

static void
sort_only(struct taking *t)
{
	const char *const *only = t->request->only;

	if (!only || !*only)
		return;
	while (only[t->n_only])
		t->n_only++;
	t->only = arena_alloc(t->arena, t->n_only, sizeof(*t->only));
	for (size_t i = 0; i < t->n_only; i++)
		t->only[i] = (struct named){only[i], i};
	named_sort(t->only, t->n_only);
}

void
adapter_note(struct launch_result *ret, struct arena *arena, const char *sentence)
{
	size_t n = 0;

	for (; ret->notes && ret->notes[n]; n++)
		if (strcmp(ret->notes[n], sentence) == 0)
			return;
	const char **notes = arena_alloc(arena, n + 2, sizeof(*notes));
	for (size_t i = 0; i < n; i++)
		notes[i] = ret->notes[i];
	notes[n] = arena_strdup(arena, sentence);
	ret->notes = notes;
}

/* Adds those that were taken; of a bench that came twice, the last counts. */
static void
append(struct taking *t, struct launch_result *ret)
{
	size_t n = ret->n_benches + t->benches.n, kept = 0;
	struct launch_bench *all = arena_alloc(t->arena, n + 1, sizeof(*all));
	struct named *names = arena_alloc(t->arena, n + 1, sizeof(*names));

	for (size_t i = 0; i < n; i++) {
		all[i] = i < ret->n_benches ? ret->benches[i] : t->benches.v[i - ret->n_benches];
		names[i].name = arena_printf(t->arena, "%s\n%s", all[i].name, all[i].metric);
		names[i].at = i;
	}
	struct named *sorted = arena_alloc(t->arena, n + 1, sizeof(*sorted));
	memcpy(sorted, names, n * sizeof(*sorted));
	named_sort(sorted, n);
	for (size_t i = 0; i < n; i++)
		if (named_find(sorted, n, names[i].name) == i)
			all[kept++] = all[i];
	ret->benches = all;
	ret->n_benches = kept;
	if (kept < n)
		adapter_note(ret, t->arena,
			arena_printf(t->arena,
				"%zu results bear the name of a later one and were left out",
				n - kept));
}

static bool
is_there(const char *path, struct outcome *outcome)
{
	const char *name = path_base(path);
	struct stat st;

	if (lstat(path, &st) < 0)
		outcome_set(outcome, OUTCOME_BAD_OUTPUT, "no result file '%s'", name);
	else if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		outcome_set(outcome, OUTCOME_BAD_OUTPUT, "'%s' is not a regular file", name);
	else if (S_ISREG(st.st_mode) && st.st_size == 0)
		outcome_set(outcome, OUTCOME_BAD_OUTPUT, "empty result: no benchmark was run");
	return outcome->kind == OUTCOME_OK;
}

int
adapter_take_run(const struct adapter_source *source, const struct launch_request *request,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	scoped(taking) t = {.source = source, .request = request, .arena = arena};
	scoped(run) run = RUN_INIT;
	struct run_sink sink = {take, &t, false};
	struct err bad = ERR_INIT;

	if (!is_there(source->path, &ret->outcome))
		return 0;
	sort_only(&t);
	if (source->format->read(source->path, &run, &sink, &bad) < 0) {
		if (bad.kind != ERR_USAGE) {
			*err = bad;
			return -1;
		}
		outcome_set(&ret->outcome, OUTCOME_BAD_OUTPUT, "%s:%.300s", path_base(source->path),
			bad.text);
		return 0;
	}
	if (t.too_many)
		outcome_set(&ret->outcome, OUTCOME_BAD_OUTPUT, "%s has more than %d benchmarks",
			path_base(source->path), ADAPTER_BENCH_MAX);
	append(&t, ret);
	for (size_t i = 0; i < run.facts.notes.n; i++)
		adapter_note(ret, arena, run.facts.notes.v[i]);
	if (run.facts.tool)
		ret->harness_version = arena_strdup(arena, run.facts.tool);
	return 0;
}
