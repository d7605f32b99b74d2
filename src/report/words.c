/* Verdicts and numbers in the words that all formats for people use. */
#include "report_priv.h"

#include "base/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct bench *
bench_of(const struct report *report, const struct row *row)
{
	return &report->results->benches.v[row->bench];
}

static void
tally_row(const struct row *row, struct tally *t)
{
	size_t *const by_verdict[] = {
		[VERDICT_REGRESSED] = &t->regressed,
		[VERDICT_IMPROVED] = &t->improved,
		[VERDICT_PASS] = &t->pass,
		[VERDICT_INCONCLUSIVE] = &t->inconclusive,
		[VERDICT_IDENTICAL] = &t->identical,
		[VERDICT_UNGATED] = &t->ungated,
	};

	if (row->status == STATUS_OK)
		++*by_verdict[row->verdict];
	else if (row->status == STATUS_NEW)
		t->added++;
	else if (row->status == STATUS_REMOVED)
		t->removed++;
	else if (status_is_failure(row->status))
		t->failed++;
	else
		t->skipped++;
}

void
tally_rows(const struct report *report, struct tally *ret)
{
	struct tally t = {.rows = report->n_rows, .judged = !str_eq(report->judge, "none")};
	scoped_free bool *seen = xcalloc(report->results->revs.n + 1, sizeof(*seen));

	for (size_t i = 0; i < report->n_rows; i++) {
		const struct row *row = &report->rows[i];
		const struct bench *first = bench_of(report, &report->rows[0]);
		const struct bench *bench = bench_of(report, row);

		tally_row(row, &t);
		t.many_suites = t.many_suites || strcmp(bench->suite, first->suite) != 0;
		t.many_metrics = t.many_metrics || strcmp(bench->metric, first->metric) != 0;
		if ((row->rev != row->base || !t.judged) && !seen[row->rev]) {
			seen[row->rev] = true;
			t.revs++;
		}
	}
	t.base = report->n_rows ? report->rows[0].base : 0;
	t.compared = t.regressed + t.improved + t.pass + t.inconclusive;
	*ret = t;
}

void
words_name(const struct report *report, const struct tally *tally, const struct row *row,
	struct str *out)
{
	const struct bench *bench = bench_of(report, row);

	if (tally->many_suites)
		str_addf(out, "%s/", bench->suite);
	str_add(out, bench->name);
	if (tally->many_metrics && strcmp(bench->metric, "time") != 0)
		str_addf(out, " (%s)", bench->metric);
}

struct row
words_row_of(const struct change *c)
{
	return (struct row){.bench = c->bench,
		.rev = c->after,
		.base = c->before,
		.ratio = c->ratio,
		.ratio_lo = c->ratio_lo,
		.ratio_hi = c->ratio_hi};
}

void
words_value(const struct report *report, const struct row *row, double value, struct str *out)
{
	char buf[160];

	str_add(out, format_value(value, bench_of(report, row)->unit, buf, sizeof(buf)));
}

void
words_change(const struct row *row, struct str *out)
{
	char buf[40];

	if (row->rev == row->base || row->verdict == VERDICT_IDENTICAL)
		str_addc(out, '-');
	else
		str_add(out, format_change(row->ratio, buf, sizeof(buf)));
}

bool
words_has_interval(const struct row *row)
{
	return isfinite(row->ratio_lo) && isfinite(row->ratio_hi) && row->ratio_lo > 0;
}

void
words_interval(const struct row *row, struct str *out)
{
	char lo[40] = "?", hi[40] = "?";

	if (isnan(row->ratio_lo) || isnan(row->ratio_hi) || row->rev == row->base ||
		row->verdict == VERDICT_IDENTICAL)
		return;
	if (row->ratio_lo > 0)
		format_change(row->ratio_lo, lo, sizeof(lo));
	if (isfinite(row->ratio_hi))
		format_change(row->ratio_hi, hi, sizeof(hi));
	str_addf(out, "[%s, %s]", lo, hi);
}

void
words_spread(const struct row *row, bool ascii, struct str *out)
{
	const char *mark = ascii ? "+-" : "\u00b1";

	if (isnan(row->ratio_lo) || isnan(row->ratio_hi) || row->rev == row->base ||
		row->verdict == VERDICT_IDENTICAL)
		return;
	double below = row->ratio - row->ratio_lo, above = row->ratio_hi - row->ratio;
	double spread = below > above ? below : above;
	str_add(out, mark);
	if (!words_has_interval(row) || !isfinite(spread))
		str_addc(out, '?');
	else if (spread >= 9.995)
		str_addf(out, "x%.3g", spread);
	else
		words_percent(out, spread);
}

