/* Every sample and its place, for programs: bench by bench, each revision in the order of the
 * series, each block. */
#include "report_priv.h"

#include "base/jsonw.h"

#include <math.h>

struct place {
	const struct bench *bench;
	const struct results_rev *rev;
	size_t block;
	const struct sample *sample;
};

typedef void (*put)(const struct place *place, void *arg);

static void
each_sample(const struct report *report, put put_sample, void *arg)
{
	const struct results *results = report->results;

	for (size_t b = 0; b < results->benches.n; b++)
		for (size_t rev = 0; rev < results->revs.n; rev++) {
			const struct results_cell *cell = results_cell(results, b, rev);

			for (size_t i = 0; i < cell->n_blocks; i++) {
				struct place place = {.bench = &results->benches.v[b],
					.rev = &results->revs.v[rev],
					.block = i,
					.sample = &cell->blocks[i]};

				if (place.sample->rounds > 0)
					put_sample(&place, arg);
			}
		}
}

static void
put_csv(const struct place *p, void *arg)
{
	struct str *out = arg;
	scoped(str) suite = STR_INIT;

	csv_text(&suite, p->bench->suite);
	str_add(out, suite.p + 1); /* the first field has no comma */
	csv_text(out, p->bench->name);
	csv_text(out, p->bench->metric);
	csv_text(out, p->bench->unit);
	csv_text(out, p->rev->rev.label);
	csv_text(out, p->rev->rev.id);
	csv_number(out, (double)p->block);
	csv_number(out, (double)p->sample->rounds);
	csv_number(out, p->sample->iterations ? (double)p->sample->iterations : (double)NAN);
	for (size_t s = 0; s < SUMMARY_COUNT; s++)
		csv_number(out, p->sample->v[s]);
	str_addc(out, '\n');
}

static void
put_json(const struct place *p, void *arg)
{
	struct jsonw *w = arg;

	jsonw_open(w, NULL, '{');
	jsonw_text(w, "suite", p->bench->suite);
	jsonw_text(w, "bench", p->bench->name);
	jsonw_text(w, "metric", p->bench->metric);
	jsonw_text(w, "unit", p->bench->unit);
	jsonw_text(w, "rev", p->rev->rev.label);
	jsonw_text(w, "rev_id", p->rev->rev.id);
	jsonw_int(w, "block", (int64_t)p->block);
	jsonw_int(w, "rounds", (int64_t)p->sample->rounds);
	if (p->sample->iterations)
		jsonw_int(w, "iterations", (int64_t)p->sample->iterations);
	else
		jsonw_null(w, "iterations");
	for (size_t s = 0; s < SUMMARY_COUNT; s++)
		jsonw_number(w, summary_name((enum summary)s), p->sample->v[s]);
	jsonw_close(w, '}');
}

void
report_samples(const struct report *report, bool as_json, struct str *out)
{
	struct jsonw w = {.out = out};

	if (!as_json) {
		str_add(out, "suite,bench,metric,unit,rev,rev_id,block,rounds,iterations");
		for (size_t s = 0; s < SUMMARY_COUNT; s++)
			str_addf(out, ",%s", summary_name((enum summary)s));
		str_addc(out, '\n');
		each_sample(report, put_csv, out);
		return;
	}
	jsonw_open(&w, NULL, '[');
	each_sample(report, put_json, &w);
	jsonw_close(&w, ']');
	str_addc(out, '\n');
}
