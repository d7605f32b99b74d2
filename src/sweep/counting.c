/* Launches that are not timed: something is counted, from outside or by the harness itself. */
#include "sweep_priv.h"

#include "core/run.h"
#include "sweep/instructions.h"
#include "sweep/why.h"
#include "sys/alloc.h"
#include "sys/alloc_wire.h"
#include "sys/elf.h"
#include "sys/fs.h"
#include "sys/stop.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

/* A pass under way. */
struct counting {
	const struct plan_suite *ps;
	const struct launch_spec *spec;
	const char *work;
	struct launch *ret;
	bool begun;            /* ret holds a launch */
	bool any;              /* something was counted */
	struct outcome failed; /* why the first of those was not that were not */
	vec(struct launch_bench) benches;
};

/* One number of a bench. */
struct figure {
	const char *metric, *unit;
	double value;
};

#define FIGURES_MAX 3

/* ---- which benches */

static bool
one_by_one(const struct plan_suite *ps)
{
	return ps->harness->selects && !ps->harness->counts_inside;
}

bool
counting_is_warmed(const struct carry *carry, size_t suite)
{
	const struct plan *plan = carry->sweep->plan;
	const struct plan_suite *ps = &plan->suites[suite];

	/* A bisect must know what there is before it asks for any block. */
	return ps->pass == PASS_TIME || one_by_one(ps) || plan->terms.bisect.on;
}

static bool
holds(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

void
counting_note_names(
	struct carry *carry, const struct launch_place *place, const struct launch *launch)
{
	struct arm *arm = carry_arm(carry, place->rev, place->suite);
	const struct launch_result *result = &launch->result;
	const struct plan_suite *ps = &carry->sweep->plan->suites[place->suite];

	if (ps->pass == PASS_TIME || !one_by_one(ps))
		return;
	const char **names = arena_alloc(&carry->arena, result->n_benches + 1, sizeof(*names));
	size_t n = 0;
	for (size_t i = 0; i < result->n_benches; i++) {
		const struct launch_bench *b = &result->benches[i];

		if (b->outcome.kind == OUTCOME_OK && !b->absent && !holds(names, b->name))
			names[n++] = arena_strdup(&carry->arena, b->name);
	}
	arm->names = names;
}

/* ---- the benches that come out */

static size_t
figures_of(enum metric_pass pass, struct figure ret[FIGURES_MAX])
{
	static const struct figure memory[] = {
		{"peak", "B", NAN}, {"allocated", "B", NAN}, {"allocations", "allocations", NAN}};
	static const struct figure instructions[] = {{"instructions", "instructions", NAN}};
	bool is_memory = pass == PASS_MEMORY;
	size_t n = is_memory ? ARRAY_LEN(memory) : ARRAY_LEN(instructions);

	memcpy(ret, is_memory ? memory : instructions, n * sizeof(*ret));
	return n;
}

/* What the harness said of the bench beside its numbers. */
static struct launch_bench
like(struct counting *c, const struct launch_result *result, const char *name)
{
	struct arena *arena = &c->ret->arena;
	struct launch_bench bench = {.name = arena_strdup(arena, name)};

	for (size_t i = 0; i < result->n_benches; i++) {
		const struct launch_bench *b = &result->benches[i];
		const char **marks;

		if (strcmp(b->name, name) != 0)
			continue;
		marks = arena_alloc(arena, b->n_marks, sizeof(*marks));
		for (size_t k = 0; k < b->n_marks; k++)
			marks[k] = arena_strdup(arena, b->marks[k]);
		bench.group = arena_strdup(arena, b->group);
		bench.param = arena_strdup(arena, b->param);
		bench.params = run_copy_pairs(arena, b->params);
		bench.marks = marks;
		bench.n_marks = b->n_marks;
		bench.absent = b->absent;
		bench.outcome = b->outcome;
		break;
	}
	return bench;
}

static void
add_figures(struct counting *c, const struct launch_bench *bench, const struct figure *figures,
	size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct launch_bench one = *bench;

		one.metric = figures[i].metric;
		one.unit = figures[i].unit;
		one.iterations = 1;
		if (one.outcome.kind == OUTCOME_OK && !one.absent && !isnan(figures[i].value)) {
			one.values =
				arena_copy(&c->ret->arena, &figures[i].value, 1, sizeof(double));
			one.n_values = 1;
		}
		vec_add(&c->benches, one);
	}
}

