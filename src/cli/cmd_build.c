#include "cli/app.h"
#include "cli/command.h"
#include "cli/expected.h"
#include "cli/progress.h"

#include "base/escape.h"
#include "base/format.h"
#include "measure/machine.h"
#include "sweep/plan.h"

#include <stdio.h>

static const struct opt options[] = {
	SERIES_OPTIONS,
	OPT(0, "recipe", OPT_TEXT, recipe, "NAME",
		"how to build: a shipped recipe or a path to one", "@recipe"),
	OPT(0, "with", OPT_LIST, with, "NAME=VALUE",
		"set a parameter of the recipe (may be repeated)", NULL),
	ARCHIVE_OPTIONS,
	OPT(0, "isolation", OPT_TEXT, isolation, "LEVEL", "none or prefix", "none prefix"),
	OPT(0, "rebuild", OPT_FLAG, rebuild, NULL, "build again what failed to build before", NULL),
	OPT(0, "retry-failed", OPT_FLAG, rebuild, NULL, "the same, as in sweep", NULL),
	OPT('j', "jobs", OPT_TEXT, jobs, "N",
		"build this many at once (default: 'jobs' of the configuration, or the number of "
		"processors, at most 8); each has its share of the processors",
		NULL),
	OPT('n', "dry-run", OPT_FLAG, dry_run, NULL,
		"print what would be built, and how long it may take, and stop", NULL),
	OPT_END,
};

/* Who builds, and what the threads that do are told about one of them. */
struct crew {
	struct app *app;
	struct forecaster forecaster;
	struct board *board;
	struct sweep_progress progress;
};
struct task {
	struct crew *crew;
	size_t i;
};

static int
checkout(void *arg, const struct rev *rev, const char *dest, struct err *err)
{
	const struct task *task = arg;

	return source_checkout(task->crew->app->source, rev, NULL, dest, err);
}

static void
tell(struct crew *crew, struct sweep_status status)
{
	status.phase = SWEEP_BUILD;
	board_look(crew->board, &status.builds);
	crew->progress.step(crew->progress.arg, &status);
}

static void
progress(void *arg, const struct build_request *request, const char *step)
{
	const struct task *task = arg;

	if (step)
		board_begin(task->crew->board, task->i);
	tell(task->crew,
		(struct sweep_status){
			.rev = request->rev->label, .what = step, .worker = request->worker});
}

/* What became of it is the result, and not told before. */
static int
finished(void *arg, size_t i, const struct build *build, struct err *err)
{
	struct crew *crew = arg;

	(void)err;
	board_end(crew->board, i, build);
	tell(crew, (struct sweep_status){0});
	return 0;
}

static void
waiting(const char *who, void *arg)
{
	struct crew *crew = arg;
	struct sweep_status status = {.phase = SWEEP_WAIT, .what = who};

	crew->progress.step(crew->progress.arg, &status);
}

/* One line a revision: outcome, time, prefix or log. */
static void
describe(const struct rev *rev, const struct build *b, struct str *out)
{
	char took[32];

	escape_text(out, rev->label);
	str_addf(out, "  %.*s  %s", REV_SHORT, rev->id, outcome_name(b->outcome.kind));
	if (b->reused)
		str_add(out, "  (cached)");
	else if (b->wall_s > 0)
		str_addf(out, "  %s", format_duration(b->wall_s, took, sizeof(took)));
	str_add(out, "  ");
	if (b->outcome.kind != OUTCOME_OK) {
		escape_text(out, b->outcome.detail);
		if (b->reused)
			str_add(out, " (--retry-failed tries again)");
		str_add(out, "  log: ");
	}
	escape_text(out, b->outcome.kind == OUTCOME_OK ? b->prefix : b->log ? b->log : "none");
	str_addc(out, '\n');
}

static int
build_with(struct crew *crew, const struct build_request *requests, size_t n, struct build *ret,
	struct err *err)
{
	struct build_crew builders = {
		.workers = crew->forecaster.workers,
		.order = crew->forecaster.order,
		.finished = finished,
		.arg = crew,
	};
	struct progress *moving = progress_new(crew->app);
	struct lock lock = LOCK_INIT;

	crew->progress = progress_hook(moving);
	crew->board = board_new(&crew->forecaster, false);
	int r = machine_share(requests->cache, waiting, crew, &lock, err);
	if (r == 0)
		r = build_all(requests, n, &builders, ret, err);
	lock_done(&lock);
	board_free(crew->board);
	progress_free(moving);
	return r;
}

