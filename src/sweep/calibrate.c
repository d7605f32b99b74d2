#include "sweep/calibrate.h"

#include "base/format.h"
#include "ext/json.h"
#include "judge/reach.h"
#include "stats/plan.h"
#include "sys/clock.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- making one */

static int
noisiest_first(const void *x, const void *y)
{
	const struct calibration_line *a = x, *b = y;
	double p = isnan(a->noise) ? INFINITY : a->noise, q = isnan(b->noise) ? INFINITY : b->noise;

	if (p != q)
		return p > q ? -1 : 1;
	return (a->bench > b->bench) - (a->bench < b->bench);
}

static struct calibration_line
line_of(const struct calibration *c, const struct row *row)
{
	const struct bench *bench = &c->results->benches.v[row->bench];
	struct calibration_line line = {
		.bench = row->bench,
		.gate = row->gate,
		.value = row->value,
		.noise = row->noise,
		.layout_noise = row->layout_noise,
		.blocks = reach_blocks(row->gate, bench, row->value, row->noise, c->beta),
		.differs = row->slower || row->faster,
	};
	double proof = log((double)c->family / c->alpha);
	double most = fmax(1, c->blocks_most);

	line.detectable = expm1(plan_detectable(proof, (size_t)most, row->noise));
	line.reachable = line.blocks <= c->blocks_most;
	return line;
}

void
calibrate_make(const struct terms *terms, const struct results *results, size_t family,
	unsigned blocks_max, double budget_s, double measured_s, struct arena *arena,
	struct calibration *ret)
{
	struct judge_policy policy = terms_policy(terms, family, true);
	vec(struct calibration_line) lines = {0};
	size_t gates = terms->n_gates ? terms->n_gates : 1;

	*ret = (struct calibration){
		.project = terms->project,
		.results = results,
		.order = order_name(terms->order),
		.rebuilds = terms->rebuilds,
		.alpha = terms->alpha,
		.beta = terms->beta,
		.family = family ? family : judge_family(results, &policy),
		.block_s = results->n_blocks ? measured_s / (double)results->n_blocks : NAN,
		.blocks_most = blocks_max,
		.host = &terms->host,
		.settings = terms->settings,
	};
	if (ret->family == 0)
		ret->family = 1;
	if (budget_s > 0 && ret->block_s > 0)
		ret->blocks_most = fmin(ret->blocks_most, floor(budget_s / ret->block_s));
	policy.family = ret->family;
	/* One gate at a time: a row is the worst of what all of its gates say. */
	for (size_t g = 0; g < gates; g++) {
		struct row *rows;
		size_t n;

		policy.gates = terms->n_gates ? &terms->gates[g] : NULL;
		policy.n_gates = terms->n_gates ? 1 : 0;
		judge_rows(results, &policy, arena, &rows, &n);
		for (size_t i = 0; i < n; i++)
			if (rows[i].status == STATUS_OK && rows[i].gate)
				vec_add(&lines, line_of(ret, &rows[i]));
	}
	if (lines.n)
		qsort(lines.v, lines.n, sizeof(*lines.v), noisiest_first);
	ret->lines = arena_copy(arena, lines.v, lines.n, sizeof(*lines.v));
	ret->n = lines.n;
	vec_done(&lines);
}

int
calibrate_stored(struct store *store, const struct store_sweep *stored, struct results *results,
	struct arena *arena, struct calibration *ret, struct err *err)
{
	struct terms *terms = arena_alloc(arena, 1, sizeof(*terms));
	struct json *plan = NULL, *report = NULL;
	unsigned next_block;
	char date[32];

	if (terms_read(stored->plan, arena, terms, err) < 0 ||
		store_load(store, stored->id, results, &next_block, err) < 0)
		return -1;
	if (json_parse(stored->plan, strlen(stored->plan), &plan, err) < 0 ||
		json_parse(stored->report, strlen(stored->report), &report, err) < 0) {
		json_free(plan);
		err->kind = ERR_STORE;
		return err_wrap(err, "the stored calibration is unreadable");
	}
	const struct json_val *root = json_root(plan), *told = json_root(report);
	double block_s = json_number(json_get(told, "block_s"));
	calibrate_make(terms, results, (size_t)json_number(json_get(told, "family")),
		(unsigned)json_number(json_get(root, "blocks_max")),
		json_number(json_get(root, "budget")), block_s * (double)results->n_blocks, arena,
		ret);
	ret->sweep = arena_printf(arena, "%jd", (intmax_t)stored->id);
	ret->date = arena_strdup(arena, clock_iso8601(stored->created, date, sizeof(date)));
	json_free(plan);
	json_free(report);
	return 0;
}