const char *
words_verdict(const struct row *row)
{
	switch (row->verdict) {
	case VERDICT_REGRESSED:
		return row->gate && row->gate->ceiling ? "above the ceiling" : "regressed";
	case VERDICT_IMPROVED:
		return "improved";
	case VERDICT_PASS:
		return row->slower   ? "slower, in gate"
		       : row->faster ? "faster, in gate"
				     : "within the gate";
	case VERDICT_INCONCLUSIVE:
		return "cannot tell yet";
	case VERDICT_IDENTICAL:
		return "identical build";
	case VERDICT_UNGATED:
		break;
	}
	return row->rev == row->base ? ""
	       : row->slower         ? "slower"
	       : row->faster         ? "faster"
				     : "no gate";
}

const char *
words_status(enum row_status status)
{
	static const char *const words[] = {
		[STATUS_OK] = "ok",
		[STATUS_NEW] = "new",
		[STATUS_REMOVED] = "removed",
		[STATUS_FAILED] = "failed",
		[STATUS_CRASHED] = "crashed",
		[STATUS_TIMEOUT] = "timed out",
		[STATUS_UNBUILT] = "not built",
		[STATUS_SKIPPED] = "skipped",
	};

	return words[status];
}

const char *
words_label(const struct report *report, size_t rev)
{
	const struct rev *r = &report->results->revs.v[rev].rev;

	return r->label ? r->label : r->id ? r->id : "?";
}

bool
words_unbuilt(const struct report *report, size_t rev)
{
	enum outcome_kind kind = report->results->revs.v[rev].build.kind;

	return kind != OUTCOME_OK && kind != OUTCOME_SKIPPED;
}

void
words_finding(const struct report *report, const struct row *row, struct str *out)
{
	bool compared = row->rev != row->base && row->verdict != VERDICT_IDENTICAL;

	if (row->status != STATUS_OK) {
		str_addf(out, "%s%s%s", words_status(row->status), row->detail ? ": " : "",
			row->detail ? row->detail : "");
		return;
	}
	str_add(out, words_verdict(row));
	if (compared && isfinite(row->ratio)) {
		str_add(out, ": ");
		words_change(row, out);
		str_addc(out, ' ');
		words_interval(row, out);
		str_trim(out);
	}
	str_add(out, out->n ? ", " : "");
	if (compared && isfinite(row->base_value)) {
		words_value(report, row, row->base_value, out);
		str_add(out, " to ");
	}
	words_value(report, row, row->value, out);
	if (row->gate)
		str_addf(out, ", gate %s%s%s", row->gate->text, row->gate->where ? " where " : "",
			row->gate->where ? row->gate->where : "");
}

void
words_count(struct str *out, size_t n, const char *one, const char *many)
{
	str_addf(out, "%zu %s", n, n == 1 ? one : many);
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare_doubles);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

double
report_noise(const struct report *report)
{
	scoped_free double *v = xcalloc(report->n_rows + 1, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < report->n_rows; i++)
		if (isfinite(report->rows[i].noise))
			v[n++] = report->rows[i].noise;
	return n ? median(v, n) : NAN;
}

void
words_layout_noise(struct str *out, unsigned rebuilds, double *noise, size_t n, const char *worst)
{
	double typical = median(noise, n);

	str_addf(out, "noise between %u builds: %s", rebuilds, n > 1 ? "up to " : "");
	words_percent(out, noise[n - 1]);
	str_addf(out, " (%s)", worst);
	if (n > 1) {
		str_add(out, ", typically ");
		words_percent(out, typical);
	}
}

void
words_layouts(const struct report *report, const struct tally *tally, struct str *out)
{
	scoped_free double *v = xcalloc(report->n_rows + 1, sizeof(*v));
	const struct row *worst = NULL;
	scoped(str) name = STR_INIT;
	size_t n = 0;

	for (size_t i = 0; i < report->n_rows; i++) {
		const struct row *row = &report->rows[i];

		if (row->status != STATUS_OK || !isfinite(row->layout_noise))
			continue;
		v[n++] = row->layout_noise;
		if (!worst || row->layout_noise > worst->layout_noise)
			worst = row;
	}
	if (report->rebuilds <= 1 || !worst)
		return;
	words_name(report, tally, worst, &name);
	words_layout_noise(out, report->rebuilds, v, n, name.p);
}

void
words_percent(struct str *out, double fraction)
{
	double pct = fraction * 100;

	str_addf(out, "%.*f%%", pct >= 9.95 ? 0 : pct >= 0.095 ? 1 : 2, pct);
}

