#include "judge/points.h"

#include "base/str.h"
#include "judge_priv.h"
#include "stats/median.h"

#include <math.h>
#include <string.h>

#define RUN_SUITE "" /* files know no suites */

/* One metric of one bench in two runs. */
struct pair {
	const struct grid *grid;
	const struct points_policy *policy;
	const struct grid_metric *metric;
	const struct bench *bench;
	const struct grid_entry *base_entry, *head_entry;
	const struct grid_cell *base, *head;
	struct arena *arena;
};

static const char *
label_of(const struct grid *grid, size_t run)
{
	return grid->runs.v[run]->run.label;
}

static void
add_rev(struct results *results, const struct run *run)
{
	const char *commit = run->facts.commit;
	struct rev rev = {
		.kind = REVSPEC_PREFIX,
		.spec = run->facts.path,
		.label = run->label,
		.id = commit ? commit : "",
		.subject = run->facts.path,
		.date = isnan(run->facts.time) ? 0 : (int64_t)run->facts.time,
	};

	results_add_rev(results, &rev);
}

void
points_results(const struct grid *grid, struct results *ret)
{
	size_t n_marks;

	for (size_t i = 0; i < grid->runs.n; i++)
		add_rev(ret, &grid->runs.v[i]->run);
	vec_reserve(&ret->benches, grid->benches.n * grid->metrics.n + 1);
	for (size_t b = 0; b < grid->benches.n; b++) {
		const struct grid_bench *bench = &grid->benches.v[b];

		for (n_marks = 0; bench->marks && bench->marks[n_marks];)
			n_marks++;
		for (size_t m = 0; m < grid->metrics.n; m++) {
			const struct grid_metric *metric = &grid->metrics.v[m];

			vec_add(&ret->benches, (struct bench){
						       .suite = RUN_SUITE,
						       .name = bench->fullname,
						       .metric = metric->name,
						       .unit = metric->unit,
						       .direction = metric->direction,
						       .clock = metric->clock,
						       .group = bench->group,
						       .param = bench->param,
						       .params = bench->params,
						       .marks = bench->marks,
						       .n_marks = n_marks,
					       });
		}
	}
}

/* Of `time:` as benchmem means it. */
static bool
is_time_word(const struct gate *gate)
{
	return strncmp(gate->text, "time", 4) == 0;
}

static enum run_stat
stat_of_field(enum gate_field field, enum run_stat otherwise)
{
	switch (field) {
	case GATE_AUTO:
		return otherwise;
	case GATE_MIN:
		return RUN_MIN;
	case GATE_MAX:
		return RUN_MAX;
	case GATE_MEAN:
		return RUN_MEAN;
	case GATE_MEDIAN:
		return RUN_MEDIAN;
	case GATE_STDDEV:
		return RUN_STDDEV;
	case GATE_IQR:
		return RUN_IQR;
	}
	return otherwise;
}

/* The first of them that the file has. */
static double
first_known(const struct grid_cell *cell)
{
	static const enum run_stat order[] = {RUN_MEDIAN, RUN_MEAN, RUN_MIN, RUN_MAX};

	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (!isnan(cell->stat[order[i]]))
			return cell->stat[order[i]];
	return (double)NAN;
}

double
points_value(const struct grid *grid, const struct grid_cell *cell, const struct gate *gate,
	enum run_stat field)
{
	if (!cell)
		return (double)NAN;
	bool is_time = strcmp(grid->metrics.v[cell->metric].name, "time") == 0;
	if (!is_time)
		return isnan(cell->headline) ? first_known(cell) : cell->headline;
	if (gate && gate->field == GATE_AUTO)
		field = is_time_word(gate) ? RUN_MIN : RUN_MEDIAN;
	else if (gate)
		field = stat_of_field(gate->field, field);
	double v = cell->stat[field];
	return isnan(v) && (!gate || gate->field == GATE_AUTO) ? first_known(cell) : v;
}

