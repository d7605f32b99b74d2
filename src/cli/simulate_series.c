/* `revsweep simulate sweep`: a series of revisions with one step in it, or none. */
#include "cli/simulate.h"

#include "base/escape.h"
#include "base/jsonw.h"

#include <math.h>
#include <string.h>

#define REVS_MAX 10000
#define BLOCKS_MAX 1000

static void
json_row(struct jsonw *w, const struct simulate_series *s, const struct simulate_series_tally *t)
{
	jsonw_open(w, NULL, '{');
	jsonw_text(w, "trace", s->trace->name);
	jsonw_int(w, "replays", t->replays);
	jsonw_int(w, "exact", t->exact);
	jsonw_int(w, "wrong", t->wrong);
	jsonw_number(w, "wrong_hi", simulate_bound(t->wrong, t->replays, 1));
	jsonw_number(w, "candidates", t->candidates);
	jsonw_number(w, "launches", t->launches);
	jsonw_close(w, '}');
}

static void
text_row(struct str *out, const struct simulate_series *s, const struct simulate_series_tally *t)
{
	escape_text(out, s->trace->name);
	str_addf(out,
		": exact %.2f %%, with a wrong one %.2f %% (at most %.2f %%), candidates %.2f, "
		"launches %.0f\n",
		100.0 * t->exact / t->replays, 100.0 * t->wrong / t->replays,
		100 * simulate_bound(t->wrong, t->replays, 1), t->candidates, t->launches);
}

static int
simulate_one(struct simulate_series *s, const char *path, bool json, struct jsonw *w,
	struct str *out, struct err *err)
{
	struct simulate_trace trace;
	struct simulate_series_tally tally;

	if (simulate_trace_read(path, s->clock, &trace, err) < 0)
		return -1;
	s->trace = &trace;
	int r = simulate_series(s, &tally, err);
	if (r == 0 && json)
		json_row(w, s, &tally);
	else if (r == 0)
		text_row(out, s, &tally);
	simulate_trace_done(&trace);
	return r;
}

static int
run(struct app *app, struct err *err)
{
	struct simulate_limits limits;
	unsigned revs = 32, first = 5;
	bool json = str_eq(app->args.format, "json");
	scoped(str) out = STR_INIT;
	struct jsonw w = {.out = &out, .pretty = true};

	if (app->args.traces.n == 0)
		return err_set(err, ERR_USAGE, "which noise? --trace FILE");
	if (simulate_limits(app, &limits, err) < 0 ||
		simulate_number("--revs", app->args.n_revs, REVS_MAX, &revs, err) < 0 ||
		simulate_number("--blocks", app->args.blocks, BLOCKS_MAX, &first, err) < 0)
		return -1;
	if (revs < 2 || first < 2)
		return err_set(err, ERR_USAGE, "--revs and --blocks must be at least 2");
	struct simulate_series series = {.clock = limits.clock,
		.revs = revs,
		.blocks_first = first,
		.alpha = limits.alpha,
		.beta = limits.beta,
		.shift = limits.shift,
		.seed = limits.seed,
		.replays = limits.replays,
		.threads = limits.threads};
	if (simulate_summaries(app->args.summaries, &series.summaries, err) < 0)
		return -1;
	if (json) {
		jsonw_open(&w, NULL, '{');
		jsonw_number(&w, "shift", expm1(series.shift));
		jsonw_int(&w, "seed", (int64_t)series.seed);
		jsonw_open(&w, "rows", '[');
	}
	for (size_t i = 0; i < app->args.traces.n; i++)
		if (simulate_one(&series, app->args.traces.v[i], json, &w, &out, err) < 0)
			return -1;
	if (json) {
		jsonw_close(&w, ']');
		jsonw_close(&w, '}');
		str_addc(&out, '\n');
	}
	return app_print(app, &out, err);
}

const struct simulate_way simulate_way_sweep = {"sweep", run};