static void
add_failure(struct counting *c, const char *name, const struct outcome *outcome)
{
	struct launch_bench bench = {
		.name = arena_strdup(&c->ret->arena, name), .outcome = *outcome};
	struct figure figures[FIGURES_MAX];

	if (c->failed.kind == OUTCOME_OK)
		c->failed = *outcome;
	add_figures(c, &bench, figures, figures_of(c->ps->pass, figures));
}

/* ---- allocations */

static bool
is_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && path[n] == '/';
}

/* Why no process left a word. */
static void
explain_nothing(const struct counting *c, const struct launch *launch, struct outcome *ret)
{
	const char *name = launch->argv[0], *search = env_get(c->spec->env, "PATH");
	scoped_free char *found =
		strchr(name, '/') || !search ? xstrdup(name) : fs_find_program(name, search);
	struct stat st;

	if (found && elf_link_of(found) == ELF_LINK_STATIC)
		outcome_set(ret, OUTCOME_FAILED,
			"'%.300s' is statically linked: its allocations cannot be counted", found);
	else if (found && stat(found, &st) == 0 && (st.st_mode & (S_ISUID | S_ISGID)))
		outcome_set(ret, OUTCOME_FAILED,
			"'%.300s' runs with rights of its own (setuid): its allocations cannot be "
			"counted",
			found);
	else
		outcome_set(ret, OUTCOME_FAILED,
			"nothing was counted in '%.200s': it is for another architecture or libc, "
			"or could not write its counts",
			found ? found : name);
}

static int
take_allocations(struct counting *c, const char *dir, const struct launch *launch,
	struct figure *figures, struct outcome *outcome, struct err *err)
{
	struct alloc_process *list;
	double allocations = 0, allocated = 0, peak = 0;
	size_t n;

	if (alloc_read(dir, &c->ret->arena, &list, &n, err) < 0)
		return -1;
	if (n == 0)
		explain_nothing(c, launch, outcome);
	for (size_t i = 0; i < n; i++) {
		const struct alloc_process *p = &list[i];

		if (p->own_malloc)
			outcome_set(outcome, OUTCOME_FAILED,
				"a program brings its own malloc, in which allocations cannot be "
				"counted");
		if (p->started && (is_below(p->started, c->spec->request.prefix) ||
					  is_below(p->started, c->spec->request.suite_dir)))
			outcome_set(outcome, OUTCOME_FAILED,
				"'%.300s' is statically linked: its allocations cannot be counted",
				p->started);
		allocations += (double)p->allocations;
		allocated += (double)p->allocated;
		peak = fmax(peak, (double)p->peak);
	}
	figures[0].value = peak;
	figures[1].value = allocated;
	figures[2].value = allocations;
	return 0;
}

/* ---- instructions */

/* The kernel counted where it can. */
static int
take_instructions(const struct launch *launch, const char *dir, struct figure *figures,
	struct outcome *outcome, struct err *err)
{
	struct why_side side = {0};
	struct instructions_read profiles;

	if (proc_can_count(PROC_COUNT_INSTRUCTIONS)) {
		figures[0].value = (double)launch->end.counted;
		if (launch->end.counted < 0)
			outcome_set(outcome, OUTCOME_FAILED,
				"somebody else used the processor's counters");
		return 0;
	}
	int r = instructions_read(dir, &side, &profiles, err);
	if (r == 0 && !profiles.read)
		outcome_set(outcome, OUTCOME_FAILED, "callgrind counted nothing");
	else if (r == 0 && profiles.left_out)
		outcome_set(outcome, OUTCOME_FAILED, "callgrind's files are too large");
	figures[0].value = (double)side.total;
	why_side_done(&side);
	return r;
}