static void
set_interval(const struct pair *p, struct row *row)
{
	double ratio = p->head->stat[RUN_MEDIAN] / p->base->stat[RUN_MEDIAN];
	double error = hypot(p->base->log_error, p->head->log_error);

	row->ratio_lo = row->ratio_hi = (double)NAN;
	if (isnan(error) || !(ratio > 0) || !isfinite(ratio))
		return;
	double reach = exp(stats_normal_reach(2 * p->policy->beta) * error);
	row->ratio_lo = ratio / reach;
	row->ratio_hi = ratio * reach;
	bool up = p->metric->direction == HIGHER_IS_BETTER;
	row->slower = up ? row->ratio_hi < 1 : row->ratio_lo > 1;
	row->faster = up ? row->ratio_lo > 1 : row->ratio_hi < 1;
}

static bool
is_by_interval(const struct gate *gate, const struct row *row)
{
	bool of_median =
		gate->field == GATE_MEDIAN || (gate->field == GATE_AUTO && !is_time_word(gate));

	return of_median && gate->percent && !isnan(row->ratio_lo);
}

/* Growth beyond the limit, in the direction that is worse, seen from either end of the interval. */
static enum verdict
verdict_by_interval(const struct pair *p, const struct gate *gate, const struct row *row)
{
	bool up = p->metric->direction == HIGHER_IS_BETTER;
	double least = up ? 1 / row->ratio_hi - 1 : row->ratio_lo - 1;
	double most = up ? 1 / row->ratio_lo - 1 : row->ratio_hi - 1;

	if (least > gate->limit)
		return VERDICT_REGRESSED;
	if (most > gate->limit)
		return VERDICT_INCONCLUSIVE;
	if (p->policy->two_sided && 1 / (1 + most) - 1 > gate->limit)
		return VERDICT_IMPROVED;
	return VERDICT_PASS;
}

static enum verdict
verdict_by_figures(const struct pair *p, const struct gate *gate, double base, double head)
{
	bool up = p->metric->direction == HIGHER_IS_BETTER;
	double from = up ? head : base, to = up ? base : head;

	if (base == head)
		return VERDICT_PASS;
	if (classic_exceeds(gate, from, to))
		return VERDICT_REGRESSED;
	return p->policy->two_sided && classic_exceeds(gate, to, from) ? VERDICT_IMPROVED
								       : VERDICT_PASS;
}

/* The worst figure that the run has is held to the limit itself. */
static enum verdict
verdict_by_ceiling(const struct pair *p, const struct gate *gate, double head)
{
	double worst = p->head->stat[RUN_MAX];

	return (isnan(worst) ? head : worst) > gate->limit ? VERDICT_REGRESSED : VERDICT_PASS;
}

static void
judge_by(const struct pair *p, const struct gate *gate, struct row *row)
{
	double base = points_value(p->grid, p->base, gate, p->policy->field);
	double head = points_value(p->grid, p->head, gate, p->policy->field);

	row->gate = gate;
	row->base_value = base;
	row->value = head;
	row->ratio = base == head ? 1 : base != 0 ? head / base : (double)INFINITY;
	if (isnan(base) || isnan(head)) {
		row->ratio = (double)NAN;
		row->verdict = VERDICT_INCONCLUSIVE;
		row->status = STATUS_FAILED;
		row->detail = arena_printf(p->arena, "%s has no %s: gate '%s' cannot be checked",
			label_of(p->grid, isnan(head) ? row->rev : row->base),
			gate_field_name(gate->field), gate->text);
		return;
	}
	if (gate->ceiling) {
		row->verdict = verdict_by_ceiling(p, gate, head);
		return;
	}
	bool by_interval = is_by_interval(gate, row);
	if (!by_interval)
		row->ratio_lo = row->ratio_hi = (double)NAN;
	row->verdict = by_interval ? verdict_by_interval(p, gate, row)
				   : verdict_by_figures(p, gate, base, head);
}

/* The worst of the gates that speak about the bench. */
static void
judge_pair(const struct pair *p, struct row *row)
{
	struct row worst = *row;
	bool any = false;

	set_interval(p, row);
	for (size_t i = 0; i < p->policy->n_gates; i++) {
		const struct gate *gate = &p->policy->gates[i];
		struct row judged = *row;

		if (strcmp(gate->metric, p->metric->name) != 0 || !gate_matches(gate, p->bench))
			continue;
		judge_by(p, gate, &judged);
		if (!any || order_severity(judged.verdict) < order_severity(worst.verdict))
			worst = judged;
		any = true;
	}
	if (any) {
		*row = worst;
		return;
	}
	row->verdict = VERDICT_UNGATED;
	row->base_value = points_value(p->grid, p->base, NULL, p->policy->field);
	row->value = points_value(p->grid, p->head, NULL, p->policy->field);
	row->ratio = row->base_value == row->value ? 1
		     : row->base_value != 0        ? row->value / row->base_value
						   : (double)INFINITY;
	if (p->policy->field != RUN_MEDIAN && strcmp(p->metric->name, "time") == 0)
		row->ratio_lo = row->ratio_hi = (double)NAN;
}

