/* A small stored sweep, made by hand, as runs. */
#include "sweep/runs.h"

#include "base/jsonw.h"
#include "sweep/terms.h"

#include "../store/store_common.h"

/* What a launch of pytest-benchmark left: two rounds, the first as given. */
static char *
raw_of(double first, double second)
{
	return xasprintf(
		"{\"machine_info\": {\"node\": \"n\", \"cpu\": {\"count\": 8}}, \"commit_info\": "
		"{\"id\": \"of the directory\"}, \"benchmarks\": [{\"group\": \"g\", \"name\": "
		"\"test_a[1-x]\", \"fullname\": \"t/x.py::test_a[1-x]\", \"params\": {\"n\": 1, "
		"\"s\": \"1\"}, \"param\": \"1-x\", \"extra_info\": {}, \"options\": {\"timer\": "
		"\"perf_counter\"}, \"stats\": {\"data\": [%.17g, %.17g], \"iterations\": 3, "
		"\"min\": 1}}], \"datetime\": \"2026-01-01T00:00:00\", \"version\": \"5.2.3\"}",
		first, second);
}

static void
add(struct store *store, int64_t sweep, const struct results *results, size_t rev, unsigned block,
	bool with_raw)
{
	struct store_launch l = launch_of(rev, block);
	struct store_sample samples[2] = {{.bench = 0, .rev = rev}, {.bench = 1, .rev = rev}};
	double first = value_of(0, rev, block);
	scoped_free char *raw = raw_of(first, 2 * first);

	for (size_t b = 0; b < 2; b++) {
		samples[b].sample = sample_of(b, rev, block);
		samples[b].sample.v[SUMMARY_MIN] = value_of(b, rev, block);
		samples[b].sample.rounds = b == 0 ? 2 : 7;
	}
	l.planned = 2;
	OK(store_add_launch(store, sweep, &l, results, samples, 2, with_raw ? raw : NULL,
		with_raw ? strlen(raw) : 0, err));
}

static int64_t
fill_store(struct store *store, const char *command, unsigned blocks, unsigned raw_blocks)
{
	struct results results;
	struct terms terms = {.command = command, .project = "p", .isolation = "none"};
	struct bench bench = {.suite = "s", .metric = "time", .unit = "s"};
	scoped(str) plan = STR_INIT;
	struct jsonw w = {.out = &plan};
	int64_t id = 0;

	snprintf(terms.host.kernel, sizeof(terms.host.kernel), "Linux 6.1 x86_64");
	snprintf(terms.host.name, sizeof(terms.host.name), "host");
	fill_results(&results, 2);
	results.benches.n = 0; /* two of our own */
	bench.name = "t/x.py::test_a[1-x]";
	results_bench(&results, &bench);
	bench.name = "other::thing";
	results_bench(&results, &bench);
	jsonw_open(&w, NULL, '{');
	terms_write(&terms, &w);
	jsonw_close(&w, '}');
	struct store_sweep sweep = {
		.command = command, .digest = "d", .plan = plan.p, .created = 1700000000};
	OK(store_begin(store, &sweep, &id, err));
	for (size_t i = 0; i < 2; i++)
		OK(store_set_rev(store, id, i, &results.revs.v[i], err));
	for (unsigned block = 0; block < blocks; block++)
		for (size_t rev = 0; rev < 2; rev++)
			add(store, id, &results, rev, block, block < raw_blocks);
	results_done(&results);
	return id;
}

static void
read_runs(struct store *store, int64_t id, struct run_list *ret)
{
	struct arena arena = ARENA_INIT;
	struct store_sweep sweep = {0};

	OK(store_get(store, id, &arena, &sweep, err));
	OK(sweep_runs(store, &sweep, true, ret, err));
	arena_done(&arena);
}

static bool
notes(const struct run *run, const char *text)
{
	for (size_t i = 0; i < run->facts.notes.n; i++)
		if (strstr(run->facts.notes.v[i], text))
			return true;
	return false;
}

