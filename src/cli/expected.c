#include "cli/expected.h"

#include "base/escape.h"
#include "base/format.h"
#include "sys/fs.h"

#include <string.h>

int
expected_find(struct app *app, const struct build_request *requests, size_t n,
	const struct plan *plan, struct forecaster *ret, struct err *err)
{
	scoped_free char *dir = NULL;
	struct store *store = NULL;
	unsigned jobs;

	if (app_jobs(app, &jobs, err) < 0 || app_store_dir(app, &dir, err) < 0)
		return -1;
	if (store_exists(dir) && store_open(dir, STORE_READ, &store, err) < 0)
		return -1;
	int r = forecast_make(requests, n, plan, store, jobs, &app->arena, ret, err);
	store_close(store);
	return r;
}

void
expected_range(double from_s, double to_s, struct str *out)
{
	char from[32], to[32];

	format_duration(from_s, from, sizeof(from));
	format_duration(to_s, to, sizeof(to));
	str_add(out, from);
	if (strcmp(from, to) != 0)
		str_addf(out, " to %s", to);
}

static void
count_builds(const struct forecast_builds *b, struct str *out)
{
	size_t parts = 0;

	str_addf(out, "%zu build%s", b->n, b->n == 1 ? "" : "s");
	if (b->stored == b->n) {
		str_add(out, b->n == 1 ? " (in the cache)" : " (all in the cache)");
		return;
	}
	if (b->stored)
		str_addf(out, "%s%zu in the cache", parts++ ? ", " : " (", b->stored);
	if (b->failed)
		str_addf(out, "%s%zu failed before", parts++ ? ", " : " (", b->failed);
	if (parts)
		str_addc(out, ')');
}

static void
tell_measuring(const struct forecast_measuring *m, struct str *out)
{
	char buf[32];

	str_add(out, "; measuring ");
	if (m->new_one) {
		str_add(out, "was never done like this (suite '");
		escape_text(out, m->new_one);
		str_add(out, "'): its time is not known");
		return;
	}
	if (m->endless)
		str_add(out, "at least ");
	str_addf(out, "%s (%u block%s)", format_duration(m->least_s.p50, buf, sizeof(buf)),
		m->blocks_min, m->blocks_min == 1 ? "" : "s");
	format_duration(m->most_s.p90, buf, sizeof(buf));
	if (m->after_first && m->budget_s > 0)
		str_addf(out, " to %s (with the budget for what they lead to)", buf);
	else if (m->blocks_max > m->blocks_min)
		str_addf(out, " to %s (%u%s)", buf, m->blocks_max,
			m->budget_s > 0 && m->most_s.p50 >= m->budget_s ? ", or the budget" : "");
}

static void
tell_guesses(const struct forecast_builds *b, struct str *out)
{
	if (b->known && b->guessed == 1)
		str_add(out, "         1 build was never done before: its time is a guess\n");
	if (b->known && b->guessed > 1)
		str_addf(out, "         %zu builds were never done before: their time is a guess\n",
			b->guessed);
	if (b->failed)
		str_addf(out,
			"         %zu build%s failed before and %s not tried again "
			"(--retry-failed does)\n",
			b->failed, b->failed == 1 ? "" : "s", b->failed == 1 ? "is" : "are");
}

void
expected_text(const struct forecaster *f, bool measured, struct str *out)
{
	const struct forecast_builds *b = &f->of_builds;

	str_add(out, "expected ");
	count_builds(b, out);
	if (!b->known)
		str_add(out, ", nothing is known of their time");
	else if (b->stored + b->failed < b->n) {
		str_add(out, ", ");
		expected_range(b->s.p50, b->s.p90, out);
	}
	if (measured)
		tell_measuring(&f->of_measuring, out);
	str_addc(out, '\n');
	tell_guesses(b, out);
}

/* null: not known. */
static void
json_range(struct jsonw *w, const char *key, bool known, const struct forecast_range *range)
{
	if (!known) {
		jsonw_null(w, key);
		return;
	}
	jsonw_open(w, key, '{');
	jsonw_number(w, "p50", range->p50);
	jsonw_number(w, "p90", range->p90);
	jsonw_close(w, '}');
}

void
expected_json(const struct forecaster *f, bool measured, struct jsonw *w)
{
	const struct forecast_builds *b = &f->of_builds;
	const struct forecast_measuring *m = &f->of_measuring;

	jsonw_open(w, "expected", '{');
	jsonw_int(w, "builds", (int64_t)b->n);
	jsonw_int(w, "stored", (int64_t)b->stored);
	jsonw_int(w, "failed_before", (int64_t)b->failed);
	jsonw_int(w, "guessed", (int64_t)b->guessed);
	json_range(w, "build_s", b->known, &b->s);
	if (measured) {
		json_range(w, "measure_least_s", !m->new_one, &m->least_s);
		json_range(w, "measure_most_s", !m->new_one && !m->endless, &m->most_s);
	}
	jsonw_close(w, '}');
}
