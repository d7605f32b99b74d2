/* JUnit's XML, as Jenkins, GitLab and the reporters of GitHub read it: a test case a benchmark.
 * What fails here is what the exit code rests on, and nothing else, so that a page of tests and the
 * job that made it never contradict each other. */
#include "report_priv.h"

#include "base/err.h"
#include "base/escape.h"

#include <math.h>
#include <string.h>

#define BUILDS "builds" /* the suite of revisions that were not built */

enum fate { FATE_PASSED, FATE_FAILED, FATE_BROKEN, FATE_SKIPPED };

struct test_case {
	struct str name, message, said; /* said: a line each, for system-out */
	enum fate fate;
	const char *type;
	double time; /* seconds; NAN: nothing was timed */
};

struct test_suite {
	const struct report *report;
	const struct tally *tally;
	const char *name;
	struct str cases; /* XML */
	size_t n, by_fate[4];
	double time;
};

static void
put_attribute(struct str *out, const char *key, const char *value)
{
	str_addf(out, " %s=\"", key);
	escape_xml(out, value);
	str_addc(out, '"');
}

static void
put_seconds(struct str *out, double s)
{
	str_addf(out, " time=\"%.9f\"", isfinite(s) ? s : 0);
}

/* ---- test cases */

static void
case_done(struct test_case *c)
{
	str_done(&c->name);
	str_done(&c->message);
	str_done(&c->said);
}

static void
put_fate(const struct test_case *c, struct str *out)
{
	static const char *const elements[] = {"", "failure", "error", "skipped"};

	if (c->fate == FATE_PASSED)
		return;
	str_addf(out, "      <%s", elements[c->fate]);
	if (c->type)
		put_attribute(out, "type", c->type);
	put_attribute(out, "message", c->message.p);
	if (c->fate == FATE_SKIPPED) {
		str_add(out, "/>\n");
		return;
	}
	str_addc(out, '>');
	escape_xml(out, c->message.p);
	str_addf(out, "</%s>\n", elements[c->fate]);
}

/* Its lines stay lines; whatever else is in them is escaped before. */
static void
put_said(const struct str *said, struct str *out)
{
	if (said->n == 0)
		return;
	str_add(out, "      <system-out>");
	str_addn(out, said->p, said->n);
	str_add(out, "</system-out>\n");
}

static void
suite_add(struct test_suite *suite, const struct test_case *c)
{
	struct str *out = &suite->cases;

	str_add(out, "    <testcase");
	put_attribute(out, "classname", suite->name);
	put_attribute(out, "name", c->name.p);
	put_seconds(out, c->time);
	if (c->fate == FATE_PASSED && c->said.n == 0) {
		str_add(out, "/>\n");
	} else {
		str_add(out, ">\n");
		put_fate(c, out);
		put_said(&c->said, out);
		str_add(out, "    </testcase>\n");
	}
	suite->n++;
	suite->by_fate[c->fate]++;
	suite->time += isfinite(c->time) ? c->time : 0;
}

static void
say(struct test_case *c, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	str_addf(&c->said, "%s: ", label);
	escape_xml(&c->said, text);
	str_addc(&c->said, '\n');
}

/* The same name in each report of the same benchmarks, whatever else is in them: that is what a
 * history of tests goes by. */
static void
name_bench(const struct bench *bench, struct str *out)
{
	str_add(out, bench->name);
	if (strcmp(bench->metric, "time") != 0)
		str_addf(out, " (%s)", bench->metric);
}

/* ---- benchmarks */

/* Whether another row is about the same bench in the same revision, under another gate. */
static bool
is_another_gate(const struct report *report, const struct row *row)
{
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct row *other = &report->rows[i];

		if (other != row && other->bench == row->bench && other->rev == row->rev)
			return true;
	}
	return false;
}

static enum fate
fate_of(const struct test_suite *suite, const struct row *row)
{
	if (status_is_failure(row->status))
		return FATE_BROKEN;
	if (row->status != STATUS_OK)
		return FATE_SKIPPED;
	switch (row->verdict) {
	case VERDICT_REGRESSED:
		return FATE_FAILED;
	case VERDICT_INCONCLUSIVE:
		return suite->report->exit_code == err_exit_code(ERR_UNDECIDED) ? FATE_FAILED
										: FATE_PASSED;
	case VERDICT_UNGATED: /* what was only to be measured was measured */
		return suite->tally->judged ? FATE_SKIPPED : FATE_PASSED;
	case VERDICT_IMPROVED:
	case VERDICT_PASS:
	case VERDICT_IDENTICAL:
		break;
	}
	return FATE_PASSED;
}

