#include "sweep/plan.h"

#include "base/format.h"
#include "base/suggest.h"
#include "harness/harness.h"
#include "sys/fs.h"

#include <string.h>

struct making {
	const struct config *config;
	struct source *source;
	struct arena *arena;
	struct plan *plan;
	vec(const char *) sentences;
	const char *suite; /* the one that notes are about */
};

/* ---- suites */

static bool
wanted(const struct plan_options *options, const char *name)
{
	for (size_t i = 0; i < options->n_suites; i++)
		if (strcmp(options->suites[i], name) == 0)
			return true;
	return options->n_suites == 0;
}

static int
check_wanted(const struct config *config, const struct plan_options *options, struct err *err)
{
	for (size_t i = 0; i < options->n_suites; i++) {
		bool known = false;

		for (size_t k = 0; k < config->n_suites; k++)
			known |= strcmp(config->suites[k].name, options->suites[i]) == 0;
		if (!known)
			return err_set(err, ERR_USAGE, "no suite '%s' in %s", options->suites[i],
				config->path ? config->path : "the configuration");
	}
	return 0;
}

static void
add_note(const char *sentence, void *arg)
{
	struct making *m = arg;

	vec_add(&m->sentences, arena_printf(m->arena, "%s: %s", m->suite, sentence));
}

static void
add_duration(struct str *out, const char *name, double s)
{
	char buf[32];

	if (s >= 0)
		str_addf(out, ", %s %s", name, format_duration(s, buf, sizeof(buf)));
}

static void
add_count(struct str *out, const char *name, int n)
{
	if (n >= 0)
		str_addf(out, ", %s %d", name, n);
}

/* "fast: pytest-benchmark, timer process_time, calibration precision 1000, ..." */
static const char *
settings_sentence(const struct plan_suite *ps, struct arena *arena)
{
	const struct settings *s = &ps->settings;
	scoped(str) out = STR_INIT;

	str_addf(&out, "%s: %s", ps->suite->name, ps->harness->name);
	if (s->timer)
		str_addf(&out, ", timer %s", s->timer);
	add_count(&out, "calibration precision", s->calibration_precision);
	add_duration(&out, "min time", s->min_time_s);
	add_duration(&out, "max time", s->max_time_s);
	add_count(&out, "min rounds", s->min_rounds);
	if (s->warmup >= 0)
		str_addf(&out, ", warm-up %s", s->warmup ? "on" : "off");
	add_count(&out, "warm-up iterations", s->warmup_iterations);
	if (s->disable_gc >= 0)
		str_addf(&out, ", garbage collector %s", s->disable_gc ? "off" : "on");
	return arena_strdup(arena, out.p);
}

/* The suite with what its harness says of whose copy of it runs, where nobody said that. */
static const struct suite *
decided(const struct suite *suite, const struct harness *harness, struct arena *arena)
{
	struct suite *copy = arena_copy(arena, suite, 1, sizeof(*suite));

	if (suite->from == FROM_DEFAULT)
		copy->from = harness->built ? FROM_REVISION : FROM_HEAD;
	return copy;
}

static void
tell_suite(struct making *m, const struct plan_suite *ps)
{
	static const char *const counted[PASS_COUNT] = {
		[PASS_MEMORY] = "allocations are counted in launches of their own",
		[PASS_INSTRUCTIONS] = "instructions are counted in launches of their own",
		[PASS_BUILD] = "the size of the installed files",
	};

	if (ps->pass != PASS_TIME) {
		vec_add(&m->sentences,
			arena_printf(m->arena, "%s: %s", ps->suite->name, counted[ps->pass]));
		return;
	}
	m->suite = ps->suite->name;
	vec_add(&m->sentences, settings_sentence(ps, m->arena));
	ps->harness->unsupported(&ps->settings, add_note, m);
}