START_TEST(rounds_of_all_launches_are_one_run)
{
	char *dir = temp_dir();
	struct store *store = open_store(dir);
	struct run_list runs = {0};

	read_runs(store, fill_store(store, "compare", 3, 3), &runs);
	ck_assert_uint_eq(runs.n, 2);
	const struct run *run = &runs.v[1];
	ck_assert_str_eq(run->label, "head");
	ck_assert_uint_eq(run->benches.n, 2);
	const struct run_bench *a = &run->benches.v[0], *b = &run->benches.v[1];
	ck_assert_str_eq(a->fullname, "t/x.py::test_a[1-x]");
	ck_assert_str_eq(a->name, "test_a[1-x]");
	ck_assert_str_eq(a->param, "1-x");
	ck_assert(a->params[0].value && !a->params[0].is_text && a->params[1].is_text);
	ck_assert_str_eq(a->options[0].value, "perf_counter");
	const struct run_value *v = run_value_of(a, "time");
	ck_assert_uint_eq(v->n_data, 6);
	for (unsigned i = 0; i < 6; i++)
		ck_assert_double_eq(v->data[i], (1 + i % 2) * value_of(0, 1, i / 2));
	ck_assert_double_eq(v->stat[RUN_ROUNDS], 6);
	ck_assert_double_eq(v->stat[RUN_ITERATIONS], 3);
	ck_assert_double_eq(v->stat[RUN_MIN], value_of(0, 1, 0));
	/* No file speaks of this one: a launch is a round. */
	ck_assert_str_eq(b->name, "thing");
	v = run_value_of(b, "time");
	ck_assert_uint_eq(v->n_data, 3);
	ck_assert_double_eq(v->data[2], sample_of(1, 1, 2).v[SUMMARY_MEAN]);
	ck_assert_double_eq(v->stat[RUN_ITERATIONS], 21);
	ck_assert(notes(run, "of 1 other values each launch is one round"));
	run_list_done(&runs);
	store_close(store);
	temp_done(dir);
}
END_TEST

/* The revision is the one that was measured, whatever directory the harness ran in. */
START_TEST(facts_are_the_stores)
{
	char *dir = temp_dir();
	struct store *store = open_store(dir);
	struct run_list runs = {0};

	read_runs(store, fill_store(store, "compare", 1, 1), &runs);
	const struct run_facts *f = &runs.v[0].facts;
	ck_assert_str_eq(f->commit, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	ck_assert_str_eq(f->commit_time, "2023-11-14T22:13:20+00:00");
	ck_assert_str_eq(f->date, "2023-11-14T22:13:20.000000+00:00");
	ck_assert_double_eq(f->time, 1700000000);
	ck_assert_str_eq(f->tool, "pytest-benchmark 5.2.3");
	ck_assert_str_eq(f->project, "p");
	ck_assert_str_eq(f->tag, "base");
	ck_assert_str_eq(run_machine_of(&runs.v[0], "node"), "n");
	ck_assert_str_eq(run_machine_of(&runs.v[0], "cpu.count"), "8");
	ck_assert_str_eq(run_machine_of(&runs.v[0], "release"), "6.1");
	/* A single launch is taken as its file has it. */
	const struct run_value *v = run_value_of(&runs.v[0].benches.v[0], "time");
	ck_assert_uint_eq(v->n_data, 2);
	run_list_done(&runs);
	store_close(store);
	temp_done(dir);
}
END_TEST

/* Rounds of some launches beside the means of others would be neither. */
START_TEST(all_launches_or_none)
{
	char *dir = temp_dir();
	struct store *store = open_store(dir);
	struct run_list runs = {0};

	read_runs(store, fill_store(store, "compare", 3, 2), &runs);
	const struct run_value *v = run_value_of(&runs.v[0].benches.v[0], "time");
	ck_assert_uint_eq(v->n_data, 3);
	ck_assert_double_eq(v->data[0], sample_of(0, 0, 0).v[SUMMARY_MEAN]);
	ck_assert(notes(&runs.v[0], "each launch is one round, its mean"));
	run_list_done(&runs);
	store_close(store);
	temp_done(dir);
}
END_TEST

START_TEST(a_damaged_raw_output_is_no_result)
{
	char *dir = temp_dir();
	struct store *store = open_store(dir);
	struct run_list runs = {0};
	struct arena arena = ARENA_INIT;
	struct store_launch_row *rows = NULL;
	struct store_sweep sweep = {0};
	size_t n = 0;
	int64_t id = fill_store(store, "compare", 1, 1);

	OK(store_launches(store, id, &arena, &rows, &n, err));
	ck_assert(rows[0].counts && rows[0].rev_index == 0);
	scoped_free char *path = store_blob_path(store, rows[0].blob);
	ck_assert_int_eq(unlink(path), 0);
	put_file(path, "{}", 2);
	OK(store_get(store, id, &arena, &sweep, err));
	FAILS(ERR_STORE, "is not what it was", sweep_runs(store, &sweep, true, &runs, err));
	run_list_done(&runs);
	arena_done(&arena);
	store_close(store);
	temp_done(dir);
}
END_TEST

TEST_SUITE("sweep/runs", rounds_of_all_launches_are_one_run, facts_are_the_stores,
	all_launches_or_none, a_damaged_raw_output_is_no_result)
