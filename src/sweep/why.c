/* What changed inside a culprit. */
#include "why_priv.h"

#include "base/format.h"
#include "sys/fs.h"

#include <stdarg.h>
#include <string.h>

#define TOOL_TIMEOUT_NS UINT64_C(120000000000) /* for what prints about files */
#define SAID_MAX ((size_t)16 << 20)
#define SLOWER 50 /* times that a launch may be under callgrind */
#define LIMIT_S 600.0

double
sweep_why_limit_s(double timeout_s)
{
	double limit_s = SLOWER * (timeout_s > 0 ? timeout_s : DEFAULT_LAUNCH_TIMEOUT_S);

	return limit_s < LIMIT_S ? limit_s : LIMIT_S;
}

/* ---- notes */

void
why_note(struct why_notes *notes, const char *fmt, ...)
{
	scoped(str) text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	vec_add(&notes->list, arena_strdup(notes->arena, text.p));
}

const char *const *
why_notes_finish(struct why_notes *notes)
{
	const char *const *list = NULL;

	if (notes->list.n) {
		vec_add(&notes->list, NULL);
		list = arena_copy(
			notes->arena, notes->list.v, notes->list.n, sizeof(*notes->list.v));
	}
	vec_done(&notes->list);
	return list;
}

/* ---- programs */

const char *
why_label(const struct why_work *work, size_t side)
{
	return work->carry->sweep->plan->revs[work->revs[side]].label;
}

const char *
why_prefix(const struct why_work *work, size_t side)
{
	return carry_build(work->carry, work->revs[side], 0)->prefix;
}

void
why_said_done(struct why_said *said)
{
	str_done(&said->out);
	str_done(&said->err);
	proc_end_done(&said->end);
}

bool
why_said_well(const struct why_said *said)
{
	return said->end.how == PROC_EXITED && said->end.exit_code == 0;
}

char *
why_find_program(const char *name)
{
	const char *path = getenv("PATH");

	return path ? fs_find_program(name, path) : NULL;
}

