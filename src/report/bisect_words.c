/* What the formats say of a path and its culprit. */
#include "report_priv.h"

#include "base/escape.h"
#include "base/format.h"

#include <math.h>
#include <string.h>

#define BETWEEN .25 /* of the step: nearer to an end it is of that side */

const struct culprit *
bisect_main(const struct report *report)
{
	return report->n_culprits ? &report->culprits[0] : NULL;
}

size_t
bisect_commits(const struct report *report)
{
	return report->results->revs.n - 1;
}

const char *
bisect_side_name(enum bisect_side side)
{
	static const char *const names[] = {[SIDE_UNTESTED] = "",
		[SIDE_GOOD] = "good",
		[SIDE_BAD] = "bad",
		[SIDE_BETWEEN] = "between",
		[SIDE_SKIP] = "skip"};

	return names[side];
}

static enum bisect_side
side_by_symptom(const struct report *report, const struct culprit *c, size_t k)
{
	const struct results *r = report->results;
	const struct results_cell *cell = results_cell(r, c->bench, results_measured_rev(r, k));
	const struct results_cell *bad =
		results_cell(r, c->bench, results_measured_rev(r, r->revs.n - 1));

	if (!cell->seen)
		return SIDE_UNTESTED;
	if (cell->outcome.kind == OUTCOME_OK)
		return cell->absent ? SIDE_SKIP : SIDE_GOOD;
	return cell->outcome.kind == bad->outcome.kind ? SIDE_BAD : SIDE_SKIP;
}

enum bisect_side
bisect_side_of(const struct report *report, const struct culprit *c, size_t k)
{
	const struct results *r = report->results;
	enum outcome_kind kind = r->revs.v[k].build.kind;

	if (k == 0)
		return SIDE_GOOD;
	if (k == r->revs.n - 1)
		return SIDE_BAD;
	if (kind == OUTCOME_SKIPPED && c->state == CULPRIT_FOUND && k > c->from && k < c->to)
		return SIDE_SKIP;
	if (kind != OUTCOME_OK)
		return kind == OUTCOME_SKIPPED ? SIDE_UNTESTED : SIDE_SKIP;
	if (c->symptom)
		return side_by_symptom(report, c, k);
	const struct results_cell *cell = results_cell(r, c->bench, results_measured_rev(r, k));
	if (cell->seen && (cell->absent || cell->outcome.kind != OUTCOME_OK))
		return SIDE_SKIP;
	if (!c->levels || isnan(c->levels[k]))
		return SIDE_UNTESTED;
	double share = c->levels[k] / c->levels[r->revs.n - 1];
	if (share > .5 - BETWEEN && share < .5 + BETWEEN)
		return SIDE_BETWEEN;
	return share > .5 ? SIDE_BAD : SIDE_GOOD;
}

void
bisect_size(const struct culprit_size *size, struct str *out)
{
	char change[40], lo[40], hi[40];

	if (!isfinite(size->ratio))
		return;
	str_add(out, format_change(size->ratio, change, sizeof(change)));
	if (size->lo > 0 && isfinite(size->hi) && size->lo < size->hi)
		str_addf(out, " [%s, %s]", format_change(size->lo, lo, sizeof(lo)),
			format_change(size->hi, hi, sizeof(hi)));
}

void
bisect_level(const struct report *report, const struct culprit *c, size_t k, struct str *out)
{
	if (k == 0 || !c->levels || !isfinite(c->levels[k]) || !isfinite(c->whole.ratio) ||
		bisect_by_predicate(report, c))
		return;
	const struct culprit_size size = {
		.ratio = exp((c->whole.ratio > 1 ? 1 : -1) * c->levels[k])};

	bisect_size(&size, out);
}

/* "100 commits: 9 built, 1 of them not testable" */
void
bisect_effort(const struct report *report, struct str *out)
{
	const struct results *r = report->results;
	size_t built = 0, failed = 0;

	for (size_t k = 0; k < r->revs.n; k++) {
		enum outcome_kind kind = r->revs.v[k].build.kind;

		built += kind == OUTCOME_OK;
		failed += kind != OUTCOME_OK && kind != OUTCOME_SKIPPED;
	}
	words_count(out, bisect_commits(report), "commit", "commits");
	str_addf(out, " after GOOD, %zu built", built);
	if (failed)
		str_addf(out, ", %zu could not be", failed);
	str_add(out, ", ");
	words_count(out, r->launches, "launch", "launches");
}

bool
bisect_by_predicate(const struct report *report, const struct culprit *c)
{
	return strcmp(report->results->benches.v[c->bench].metric, "predicate") == 0;
}

void
bisect_judging(const struct report *report, struct str *out)
{
	const struct culprit *c = bisect_main(report);

	if (c && (c->exact || c->symptom)) {
		str_add(out, "what is the same in every launch needs one launch a commit");
		return;
	}
	str_addf(out,
		"%s is proven from GOOD to BAD, and again from parent to culprit on launches of "
		"their own, each wrong in at most ",
		report->better ? "an improvement" : "a regression");
	words_percent(out, report->alpha);
	str_add(out, " of all bisects; intervals are of ");
	words_percent(out, 1 - 2 * report->beta);
}

static void
add_label(const struct report *report, size_t k, struct str *out)
{
	const char *label = words_label(report, k);

	escape_terminal(out, label, strlen(label));
}

