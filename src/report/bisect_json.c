/* A bisect as JSON: "culprit" (the id or null), "culprits" a bench each, and "path". */
#include "report_priv.h"

#include "base/jsonw.h"

static void
put_size(struct jsonw *w, const char *key, const struct culprit_size *size)
{
	jsonw_open(w, key, '{');
	jsonw_number(w, "ratio", size->ratio);
	jsonw_number(w, "ratio_lo", size->lo);
	jsonw_number(w, "ratio_hi", size->hi);
	jsonw_int(w, "pairs", size->pairs);
	jsonw_close(w, '}');
}

static void
put_numbers(struct jsonw *w, const char *key, const double *x, size_t n)
{
	jsonw_open(w, key, '[');
	for (size_t i = 0; i < n; i++)
		jsonw_number(w, NULL, x[i]);
	jsonw_close(w, ']');
}

static void
put_label(struct jsonw *w, const char *key, const struct report *report, size_t k)
{
	jsonw_text(w, key, words_label(report, k));
}

static void
put_search(struct jsonw *w, const struct report *report, const struct culprit *c)
{
	put_label(w, "from", report, c->from);
	put_label(w, "to", report, c->to);
	jsonw_number(w, "probability", c->probability);
	jsonw_open(w, "set", '[');
	for (size_t i = 0; i < c->n_set; i++)
		put_label(w, NULL, report, c->set[i]);
	jsonw_close(w, ']');
	jsonw_bool(w, "several", c->several);
	jsonw_int(w, "looks", c->looks);
	if (c->files)
		jsonw_texts(w, "files", c->files);
	put_numbers(w, "posterior", c->posterior, c->n_positions);
	put_numbers(w, "levels", c->levels, c->n_positions);
	jsonw_open(w, "looks_at", '[');
	for (size_t k = 0; k < c->n_positions; k++)
		jsonw_int(w, NULL, c->looks_at[k]);
	jsonw_close(w, ']');
	put_size(w, "own", &c->own);
}

static void
put_culprit(struct jsonw *w, const struct report *report, const struct culprit *c)
{
	const struct bench *bench = &report->results->benches.v[c->bench];

	jsonw_open(w, NULL, '{');
	jsonw_text(w, "suite", bench->suite);
	jsonw_text(w, "bench", bench->name);
	jsonw_text(w, "metric", bench->metric);
	jsonw_text(w, "state", culprit_state_name(c->state));
	jsonw_text(w, "obstacle", c->obstacle);
	jsonw_bool(w, "exact", c->exact);
	jsonw_bool(w, "symptom", c->symptom);
	jsonw_number(w, "detectable", c->detectable);
	put_size(w, "whole", &c->whole);
	if (c->posterior)
		put_search(w, report, c);
	why_json(c, w);
	jsonw_close(w, '}');
}

void
bisect_json(const struct report *report, struct jsonw *w)
{
	const struct culprit *named = bisect_main(report);
	const struct results *results = report->results;

	if (named && named->state == CULPRIT_FOUND)
		jsonw_text(w, "culprit", results->revs.v[named->to].rev.id);
	else
		jsonw_null(w, "culprit");
	jsonw_text(w, "find", report->better ? "improvement" : "regression");
	jsonw_open(w, "culprits", '[');
	for (size_t i = 0; i < report->n_culprits; i++)
		put_culprit(w, report, &report->culprits[i]);
	jsonw_close(w, ']');
	jsonw_open(w, "path", '[');
	for (size_t k = 0; k < results->revs.n; k++)
		put_label(w, NULL, report, k);
	jsonw_close(w, ']');
}