static int
plan_suites(struct making *m, const struct plan_options *options, struct err *err)
{
	const struct config *config = m->config;
	struct plan *plan = m->plan;

	if (!config->n_suites)
		return err_set(err, ERR_USAGE,
			"there is nothing to run: no suite is configured; write one with 'revsweep "
			"init', or give a command with --run CMD");
	if (check_wanted(config, options, err) < 0)
		return -1;
	plan->suites =
		arena_alloc(m->arena, config->n_suites * PASS_COUNT + 1, sizeof(*plan->suites));
	for (size_t i = 0; i < config->n_suites; i++) {
		const struct suite *suite = &config->suites[i];
		const struct harness *harness;

		if (!wanted(options, suite->name))
			continue;
		if (harness_find(suite->harness, &harness, err) < 0 ||
			harness->check(suite, err) < 0)
			return err_wrap(err, "suite '%s'", suite->name);
		if (plan_add_passes(
			    plan, decided(suite, harness, m->arena), harness, m->arena, err) < 0)
			return -1;
	}
	if (plan_add_build_pass(plan, err) < 0)
		return -1;
	for (size_t i = 0; i < plan->n_suites; i++)
		tell_suite(m, &plan->suites[i]);
	return plan_check_gates(plan, err);
}

/* ---- recipes */

struct tree_question {
	struct source *source;
	const struct rev *rev;
	struct err err;
	bool failed;
};

static bool
tree_has(const char *path, void *arg)
{
	struct tree_question *q = arg;
	bool has = false;

	if (!q->failed && source_has(q->source, q->rev, path, &has, &q->err) < 0)
		q->failed = true;
	return has;
}

int
plan_recipe(const struct config *config, struct source *source, const struct rev *rev,
	struct recipe_book *book, struct recipe *ret, struct err *err)
{
	struct tree_question q = {.source = source, .rev = rev};

	if (config->inline_recipe) {
		*ret = *config->inline_recipe;
		return 0;
	}
	if (config->recipe_name)
		return recipe_book_load(book, config->recipe_name, config->dir, ret, err);
	/* A release looks like the project it is a release of. */
	struct rev project;
	if (rev->kind == REVSPEC_VERSION) {
		if (source_project(source, book->arena, &project, err) < 0)
			return -1;
		q.rev = &project;
	}
	if (rev->kind == REVSPEC_PREFIX)
		return recipe_book_load(book, "none", config->dir, ret, err);
	int r = recipe_book_detect(book, tree_has, &q, ret, err);
	if (q.failed) {
		*err = q.err;
		return -1;
	}
	return r < 0 ? err_wrap(err, "revision '%s'", rev->label) : 0;
}

/* What the cache calls it. */
static const char *
project_name(const struct config *config)
{
	if (config->project || !config->dir)
		return config->project;
	return path_base(config->dir);
}

unsigned
plan_layouts(const struct plan *plan)
{
	return plan->terms.rebuilds > 1 ? plan->terms.rebuilds : 1;
}

bool
plan_in_duets(const struct plan *plan)
{
	return plan->terms.order == ORDER_DUET && !plan->terms.changes && !plan->terms.bisect.on;
}

struct build_request
plan_build_request(const struct config *config, const struct rev *rev, const struct recipe *recipe)
{
	return (struct build_request){
		.rev = rev,
		.recipe = recipe,
		.with = config->with,
		.n_with = config->n_with,
		.env = config->env,
		.n_env = config->n_env,
		.pass_env = config->pass_env,
		.project = project_name(config),
		.dir = config->dir,
		.isolation = config->isolation,
	};
}

/* A release brings no suite of its own. */
static int
check_own_suites(const struct plan *plan, const struct rev *rev, struct err *err)
{
	for (size_t i = 0; rev->kind == REVSPEC_VERSION && i < plan->n_suites; i++)
		if (plan->suites[i].suite->from == FROM_REVISION)
			return err_set(err, ERR_USAGE,
				"suite '%s' is each revision's own ('from: revision'), and a "
				"release like '%s' brings none; say 'from: head' or 'from: "
				"worktree'",
				plan->suites[i].suite->name, rev->label);
	return 0;
}

