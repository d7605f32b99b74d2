/* One launch of one suite on one revision, from its environment to its place in the store. */
#include "sweep_priv.h"

#include "sys/clock.h"
#include "sys/fs.h"

#include <fnmatch.h>
#include <math.h>
#include <string.h>

struct arm *
carry_arm(const struct carry *carry, size_t rev, size_t suite)
{
	return &carry->arms[rev * carry->sweep->plan->n_suites + suite];
}

void
sweep_tell(const struct carry *carry, const struct sweep_status *status)
{
	if (carry->sweep->progress.step)
		carry->sweep->progress.step(carry->sweep->progress.arg, status);
}

static bool
name_wanted(const struct suite *suite, const char *name)
{
	const char *const *glob = suite->select;

	for (; glob && *glob; glob++)
		if (fnmatch(*glob, name, 0) == 0)
			return true;
	return !suite->select || !*suite->select;
}

/* A revision that lacks what an older or newer suite asks for is no failure; one that lacks what
 * its own suite asks for is. */
static bool
runs_own_suite(const struct plan *plan, size_t suite, size_t rev)
{
	switch (plan->suites[suite].suite->from) {
	case FROM_HEAD:
		return rev == plan->n_revs - 1;
	case FROM_BASE:
		return rev == plan->terms.base;
	case FROM_REVISION:
	case FROM_DEFAULT:
		return true;
	case FROM_WORKTREE:
		return plan->revs[rev].kind == REVSPEC_WORKTREE;
	}
	return true;
}

static bool
is_of_pass(const struct carry *carry, const struct launch_place *place, const struct bench *bench,
	bool aside)
{
	const struct plan *plan = carry->sweep->plan;

	return metric_wanted(plan->config, bench->metric, aside) &&
	       plan_suite_has(plan, place->suite, bench) &&
	       name_wanted(plan->suites[place->suite].suite, bench->name);
}

/* What the launch says about each bench that is wanted. */
static size_t
collect(struct carry *carry, const struct launch_place *place, const struct launch *launch,
	struct store_sample *samples)
{
	const struct plan *plan = carry->sweep->plan;
	bool own = runs_own_suite(plan, place->suite, place->rev);
	size_t n = 0;

	for (size_t i = 0; i < launch->result.n_benches; i++) {
		const struct launch_bench *b = &launch->result.benches[i];
		struct bench bench = {
			.suite = plan->suites[place->suite].suite->name,
			.name = b->name,
			.metric = b->metric,
			.unit = b->unit,
			.direction = b->direction,
			.clock = b->clock,
			.group = b->group,
			.param = b->param,
			.params = b->params,
			.marks = b->marks,
			.n_marks = b->n_marks,
		};

		if (!is_of_pass(carry, place, &bench, b->aside))
			continue;
		samples[n++] = (struct store_sample){
			.bench = results_bench(&carry->sweep->results, &bench),
			.rev = place->rev,
			.sample = launch->samples[i],
			.outcome = b->outcome,
			.absent = b->absent && !own,
		};
		samples[n - 1].sample.layout = place->layout;
		if (samples[n - 1].absent)
			samples[n - 1].outcome = (struct outcome)OUTCOME_INIT;
	}
	return n;
}

/* A launch that failed as a whole failed for every bench of its suite that is known. */
static size_t
collect_failure(struct carry *carry, const struct launch_place *place, const struct launch *launch,
	struct store_sample **ret)
{
	struct results *results = &carry->sweep->results;
	vec(struct store_sample) samples = {0};

	for (size_t i = 0; i < results->benches.n; i++)
		if (plan_suite_has(carry->sweep->plan, place->suite, &results->benches.v[i]))
			vec_add(&samples, (struct store_sample){.bench = i,
						  .rev = place->rev,
						  .outcome = launch->result.outcome});
	*ret = samples.v;
	return samples.n;
}

static void
note_cells(struct carry *carry, const struct store_sample *samples, size_t n, const char *log)
{
	struct results *results = &carry->sweep->results;

	for (size_t i = 0; i < n; i++)
		results_tell(results, samples[i].bench, samples[i].rev, &samples[i].outcome,
			samples[i].absent, log);
}