/* What is known before any figure is compared; false: the figures decide. */
static bool
settle(const struct pair *p, struct row *row)
{
	const struct outcome *bad = p->head_entry && p->head_entry->outcome ? p->head_entry->outcome
				    : p->base_entry                         ? p->base_entry->outcome
									    : NULL;

	row->verdict = VERDICT_UNGATED;
	if (bad) {
		row->status = bad->kind == OUTCOME_SKIPPED ? STATUS_SKIPPED : STATUS_FAILED;
		row->detail = bad->detail;
		return true;
	}
	if (p->base && p->head)
		return false;
	row->status = p->base ? STATUS_REMOVED : STATUS_NEW;
	return true;
}

static struct row
row_init(size_t bench, size_t rev, size_t base)
{
	return (struct row){
		.bench = bench,
		.rev = rev,
		.base = base,
		.value = (double)NAN,
		.base_value = (double)NAN,
		.ratio = (double)NAN,
		.ratio_lo = (double)NAN,
		.ratio_hi = (double)NAN,
		.noise = (double)NAN,
		.layout_noise = (double)NAN,
		.detectable = (double)NAN,
		.decided = true,
		.blocks = 1,
	};
}

static bool
find_cells(struct pair *p, const struct grid_bench *bench, size_t metric, size_t base, size_t head)
{
	p->base_entry = grid_entry(bench, base);
	p->head_entry = grid_entry(bench, head);
	p->base = grid_cell(p->base_entry, metric);
	p->head = grid_cell(p->head_entry, metric);
	return p->base || p->head;
}

static int
check_gates(const struct grid *grid, const struct points_policy *policy, struct err *err)
{
	scoped(str) known = STR_INIT;

	for (size_t i = 0; i < policy->n_gates; i++) {
		const struct gate *gate = &policy->gates[i];

		if (grid_metric(grid, gate->metric) != SIZE_MAX)
			continue;
		for (size_t m = 0; m < grid->metrics.n; m++)
			str_addf(&known, "%s%s", m ? ", " : "", grid->metrics.v[m].name);
		return err_set(err, ERR_USAGE,
			"the gate '%s' is about %s, which none of the results has; they have %s",
			gate->text, gate->metric, known.n ? known.p : "nothing");
	}
	return 0;
}

/* How many rows there are at most. */
static size_t
most_rows(const struct grid *grid)
{
	size_t n = 0;

	for (size_t b = 0; b < grid->benches.n; b++)
		if (grid->benches.v[b].first)
			n += grid->metrics.n * (grid->runs.n - (grid->runs.n > 0));
	return n;
}

int
points_rows(const struct grid *grid, const struct results *results,
	const struct points_policy *policy, struct arena *arena, struct row **ret_rows,
	size_t *ret_n, struct err *err)
{
	size_t n_metrics = grid->metrics.n, n_runs = grid->runs.n, n = 0;

	if (check_gates(grid, policy, err) < 0)
		return -1;
	struct row *rows = arena_alloc(arena, most_rows(grid) + 1, sizeof(*rows));
	for (size_t b = 0; b < grid->benches.n; b++) {
		for (size_t k = 0; k < n_metrics * n_runs; k++) {
			size_t m = k / n_runs, head = k % n_runs;
			size_t base = policy->previous ? head - (head > 0) : policy->base;
			size_t at = b * n_metrics + m;
			struct pair p = {.grid = grid,
				.policy = policy,
				.metric = &grid->metrics.v[m],
				.bench = &results->benches.v[at],
				.arena = arena};

			if (head == base || !find_cells(&p, &grid->benches.v[b], m, base, head))
				continue;
			rows[n] = row_init(at, head, base);
			if (!settle(&p, &rows[n]))
				judge_pair(&p, &rows[n]);
			n++;
		}
	}
	order_rows(results, rows, n);
	*ret_rows = rows;
	*ret_n = n;
	return 0;
}