static int
build_them(struct crew *crew, const struct build_request *requests, size_t n, int *ret_exit,
	struct err *err)
{
	struct app *app = crew->app;
	struct build *builds = arena_alloc(&app->arena, n, sizeof(*builds));
	scoped(str) text = STR_INIT;
	unsigned jobs;

	/* Building is nothing that a store could forbid: what the cache knows will do. */
	if (app_jobs(app, &jobs, err) < 0 || forecast_make(requests, n, NULL, NULL, jobs,
						     &app->arena, &crew->forecaster, err) < 0)
		return -1;
	int r = build_with(crew, requests, n, builds, err);
	for (size_t i = 0; r == 0 && i < n; i++) {
		describe(requests[i].rev, &builds[i], &text);
		if (builds[i].outcome.kind != OUTCOME_OK)
			*ret_exit = 3;
	}
	for (size_t i = 0; i < n; i++)
		build_done(&builds[i]);
	return r < 0 ? -1 : app_print(app, &text, err);
}

static int
dry_run(struct app *app, const struct build_request *requests, size_t n, struct err *err)
{
	struct forecaster forecaster;
	scoped(str) text = STR_INIT;

	if (expected_find(app, requests, n, NULL, &forecaster, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		str_add(&text, "build    ");
		escape_text(&text, requests[i].rev->label);
		str_addf(&text, "  %.*s  with %s\n", REV_SHORT, requests[i].rev->id,
			requests[i].recipe->name);
	}
	expected_text(&forecaster, false, &text);
	return app_print(app, &text, err);
}

/* What is to be built, checked before anything is. */
static int
plan_builds(struct crew *crew, const struct rev *revs, size_t n, const char *cache,
	struct build_request **ret, struct err *err)
{
	struct app *app = crew->app;
	struct task *tasks = arena_alloc(&app->arena, n, sizeof(*tasks));
	struct recipe *recipes = arena_alloc(&app->arena, n, sizeof(*recipes));
	struct build_request *requests = arena_alloc(&app->arena, n, sizeof(*requests));
	struct recipe_book book = {.arena = &app->arena};

	for (size_t i = 0; i < n; i++) {
		if (plan_recipe(&app->config, app->source, &revs[i], &book, &recipes[i], err) < 0)
			return -1;
		tasks[i] = (struct task){crew, i};
		requests[i] = plan_build_request(&app->config, &revs[i], &recipes[i]);
		requests[i].cache = cache;
		requests[i].rebuild = app->args.rebuild;
		requests[i].checkout = checkout;
		requests[i].arg = &tasks[i];
		requests[i].progress = progress;
		if (revs[i].kind != REVSPEC_PREFIX && build_check(&requests[i], err) < 0)
			return -1;
	}
	*ret = requests;
	return 0;
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	scoped_free char *cache = NULL;
	struct build_request *requests;
	struct crew crew = {.app = app};
	struct rev *revs;
	size_t n;

	if (app_configure(app, false, err) < 0)
		return -1;
	if (build_cache_dir(&cache, err) < 0)
		return -1;
	if (app_resolve_operands(app, &revs, &n, err) < 0)
		return -1;
	if (plan_builds(&crew, revs, n, cache, &requests, err) < 0)
		return -1;
	if (app->args.dry_run)
		return dry_run(app, requests, n, err);
	return build_them(&crew, requests, n, ret_exit, err);
}

static const char *const usage[] = {"[OPTIONS] [REVSPEC...]", NULL};
static const char *const examples[] = {"Build two releases", "revsweep build v1.0 v1.1",
	"See why one does not build", "revsweep build v0.9 --rebuild",
	"Which of the last twenty commits do not build", "revsweep build last:20", NULL};

const struct command cmd_build = {
	.name = "build",
	.summary = "build revisions into the cache, measure nothing",
	.usage = usage,
	.description = "Builds the revisions (default: HEAD) as compare would, and prints where "
		       "each is installed, or the log of one that failed. What is in the cache "
		       "already is not built again; a failure is remembered until "
		       "--rebuild.\n\n" SERIES_HELP,
	.options = options,
	.operands = "@rev",
	.examples = examples,
	.run = run,
};
