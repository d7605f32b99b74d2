/* What it all means, in one sentence that is true. */
#include "report_priv.h"

#include "base/escape.h"
#include "base/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NAME_COLUMNS 60
#define UNBUILT_NAMED 1

/* Rows are benchmarks as long as there is one revision beside the base. */
static void
add_rows(struct str *out, const struct tally *t, size_t n)
{
	if (t->revs > 1)
		words_count(out, n, "comparison", "comparisons");
	else
		words_count(out, n, "benchmark", "benchmarks");
}

static void
add_one(const struct report *report, const struct tally *t, const struct row *row, struct str *out)
{
	struct str raw = STR_INIT, safe = STR_INIT;
	char change[40], lo[40], hi[40];

	words_name(report, t, row, &raw);
	escape_terminal(&safe, raw.p, raw.n);
	layout_shorten(out, safe.p, NAME_COLUMNS, true);
	if (t->revs > 1) {
		str_clear(&safe);
		const char *label = words_label(report, row->rev);
		escape_terminal(&safe, label, strlen(label));
		str_add(out, " in ");
		layout_shorten(out, safe.p, NAME_COLUMNS, true);
	}
	if (isfinite(row->ratio))
		str_addf(out, " %s", format_change(row->ratio, change, sizeof(change)));
	if (words_has_interval(row))
		str_addf(out, " (between %s and %s)", format_change(row->ratio_lo, lo, sizeof(lo)),
			format_change(row->ratio_hi, hi, sizeof(hi)));
	str_done(&raw);
	str_done(&safe);
}

/* The row of this verdict that changed most. */
static const struct row *
find_most(const struct report *report, enum verdict verdict)
{
	const struct row *most = NULL;

	for (size_t i = 0; i < report->n_rows; i++) {
		const struct row *row = &report->rows[i];

		if (row->status != STATUS_OK || row->verdict != verdict || !(row->ratio > 0))
			continue;
		if (!most || fabs(log(row->ratio)) > fabs(log(most->ratio)))
			most = row;
	}
	return most;
}

/* "slower" is a word for times. */
static const char *
worse_word(const struct report *report)
{
	for (size_t i = 0; i < report->n_rows; i++)
		if (report->rows[i].status == STATUS_OK &&
			report->rows[i].verdict == VERDICT_REGRESSED &&
			strcmp(report->results->benches.v[report->rows[i].bench].metric, "time") !=
				0)
			return "worse";
	return "slower";
}

static bool
all_identical(const struct report *report)
{
	const struct results *results = report->results;

	for (size_t i = 1; i < results->revs.n; i++)
		if (results->revs.v[i].same_as < 0)
			return false;
	return results->revs.n > 1;
}

static void
say_nothing_compared(const struct report *report, const struct tally *t, struct str *out)
{
	size_t benches = report->results->benches.n;

	if (t->rows == 0 && all_identical(report))
		str_add(out, "the builds are identical, so nothing can have changed");
	else if (t->rows == 0 && (benches == 0 || report->results->launches == 0))
		str_add(out, "nothing was measured");
	else if (!t->judged && t->ungated == t->rows) {
		words_count(out, benches, "benchmark was measured", "benchmarks were measured");
		if (t->revs > 1)
			str_addf(out, " in %zu revisions", t->revs);
	} else if (t->rows == 0 || (t->ungated == t->rows && t->revs == 0)) {
		words_count(out, benches, "benchmark was", "benchmarks were");
		str_add(out, " measured, and compared with nothing");
	} else if (t->ungated) {
		str_add(out, "no gate speaks about the ");
		add_rows(out, t, t->ungated);
		const struct row *most = find_most(report, VERDICT_UNGATED);
		if (most) {
			str_add(out, "; largest change: ");
			add_one(report, t, most, out);
		}
	} else if (t->identical == t->rows) {
		str_add(out, "the builds are identical, so nothing can have changed");
	} else if (t->identical) {
		str_add(out, "nothing can have changed in ");
		add_rows(out, t, t->identical);
		str_add(out, ": the builds are identical");
	} else if (t->failed == t->rows) {
		str_add(out,
			t->rows == 1 ? "the only benchmark could not be measured" : "none of the ");
		if (t->rows > 1) {
			add_rows(out, t, t->rows);
			str_add(out, " could be measured");
		}
	} else {
		str_add(out, "nothing could be compared");
	}
}

