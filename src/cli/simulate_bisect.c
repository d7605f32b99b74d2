/* `revsweep simulate bisect`: a path of commits, one of which changed the level, or none did. */
#include "cli/simulate.h"

#include "base/escape.h"
#include "base/jsonw.h"

#include <math.h>
#include <string.h>

#define COMMITS_MAX 100000
#define COST_MAX 1000000

static void
json_row(struct jsonw *w, const struct simulate_bisect *b, const struct simulate_bisect_tally *t)
{
	jsonw_open(w, NULL, '{');
	jsonw_text(w, "trace", b->trace->name);
	jsonw_text(w, "rule", simulate_finder_name(b->finder));
	jsonw_int(w, "replays", t->replays);
	jsonw_int(w, "right", t->right);
	jsonw_int(w, "among", t->among);
	jsonw_int(w, "wrong", t->wrong);
	jsonw_number(w, "wrong_hi", simulate_bound(t->wrong, t->replays, 1));
	jsonw_int(w, "unsure", t->unsure);
	jsonw_int(w, "not_shown", t->not_shown);
	jsonw_int(w, "several", t->several);
	jsonw_int(w, "held", t->held);
	jsonw_number(w, "set", t->set);
	jsonw_number(w, "builds", t->builds);
	jsonw_number(w, "failed_builds", t->failed_builds);
	jsonw_number(w, "launches", t->launches);
	jsonw_close(w, '}');
}

static double
percent(unsigned n, unsigned of)
{
	return 100.0 * n / of;
}

static void
text_row(struct str *out, const struct simulate_bisect *b, const struct simulate_bisect_tally *t)
{
	escape_text(out, b->trace->name);
	str_addf(out,
		" %s: right %.2f %%, wrong %.2f %%, among several %.2f %%, unsure %.2f %%, not "
		"shown %.2f %%; in what was said %.2f %%, of %.2f; builds %.2f, launches %.0f\n",
		simulate_finder_name(b->finder), percent(t->right, t->replays),
		percent(t->wrong, t->replays), percent(t->among, t->replays),
		percent(t->unsure, t->replays), percent(t->not_shown, t->replays),
		percent(t->held, t->replays), t->set, t->builds, t->launches);
}

static int
finder_of(const char *name, enum simulate_finder *ret, struct err *err)
{
	for (int f = 0; f < FINDER_COUNT; f++)
		if (str_eq(name, simulate_finder_name((enum simulate_finder)f))) {
			*ret = (enum simulate_finder)f;
			return 0;
		}
	return err_set(err, ERR_USAGE, "unknown rule '%.40s' (ours, git, asv or bernoulli)", name);
}

static int
simulate_finder(
	struct simulate_bisect *b, bool json, struct jsonw *w, struct str *out, struct err *err)
{
	struct simulate_bisect_tally tally;

	if (simulate_bisect(b, &tally, err) < 0)
		return -1;
	if (json)
		json_row(w, b, &tally);
	else
		text_row(out, b, &tally);
	return 0;
}

static int
simulate_one(struct app *app, struct simulate_bisect *b, const char *path, struct jsonw *w,
	struct str *out, struct err *err)
{
	bool json = str_eq(app->args.format, "json");
	struct simulate_trace trace;

	if (simulate_trace_read(path, b->clock, &trace, err) < 0)
		return -1;
	b->trace = &trace;
	b->finder = FINDER_OURS;
	int r = app->args.rules.n ? 0 : simulate_finder(b, json, w, out, err);
	for (size_t i = 0; r == 0 && i < app->args.rules.n; i++) {
		r = finder_of(app->args.rules.v[i], &b->finder, err);
		if (r == 0)
			r = simulate_finder(b, json, w, out, err);
	}
	simulate_trace_done(&trace);
	return r;
}

/* As a share of one: 20% is 0.2. */
static int
share_of(const char *option, const char *text, double *ret, struct err *err)
{
	double log_ratio = 0;

	if (simulate_percent(option, text, &log_ratio, err) < 0)
		return -1;
	double share = expm1(log_ratio);
	if (share < 0 || share > 0.9)
		return err_set(err, ERR_USAGE, "%s lies between 0%% and 90%%", option);
	*ret = share;
	return 0;
}

static int
read_options(struct app *app, struct simulate_bisect *ret, struct err *err)
{
	const struct args *args = &app->args;
	struct simulate_limits limits;
	unsigned commits = 100, cost = 60, repeats = 1;
	double layout = 0, unbuildable = 0;

	if (args->traces.n == 0)
		return err_set(err, ERR_USAGE, "which noise? --trace FILE");
	if (simulate_limits(app, &limits, err) < 0 ||
		simulate_number("--revs", args->n_revs, COMMITS_MAX, &commits, err) < 0 ||
		simulate_number("--build-cost", args->build_cost, COST_MAX, &cost, err) < 0 ||
		simulate_number("--launches", args->launches, 1000, &repeats, err) < 0 ||
		share_of("--layout", args->layout, &layout, err) < 0 ||
		share_of("--unbuildable", args->unbuildable, &unbuildable, err) < 0)
		return -1;
	*ret = (struct simulate_bisect){.clock = limits.clock,
		.commits = commits,
		.alpha = limits.alpha,
		.beta = limits.beta,
		.shift = limits.shift,
		.layout = layout,
		.unbuildable = unbuildable,
		.build_cost = cost,
		.repeats = repeats,
		.seed = limits.seed,
		.replays = limits.replays,
		.threads = limits.threads};
	return simulate_summaries(args->summaries, &ret->summaries, err);
}

static int
run(struct app *app, struct err *err)
{
	struct simulate_bisect bisect;
	bool json = str_eq(app->args.format, "json");
	scoped(str) out = STR_INIT;
	struct jsonw w = {.out = &out, .pretty = true};

	if (read_options(app, &bisect, err) < 0)
		return -1;
	if (json) {
		jsonw_open(&w, NULL, '{');
		jsonw_number(&w, "shift", expm1(bisect.shift));
		jsonw_int(&w, "commits", bisect.commits);
		jsonw_int(&w, "seed", (int64_t)bisect.seed);
		jsonw_open(&w, "rows", '[');
	}
	for (size_t i = 0; i < app->args.traces.n; i++)
		if (simulate_one(app, &bisect, app->args.traces.v[i], &w, &out, err) < 0)
			return -1;
	if (json) {
		jsonw_close(&w, ']');
		jsonw_close(&w, '}');
		str_addc(&out, '\n');
	}
	return app_print(app, &out, err);
}

const struct simulate_way simulate_way_bisect = {"bisect", run};
