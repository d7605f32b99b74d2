/* A report made by hand. */
#ifndef REPORT_COMMON_H
#define REPORT_COMMON_H

#include "base/mem.h"
#include "report/report.h"
#include "sys/fs.h"

#include "../check_main.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROWS_MAX 32

struct made {
	struct results results;
	struct row rows[ROWS_MAX];
	struct gate gates[2];
	struct host host;
	struct report report;
};

static const char *const made_settings[] = {"timer process_time", "calibration precision 1000",
	"at least 5 rounds of 5 us or more, 5 s at most", NULL};

static inline void
add_rev(struct made *m, const char *label, const char *id, const char *subject)
{
	struct rev rev = {.kind = REVSPEC_GIT,
		.spec = label,
		.label = label,
		.id = id,
		.tree_id = id,
		.subject = subject,
		.author = "A. Author",
		.date = 1763721750};

	results_add_rev(&m->results, &rev);
}

static inline size_t
add_bench(struct made *m, const char *suite, const char *name, const char *metric, const char *unit)
{
	struct bench bench = {.suite = suite, .name = name, .metric = metric, .unit = unit};

	return results_bench(&m->results, &bench);
}

/* A row with an interval of +-width around its ratio. */
static inline struct row *
add_row(struct made *m, size_t bench, size_t rev, enum verdict verdict, double base, double ratio,
	double width)
{
	struct row *row = &m->rows[m->report.n_rows++];

	*row = (struct row){.bench = bench,
		.rev = rev,
		.base = 0,
		.status = STATUS_OK,
		.verdict = verdict,
		.base_value = base,
		.value = base * ratio,
		.ratio = ratio,
		.ratio_lo = ratio - width,
		.ratio_hi = ratio + width,
		.gate = verdict == VERDICT_UNGATED || verdict == VERDICT_IDENTICAL ? NULL
										   : &m->gates[0],
		.blocks = 12,
		.noise = width * 0.8,
		.detectable = width * 1.5,
		.decided = verdict != VERDICT_INCONCLUSIVE};
	return row;
}

/* A row without numbers. */
static inline struct row *
add_failure(struct made *m, size_t bench, size_t rev, enum row_status status, const char *detail,
	const char *log)
{
	struct row *row = add_row(m, bench, rev, VERDICT_UNGATED, NAN, NAN, NAN);

	row->status = status;
	if (status_is_failure(status))
		row->verdict = VERDICT_INCONCLUSIVE;
	row->detail = detail;
	row->log = log;
	row->blocks = 0;
	return row;
}

static inline void
made_init(struct made *m)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	memset(m, 0, sizeof(*m));
	results_init(&m->results);
	m->gates[0] = (struct gate){.text = "mean:5%", .metric = "time", .percent = true};
	m->gates[1] = (struct gate){
		.text = "peak:10%", .where = "mark=stable", .metric = "peak", .percent = true};
	m->host = (struct host){.name = "builder-3",
		.os = "Debian GNU/Linux 12 (bookworm)",
		.kernel = "Linux 6.18.0 x86_64",
		.cpu = "AMD EPYC 7B13",
		.cpus = 2,
		.memory = 8ull << 30,
		.governor = "unknown",
		.turbo = "unknown",
		.virtual = true,
		.boot_id = "0f",
		.id = "0123456789abcdef"};
	m->report = (struct report){.command = "compare",
		.project = "lexer",
		.sweep = "12",
		.date = "2026-11-21T10:42:30Z",
		.judge = "sequential",
		.order = "random",
		.results = &m->results,
		.rows = m->rows,
		.host = &m->host,
		.settings = made_settings,
		.alpha = 0.01,
		.beta = 0.05,
		.family = 12,
		.verdict = VERDICT_PASS,
		.measured_s = 252.4,
		.built_s = 35.2,
		.isolation = "prefix"};
	m->results.n_blocks = 12;
	m->results.launches = 24;
}