static int
store_one(struct carry *carry, const struct launch_place *place, const struct launch *launch,
	const struct store_sample *samples, size_t n, const char *log, struct err *err)
{
	struct sweep *sweep = carry->sweep;
	const struct plan_suite *ps = &sweep->plan->suites[place->suite];
	double span = (double)(launch->after.monotonic_ns - launch->before.monotonic_ns) / 1e3;
	struct store_launch record = {
		.rev = place->rev,
		.suite = place->suite,
		/* By this name a failure finds its benches, if there are any. */
		.suite_name = n ? ps->suite->name : ps->title,
		.block = place->block,
		.position = place->position,
		.attempt = place->attempt,
		.layout = place->layout,
		.planned = place->planned,
		.warmup = place->warmup,
		.outcome = launch->result.outcome,
		.started = clock_wall_s() - (int64_t)launch->wall_s,
		.wall_s = launch->wall_s,
		.cpu_s = launch->cpu_s,
		.rss_bytes = launch->rss_bytes,
		.load1 = launch->before.load1,
		.busy_cpus = (double)(launch->after.busy_us - launch->before.busy_us) / span,
		.steal_cpus = (double)(launch->after.steal_us - launch->before.steal_us) / span,
		.hash_seed = place->plan.hash_seed,
		.pad = place->plan.pad,
		.cpu_pressure = launch->cpu_pressure,
		.disturbed = launch->disturbed,
		.disturbed_by = launch->disturbed,
		.log = launch->log_kept ? log : NULL,
	};

	for (size_t i = 0; i < launch->end.rounds.n; i++) {
		record.minflt += launch->end.rounds.v[i].minflt;
		record.majflt += launch->end.rounds.v[i].majflt;
		record.nvcsw += launch->end.rounds.v[i].nvcsw;
		record.nivcsw += launch->end.rounds.v[i].nivcsw;
	}
	for (const char *const *note = launch->result.notes; note && *note; note++)
		results_note(&sweep->results, *note);
	if (sweep_keep_notes(carry, err) < 0)
		return -1;
	return store_add_launch(sweep->store, sweep->id, &record, &sweep->results, samples, n,
		launch->raw, launch->raw_size, err);
}

static void
launch_env(struct carry *carry, const struct launch_place *place, struct env *env)
{
	const struct plan *plan = carry->sweep->plan;
	const struct suite *suite = plan->suites[place->suite].suite;
	const char *prefix = carry_build(carry, place->rev, place->layout)->prefix;

	env_init(env, "/nonexistent", "/nonexistent");
	env_pass(env, plan->config->pass_env);
	env_set_pairs(env, plan->config->env, plan->config->n_env, false);
	env_set(env, "PREFIX", prefix);
	build_provide(&plan->recipes[place->rev], prefix, env);
	env_set_pairs(env, suite->env, suite->n_env, false);
}

static char *
log_path(struct carry *carry, const struct launch_place *place)
{
	if (!place->warmup)
		return xasprintf("%s/s%zu-r%zu-b%u-a%u.log", carry->logs, place->suite, place->rev,
			place->block, place->attempt);
	if (place->layout == 0)
		return xasprintf("%s/s%zu-r%zu-warmup.log", carry->logs, place->suite, place->rev);
	return xasprintf("%s/s%zu-r%zu-l%u-warmup.log", carry->logs, place->suite, place->rev,
		place->layout);
}

static bool
takes_part_in_pilot(
	const struct plan_suite *ps, const struct launch_place *place, const struct launch *launch)
{
	return ps->pass == PASS_TIME && ps->harness->fixes_rounds && !place->warmup &&
	       !place->only && launch->result.outcome.kind == OUTCOME_OK;
}

static int
cpu_for(const struct plan *plan, const struct launch_place *place)
{
	if (plan->config->measure.pin >= 0 || !place->together)
		return plan->config->measure.pin;
	return host_draw_cpu(place->plan.cpu_draw);
}

struct launch_spec
sweep_launch_spec(
	struct carry *carry, const struct launch_place *place, struct env *env, const char *log)
{
	const struct plan *plan = carry->sweep->plan;
	const struct plan_suite *ps = &plan->suites[place->suite];
	struct launch_spec spec = {
		.harness = ps->harness,
		.request =
			{
				.suite = ps->suite,
				.settings = ps->settings,
				.suite_dir = carry_arm(carry, place->rev, place->suite)->suite_dir,
				.prefix = carry_build(carry, place->rev, place->layout)->prefix,
				.rev_id = plan->revs[place->rev].id,
				.only = place->only,
				.quick = place->warmup,
				.pass = ps->pass,
				.passes = plan->config->measure.passes,
			},
		.env = env,
		.plan = place->plan,
		.work_dir = carry->work,
		.log_path = log,
		.timeout_s =
			ps->suite->timeout_s > 0 ? ps->suite->timeout_s : DEFAULT_LAUNCH_TIMEOUT_S,
		.isolation = plan->config->isolation,
		.cpu = cpu_for(plan, place),
	};