/* ---- one launch */

static void
prepare_env(const struct counting *c, const char *library, const char *dir, struct env *env)
{
	const struct env *given = c->spec->env;

	for (size_t i = 0; i < given->list.n; i++)
		if (given->list.v[i])
			vec_add(&env->list, given->list.v[i]);
	if (!env_get(env, "PYTHONHASHSEED"))
		env_set(env, "PYTHONHASHSEED", "0");
	if (!library)
		return;
	const char *other = env_get(env, "LD_PRELOAD");
	scoped_free char *preload =
		xasprintf("%s%s%s", library, other && *other ? ":" : "", other ? other : "");
	env_set(env, "LD_PRELOAD", preload);
	env_set(env, "PYTHONMALLOC", "malloc"); /* Python's own hides from malloc what it does */
	if (c->ps->pass == PASS_MEMORY)
		env_set(env, ALLOC_DIR_VARIABLE, dir);
}

/* Launches one after another are told of as one. */
static void
add_launch(struct counting *c, struct launch *launch)
{
	struct launch *ret = c->ret;

	for (size_t i = 0; i < launch->end.rounds.n; i++)
		vec_add(&ret->end.rounds, launch->end.rounds.v[i]);
	ret->end.wall_ns += launch->end.wall_ns;
	ret->end.cpu_us += launch->end.cpu_us;
	ret->after = launch->after;
	ret->wall_s += launch->wall_s;
	ret->cpu_s += launch->cpu_s;
	ret->rss_bytes = fmax(ret->rss_bytes, launch->rss_bytes);
	ret->disturbed |= launch->disturbed;
	ret->log_kept |= launch->log_kept;
	if (c->begun)
		return;
	c->begun = true;
	ret->before = launch->before;
	ret->cpu_pressure = launch->cpu_pressure;
	ret->raw = launch->raw;
	ret->raw_size = launch->raw_size;
	launch->raw = NULL;
	ret->result.harness_version = arena_strdup(&ret->arena, launch->result.harness_version);
}

#define CALLS_MAX 100000

/* Numbers of calls become what was executed in them. */
static int
resolve_calls(struct counting *c, const char *dir, struct err *err)
{
	scoped_free double *executed = xcalloc(CALLS_MAX, sizeof(*executed));

	if (instructions_calls(dir, executed, CALLS_MAX, err) < 0)
		return -1;
	for (size_t i = 0; i < c->benches.n; i++) {
		struct launch_bench *b = &c->benches.v[i];
		double *values = arena_alloc(&c->ret->arena, b->n_values, sizeof(*values));

		for (size_t k = 0; k < b->n_values; k++) {
			double call = b->values[k];

			values[k] = call >= 1 && call <= CALLS_MAX ? executed[(size_t)call - 1]
								   : (double)NAN;
			if (isnan(values[k]))
				outcome_set(&b->outcome, OUTCOME_FAILED,
					"callgrind did not see it called");
		}
		b->values = values;
		b->n_values = b->outcome.kind == OUTCOME_OK ? b->n_values : 0;
	}
	return 0;
}

/* What the harness counted by itself. */
static void
take_benches(struct counting *c, const struct launch_result *result)
{
	for (size_t i = 0; i < result->n_benches; i++) {
		const struct launch_bench *b = &result->benches[i];
		struct launch_bench own = like(c, result, b->name);

		if (metric_pass(b->metric) != c->ps->pass)
			continue;
		own.outcome = b->outcome;
		own.absent = b->absent;
		own.metric = arena_strdup(&c->ret->arena, b->metric);
		own.unit = arena_strdup(&c->ret->arena, b->unit);
		own.values = arena_copy(&c->ret->arena, b->values, b->n_values, sizeof(*b->values));
		own.n_values = b->n_values;
		own.iterations = b->iterations;
		vec_add(&c->benches, own);
	}
	c->any = true;
}

