#include "cli/job.h"

#include "base/escape.h"
#include "base/format.h"
#include "base/parse.h"
#include "build/build.h"
#include "cli/expected.h"
#include "cli/progress.h"
#include "sweep/calibrate.h"
#include "sweep/sweep.h"
#include "sweep/why.h"
#include "sys/clock.h"
#include "sys/entropy.h"
#include "sys/fs.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static int
choose_seed(struct app *app, uint64_t *ret, struct err *err)
{
	if (app->args.seed) {
		if (parse_u64(app->args.seed, INT64_MAX, ret, err) < 0)
			return err_wrap(err, "--seed");
		return 0;
	}
	if (entropy_read(ret, sizeof(*ret), err) < 0)
		return -1;
	*ret &= INT64_MAX; /* what JSON and SQLite can hold */
	return 0;
}

/* Each build twice at least: otherwise nothing tells their differences from noise. */
static int
allow_for_rebuilds(struct app *app, const struct job *job, struct err *err)
{
	struct measure *m = &app->config.measure;
	unsigned least = 2 * m->rebuilds;

	if (!job->judge)
		m->rebuilds = 1;
	if (m->rebuilds <= 1)
		return 0;
	if (!job->apart && m->blocks_max < least)
		return err_set(err, ERR_USAGE,
			"%u builds of each revision need at least %u blocks, two for each, and %u "
			"are the most that --blocks allows",
			m->rebuilds, least, m->blocks_max);
	if (m->blocks_min < least)
		m->blocks_min = least;
	return 0;
}

static int
make_plan(struct app *app, const struct job *job, struct plan *ret, struct err *err)
{
	struct plan_options options = {
		.command = job->command,
		.base = job->base,
		.apart = job->apart,
		.changes = job->changes,
		.previous = job->previous,
		.bisect = job->bisect,
		.suites = app->args.suites.v,
		.n_suites = app->args.suites.n,
	};
	const char *judge = app->args.judge;

	if (!job->judge)
		options.judge = JUDGE_NONE;
	else if (judge && strcmp(judge, "classic") == 0)
		options.judge = JUDGE_CLASSIC;
	else if (judge && strcmp(judge, "sequential") != 0)
		return err_set(err, ERR_USAGE, "--judge is sequential or classic, not '%s'", judge);
	if (choose_seed(app, &options.seed, err) < 0 || allow_for_rebuilds(app, job, err) < 0)
		return -1;
	return plan_make(
		&app->config, app->source, job->revs, job->n_revs, &options, &app->arena, ret, err);
}

/* ---- --dry-run */

static void
blocks_text(const struct app *app, const struct plan *plan, struct str *out)
{
	const struct measure *m = &plan->config->measure;

	if (app->args.only_missing)
		str_addf(out,
			"blocks   %u for each revision and suite of which none is stored yet, with "
			"what it is compared with\n",
			m->blocks_min);
	else
		str_addf(out,
			"blocks   %u to %u, each one launch of every suite on every revision%s\n",
			m->blocks_min, m->blocks_max,
			m->order == ORDER_DUET ? ", both at the same time" : "");
}

static void
build_text(const struct plan *plan, size_t i, struct str *out)
{
	const struct rev *rev = &plan->revs[i];

	str_add(out, "build    ");
	escape_text(out, rev->label);
	str_addf(out, "  %.*s  with %s  ", REV_SHORT, rev->id, plan->recipes[i].name);
	escape_text(out, rev->subject ? rev->subject : "");
	str_trim(out);
	str_addc(out, '\n');
}

static void
plan_text(const struct app *app, const struct plan *plan, struct str *out)
{
	const struct measure *m = &plan->config->measure;
	bool bisect = plan->terms.bisect.on;
	char budget[32];

	for (size_t i = 0; i < plan->n_revs; i++)
		if (!bisect || i == 0 || i == plan->n_revs - 1)
			build_text(plan, i, out);
	if (bisect)
		str_addf(out, "build    about %.0f of the %zu commits between\n",
			ceil(log2((double)plan->n_revs)) + 1, plan->n_revs - 2);
	for (const char *const *s = plan->terms.settings; *s; s++) {
		str_add(out, "measure  ");
		escape_text(out, *s);
		str_addc(out, '\n');
	}
	for (size_t i = 0; i < plan->terms.n_gates; i++) {
		const struct gate *gate = &plan->terms.gates[i];

		str_addf(out, "gate     %s%s", gate->text, gate->where ? " where " : "");
		escape_text(out, gate->where ? gate->where : "");
		str_addc(out, '\n');
	}
	if (bisect)
		str_add(out,
			"blocks   as many pairs as it takes: both ends first, then commits with "
			"either end, then parent and culprit\n");
	else
		blocks_text(app, plan, out);
	if (plan->terms.rebuilds > 1)
		str_addf(out,
			"layouts  %u builds a revision, each with its code at other addresses; a "
			"block measures one of them\n",
			plan->terms.rebuilds);
	if (m->budget_s > 0)
		str_addf(out, "time     at most %s of measuring\n",
			format_duration(m->budget_s, budget, sizeof(budget)));
}

