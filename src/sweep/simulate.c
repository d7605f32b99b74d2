#include "simulate_priv.h"

#include "base/mem.h"
#include "stats/order.h"

#include <math.h>

#define STREAM 0x51u /* of a seed: windows and coins, the same ones for every rule */

/* ---- a launch of a replay */

static double
factor_of(const struct replay *r, size_t row, bool head)
{
	double log_factor = (head ? r->plan->shift : 0) + r->plan->drift * (double)row;

	return log_factor == 0 ? 1 : exp(log_factor);
}

void
replay_launch(const struct replay *r, size_t row, bool head, struct sample *ret)
{
	simulate_sample(
		r->trace, r->values, r->at + row, r->plan->summaries, factor_of(r, row, head), ret);
}

double
replay_value(const struct replay *r, size_t row, bool head, enum summary s)
{
	return r->values[(r->at + row) * SUMMARY_COUNT + s] * factor_of(r, row, head);
}

/* ---- all replays */

struct comparison {
	const struct simulate_plan *plan;
	const struct simulate_trace *trace;
	enum simulate_rule rule;
	const double *values;
	struct replay_end *ends; /* by replay */
};

static size_t
window(const struct simulate_plan *plan)
{
	return 2 * (size_t)(plan->blocks > plan->launches ? plan->blocks : plan->launches);
}

static void
work(unsigned from, unsigned to, void *arg)
{
	const struct comparison *c = arg;
	scoped_free double *scratch = xcalloc(2 * (size_t)c->plan->launches, sizeof(*scratch));
	struct replay r = {
		.plan = c->plan, .trace = c->trace, .values = c->values, .scratch = scratch};

	contest_init(&r.contest, &c->plan->terms);
	for (unsigned i = from; i < to; i++) {
		rng_init(&r.rng, c->plan->seed, ((uint64_t)i << 8) | STREAM);
		r.at = (size_t)rng_below(&r.rng, c->trace->n - window(c->plan) + 1);
		r.at -= c->trace->paired ? r.at % 2 : 0;
		replay_rule_of(c->rule)(&r, &c->ends[i]);
	}
	contest_done(&r.contest);
}

/* The value that a share p of them does not exceed. */
static double
quantile(const double *sorted, size_t n, double p)
{
	size_t at = (size_t)ceil(p * (double)n);

	return n ? sorted[at ? at - 1 : 0] : (double)NAN;
}

static void
tally(const struct replay_end *ends, unsigned n, struct simulate_tally *ret)
{
	scoped_free double *launches = xcalloc(n, sizeof(*launches));
	scoped_free double *widths = xcalloc(n, sizeof(*widths));

	*ret = (struct simulate_tally){.replays = n};
	for (unsigned i = 0; i < n; i++) {
		ret->worse += ends[i].side == CONTEST_WORSE;
		ret->better += ends[i].side == CONTEST_BETTER;
		ret->within += ends[i].side == CONTEST_WITHIN;
		ret->open += ends[i].side == CONTEST_OPEN;
		ret->held_always += ends[i].held_always;
		ret->held_then += ends[i].held_then;
		launches[i] = ends[i].side == CONTEST_OPEN ? INFINITY : ends[i].launches;
		widths[i] = ends[i].width;
	}
	stats_sort(launches, n);
	stats_sort(widths, n);
	ret->launches_p50 = quantile(launches, n, 0.5);
	ret->launches_p95 = quantile(launches, n, 0.95);
	ret->width = quantile(widths, n, 0.5);
}

int
simulate_compare(const struct simulate_plan *plan, const struct simulate_trace *trace,
	enum simulate_rule rule, struct simulate_tally *ret, struct err *err)
{
	if (simulate_check(trace, plan->summaries, window(plan), err) < 0)
		return -1;
	if (rule != RULE_OURS && rule != RULE_FIXED_ORDER &&
		(isnan(trace->log_time[SUMMARY_MEAN]) || isnan(trace->log_time[SUMMARY_MEDIAN])))
		return err_set(err, ERR_USAGE,
			"trace '%s' has no mean and median of the harness's clock, which rule %s "
			"compares",
			trace->name, simulate_rule_name(rule));
	scoped_free double *values = simulate_values(trace);
	scoped_free struct replay_end *ends = xcalloc(plan->replays, sizeof(*ends));
	struct comparison c = {
		.plan = plan, .trace = trace, .rule = rule, .values = values, .ends = ends};

	simulate_spread(plan->replays, plan->threads, work, &c);
	tally(ends, plan->replays, ret);
	return 0;
}

#define Z_99 2.3263478740408408 /* the normal quantile at 0.99 */

double
simulate_bound(unsigned hits, unsigned of, int side)
{
	double n = of, p = hits / n, z2 = Z_99 * Z_99;
	double centre = p + z2 / (2 * n);
	double reach = Z_99 * sqrt(p * (1 - p) / n + z2 / (4 * n * n));

	return fmin(1, fmax(0, (centre + side * reach) / (1 + z2 / n)));
}