static const struct gate *
gate_of(const struct row *row)
{
	return row->status == STATUS_OK ? row->gate : NULL;
}

void
words_gates(const struct report *report, struct str *out)
{
	size_t ungated = 0, said = 0;

	for (size_t i = 0; !report->bisect && i < report->n_rows; i++) {
		const struct gate *gate = gate_of(&report->rows[i]);
		size_t n = 0;
		bool first = true;

		ungated += !gate && report->rows[i].verdict == VERDICT_UNGATED &&
			   report->rows[i].status == STATUS_OK;
		for (size_t k = 0; gate && k < report->n_rows; k++) {
			n += gate_of(&report->rows[k]) == gate;
			first = first && (k >= i || gate_of(&report->rows[k]) != gate);
		}
		if (!gate || !first)
			continue;
		str_addf(out, "%s%s", said++ ? ", " : "", gate->text);
		if (gate->where)
			str_addf(out, " where %s", gate->where);
		str_addf(out, " for %zu", n);
	}
	if (ungated)
		str_addf(out, "%snone for %zu", said ? ", " : "", ungated);
}

static void
add_disturbed(const struct results *r, struct str *out)
{
	const char *before = " (";

	str_addf(out, "; the machine was disturbed during %u of the launches", r->disturbed);
	for (unsigned i = 0; i < DISTURBANCE_COUNT; i++) {
		if (!r->disturbed_by[i])
			continue;
		str_addf(out, "%s%u by %s", before, r->disturbed_by[i],
			disturbance_words((enum disturbance)i));
		before = ", ";
	}
	if (*before == ',')
		str_addc(out, ')');
}

void
words_effort(const struct report *report, struct str *out)
{
	char buf[40];
	const struct results *r = report->results;

	words_count(out, r->launches, "launch", "launches");
	str_add(out, " in ");
	words_count(out, r->n_blocks, "block", "blocks");
	if (report->measured_s > 0)
		str_addf(out, ", %s", format_duration(report->measured_s, buf, sizeof(buf)));
	if (report->built_s > 0)
		str_addf(out, "; builds took %s",
			format_duration(report->built_s, buf, sizeof(buf)));
	if (r->disturbed)
		add_disturbed(r, out);
	double noise = report_noise(report);
	if (isfinite(noise)) {
		str_add(out, "; typical noise of a pair ");
		words_percent(out, noise);
	}
}

static bool
is_known(const char *text)
{
	return *text && strcmp(text, "unknown") != 0;
}

void
words_machine(const struct report *report, struct str *out)
{
	const struct host *h = report->host;
	char buf[40];

	if (h) {
		str_addf(out, "%s: %s, ", h->name, h->cpu);
		words_count(out, (size_t)(h->cpus > 0 ? h->cpus : 0), "CPU", "CPUs");
		if (h->memory)
			str_addf(out, ", %s", format_size((double)h->memory, buf, sizeof(buf)));
		if (h->virtual)
			str_add(out, ", virtual machine");
		if (is_known(h->governor))
			str_addf(out, ", governor %s", h->governor);
		if (is_known(h->turbo))
			str_addf(out, ", turbo %s", h->turbo);
		if (is_known(h->os))
			str_addf(out, "; %s", h->os);
		if (is_known(h->kernel))
			str_addf(out, ", %s", h->kernel);
	}
	if (report->isolation)
		str_addf(out, "%sisolation: %s", h ? "; " : "", report->isolation);
}

void
words_judging(const struct report *report, struct str *out)
{
	if (report->contended)
		str_add(out,
			"a duet: both revisions took turns on one processor, and times are CPU "
			"times, of use for their ratio only; ");
	if (str_eq(report->judge, "classic")) {
		str_add(out, "pytest-benchmark's rule: the numbers are compared as they are, and "
			     "noise is not asked about");
		return;
	}
	if (str_eq(report->judge, "points")) {
		str_addf(out,
			"figure against figure, as pytest-benchmark and benchmem do; medians by "
			"intervals of %.3g%% where both sides have rounds",
			(1 - 2 * report->beta) * 100);
		return;
	}
	str_addf(out, "at most %.3g%% risk of any false alarm", report->alpha * 100);
	if (report->family) {
		str_add(out, " among ");
		words_count(out, report->family, "test", "tests");
	}
	str_addf(out, ", %.3g%% of missing a regression; intervals of %.3g%%", report->beta * 100,
		(1 - 2 * report->beta) * 100);
}