static int
dry_run(struct app *app, const struct plan *plan, struct err *err)
{
	scoped(str) text = STR_INIT;
	scoped_free char *cache = NULL;
	struct jsonw w = {.out = &text, .pretty = true};
	struct forecaster forecaster;
	size_t n;

	if (build_cache_dir(&cache, err) < 0)
		return -1;
	const struct build_request *requests = forecast_requests(
		plan, cache, app->args.rebuild || app->args.retry_failed, &app->arena, &n);
	/* What is missing is only known when the builds are. */
	bool measured = !app->args.only_missing;
	if (expected_find(app, requests, n, measured ? plan : NULL, &forecaster, err) < 0)
		return -1;
	if (!str_eq(app->args.format, "json")) {
		plan_text(app, plan, &text);
		if (!plan->terms.bisect.on)
			expected_text(&forecaster, measured, &text);
		return app_print(app, &text, err);
	}
	jsonw_open(&w, NULL, '{');
	plan_write(plan, &w);
	expected_json(&forecaster, measured, &w);
	jsonw_close(&w, '}');
	str_addc(&text, '\n');
	return app_print(app, &text, err);
}

/* ---- the real thing */

static int
finish(struct sweep *sweep, int exit_code, const struct str *sentence, const struct str *json,
	struct err *err)
{
	if (sweep->reused)
		return 0;
	return store_finish(sweep->store, sweep->id, exit_code, sentence->p, json->p, err);
}

/* Two revisions one after the other on a machine that does this to them. */
#define NOISY 0.01

static void
warn_inconclusive(struct app *app, const struct report *report)
{
	char noise[32] = "";

	if (app->config.measure.order == ORDER_RANDOM && report_noise(report) > NOISY)
		snprintf(noise, sizeof(noise), "%.1f%%", report_noise(report) * 100);
	app_warn(app,
		"not every verdict can be told, and this is no failure (--inconclusive fail makes "
		"it one, pass makes it none to speak of)%s%s%s",
		noise[0] ? "; pairs vary by " : "", noise,
		noise[0] ? " here, and --duet, which compares CPU times, is mostly far steadier"
			 : "");
}

static int
explain(struct app *app, struct sweep *sweep, struct report *report, struct err *err)
{
	bool found = false;

	for (size_t i = 0; i < report->n_culprits; i++)
		found = found || report->culprits[i].state == CULPRIT_FOUND;
	if (found)
		app_say(app, "looking into what changed, under valgrind where it is installed");
	return sweep_why(sweep, report, &app->arena, err);
}

static int
conclude(
	struct app *app, const struct job *job, struct sweep *sweep, int *ret_exit, struct err *err)
{
	const struct plan *plan = sweep->plan;
	const struct measure *m = &app->config.measure;
	struct report report;
	char date[32], id[32];
	scoped(str) json = STR_INIT;
	scoped(str) sentence = STR_INIT;

	sweep_report(&plan->terms, &sweep->results, sweep->family, true, &app->arena, &report);
	snprintf(id, sizeof(id), "%" PRId64, sweep->id);
	report.sweep = id;
	report.date = clock_iso8601(sweep->started, date, sizeof(date));
	report.measured_s = sweep->measured_s;
	report.built_s = sweep->built_s;
	if (calibrate_apply(sweep->store, sweep->id, m->blocks_max, &app->arena, &report, err) < 0)
		return -1;
	bool untold =
		!report.bisect && report.exit_code == 0 && report.verdict == VERDICT_INCONCLUSIVE;
	if (m->inconclusive == INCONCLUSIVE_FAIL && untold)
		report.exit_code = 9;
	if (m->inconclusive == INCONCLUSIVE_WARN && untold)
		warn_inconclusive(app, &report);
	if (job->why && explain(app, sweep, &report, err) < 0)
		return -1;
	if (job->concluded && job->concluded(app, &report, job->arg, err) < 0)
		return -1;
	if (!sweep->reused) { /* what is stored stays */
		sweep_keep_report(&report, &json);
		report_sentence(&report, &sentence);
	}
	if (finish(sweep, report.exit_code, &sentence, &json, err) < 0)
		return -1;
	*ret_exit = report.exit_code;
	struct store_sweep stored;
	if (outputs_detailed(job->outputs) &&
		(store_get(sweep->store, sweep->id, &app->arena, &stored, err) < 0 ||
			sweep_report_detail(sweep->store, &stored, &app->arena, &report, err) < 0))
		return -1;
	outputs_report(app, &report, job->outputs);
	return 0;
}

static int
conclude_calibration(
	struct app *app, const struct job *job, struct sweep *sweep, int *ret_exit, struct err *err)
{
	const struct measure *m = &app->config.measure;
	struct report report;
	struct calibration calibration;
	char date[32], id[32];
	scoped(str) json = STR_INIT;
	scoped(str) sentence = STR_INIT;