static void
say_values(const struct report *report, const struct row *row, struct test_case *c)
{
	scoped(str) text = STR_INIT;

	str_addf(&text, "%s ", words_label(report, row->base));
	words_value(report, row, row->base_value, &text);
	if (row->rev != row->base && isfinite(row->base_value))
		say(c, "base", text.p);
	str_clear(&text);
	str_addf(&text, "%s ", words_label(report, row->rev));
	words_value(report, row, row->value, &text);
	if (isfinite(row->value))
		say(c, "revision", text.p);
	str_clear(&text);
	words_finding(report, row, &text);
	if (c->fate == FATE_PASSED) /* else it is the message */
		say(c, "finding", text.p);
	str_clear(&text);
	if (row->blocks)
		words_count(&text, row->blocks, "pair of launches", "pairs of launches");
	if (row->blocks && isfinite(row->noise)) {
		str_add(&text, ", which vary by ");
		words_percent(&text, row->noise);
	}
	say(c, "rests on", text.p);
	say(c, "mind", row->status == STATUS_OK ? row->caution : NULL);
	say(c, "log", row->log);
}

static void
add_row(struct test_suite *suite, const struct row *row)
{
	const struct report *report = suite->report;
	const struct bench *bench = &report->results->benches.v[row->bench];
	struct test_case c = {.name = STR_INIT, .message = STR_INIT, .said = STR_INIT};

	name_bench(bench, &c.name);
	if (row->gate && is_another_gate(report, row))
		str_addf(&c.name, " [%s]", row->gate->text);
	if (suite->tally->revs > 1)
		str_addf(&c.name, " in %s", words_label(report, row->rev));
	c.fate = fate_of(suite, row);
	c.type = row->status != STATUS_OK            ? status_name(row->status)
		 : row->verdict == VERDICT_REGRESSED ? "regression"
						     : verdict_name(row->verdict);
	c.time = strcmp(bench->unit, "s") == 0 ? row->value : (double)NAN;
	words_finding(report, row, &c.message);
	say_values(report, row, &c);
	suite_add(suite, &c);
	case_done(&c);
}

/* ---- change points and culprits */

static void
add_change(struct test_suite *suite, const struct change *change)
{
	const struct report *report = suite->report;
	struct row row = words_row_of(change);
	const char *subject = report->results->revs.v[change->after].rev.subject;
	struct test_case c = {.name = STR_INIT, .message = STR_INIT, .said = STR_INIT, .time = NAN};
	scoped(str) text = STR_INIT;

	name_bench(&report->results->benches.v[change->bench], &c.name);
	str_addf(&c.name, " changes in %s", words_label(report, change->after));
	str_addf(&text, "%s: ", change_state_name(change->state));
	words_change(&row, &text);
	str_addc(&text, ' ');
	words_interval(&row, &text);
	say(&c, "change point", text.p);
	str_clear(&text);
	str_addf(&text, "between %s and %s", words_label(report, change->before),
		words_label(report, change->after));
	if (change->after == change->before + 1 && subject)
		str_addf(&text, ": %s", subject);
	say(&c, "it came", text.p);
	say(&c, "obstacle", change->obstacle);
	suite_add(suite, &c);
	case_done(&c);
}

static void
say_culprit(const struct report *report, const struct culprit *culprit, struct test_case *c)
{
	scoped(str) text = STR_INIT;

	for (size_t k = culprit->from + 1; k <= culprit->to; k++) {
		const struct rev *rev = &report->results->revs.v[k].rev;

		str_clear(&text);
		str_addf(&text, "%s %s", rev->id, rev->subject ? rev->subject : "");
		if (rev->author)
			str_addf(&text, " (%s)", rev->author);
		say(c, "culprit", text.p);
	}
	str_clear(&text);
	bisect_size(&culprit->own, &text);
	say(c, "effect", text.p);
}

