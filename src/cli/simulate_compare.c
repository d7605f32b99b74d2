/* `revsweep simulate compare`: one bench, one pair of revisions. */
#include "cli/simulate.h"

#include "base/escape.h"
#include "base/jsonw.h"
#include "base/parse.h"

#include <math.h>
#include <string.h>

static int
rule_of(const char *name, enum simulate_rule *ret, struct err *err)
{
	for (int r = 0; r < RULE_COUNT; r++) {
		if (strcmp(name, simulate_rule_name((enum simulate_rule)r)) == 0) {
			*ret = (enum simulate_rule)r;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE,
		"unknown rule '%.40s' (ours, classic, mannwhitney, ttest-peek or fixed-order)",
		name);
}

static int
plan_of(struct app *app, struct simulate_plan *ret, enum bench_clock *ret_clock, struct err *err)
{
	struct simulate_limits limits;
	unsigned hypotheses = 0;

	*ret = (struct simulate_plan){.summaries = 0};
	if (simulate_limits(app, &limits, err) < 0 ||
		simulate_percent("--drift", app->args.drift, &ret->drift, err) < 0 ||
		simulate_number("--hypotheses", app->args.hypotheses, 1000000, &hypotheses, err) <
			0 ||
		simulate_summaries(app->args.summaries, &ret->summaries, err) < 0)
		return -1;
	if (app->args.interval && (parse_double(app->args.interval, &ret->interval, err) < 0 ||
					  !(ret->interval > 0 && ret->interval < 1)))
		return err_set(err, ERR_USAGE, "--interval is a level between 0 and 1, like 0.99");
	const struct gate *gate = &limits.gate;
	ret->terms = (struct contest_terms){.field = gate->field,
		.relative = gate->percent,
		.tau = gate->percent ? log1p(gate->limit) : gate->limit,
		.direction = LOWER_IS_BETTER,
		.clock = limits.clock,
		.two_sided = !limits.gated,
		.beta = limits.beta};
	ret->alpha = limits.alpha;
	ret->hypotheses = hypotheses ? hypotheses : limits.gated ? 1 : 2;
	ret->shift = limits.shift;
	ret->blocks = limits.blocks;
	ret->launches = limits.launches;
	ret->seed = limits.seed;
	ret->replays = limits.replays;
	ret->threads = limits.threads;
	*ret_clock = limits.clock;
	return 0;
}

static void
json_share(struct jsonw *w, const char *name, unsigned hits, unsigned of)
{
	jsonw_open(w, name, '{');
	jsonw_number(w, "share", (double)hits / of);
	jsonw_number(w, "lo", simulate_bound(hits, of, -1));
	jsonw_number(w, "hi", simulate_bound(hits, of, 1));
	jsonw_close(w, '}');
}

static void
json_row(struct jsonw *w, const struct simulate_plan *plan, const char *trace,
	enum simulate_rule rule, const struct simulate_tally *t)
{
	jsonw_open(w, NULL, '{');
	jsonw_text(w, "trace", trace);
	jsonw_text(w, "rule", simulate_rule_name(rule));
	json_share(w, "regressed", t->worse, t->replays);
	json_share(w, "improved", t->better, t->replays);
	json_share(w, "pass", t->within, t->replays);
	json_share(w, "inconclusive", t->open, t->replays);
	jsonw_number(w, "launches_p50", t->launches_p50);
	jsonw_number(w, "launches_p95", t->launches_p95);
	if (plan->interval > 0 && rule == RULE_OURS) {
		json_share(w, "held_always", t->held_always, t->replays);
		json_share(w, "held_at_verdict", t->held_then, t->replays);
		jsonw_number(w, "width", t->width);
	}
	jsonw_close(w, '}');
}

static void
add_launches(struct str *out, double launches)
{
	if (isfinite(launches))
		str_addf(out, " %6.0f", launches);
	else
		str_addf(out, " %6s", "never");
}

static void
text_row(struct str *out, const struct simulate_plan *plan, const char *trace,
	enum simulate_rule rule, const struct simulate_tally *t)
{
	double n = t->replays / 100.0;

	escape_text(out, trace);
	str_addf(out, "%*s %-11s %9.2f [%6.2f..%6.2f] %8.2f %8.2f %8.2f",
		strlen(trace) < 24 ? (int)(24 - strlen(trace)) : 0, "", simulate_rule_name(rule),
		t->worse / n, 100 * simulate_bound(t->worse, t->replays, -1),
		100 * simulate_bound(t->worse, t->replays, 1), t->within / n, t->better / n,
		t->open / n);
	add_launches(out, t->launches_p50);
	add_launches(out, t->launches_p95);
	if (plan->interval > 0 && rule == RULE_OURS)
		str_addf(out,
			"\n  interval of %g %%: held the shift always in %.2f %%, "
			"at the verdict in %.2f %%; median width %.2f %%",
			100 * plan->interval, t->held_always / n, t->held_then / n,
			100 * expm1(t->width));
	str_addc(out, '\n');
}

struct sheet {
	struct str *out;
	struct jsonw *json; /* NULL: text */
	const struct simulate_plan *plan;
};

static int
compare_trace(const struct sheet *sheet, const char *path, enum bench_clock clock,
	const enum simulate_rule *rules, size_t n, struct err *err)
{
	struct simulate_trace trace;
	int r = 0;

	if (simulate_trace_read(path, clock, &trace, err) < 0)
		return -1;
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct simulate_tally tally;

		r = simulate_compare(sheet->plan, &trace, rules[i], &tally, err);
		if (r == 0 && sheet->json)
			json_row(sheet->json, sheet->plan, trace.name, rules[i], &tally);
		else if (r == 0)
			text_row(sheet->out, sheet->plan, trace.name, rules[i], &tally);
	}
	simulate_trace_done(&trace);
	return r;
}