	sweep_report(
		&sweep->plan->terms, &sweep->results, sweep->family, true, &app->arena, &report);
	calibrate_make(&sweep->plan->terms, &sweep->results, sweep->family, m->blocks_max,
		m->budget_s, sweep->measured_s, &app->arena, &calibration);
	snprintf(id, sizeof(id), "%" PRId64, sweep->id);
	calibration.sweep = id;
	calibration.date = clock_iso8601(sweep->started, date, sizeof(date));
	report_calibration(&calibration, true, &(struct report_style){0}, &json);
	report_calibration_sentence(&calibration, &sentence);
	/* Regressions are nothing that a revision can have against itself. */
	*ret_exit = report.exit_code == 3 ? 3 : 0;
	if (finish(sweep, *ret_exit, &sentence, &json, err) < 0)
		return -1;
	if (*ret_exit)
		outputs_report(app, &report, job->outputs);
	else
		outputs_calibration(app, &calibration, job->outputs);
	return 0;
}

static void
add_count(struct str *out, size_t n, const char *what)
{
	if (n)
		str_addf(out, "%s%zu %s%s", out->n ? " and " : "", n, what, n == 1 ? "" : "s");
}

static void
say_left(const struct app *app, const struct sweep *sweep)
{
	size_t n = sweep->builds_left + sweep->suites_left;
	scoped(str) text = STR_INIT;

	if (app->args.only_missing && sweep->nothing_missing)
		app_say(app, "nothing is missing in sweep %jd", (intmax_t)sweep->id);
	add_count(&text, sweep->builds_left, "build");
	add_count(&text, sweep->suites_left, "suite");
	if (n)
		app_say(app, "%s failed before and %s not tried again (--retry-failed does)",
			text.p, n == 1 ? "was" : "were");
}

/* Options that contradict each other. */
static int
check_options(const struct app *app, struct err *err)
{
	if (!app->args.only_missing)
		return 0;
	if (app->args.restart || app->args.reuse)
		return err_set(err, ERR_USAGE,
			"--only-missing adds to a sweep that is stored: it goes with neither "
			"--restart nor --reuse");
	if (app->config.measure.order == ORDER_SEQUENTIAL)
		return err_set(err, ERR_USAGE,
			"--only-missing measures in blocks, and the sequential order has none");
	return 0;
}

static int
carry_out(struct app *app, const struct job *job, const struct plan *plan, int *ret_exit,
	struct err *err)
{
	scoped_free char *store_path = NULL;
	struct progress *progress = progress_new(app);
	struct sweep sweep = {
		.plan = plan,
		.source = app->source,
		.options =
			{
				.restart = app->args.restart,
				.reuse = app->args.reuse,
				.rebuild = app->args.rebuild || app->args.retry_failed,
				.retry_suites = app->args.retry_failed,
				.only_missing = app->args.only_missing,
			},
		.progress = progress_hook(progress),
	};
	int r = app_jobs(app, &sweep.options.build_jobs, err);

	if (r == 0)
		r = app_store_dir(app, &store_path, err);
	if (r == 0)
		r = store_open(store_path, STORE_WRITE, &sweep.store, err);
	if (r == 0)
		r = sweep_run(&sweep, err);
	progress_free(progress);
	sweep.progress = (struct sweep_progress){0};
	if (r == 0)
		say_left(app, &sweep);
	if (r == 0)
		r = plan->apart ? conclude_calibration(app, job, &sweep, ret_exit, err)
				: conclude(app, job, &sweep, ret_exit, err);
	if (r < 0 && err->kind == ERR_STOPPED)
		err_set(err, ERR_STOPPED,
			"stopped: %zu blocks of sweep %jd are saved in '%s'; run the same command "
			"again to go on",
			sweep.results.n_blocks, (intmax_t)sweep.id, store_path);
	sweep_done(&sweep);
	store_close(sweep.store);
	return r;
}

bool
job_annotates(const struct job *job)
{
	return (job->judge && !job->apart) || job->bisect.on;
}

int
job_run(struct app *app, const struct job *job, int *ret_exit, struct err *err)
{
	struct outputs outputs = {0};
	struct job whole = *job;
	struct plan plan;

	if (check_options(app, err) < 0)
		return -1;
	if (!job->outputs && outputs_choose(app, job_annotates(job), job->apart, &outputs, err) < 0)
		return -1;
	if (!job->outputs)
		whole.outputs = &outputs;
	int r = make_plan(app, job, &plan, err);
	if (r == 0)
		r = app->args.dry_run ? dry_run(app, &plan, err)
				      : carry_out(app, &whole, &plan, ret_exit, err);
	if (r == 0 && !job->outputs && !app->args.dry_run)
		r = outputs_write(app, &outputs, err);
	outputs_done(&outputs);
	return r;
}