static void
say_verdict(const struct report *report, const struct tally *t, struct str *out)
{
	const struct row *most;

	if (t->regressed) {
		str_addf(out, "%zu of ", t->regressed);
		add_rows(out, t, t->compared);
		str_addf(out, " got %s than the gate allows", worse_word(report));
		most = find_most(report, VERDICT_REGRESSED);
		if (most) {
			str_add(out, t->regressed > 1 ? "; worst: " : ": ");
			add_one(report, t, most, out);
		}
	} else if (t->inconclusive == t->compared) {
		str_addf(out, "%s of ", t->compared == 1 ? "the verdict" : "the verdicts");
		add_rows(out, t, t->compared);
		str_add(out, " cannot be told yet");
	} else if (t->inconclusive) {
		str_addf(out, "no regression was found, but %zu of ", t->inconclusive);
		add_rows(out, t, t->compared);
		str_add(out, " cannot be told yet");
	} else if (t->compared == 1) {
		str_add(out, t->improved ? "the only benchmark compared improved"
					 : "the only benchmark compared is within the gate");
	} else {
		str_add(out, "all ");
		add_rows(out, t, t->compared);
		if (t->compared < t->rows)
			str_add(out, " compared");
		str_add(out, t->improved == t->compared ? " improved" : " are within the gate");
	}
	if (!t->regressed && t->improved) {
		most = find_most(report, VERDICT_IMPROVED);
		if (t->improved < t->compared)
			str_addf(out, "; %zu improved", t->improved);
		if (most) {
			str_add(out, t->improved > 1 ? ", most: " : ": ");
			add_one(report, t, most, out);
		}
	}
}

static void
add_clause(struct str *out, size_t n, const char *one, const char *many)
{
	if (n)
		str_addf(out, "; %zu %s", n, n == 1 ? one : many);
}

/* Revisions whose build failed and that no row speaks of. */
static void
say_unbuilt(const struct report *report, struct str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < report->results->revs.n; i++)
		n += words_unbuilt(report, i);
	if (n > UNBUILT_NAMED) {
		str_addf(out, "; %zu of %zu revisions were not built", n, report->results->revs.n);
		return;
	}
	for (size_t i = 0; i < report->results->revs.n; i++) {
		scoped(str) safe = STR_INIT;
		const char *label = words_label(report, i);

		if (!words_unbuilt(report, i))
			continue;
		escape_terminal(&safe, label, strlen(label));
		str_add(out, "; ");
		layout_shorten(out, safe.p, NAME_COLUMNS, true);
		str_add(out, " was not built");
	}
}

/* Builds that failed are counted by themselves. */
static size_t
failed_when_built(const struct report *report, const struct tally *t)
{
	size_t n = t->failed;

	for (size_t i = 0; i < report->n_rows; i++)
		n -= report->rows[i].status == STATUS_UNBUILT;
	return n;
}

/* What a sweep is for; true when that is all there is to say. */
static bool
say_changes(const struct report *report, const struct tally *t, struct str *out)
{
	size_t confirmed = 0, open = 0, rejected = 0;

	for (size_t i = 0; i < report->n_changes; i++) {
		confirmed += report->changes[i].state == CHANGE_CONFIRMED;
		open += report->changes[i].state == CHANGE_OPEN;
		rejected += report->changes[i].state == CHANGE_REJECTED;
	}
	words_count(out, confirmed, "change point", "change points");
	str_add(out, " confirmed");
	if (open)
		str_addf(out, ", %zu more not told yet", open);
	add_clause(out, rejected, "place looked like one and was not confirmed",
		"places looked like one and were not confirmed");
	if (t->compared) {
		str_add(out, "; ");
		return false;
	}
	add_clause(out, failed_when_built(report, t), "could not be measured",
		"could not be measured");
	say_unbuilt(report, out);
	if (report->unfinished)
		str_add(out, "; this is unfinished: run the same command again to go on");
	return true;
}

void
report_sentence(const struct report *report, struct str *out)
{
	struct tally t;

	if (report->bisect) {
		bisect_sentence(report, out);
		return;
	}
	tally_rows(report, &t);
	if (report->series && say_changes(report, &t, out))
		return;
	if (t.compared)
		say_verdict(report, &t, out);
	else
		say_nothing_compared(report, &t, out);
	if (t.regressed) {
		add_clause(out, t.inconclusive, "cannot be told yet", "cannot be told yet");
		add_clause(out, t.improved, "improved", "improved");
	}
	if (t.compared || t.failed < t.rows)
		add_clause(out, t.failed, "could not be measured", "could not be measured");
	if (t.compared) {
		add_clause(out, t.identical, "is identical by build", "are identical by build");
		add_clause(out, t.ungated, "has no gate", "have no gate");
	}
	add_clause(out, t.added, "is new", "are new");
	add_clause(out, t.removed, "is gone", "are gone");
	add_clause(out, t.skipped, "was skipped", "were skipped");
	say_unbuilt(report, out);
	if (report->unfinished)
		str_add(out, "; this is unfinished: run the same command again to go on");
}