static int
take_figures(struct counting *c, const char *name, const char *dir, const struct launch *launch,
	struct err *err)
{
	struct outcome outcome = OUTCOME_INIT;
	struct figure figures[FIGURES_MAX];
	size_t n = figures_of(c->ps->pass, figures);
	int r = c->ps->pass == PASS_MEMORY
			? take_allocations(c, dir, launch, figures, &outcome, err)
			: take_instructions(launch, dir, figures, &outcome, err);

	if (r < 0)
		return -1;
	if (outcome.kind != OUTCOME_OK) {
		add_failure(c, name, &outcome);
		return 0;
	}
	struct launch_bench bench = like(c, &launch->result, name);
	add_figures(c, &bench, figures, n);
	c->any = true;
	return 0;
}

static int
take(struct counting *c, const char *name, const char *dir, const struct launch *launch,
	struct err *err)
{
	if (launch->result.outcome.kind != OUTCOME_OK) {
		add_failure(c, name, &launch->result.outcome);
		return 0;
	}
	if (c->ps->harness->counts_inside) {
		take_benches(c, &launch->result);
		return c->ps->pass == PASS_MEMORY ? 0 : resolve_calls(c, dir, err);
	}
	return take_figures(c, name, dir, launch, err);
}

/* only: the one bench, or NULL for all at once. */
static int
count_in(struct counting *c, const char *name, const char *const *only, const char *dir,
	struct err *err)
{
	scoped_free char *library = NULL, *valgrind = instructions_valgrind();
	bool inside = c->ps->harness->counts_inside, executed = c->ps->pass == PASS_INSTRUCTIONS;
	struct launch_spec spec = *c->spec;
	struct launch launch = {0};
	struct env env = {0};

	bool kernel = executed && !inside && proc_can_count(PROC_COUNT_INSTRUCTIONS);

	if (executed && instructions_check(inside, err) < 0)
		return -1;
	if ((!executed || inside) && alloc_find(&library, err) < 0)
		return -1;
	prepare_env(c, library, dir, &env);
	spec.env = &env;
	spec.keep = dir;
	spec.request.only = only ? only : spec.request.only;
	spec.request.quick = false;
	spec.count = kernel ? PROC_COUNT_INSTRUCTIONS : PROC_COUNT_NOTHING;
	if (executed && !kernel) {
		spec.wrapper = instructions_wrapper(valgrind, dir, inside, &c->ret->arena);
		spec.timeout_s = sweep_why_limit_s(spec.timeout_s);
	}
	int r = launch_run(&spec, &launch, err);
	if (r == 0)
		r = take(c, name, dir, &launch, err);
	if (r == 0)
		add_launch(c, &launch);
	launch_done(&launch);
	env_done(&env);
	return r;
}

static int
count_one(struct counting *c, const char *name, bool alone, struct err *err)
{
	const char *const only[] = {name, NULL};
	scoped_free char *prefix = path_join(c->work, "count-");
	struct err second = ERR_INIT;
	char *dir = NULL;

	if (stop_requested())
		return err_set(err, ERR_STOPPED, "stopped");
	if (fs_temp_dir(prefix, &dir, err) < 0)
		return -1;
	int r = count_in(c, name, alone ? only : NULL, dir, err);
	if (fs_remove(dir, &second) < 0 && r == 0) {
		*err = second;
		r = -1;
	}
	free(dir);
	return r;
}

/* ---- a pass */

