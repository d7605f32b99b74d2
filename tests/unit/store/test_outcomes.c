/* What went wrong in a revision comes back from the store as it was told. */
#include "store_common.h"

/* What failed is remembered as having failed, until there is a sample. */
START_TEST(failures_come_back)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct results r, out;
	unsigned next;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	struct store_launch l = launch_of(0, 0);
	struct store_sample samples[2] = {{.bench = 0, .rev = 0}, {.bench = 1, .rev = 0}};
	samples[0].sample = sample_of(0, 0, 0);
	samples[1].absent = true;
	OK(store_add_launch(s, id, &l, &r, samples, 2, NULL, 0, err));
	l = launch_of(1, 0);
	l.suite_name = "fast";
	l.log = "/logs/7";
	l.disturbed = true;
	outcome_set(&l.outcome, OUTCOME_CRASHED, "signal SIGSEGV (11)");
	OK(store_add_launch(s, id, &l, &r, NULL, 0, NULL, 0, err));
	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_uint_eq(next, 1);
	ck_assert_uint_eq(out.disturbed, 1);
	ck_assert(results_cell(&out, 1, 0)->absent);
	ck_assert(results_cell(&out, 1, 0)->seen);
	for (size_t b = 0; b < 2; b++) {
		struct results_cell *c = results_cell(&out, b, 1);
		ck_assert_int_eq(c->outcome.kind, OUTCOME_CRASHED);
		ck_assert_str_eq(c->outcome.detail, "signal SIGSEGV (11)");
		ck_assert_str_eq(c->log, "/logs/7");
	}
	results_done(&out);
	/* Given up after that failure: the next block does without it. */
	l = launch_of(0, 1);
	OK(add_launch(s, id, &r, &l, err));
	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_uint_eq(next, 2);
	ck_assert(!results_cell(&out, 1, 0)->absent);
	results_done(&out);
	/* A sample later on makes the cell good. */
	add_block(s, id, &r, 2);
	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_int_eq(results_cell(&out, 0, 1)->outcome.kind, OUTCOME_OK);
	ck_assert_uint_eq(results_cell(&out, 0, 1)->blocks[1].rounds, 0);
	results_done(&out);
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

/* A suite that nobody could run: no launch has a sample, and none but the first need say its name.
 */
START_TEST(whole_suites_fail)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct results r, out;
	unsigned next;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	for (size_t rev = 0; rev < 2; rev++) {
		struct store_launch l = launch_of(rev, 0);

		l.suite = 3;
		l.suite_name = rev ? NULL : "odd";
		l.warmup = true;
		l.log = rev ? "/logs/1" : NULL;
		outcome_set(&l.outcome, OUTCOME_FAILED, "exited with %zu", rev);
		OK(store_add_launch(s, id, &l, &r, NULL, 0, NULL, 0, err));
	}
	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_uint_eq(out.benches.n, 1);
	ck_assert_uint_eq(out.notes.n, 0);
	ck_assert_str_eq(out.benches.v[0].suite, "odd");
	ck_assert_str_eq(out.benches.v[0].name, "*");
	for (size_t rev = 0; rev < 2; rev++) {
		const struct results_cell *c = results_cell(&out, 0, rev);

		ck_assert_int_eq(c->outcome.kind, OUTCOME_FAILED);
		ck_assert_str_eq(c->outcome.detail, rev ? "exited with 1" : "exited with 0");
		ck_assert(c->seen);
	}
	ck_assert_str_eq(results_cell(&out, 0, 1)->log, "/logs/1");
	results_done(&out);
	/* Who goes on finds the benches out: there must be no "*" beside them. */
	OK(store_lease(s, id, err));
	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_uint_eq(out.benches.n, 0);
	results_done(&out);
	/* A better launch later on, and nothing has failed. */
	for (size_t rev = 0; rev < 2; rev++) {
		struct store_launch l = launch_of(rev, 0);

		l.suite = 3;
		OK(add_launch(s, id, &r, &l, err));
	}
	store_close(s);
	s = open_store(dir);
	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_uint_eq(out.benches.n, 2);
	for (size_t i = 0; i < 4; i++)
		ck_assert_int_eq(out.cells.v[i].outcome.kind, OUTCOME_OK);
	results_done(&out);
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

/* What launches that do not count tell: warm-ups and discarded ones. */
START_TEST(uncounted_launches_speak)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct results r, out;
	unsigned next;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	struct store_launch warm = launch_of(0, 0);
	struct store_sample samples[2] = {{.bench = 0}, {.bench = 1, .absent = true}};
	samples[0].sample = sample_of(0, 0, 0);
	warm.warmup = true;
	OK(store_add_launch(s, id, &warm, &r, samples, 2, NULL, 0, err));
	struct store_launch bad = launch_of(1, 0);
	bad.suite_name = "fast";
	outcome_set(&bad.outcome, OUTCOME_CRASHED, "signal SIGSEGV (11)");
	OK(store_add_launch(s, id, &bad, &r, NULL, 0, NULL, 0, err));
	OK(store_discard_block(s, id, 0, err));
	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_uint_eq(next, 0);
	ck_assert_uint_eq(out.launches, 0);
	ck_assert(results_cell(&out, 0, 0)->seen && !results_cell(&out, 0, 0)->absent);
	ck_assert_uint_eq(results_cell(&out, 0, 0)->n_blocks, 0);
	ck_assert(results_cell(&out, 1, 0)->seen && results_cell(&out, 1, 0)->absent);
	for (size_t b = 0; b < 2; b++)
		ck_assert_int_eq(results_cell(&out, b, 1)->outcome.kind, OUTCOME_CRASHED);
	results_done(&out);
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

TEST_SUITE("store/outcomes", failures_come_back, whole_suites_fail, uncounted_launches_speak)