int
why_run(struct why_work *work, const char *const *argv, struct why_said *ret, struct err *err)
{
	static const char *const env[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", NULL};
	scoped_free char *out = path_join(work->dir, "stdout"),
			 *said = path_join(work->dir, "stderr");
	const char *const writable[] = {work->dir, NULL};
	struct proc_spec spec = {
		.argv = argv,
		.env = env,
		.cwd = work->dir,
		.stdout_path = out,
		.stderr_path = said,
		.timeout_ns = TOOL_TIMEOUT_NS,
		.cpu = -1,
		.writable = work->carry->sweep->plan->config->isolation == ISOLATION_NONE
				    ? NULL
				    : writable,
	};

	*ret = (struct why_said){.out = STR_INIT, .err = STR_INIT};
	if (proc_run(&spec, &ret->end, err) < 0)
		return -1;
	if (fs_read(out, SAID_MAX, &ret->out, err) < 0)
		return -1;
	return fs_read(said, SAID_MAX, &ret->err, err);
}

int
why_launch(struct why_work *work, size_t side, const char *const *wrapper, const char *keep,
	struct why_notes *notes, enum outcome_kind *ret, struct err *err)
{
	struct carry *carry = work->carry;
	struct launch_place place = {.rev = work->revs[side],
		.suite = work->suite,
		.warmup = true,
		.only = work->only[0] ? work->only : NULL};
	struct launch launch = {0};
	struct env env;
	uint32_t order[1];
	char limit[32];

	schedule_block(carry->sweep->plan->seed, 0, 0, 1, order, &place.plan);
	struct launch_spec spec = sweep_launch_spec(carry, &place, &env, NULL);
	spec.timeout_s = sweep_why_limit_s(spec.timeout_s);
	spec.wrapper = wrapper;
	spec.keep = keep;
	int r = launch_run(&spec, &launch, err);
	env_done(&env);
	if (r < 0)
		return -1;
	*ret = launch.result.outcome.kind;
	if (*ret == OUTCOME_TIMED_OUT)
		why_note(notes, "the launch of %s did not end within %s under %s",
			why_label(work, side),
			format_duration(spec.timeout_s, limit, sizeof(limit)),
			path_base(wrapper[0]));
	else if (*ret != OUTCOME_OK)
		why_note(notes, "the launch of %s did not end well under %s: %s",
			why_label(work, side), path_base(wrapper[0]), launch.result.outcome.detail);
	launch_done(&launch);
	return 0;
}

/* ---- the two builds */

static int
checkout(void *arg, const struct rev *rev, const char *dest, struct err *err)
{
	const struct carry *carry = arg;

	return source_checkout(carry->sweep->source, rev, NULL, dest, err);
}

static int
pin(void *arg, const char *key, struct err *err)
{
	const struct carry *carry = arg;

	return cache_pins_add(carry->pins, key, err);
}

/* The prefix that was measured; should somebody have emptied the cache, it is made again. */
static int
find_build(struct carry *carry, size_t rev, struct err *err)
{
	const struct plan *plan = carry->sweep->plan;
	struct build_request request =
		plan_build_request(plan->config, &plan->revs[rev], &plan->recipes[rev]);
	struct build *build = carry_build(carry, rev, 0);

	request.cache = carry->cache;
	request.checkout = checkout;
	request.arg = carry;
	request.using = pin;
	if (build_run(&request, build, err) < 0)
		return -1;
	if (build->outcome.kind != OUTCOME_OK)
		return err_set(err, ERR_SOURCE, "%s was built before, but now: %.300s",
			plan->revs[rev].label, build->outcome.detail);
	return sweep_suites_of(carry, rev, err);
}

static int
look(struct why_work *work, struct why *ret, struct err *err)
{
	static int (*const parts[WHY_PARTS])(
		struct why_work *, struct why *, struct why_notes *, struct err *) = {
		[WHY_FUNCTIONS] = why_functions,
		[WHY_FILES] = why_files,
		[WHY_SYMBOLS] = why_symbols,
		[WHY_PERF] = why_perf,
	};

	for (size_t i = 0; i < WHY_PARTS; i++) {
		struct why_notes notes = {.arena = work->arena};
		struct err own = ERR_INIT;
		int r = parts[i](work, ret, &notes, &own);

		if (r < 0 && own.kind != ERR_STOPPED)
			why_note(&notes, "%s", own.text);
		ret->notes[i] = why_notes_finish(&notes);
		if (r < 0 && own.kind == ERR_STOPPED) {
			*err = own;
			return -1;
		}
	}
	return 0;
}

/* Builds may run beside it, but nobody measures. */
static int
look_into(struct why_work *work, struct why *ret, struct err *err)
{
	struct carry *carry = work->carry;
	scoped_free char *prefix = path_join(carry->work, "why-");
	struct lock machine = LOCK_INIT;
	int r = sweep_share_machine(carry, &machine, err);

	if (r == 0)
		r = fs_mkdir_p(carry->work, 0700, err);
	for (size_t i = 0; r == 0 && i < 2; i++)
		r = find_build(carry, work->revs[i], err);
	if (r == 0)
		r = fs_temp_dir(prefix, &work->dir, err);
	if (r == 0)
		r = look(work, ret, err);
	struct err second = ERR_INIT;
	if (work->dir && fs_remove(work->dir, &second) < 0 && r == 0) {
		*err = second;
		r = -1;
	}
	lock_done(&machine);
	return r;
}

/* ---- all of it */

static bool
find_suite(const struct plan *plan, const char *name, size_t *ret)
{
	for (size_t s = 0; s < plan->n_suites; s++)
		if (strcmp(plan->suites[s].suite->name, name) == 0 &&
			plan->suites[s].pass != PASS_BUILD) {
			*ret = s;
			return true;
		}
	return false;
}

static void
choose(struct why_work *work, const struct results *results, const struct culprit *c)
{
	const struct bench *bench = &results->benches.v[c->bench];
	const struct plan *plan = work->carry->sweep->plan;

	work->revs[0] = results_measured_rev(results, c->from);
	work->revs[1] = results_measured_rev(results, c->to);
	if (plan->suites[work->suite].harness->selects && strcmp(bench->name, "*") != 0)
		work->only[0] = bench->name;
}

static int
set_out(struct carry *carry, struct err *err)
{
	const struct plan *plan = carry->sweep->plan;

	if (build_cache_dir(&carry->cache, err) < 0)
		return -1;
	carry->work = path_join(carry->cache, "work");
	carry->swept = true; /* the lock is shared: litter may be somebody's */
	carry->builds = arena_alloc(&carry->arena, plan->n_revs, sizeof(*carry->builds));
	carry->arms =
		arena_alloc(&carry->arena, plan->n_revs * plan->n_suites, sizeof(*carry->arms));
	pthread_mutex_init(&carry->timeline.lock, NULL);
	return cache_pins_open(
		carry->cache, store_dir(carry->sweep->store), carry->sweep->id, &carry->pins, err);
}

static void
put_away(struct carry *carry)
{
	const struct plan *plan = carry->sweep->plan;

	if (!carry->work)
		return;
	for (size_t i = 0; i < plan->n_revs; i++)
		build_done(&carry->builds[i]);
	cache_pins_close(carry->pins, true);
	vec_done(&carry->timeline.pending);
	pthread_mutex_destroy(&carry->timeline.lock);
	free(carry->cache);
	free(carry->work);
	arena_done(&carry->arena);
}

static int
explain(struct sweep *sweep, const struct results *results, struct culprit *c, struct arena *arena,
	struct err *err)
{
	struct why *why = arena_alloc(arena, 1, sizeof(*why));
	struct why_notes notes = {.arena = arena};
	struct carry carry = {.sweep = sweep};
	struct why_work work = {.carry = &carry, .arena = arena};
	struct err own = ERR_INIT;
	int r = 0;

	why->executed_before = why->executed_after = WHY_ABSENT;
	if (!find_suite(sweep->plan, results->benches.v[c->bench].suite, &work.suite))
		return 0;
	choose(&work, results, c);
	r = set_out(&carry, &own);
	if (r == 0)
		r = look_into(&work, why, &own);
	put_away(&carry);
	free(work.dir);
	if (r < 0 && own.kind == ERR_STOPPED) {
		*err = own;
		return -1;
	}
	if (r < 0) {
		why_note(&notes, "%s", own.text);
		why->notes[WHY_FILES] = why_notes_finish(&notes);
	}
	c->why = why;
	return 0;
}

int
sweep_why(struct sweep *sweep, struct report *report, struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < report->n_culprits; i++)
		if (report->culprits[i].state == CULPRIT_FOUND)
			return explain(sweep, report->results, &report->culprits[i], arena, err);
	return 0;
}