static void
conclude(struct counting *c)
{
	struct launch *ret = c->ret;

	ret->result.benches =
		arena_copy(&ret->arena, c->benches.v, c->benches.n, sizeof(*c->benches.v));
	ret->result.n_benches = c->benches.n;
	ret->samples = arena_alloc(&ret->arena, c->benches.n + 1, sizeof(*ret->samples));
	for (size_t i = 0; i < c->benches.n; i++)
		launch_sample(&ret->result.benches[i], &ret->samples[i]);
	if (!c->any && c->failed.kind != OUTCOME_OK)
		ret->result.outcome = c->failed;
	else if (!c->benches.n)
		outcome_set(&ret->result.outcome, OUTCOME_BAD_OUTPUT, "no benchmark was found");
}

/* A quick launch tells which benches there are: they stand for what will be counted. */
static int
look(struct counting *c, struct err *err)
{
	struct launch launch = {0};
	struct figure figures[FIGURES_MAX];
	size_t n = figures_of(c->ps->pass, figures);

	if (launch_run(c->spec, &launch, err) < 0)
		return -1;
	const struct launch_result *result = &launch.result;
	c->any = result->outcome.kind == OUTCOME_OK;
	c->failed = result->outcome;
	for (size_t i = 0; c->any && i < result->n_benches; i++) {
		const char *name = result->benches[i].name;
		bool known = false;

		/* What the whole suite used is none of its benches. */
		if (strcmp(result->benches[i].metric, "cpu") == 0 ||
			strcmp(result->benches[i].metric, "rss") == 0)
			continue;
		for (size_t k = 0; k < c->benches.n; k++)
			known |= strcmp(c->benches.v[k].name, name) == 0;
		if (known)
			continue;
		struct launch_bench bench = like(c, result, name);
		add_figures(c, &bench, figures, n);
	}
	add_launch(c, &launch);
	launch_done(&launch);
	return 0;
}

int
counting_run(struct carry *carry, const struct launch_place *place, const struct launch_spec *spec,
	struct launch *ret, struct err *err)
{
	const struct plan_suite *ps = &carry->sweep->plan->suites[place->suite];
	const struct arm *arm = carry_arm(carry, place->rev, place->suite);
	struct counting c = {.ps = ps, .spec = spec, .work = carry->work, .ret = ret};
	int r = 0;

	*ret = (struct launch){.cpu_pressure = NAN};
	if (place->warmup && one_by_one(ps)) {
		r = look(&c, err);
	} else if (one_by_one(ps)) {
		for (size_t i = 0; r == 0 && arm->names && arm->names[i]; i++)
			if (!place->only || holds(place->only, arm->names[i]))
				r = count_one(&c, arm->names[i], true, err);
	} else {
		r = count_one(&c, ps->suite->name, false, err);
	}
	conclude(&c);
	vec_done(&c.benches);
	if (r < 0)
		launch_done(ret);
	return r;
}

/* ---- the size of a build */

static int
add_size(const struct fs_entry *entry, void *arg, struct err *err)
{
	double *bytes = arg;

	(void)err;
	*bytes += entry->type == 'f' ? (double)entry->size : 0;
	return 0;
}

int
counting_size(
	struct carry *carry, const struct launch_place *place, struct launch *ret, struct err *err)
{
	struct launch_bench bench = {
		.name = "size", .metric = "size", .unit = "B", .n_values = 1, .iterations = 1};
	double bytes = 0;

	*ret = (struct launch){.cpu_pressure = NAN};
	host_load_read(&ret->before);
	if (fs_walk(carry_build(carry, place->rev, place->layout)->prefix, add_size, &bytes, err) <
		0)
		return -1;
	host_load_read(&ret->after);
	bench.values = arena_copy(&ret->arena, &bytes, 1, sizeof(bytes));
	ret->result.benches = arena_copy(&ret->arena, &bench, 1, sizeof(bench));
	ret->result.n_benches = 1;
	ret->samples = arena_alloc(&ret->arena, 1, sizeof(*ret->samples));
	launch_sample(ret->result.benches, ret->samples);
	return 0;
}