	if (ps->harness->fixes_rounds && !place->warmup && ps->pass == PASS_TIME)
		pilot_apply(carry->pilots, place->suite, &spec.request);
	launch_env(carry, place, env);
	return spec;
}

static int
take_in(struct carry *carry, const struct launch_place *place, const struct launch *launch,
	const char *log, pending_list *pending, struct err *err)
{
	const struct plan_suite *ps = &carry->sweep->plan->suites[place->suite];
	scoped_free struct store_sample *samples = NULL;
	size_t n;

	if (launch->result.outcome.kind == OUTCOME_OK) {
		if (place->warmup)
			counting_note_names(carry, place, launch);
		samples = xcalloc(launch->result.n_benches, sizeof(*samples));
		n = collect(carry, place, launch, samples);
	} else {
		n = collect_failure(carry, place, launch, &samples);
	}
	if (store_one(carry, place, launch, samples, n, log, err) < 0)
		return -1;
	note_cells(carry, samples, n, launch->log_kept ? log : NULL);
	for (size_t i = 0; pending && i < n; i++)
		if (samples[i].sample.rounds)
			vec_add(pending,
				(struct pending){samples[i].bench, place->rev, samples[i].sample});
	if (takes_part_in_pilot(ps, place, launch))
		pilot_note(carry->pilots, place->suite, launch, &carry->arena);
	return 0;
}

/* Ends where it ends: what is stored afterwards is not the launch. */
static void
add_span(struct carry *carry, const struct launch_place *place, const struct launch *launch,
	struct span *span, int r)
{
	bool known = launch->wall_s > 0;

	span->rev = (int)place->rev;
	span->layout = place->layout;
	span->suite = carry->sweep->plan->suites[place->suite].title;
	span->cpu_s = known ? launch->cpu_s : NAN;
	span->rss_bytes = known ? launch->rss_bytes : NAN;
	timeline_end(
		carry, span, r < 0 ? SPAN_CANCELLED : outcome_name(launch->result.outcome.kind));
}

static int
run_places(struct carry *carry, const struct launch_place *places, struct launch_spec *specs,
	size_t n, struct launch *ret, struct err *err)
{
	const struct plan_suite *ps = &carry->sweep->plan->suites[places->suite];

	if (ps->pass == PASS_BUILD)
		return counting_size(carry, places, ret, err);
	if (ps->pass != PASS_TIME)
		return counting_run(carry, places, specs, ret, err);
	return n == 2 ? launch_run_pair(specs, ret, err) : launch_run(specs, ret, err);
}

static int
launch_all(struct carry *carry, const struct launch_place *places, size_t n, pending_list *pending,
	struct launch_seen *ret, struct err *err)
{
	char *logs[2] = {0};
	struct env envs[2];
	struct launch launches[2] = {0};
	struct launch_spec specs[2];

	for (size_t i = 0; i < n; i++) {
		logs[i] = log_path(carry, &places[i]);
		specs[i] = sweep_launch_spec(carry, &places[i], &envs[i], logs[i]);
	}
	struct span span = timeline_start(places->warmup ? SPAN_WARMUP : SPAN_LAUNCH, -1, NULL);
	int r = run_places(carry, places, specs, n, launches, err);
	for (size_t i = 0; i < n; i++)
		add_span(carry, &places[i], &launches[i], &span, r);
	for (size_t i = 0; i < n; i++) {
		const struct launch *l = &launches[i];

		if (r == 0)
			r = take_in(carry, &places[i], l, logs[i], pending, err);
		ret[i] = (struct launch_seen){
			.outcome = l->result.outcome,
			.log = l->log_kept ? arena_strdup(&carry->arena, logs[i]) : NULL,
			.wall_s = l->wall_s,
			.cpu_share = l->wall_s > 0 ? l->cpu_s / l->wall_s : 1,
			.disturbed = l->disturbed,
		};
		launch_done(&launches[i]);
		env_done(&envs[i]);
		free(logs[i]);
	}
	return r < 0 ? -1 : timeline_keep(carry, false, err);
}

int
sweep_launch(struct carry *carry, const struct launch_place *place, pending_list *pending,
	struct launch_seen *ret, struct err *err)
{
	return launch_all(carry, place, 1, pending, ret, err);
}

int
sweep_launch_pair(struct carry *carry, const struct launch_place places[2], pending_list *pending,
	struct launch_seen ret[2], struct err *err)
{
	return launch_all(carry, places, 2, pending, ret, err);
}