/* A bit of everything, as `revsweep compare` would show it. */
static inline void
made_compare(struct made *m)
{
	struct row *row;

	made_init(m);
	add_rev(m, "main", "3f2a1b9c0dd1e2f3a4b5c6d7e8f9a0b1c2d3e4f5",
		"parser: share the token buffer between passes");
	add_rev(m, "worktree", "81ee02c4ab81ee02c4ab81ee02c4ab81ee02c4ab",
		"lexer: new string table");
	add_row(m, add_bench(m, "regression", "test_parse_document[10000-utf8]", "time", "s"), 1,
		VERDICT_REGRESSED, 0.0123, 1.0884, 0.0185)
		->classic_fails = true;
	row = add_row(m, add_bench(m, "regression", "test_parse_document[10000-utf8]", "peak", "B"),
		1, VERDICT_REGRESSED, 5.2e7, 1.21, 0.001);
	row->gate = &m->gates[1];
	row = add_row(m, add_bench(m, "regression", "test_intern[short]", "time", "s"), 1,
		VERDICT_INCONCLUSIVE, 4.5e-7, 1.046, 0.031);
	row->blocks_missing = 7.3;
	row->blocks = 5;
	row->classic_fails = true;
	row = add_row(m, add_bench(m, "regression", "test_intern[long]", "time", "s"), 1,
		VERDICT_INCONCLUSIVE, 9.1e-6, 1.02, 0.3);
	row->ratio_hi = INFINITY;
	row->ratio_lo = 0;
	row->noise = row->detectable = NAN;
	row->blocks = 1;
	row->blocks_missing = INFINITY;
	add_row(m, add_bench(m, "macro", "compile_everything", "time", "s"), 1, VERDICT_IMPROVED,
		3.4, 0.81, 0.02);
	row = add_row(m, add_bench(m, "regression", "test_scan", "time", "s"), 1, VERDICT_PASS,
		0.00087, 1.021, 0.008);
	row->slower = true;
	add_row(m, add_bench(m, "regression", "test_print", "time", "s"), 1, VERDICT_PASS, 0.0021,
		0.998, 0.004);
	row = add_row(m, add_bench(m, "macro", "rounds", "ops", "req/s"), 1, VERDICT_UNGATED, 15200,
		1.001, 0.01);
	row->caution = "the gate lets it grow to 12.0 times its value (by 1.00 ms)";
	add_failure(m, add_bench(m, "macro", "link", "time", "s"), 1, STATUS_CRASHED,
		"worktree: signal SIGSEGV (11)",
		"/home/user/project/.revsweep/logs/12/launch-000017.log");
	add_failure(m, add_bench(m, "regression", "test_unicode_tables", "time", "s"), 1,
		STATUS_NEW, NULL, NULL)
		->value = 0.01;
	add_failure(m, add_bench(m, "regression", "test_old", "time", "s"), 1, STATUS_REMOVED, NULL,
		NULL)
		->base_value = 0.01;
	m->report.verdict = VERDICT_REGRESSED;
	m->report.exit_code = 1;
	m->results.disturbed = 2;
	m->results.disturbed_by[DISTURBED_BY_STEAL] = 1;
	m->results.disturbed_by[DISTURBED_BY_OTHERS] = 2;
	results_note(&m->results, "pytest-benchmark: --benchmark-warmup is not known to it");
}

/* Several revisions, one of which was not built. */
static inline void
made_sweep(struct made *m)
{
	static const char *const labels[] = {"v1.0", "v1.1", "v1.2", "v1.3-rc1-with-a-long-label"};
	static const char *const names[] = {"parse", "scan", "print"};

	made_init(m);
	m->report.command = "sweep";
	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		add_rev(m, labels[i], "3f2a1b9c0dd1e2f3a4b5c6d7e8f9a0b1c2d3e4f5", "a release");
	outcome_set(&m->results.revs.v[2].build, OUTCOME_FAILED, "make: exit status 2");
	m->results.revs.v[2].build_log = "/tmp/build.log";
	for (size_t b = 0; b < ARRAY_LEN(names); b++)
		add_bench(m, "all", names[b], "time", "s");
	add_row(m, 0, 3, VERDICT_REGRESSED, 0.01, 1.3, 0.02);
	for (size_t b = 0; b < ARRAY_LEN(names); b++)
		add_failure(m, b, 2, STATUS_UNBUILT, "v1.2: not built: make: exit status 2",
			"/tmp/build.log");
	for (size_t b = 0; b < ARRAY_LEN(names); b++) {
		add_row(m, b, 1, VERDICT_PASS, 0.01, 1 + 0.001 * (double)b, 0.01);
		if (b)
			add_row(m, b, 3, VERDICT_IMPROVED, 0.01, 0.5, 0.02);
	}
	m->report.verdict = VERDICT_REGRESSED;
}

/* Compares with tests/data/report/NAME; UPDATE_GOLDEN=1 writes that file instead. */
static inline void
expect_golden(const char *name, const struct str *got)
{
	const char *data = getenv("TEST_DATA");
	scoped(str) want = STR_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(data != NULL, "TEST_DATA is not set");
	scoped_free char *path = xasprintf("%s/report/%s", data, name);
	if (getenv("UPDATE_GOLDEN")) {
		ck_assert_msg(fs_write_atomic(path, got->p, got->n, &err) == 0, "%s", err.text);
		return;
	}
	ck_assert_msg(fs_read(path, 1 << 20, &want, &err) == 0, "%s", err.text);
	if (str_eq(want.p, got->p))
		return;
	size_t at = 0;
	while (want.p[at] && want.p[at] == got->p[at])
		at++;
	ck_abort_msg("%s differs at byte %zu:\n%.300s\n--- instead of ---\n%.300s", name, at,
		got->p + at, want.p + at);
}

static inline void
write_report(
	const struct made *m, const char *format, const struct report_style *style, struct str *out)
{
	const struct report_format *f = report_format_find(format);

	ck_assert_ptr_nonnull(f);
	str_clear(out);
	f->write(&m->report, style, out);
	ck_assert(!out->full);
}

#endif