/* The first one is the answer; benches beside it may have none. */
static void
add_culprit(struct test_suite *suite, const struct culprit *culprit)
{
	const struct report *report = suite->report;
	struct test_case c = {.name = STR_INIT, .message = STR_INIT, .said = STR_INIT, .time = NAN};

	name_bench(&report->results->benches.v[culprit->bench], &c.name);
	if (culprit->state == CULPRIT_FOUND) {
		say_culprit(report, culprit, &c);
	} else if (culprit == bisect_main(report)) {
		c.fate = FATE_FAILED;
		c.type = verdict_name(VERDICT_INCONCLUSIVE);
		report_sentence(report, &c.message);
	} else {
		c.fate = FATE_SKIPPED;
		str_add(&c.message,
			culprit->obstacle ? culprit->obstacle : culprit_state_name(culprit->state));
	}
	suite_add(suite, &c);
	case_done(&c);
}

/* ---- revisions that were not built */

static bool
has_row(const struct report *report, size_t rev)
{
	for (size_t i = 0; !report->bisect && i < report->n_rows; i++)
		if (report->rows[i].rev == rev && report->rows[i].status == STATUS_UNBUILT)
			return true;
	return false;
}

/* A bisect goes on without a commit of its path, and not without an end. */
static bool
is_needed(const struct report *report, size_t rev)
{
	return !report->bisect || rev == 0 || rev + 1 == report->results->revs.n;
}

static void
add_builds(struct test_suite *suite)
{
	const struct report *report = suite->report;

	for (size_t i = 0; i < report->results->revs.n; i++) {
		const struct results_rev *r = &report->results->revs.v[i];
		struct test_case c = {
			.name = STR_INIT, .message = STR_INIT, .said = STR_INIT, .time = NAN};

		if (!words_unbuilt(report, i) || has_row(report, i))
			continue;
		str_add(&c.name, words_label(report, i));
		c.fate = is_needed(report, i) ? FATE_BROKEN : FATE_SKIPPED;
		c.type = status_name(STATUS_UNBUILT);
		str_addf(&c.message, "not built: %s",
			r->build.detail[0] ? r->build.detail : outcome_name(r->build.kind));
		say(&c, "log", r->build_log);
		suite_add(suite, &c);
		case_done(&c);
	}
}

/* ---- suites */

static void
put_property(struct str *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	str_add(out, "      <property");
	put_attribute(out, "name", name);
	put_attribute(out, "value", value);
	str_add(out, "/>\n");
}

static void
put_properties(const struct report *report, struct str *out)
{
	scoped(str) text = STR_INIT;

	str_add(out, "    <properties>\n");
	put_property(out, "command", report->command);
	put_property(out, "project", report->project);
	put_property(out, "sweep", report->sweep);
	report_sentence(report, &text);
	put_property(out, "outcome", text.p);
	str_clear(&text);
	str_addf(&text, "%d", report->exit_code);
	put_property(out, "exit", text.p);
	str_clear(&text);
	words_gates(report, &text);
	put_property(out, "gates", text.p);
	str_clear(&text);
	words_effort(report, &text);
	put_property(out, "measured", text.p);
	str_clear(&text);
	words_machine(report, &text);
	put_property(out, "machine", text.p);
	for (size_t i = 0; report->settings && report->settings[i]; i++)
		put_property(out, "setting", report->settings[i]);
	for (size_t i = 0; i < report->results->notes.n; i++)
		put_property(out, "note", report->results->notes.v[i]);
	str_add(out, "    </properties>\n");
}

/* "2026-11-21T10:42:30": readers want no zone, and it is UTC. */
static void
put_timestamp(const char *date, struct str *out)
{
	scoped_free char *plain = date ? xstrndup(date, strcspn(date, "Z")) : NULL;

	if (plain)
		put_attribute(out, "timestamp", plain);
}

static void
put_counts(size_t tests, size_t failures, size_t errors, double time, struct str *out)
{
	str_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", tests, failures, errors);
	put_seconds(out, time);
}

static void
suite_end(struct test_suite *suite, struct test_suite *sum, struct str *out)
{
	const struct report *report = suite->report;

	if (suite->n) {
		str_add(out, "  <testsuite");
		put_attribute(out, "name", suite->name);
		put_counts(suite->n, suite->by_fate[FATE_FAILED], suite->by_fate[FATE_BROKEN],
			suite->time, out);
		str_addf(out, " skipped=\"%zu\"", suite->by_fate[FATE_SKIPPED]);
		put_timestamp(report->date, out);
		if (report->host)
			put_attribute(out, "hostname", report->host->name);
		str_add(out, ">\n");
		put_properties(report, out);
		str_addn(out, suite->cases.p, suite->cases.n);
		str_add(out, "  </testsuite>\n");
	}
	sum->n += suite->n;
	sum->time += suite->time;
	for (size_t i = 0; i < ARRAY_LEN(sum->by_fate); i++)
		sum->by_fate[i] += suite->by_fate[i];
	out->full = out->full || suite->cases.full;
	str_done(&suite->cases);
}