/* ---- applying one */

/* Noise in one order tells nothing about that in another, and that between different builds nothing
 * about that of one. */
static bool
is_alike(const struct store_sweep *stored, const char *order, struct arena *arena)
{
	struct err ignored = ERR_INIT; /* an unreadable plan is of no use here */
	struct terms terms;

	return terms_read(stored->plan, arena, &terms, &ignored) == 0 &&
	       str_eq(order_name(terms.order), order) && terms.rebuilds <= 1;
}

/* The newest finished calibration before sweep `id` in this order, of single builds; its id is 0
 * when there is none.
 */
static int
find(struct store *store, int64_t id, const char *order, struct arena *arena,
	struct store_sweep *ret, struct err *err)
{
	struct store_sweep *list;
	size_t n;

	*ret = (struct store_sweep){0};
	if (store_list_of(store, "calibrate", arena, &list, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n && !ret->id; i++)
		if (list[i].id < id && str_eq(list[i].status, "done") && list[i].report &&
			is_alike(&list[i], order, arena))
			*ret = list[i];
	return 0;
}

static const struct json_val *
line_for(const struct json_val *lines, const struct bench *bench, const struct gate *gate)
{
	for (size_t i = 0; i < json_length(lines); i++) {
		const struct json_val *line = json_at(lines, i);

		if (str_eq(json_text(json_get(line, "bench")), bench->name) &&
			str_eq(json_text(json_get(line, "suite")), bench->suite) &&
			str_eq(json_text(json_get(line, "metric")), bench->metric) &&
			str_eq(json_text(json_get(line, "gate")), gate->text))
			return line;
	}
	return NULL;
}

static void
caution_row(const struct json_val *lines, const char *date, unsigned blocks_max,
	struct arena *arena, struct report *report, struct row *row)
{
	const struct bench *bench = &report->results->benches.v[row->bench];
	const struct json_val *line =
		row->gate && row->status == STATUS_OK ? line_for(lines, bench, row->gate) : NULL;
	double noise = json_number(json_get(line, "noise"));

	if (!line || row->decided || row->caution)
		return;
	double blocks = reach_blocks(row->gate, bench, row->value, noise, report->beta);
	if (!(blocks > blocks_max))
		return;
	if (isinf(blocks))
		row->caution = arena_printf(arena,
			"the gate is below the noise of this machine: no number of blocks would do "
			"(calibrated %.10s: a pair varies by %.1f%%)",
			date, 100 * noise);
	else
		row->caution = arena_printf(arena,
			"the gate is below the noise of this machine: about %.0f blocks would be "
			"needed, %u are the most (calibrated %.10s: a pair varies by %.1f%%)",
			blocks, blocks_max, date, 100 * noise);
}

int
calibrate_apply(struct store *store, int64_t id, unsigned blocks_max, struct arena *arena,
	struct report *report, struct err *err)
{
	struct store_sweep found;
	struct json *doc = NULL;
	char date[32];

	if (find(store, id, report->order, arena, &found, err) < 0)
		return -1;
	if (!found.id)
		return 0;
	if (json_parse(found.report, strlen(found.report), &doc, err) < 0) {
		err->kind = ERR_STORE;
		return err_wrap(err, "the stored calibration is unreadable");
	}
	const struct json_val *root = json_root(doc);
	const char *host = json_text(json_get(json_get(root, "host"), "id"));
	clock_iso8601(found.created, date, sizeof(date));
	if (report->host && str_eq(host, report->host->id))
		for (size_t i = 0; i < report->n_rows; i++)
			caution_row(json_get(root, "lines"), date, blocks_max, arena, report,
				&report->rows[i]);
	json_free(doc);
	return 0;
}
