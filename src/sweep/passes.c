/* What must be launched, and how often, to learn the metrics that are wanted. */
#include "sweep/plan.h"

#include "base/str.h"
#include "sweep/instructions.h"
#include "sys/alloc.h"

#include <stdlib.h>
#include <string.h>

#define PASSES_AUTO 10 /* at most, of what does not agree at once */

static const struct suite of_builds = {
	.name = "build", .harness = "none", .from = FROM_HEAD, .settings = SETTINGS_INIT};
static const struct harness no_harness = {.name = "none", .times_only = true};

static bool
is_listed(const struct config *config, const char *metric)
{
	const char *const *m = config->measure.metrics;

	for (; m && *m; m++)
		if (strcmp(*m, metric) == 0)
			return true;
	return false;
}

static bool
lists_any(const struct config *config, enum metric_pass pass)
{
	const char *const *m = config->measure.metrics;

	for (; m && *m; m++)
		if (metric_pass(*m) == pass)
			return true;
	return false;
}

/* A program that reports metrics by itself may report these. */
static bool
may_report(const struct config *config, const struct harness *harness)
{
	return !harness->times_only &&
	       (is_listed(config, "instructions") || is_listed(config, "allocations") ||
		       is_listed(config, "allocated") || is_listed(config, "size"));
}

static bool
takes_pass(const struct config *config, const struct harness *harness, enum metric_pass pass)
{
	const char *const *m = config->measure.metrics;

	switch (pass) {
	case PASS_TIME:
		return !m || !*m || lists_any(config, PASS_TIME) || may_report(config, harness);
	case PASS_MEMORY:
		return lists_any(config, pass) && (harness->counts || harness->times_only);
	case PASS_INSTRUCTIONS:
		return lists_any(config, pass) && harness->times_only;
	case PASS_BUILD:
	case PASS_COUNT:
		break;
	}
	return false;
}

static int
check_pass(const struct suite *suite, const struct harness *harness, enum metric_pass pass,
	struct err *err)
{
	scoped_free char *library = NULL;

	if (pass != PASS_TIME && !harness->counts)
		return err_set(err, ERR_USAGE,
			"suite '%s': harness '%s' cannot run a benchmark a fixed number of times, "
			"so that nothing can be counted in it: leave %s out of the metrics",
			suite->name, harness->name,
			pass == PASS_MEMORY ? "peak, allocated and allocations" : "instructions");
	if (pass == PASS_MEMORY)
		return alloc_find(&library, err);
	return pass == PASS_INSTRUCTIONS ? instructions_check(harness->counts_inside, err) : 0;
}

int
plan_add_passes(struct plan *plan, const struct suite *suite, const struct harness *harness,
	struct arena *arena, struct err *err)
{
	static const enum metric_pass order[] = {PASS_MEMORY, PASS_INSTRUCTIONS, PASS_TIME};

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		if (!takes_pass(plan->config, harness, order[i]))
			continue;
		if (check_pass(suite, harness, order[i], err) < 0)
			return -1;
		plan->suites[plan->n_suites++] = (struct plan_suite){
			.suite = suite,
			.pass = order[i],
			.title = order[i] == PASS_TIME ? suite->name
						       : arena_printf(arena, "%s (%s)", suite->name,
								 metric_pass_name(order[i])),
			.harness = harness,
			.settings = settings_for(plan->config, suite),
		};
	}
	return 0;
}

int
plan_add_build_pass(struct plan *plan, struct err *err)
{
	if (!lists_any(plan->config, PASS_BUILD))
		return 0;
	for (size_t i = 0; i < plan->n_suites; i++)
		if (strcmp(plan->suites[i].suite->name, of_builds.name) == 0)
			return err_set(err, ERR_USAGE,
				"the metric 'size' is that of a suite called '%s', and there is "
				"one: give yours another name",
				of_builds.name);
	plan->suites[plan->n_suites++] = (struct plan_suite){
		.suite = &of_builds,
		.pass = PASS_BUILD,
		.title = of_builds.name,
		.harness = &no_harness,
		.settings = of_builds.settings,
	};
	return 0;
}

/* ---- what is measured */

static bool
is_measured(const struct plan *plan, const char *metric)
{
	const struct config *config = plan->config;
	bool listed = config->measure.metrics && *config->measure.metrics;

	if (listed && !is_listed(config, metric))
		return false;
	for (size_t i = 0; i < plan->n_suites; i++) {
		const struct plan_suite *ps = &plan->suites[i];

		if (ps->pass == metric_pass(metric) ||
			(ps->pass == PASS_TIME && !ps->harness->times_only))
			return true;
	}
	return false;
}

int
plan_check_gates(const struct plan *plan, struct err *err)
{
	bool judged = plan->terms.judge != JUDGE_NONE && !plan->terms.bisect.on && !plan->apart;

	for (size_t i = 0; judged && i < plan->config->n_gates; i++) {
		const struct gate *gate = &plan->config->gates[i];

		if (!is_measured(plan, gate->metric))
			return err_set(err, ERR_USAGE,
				"the gate '%s' is about %s, which is not measured: add it to "
				"measure.metrics or --metrics",
				gate->text, gate->metric);
	}
	return 0;
}

/* ---- suites that stand there more than once */

/* What a program reports by itself comes out of its ordinary launches. */
static enum metric_pass
pass_of(const struct plan_suite *ps, const struct bench *bench)
{
	if (!ps->harness->times_only && strcmp(bench->name, ps->suite->name) != 0)
		return PASS_TIME;
	return metric_pass(bench->metric);
}

static bool
stands_once(const struct plan *plan, const struct suite *suite)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_suites; i++)
		n += plan->suites[i].suite == suite;
	return n == 1;
}

bool
plan_suite_has(const struct plan *plan, size_t suite, const struct bench *bench)
{
	const struct plan_suite *ps = &plan->suites[suite];

	return strcmp(bench->suite, ps->suite->name) == 0 &&
	       (stands_once(plan, ps->suite) || pass_of(ps, bench) == ps->pass);
}

/* ---- blocks */

static bool
repeats_inside(const struct plan_suite *ps)
{
	return ps->pass == PASS_MEMORY && ps->harness->counts_inside;
}

bool
plan_blocks_fixed(const struct plan *plan, size_t suite)
{
	const struct plan_suite *ps = &plan->suites[suite];

	return plan->config->measure.passes > 0 && !repeats_inside(ps) &&
	       (ps->pass == PASS_MEMORY || ps->pass == PASS_INSTRUCTIONS);
}

/* The first blocks of a sweep propose change points: they are as many in each pass. */
unsigned
plan_blocks_min(const struct plan *plan, size_t suite)
{
	const struct plan_suite *ps = &plan->suites[suite];
	const struct measure *m = &plan->config->measure;

	if (ps->pass == PASS_TIME || plan->terms.changes)
		return m->blocks_min;
	if (plan_blocks_fixed(plan, suite))
		return m->passes;
	return ps->pass == PASS_MEMORY && !repeats_inside(ps) && is_listed(plan->config, "peak")
		       ? 2
		       : 1;
}

unsigned
plan_blocks_max(const struct plan *plan, size_t suite)
{
	const struct plan_suite *ps = &plan->suites[suite];
	const struct measure *m = &plan->config->measure;

	if (ps->pass == PASS_TIME || plan->terms.changes)
		return m->blocks_max;
	if (plan_blocks_fixed(plan, suite))
		return m->passes;
	return ps->pass == PASS_BUILD ? 1 : PASSES_AUTO;
}
