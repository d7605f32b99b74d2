/* `revsweep simulate suite`: many benches under one alpha. */
#include "cli/simulate.h"

#include "base/jsonw.h"

#include <math.h>
#include <string.h>

#define KINDS_MAX 32
#define BENCHES_MAX 10000

struct kinds {
	struct simulate_kind v[KINDS_MAX];
	struct simulate_trace traces[KINDS_MAX];
	size_t n;
};

static void
kinds_done(struct kinds *kinds)
{
	for (size_t i = 0; i < kinds->n; i++)
		simulate_trace_done(&kinds->traces[i]);
}

/* "8:cpu_q25:FILE" */
static int
add_kind(struct kinds *kinds, const char *text, enum bench_clock clock, struct err *err)
{
	size_t count = strcspn(text, ":"), names = 0;
	struct simulate_kind *kind = &kinds->v[kinds->n];

	if (text[count])
		names = strcspn(text + count + 1, ":");
	if (!text[count] || !text[count + 1 + names])
		return err_set(err, ERR_USAGE,
			"--kind is NUMBER:SUMMARIES:FILE, like 8:cpu_q25:noise.csv");
	if (kinds->n == KINDS_MAX)
		return err_set(err, ERR_USAGE, "more than %d kinds", KINDS_MAX);
	scoped_free char *number = xstrndup(text, count);
	scoped_free char *summaries = xstrndup(text + count + 1, names);
	if (simulate_number("--kind", number, BENCHES_MAX, &kind->benches, err) < 0 ||
		simulate_summaries(strcmp(summaries, "all") == 0 ? NULL : summaries,
			&kind->summaries, err) < 0 ||
		simulate_trace_read(
			text + count + names + 2, clock, &kinds->traces[kinds->n], err) < 0)
		return -1;
	kind->trace = &kinds->traces[kinds->n++];
	return 0;
}

static void
write_json(const struct simulate_suite *s, const struct simulate_suite_tally *t, struct str *out)
{
	struct jsonw w = {.out = out, .pretty = true};

	jsonw_open(&w, NULL, '{');
	jsonw_number(&w, "shift", expm1(s->shift));
	jsonw_int(&w, "replays", t->replays);
	jsonw_int(&w, "seed", (int64_t)s->seed);
	jsonw_int(&w, "false_alarms", t->false_alarms);
	jsonw_number(&w, "false_alarms_hi", simulate_bound(t->false_alarms, t->replays, 1));
	jsonw_int(&w, "classic_false_alarms", t->classic_false_alarms);
	jsonw_int(&w, "same", t->same);
	jsonw_int(&w, "same_pass", t->same_pass);
	jsonw_int(&w, "slower", t->slower);
	jsonw_int(&w, "slower_found", t->slower_found);
	jsonw_int(&w, "slower_passed", t->slower_passed);
	jsonw_number(&w, "blocks", t->blocks);
	jsonw_close(&w, '}');
	str_addc(out, '\n');
}

static double
percent(unsigned hits, unsigned of)
{
	return of ? 100.0 * hits / of : 0;
}

static void
write_text(const struct simulate_suite *s, const struct simulate_suite_tally *t, struct str *out)
{
	str_addf(out, "gate %s, %u suites, seed %llu\n", s->gate->text, t->replays,
		(unsigned long long)s->seed);
	str_addf(out,
		"suites with a false alarm: %u, at most %.2f %% (99 %% bound); by "
		"pytest-benchmark's rule %.1f %%\n",
		t->false_alarms, 100 * simulate_bound(t->false_alarms, t->replays, 1),
		percent(t->classic_false_alarms, t->replays));
	str_addf(out, "of %u benches that are the same: pass %.2f %%\n", t->same,
		percent(t->same_pass, t->same));
	if (t->slower)
		str_addf(out, "of %u benches that are %+.3g %%: regressed %.2f %%, pass %.2f %%\n",
			t->slower, 100 * expm1(s->shift), percent(t->slower_found, t->slower),
			percent(t->slower_passed, t->slower));
	str_addf(out, "blocks a bench: %.2f\n", t->blocks);
}

static int
simulate_all(struct app *app, struct kinds *kinds, struct err *err)
{
	struct simulate_limits limits;
	unsigned slower = 0;
	scoped(str) out = STR_INIT;
	struct simulate_suite_tally tally;

	if (simulate_limits(app, &limits, err) < 0 ||
		simulate_number("--slower", app->args.slower, BENCHES_MAX, &slower, err) < 0)
		return -1;
	for (size_t i = 0; i < app->args.kinds.n; i++)
		if (add_kind(kinds, app->args.kinds.v[i], limits.clock, err) < 0)
			return -1;
	struct simulate_suite suite = {.kinds = kinds->v,
		.n_kinds = kinds->n,
		.gate = &limits.gate,
		.alpha = limits.alpha,
		.beta = limits.beta,
		.shift = limits.shift,
		.slower = slower,
		.blocks = limits.blocks,
		.launches = limits.launches,
		.seed = limits.seed,
		.replays = limits.replays,
		.threads = limits.threads};
	if (simulate_suite(&suite, &tally, err) < 0)
		return -1;
	if (str_eq(app->args.format, "json"))
		write_json(&suite, &tally, &out);
	else
		write_text(&suite, &tally, &out);
	return app_print(app, &out, err);
}

static int
run(struct app *app, struct err *err)
{
	struct kinds kinds = {.n = 0};

	if (app->args.kinds.n == 0)
		return err_set(err, ERR_USAGE, "which benches? --kind NUMBER:SUMMARIES:FILE");
	int r = simulate_all(app, &kinds, err);
	kinds_done(&kinds);
	return r;
}

const struct simulate_way simulate_way_suite = {"suite", run};