static bool
is_of(const struct test_suite *suite, size_t bench)
{
	return strcmp(suite->report->results->benches.v[bench].suite, suite->name) == 0;
}

static void
add_suite(const struct report *report, const struct tally *tally, const char *name,
	struct test_suite *sum, struct str *out)
{
	struct test_suite suite = {
		.report = report, .tally = tally, .name = name, .cases = STR_INIT};

	for (size_t i = 0; !report->bisect && i < report->n_rows; i++)
		if (is_of(&suite, report->rows[i].bench))
			add_row(&suite, &report->rows[i]);
	for (size_t i = 0; i < report->n_changes; i++)
		if (report->changes[i].state != CHANGE_REJECTED &&
			is_of(&suite, report->changes[i].bench))
			add_change(&suite, &report->changes[i]);
	for (size_t i = 0; i < report->n_culprits; i++)
		if (is_of(&suite, report->culprits[i].bench))
			add_culprit(&suite, &report->culprits[i]);
	suite_end(&suite, sum, out);
}

/* Whether no bench before this one is of its suite. */
static bool
is_first_of_suite(const struct results *results, size_t bench)
{
	for (size_t i = 0; i < bench; i++)
		if (strcmp(results->benches.v[i].suite, results->benches.v[bench].suite) == 0)
			return false;
	return true;
}

/* A file without a test case is taken for a job that went wrong, and one without a red case for one
 * that did not. */
static void
add_whole(const struct report *report, const struct tally *tally, struct test_suite *sum,
	struct str *out)
{
	struct test_suite suite = {
		.report = report, .tally = tally, .name = "revsweep", .cases = STR_INIT};
	struct test_case c = {.name = STR_INIT, .message = STR_INIT, .said = STR_INIT, .time = NAN};
	bool red = sum->by_fate[FATE_FAILED] || sum->by_fate[FATE_BROKEN];

	if (sum->n && (red || report->exit_code == 0))
		return;
	str_add(&c.name, report->command);
	c.fate = report->exit_code == 0                              ? FATE_SKIPPED
		 : report->exit_code == err_exit_code(ERR_UNDECIDED) ? FATE_FAILED
								     : FATE_BROKEN;
	c.type = c.fate == FATE_FAILED   ? verdict_name(VERDICT_INCONCLUSIVE)
		 : c.fate == FATE_BROKEN ? status_name(STATUS_FAILED)
					 : NULL;
	report_sentence(report, &c.message);
	suite_add(&suite, &c);
	case_done(&c);
	suite_end(&suite, sum, out);
}

void
junit_write(const struct report *report, const struct report_style *style, struct str *out)
{
	const struct results *results = report->results;
	struct test_suite sum = {0};
	struct tally tally;
	scoped(str) suites = STR_INIT;
	scoped(str) name = STR_INIT;

	(void)style;
	tally_rows(report, &tally);
	str_init(&suites, out->max);
	for (size_t i = 0; i < results->benches.n; i++)
		if (is_first_of_suite(results, i))
			add_suite(report, &tally, results->benches.v[i].suite, &sum, &suites);
	struct test_suite builds = {
		.report = report, .tally = &tally, .name = BUILDS, .cases = STR_INIT};
	add_builds(&builds);
	suite_end(&builds, &sum, &suites);
	add_whole(report, &tally, &sum, &suites);
	str_addf(&name, "revsweep %s%s%s", report->command, report->project ? " " : "",
		report->project ? report->project : "");
	str_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	put_attribute(out, "name", name.p);
	put_counts(sum.n, sum.by_fate[FATE_FAILED], sum.by_fate[FATE_BROKEN], sum.time, out);
	str_add(out, ">\n");
	str_addn(out, suites.p, suites.n);
	out->full = out->full || suites.full;
	str_add(out, "</testsuites>\n");
}