static int
plan_recipes(struct making *m, struct err *err)
{
	struct recipe_book book = {.arena = m->arena};
	struct plan *plan = m->plan;

	plan->recipes = arena_alloc(m->arena, plan->n_revs, sizeof(*plan->recipes));
	for (size_t i = 0; i < plan->n_revs; i++) {
		if (check_own_suites(plan, &plan->revs[i], err) < 0)
			return -1;
		if (plan_recipe(m->config, m->source, &plan->revs[i], &book, &plan->recipes[i],
			    err) < 0)
			return -1;
		struct build_request request =
			plan_build_request(m->config, &plan->revs[i], &plan->recipes[i]);
		if (plan->revs[i].kind != REVSPEC_PREFIX && build_check(&request, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- order and place of launches */

static int
check_pin(const struct plan *plan, struct err *err)
{
	int pin = plan->config->measure.pin;

	if (pin >= 0 && !host_has_cpu(pin))
		return err_set(err, ERR_ENVIRONMENT,
			"there is no processor %d here to pin launches to (0 to %d)", pin,
			plan->terms.host.cpus - 1);
	return 0;
}

static int
check_duet(const struct plan *plan, struct err *err)
{
	bool fits = plan->terms.changes ? plan->n_revs > 2 : plan->n_revs == 2;

	if (plan->terms.bisect.on)
		return 0;
	if (!fits || plan->terms.judge == JUDGE_NONE)
		return err_set(err, ERR_USAGE,
			"order duet compares two revisions while both run; '%s' with %zu cannot "
			"(--order random can)",
			plan->terms.command, plan->n_revs);
	return 0;
}

/* ---- the whole */

static void
digest_plan(struct plan *plan)
{
	struct str text = STR_INIT;
	uint64_t seed = plan->seed;

	/* The seed only says in which order things happen: it does not make another piece of work.
	 */
	plan->seed = 0;
	plan->digest[0] = '\0';
	plan_json(plan, &text);
	plan->seed = seed;
	digest_of(text.p, text.n, plan->digest);
	str_done(&text);
}

/* Revisions of one name are one series; so are all of those without a name. */
static void
number_series(const struct rev *revs, size_t n, struct arena *arena, struct terms *terms)
{
	unsigned *series = arena_alloc(arena, n, sizeof(*series)), next = 0;

	for (size_t i = 0; i < n; i++) {
		size_t same = 0;

		while (same < i && !str_eq(revs[same].series ? revs[same].series : "",
					   revs[i].series ? revs[i].series : ""))
			same++;
		series[i] = same < i ? series[same] : next++;
	}
	terms->series = series;
	terms->n_series = n;
}

int
plan_make(const struct config *config, struct source *source, const struct rev *revs, size_t n_revs,
	const struct plan_options *options, struct arena *arena, struct plan *ret, struct err *err)
{
	struct plan plan = {
		.config = config,
		.revs = revs,
		.n_revs = n_revs,
		.seed = options->seed,
		.apart = options->apart,
		.terms =
			{
				.command = options->command,
				.project = config->project,
				.base = options->base,
				.judge = options->judge,
				.gates = config->gates,
				.n_gates = config->n_gates,
				.alpha = config->measure.alpha,
				.beta = config->measure.beta,
				.order = config->measure.order,
				.rebuilds = config->measure.rebuilds,
				.improvements = config->measure.improvements,
				.changes = options->changes,
				.previous = options->previous,
				.bisect = options->bisect,
				.blocks_first = config->measure.blocks_min < 2
							? 2
							: config->measure.blocks_min,
				.isolation = isolation_name(config->isolation),
			},
	};
	struct making m = {.config = config, .source = source, .arena = arena, .plan = &plan};

	if (options->changes)
		number_series(revs, n_revs, arena, &plan.terms);
	host_read(&plan.terms.host);
	if (check_pin(&plan, err) < 0)
		return -1;
	if (config->measure.order == ORDER_DUET && check_duet(&plan, err) < 0)
		return -1;
	int r = plan_suites(&m, options, err);
	if (r == 0)
		r = plan_recipes(&m, err);
	if (r == 0) {
		vec_add(&m.sentences, NULL);
		plan.terms.settings =
			arena_copy(arena, m.sentences.v, m.sentences.n, sizeof(*m.sentences.v));
		digest_plan(&plan);
		*ret = plan;
	}
	vec_done(&m.sentences);
	return r;
}