static void
add_bench(const struct report *report, const struct culprit *c, struct str *out)
{
	const struct bench *bench = &report->results->benches.v[c->bench];

	escape_terminal(out, bench->name, strlen(bench->name));
	if (strcmp(bench->metric, "time") != 0 && !bisect_by_predicate(report, c)) {
		str_add(out, " (");
		escape_terminal(out, bench->metric, strlen(bench->metric));
		str_addc(out, ')');
	}
}

static void
say_found(const struct report *report, const struct culprit *c, struct str *out)
{
	scoped(str) size = STR_INIT;

	if (c->to - c->from == 1) {
		add_label(report, c->to, out);
		str_add(out, " is the culprit: ");
	} else {
		str_addf(out, "one of the %zu commits after ", c->to - c->from);
		add_label(report, c->from, out);
		str_add(out, " up to ");
		add_label(report, c->to, out);
		str_add(out, " is the culprit, and those between cannot be tested: ");
	}
	add_bench(report, c, out);
	bisect_size(&c->own, &size);
	if (c->symptom)
		str_add(out, " ends as in BAD since then");
	else if (bisect_by_predicate(report, c))
		str_add(out, ", the predicate, says bad since then");
	else if (size.n)
		str_addf(out, " %s", size.p);
	else
		str_addf(out, " got %s", report->better ? "better" : "worse");
	if (c->several)
		str_add(out, "; the path seems to hold more than this one change (--all looks for "
			     "more)");
}

static void
say_not_shown(const struct report *report, const struct culprit *c, struct str *out)
{
	scoped(str) size = STR_INIT;

	str_addf(out, "no %s shown", report->better ? "improvement" : "regression");
	if (c->obstacle) {
		str_addf(out, ": %s", c->obstacle);
		return;
	}
	bisect_size(&c->whole, &size);
	str_add(out, ": ");
	add_bench(report, c, out);
	if (size.n)
		str_addf(out, " %s from GOOD to BAD", size.p);
	else
		str_add(out, " is the same in GOOD and BAD");
	if (isfinite(c->detectable)) {
		str_add(out, "; a change of ");
		words_percent(out, expm1(c->detectable));
		str_add(out, " could have been shown");
	}
}

static void
say_spread(const struct report *report, const struct culprit *c, struct str *out)
{
	scoped(str) size = STR_INIT;

	bisect_size(&c->whole, &size);
	add_bench(report, c, out);
	str_addf(out,
		" changed %s over many commits: none of them has a fifth of it, and nobody is "
		"named",
		size.p);
}

static void
say_unsure(const struct report *report, const struct culprit *c, struct str *out)
{
	str_addf(out,
		"cannot name one commit yet: with 99%% it is among %zu of %zu commits, between ",
		c->n_set, bisect_commits(report));
	add_label(report, c->n_set ? c->set[0] : c->from, out);
	str_add(out, " and ");
	add_label(report, c->n_set ? c->set[c->n_set - 1] : c->to, out);
}

static void
say_nothing(const struct report *report, struct str *out)
{
	const struct results *r = report->results;
	size_t last = r->revs.n - 1;

	for (size_t i = 0; i < 2; i++)
		if (r->revs.v[i ? last : 0].build.kind != OUTCOME_OK) {
			str_add(out, i ? "BAD (" : "GOOD (");
			add_label(report, i ? last : 0, out);
			str_add(out, ") was not built: a bisect needs both ends");
			return;
		}
	if (results_measured_rev(r, last) == results_measured_rev(r, 0))
		str_add(out, "GOOD and BAD build the very same files: nothing can differ");
	else
		str_add(out, "GOOD and BAD have no benchmark in common");
}

/* Of every bench that was looked into beside the first. */
static void
say_others(const struct report *report, struct str *out)
{
	for (size_t i = 1; i < report->n_culprits; i++) {
		const struct culprit *c = &report->culprits[i];
		scoped(str) size = STR_INIT;

		if (c->state != CULPRIT_FOUND)
			continue;
		str_add(out, "; of ");
		add_bench(report, c, &size);
		if (!c->symptom && !bisect_by_predicate(report, c)) {
			str_addc(&size, ' ');
			bisect_size(&c->own, &size);
		}
		str_addf(out, "%s it is ", size.p);
		add_label(report, c->to, out);
	}
}

void
bisect_sentence(const struct report *report, struct str *out)
{
	const struct culprit *c = bisect_main(report);

	if (!c) {
		say_nothing(report, out);
	} else {
		switch (c->state) {
		case CULPRIT_FOUND:
			say_found(report, c, out);
			say_others(report, out);
			break;
		case CULPRIT_NOT_SHOWN:
		case CULPRIT_PASSED_BY:
			say_not_shown(report, c, out);
			break;
		case CULPRIT_SPREAD:
			say_spread(report, c, out);
			break;
		case CULPRIT_SEARCHING:
		case CULPRIT_CONFIRMING:
			say_unsure(report, c, out);
			break;
		case CULPRIT_VERIFYING:
			str_addf(out, "whether BAD is %s than GOOD is not known yet",
				report->better ? "better" : "worse");
			break;
		}
	}
	if (report->unfinished)
		str_add(out, "; this is unfinished: run the same command again to go on");
}