static void
start(const struct sheet *sheet, const char *gate)
{
	const struct simulate_plan *plan = sheet->plan;

	if (sheet->json) {
		jsonw_open(sheet->json, NULL, '{');
		jsonw_text(sheet->json, "gate", gate);
		jsonw_number(sheet->json, "shift", expm1(plan->shift));
		jsonw_int(sheet->json, "replays", plan->replays);
		jsonw_int(sheet->json, "blocks", plan->blocks);
		jsonw_int(sheet->json, "seed", (int64_t)plan->seed);
		jsonw_open(sheet->json, "rows", '[');
		return;
	}
	str_addf(sheet->out,
		"gate %s, shift %+.3g %%, at most %u blocks, %u replays, seed %llu; shares in %%, "
		"with bounds of 99 %%\n",
		gate, 100 * expm1(plan->shift), plan->blocks, plan->replays,
		(unsigned long long)plan->seed);
	str_addf(sheet->out, "%-24s %-11s %9s %16s %8s %8s %8s %6s %6s\n", "trace", "rule",
		"regressed", "", "pass", "improved", "open", "p50", "p95");
}

static int
run(struct app *app, struct err *err)
{
	const struct args *args = &app->args;
	enum simulate_rule rules[RULE_COUNT] = {RULE_OURS};
	size_t n = args->rules.n ? args->rules.n : 1;
	struct simulate_plan plan;
	enum bench_clock clock = CLOCK_KIND_WALL;
	scoped(str) out = STR_INIT;
	struct jsonw w = {.out = &out, .pretty = true};
	struct sheet sheet = {
		.out = &out, .json = str_eq(args->format, "json") ? &w : NULL, .plan = &plan};

	if (args->traces.n == 0)
		return err_set(err, ERR_USAGE, "which noise? --trace FILE");
	if (n > RULE_COUNT)
		return err_set(err, ERR_USAGE, "there are only %d rules", RULE_COUNT);
	for (size_t i = 0; i < args->rules.n; i++)
		if (rule_of(args->rules.v[i], &rules[i], err) < 0)
			return -1;
	if (plan_of(app, &plan, &clock, err) < 0)
		return -1;
	start(&sheet, args->gate ? args->gate : "none");
	for (size_t i = 0; i < args->traces.n; i++)
		if (compare_trace(&sheet, args->traces.v[i], clock, rules, n, err) < 0)
			return -1;
	if (sheet.json) {
		jsonw_close(&w, ']');
		jsonw_close(&w, '}');
		str_addc(&out, '\n');
	}
	return app_print(app, &out, err);
}

const struct simulate_way simulate_way_compare = {"compare", run};
