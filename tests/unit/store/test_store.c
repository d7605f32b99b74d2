#include "store_common.h"

#include "core/run.h"

/* A sweep goes in and the same comes out, also for a second reader. */
START_TEST(round_trip)
{
	char *dir = temp_dir();
	scoped_free char *at = path_join(dir, "deep/store");
	struct store *s = open_store(at), *reader = NULL;
	struct results in, out, again;
	unsigned next = 99;

	fill_results(&in, 2);
	int64_t id = begin_sweep(s, &in);
	ck_assert_int_eq(id, 1);
	for (unsigned block = 0; block < 3; block++)
		add_block(s, id, &in, block);
	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_uint_eq(next, 3);
	ck_assert_uint_eq(out.n_blocks, 3);
	ck_assert_uint_eq(out.launches, 6);
	ck_assert_uint_eq(out.benches.n, 2);
	ck_assert_str_eq(out.revs.v[0].rev.subject, "a \xff subject");
	ck_assert_ptr_null(out.revs.v[0].rev.author);
	for (size_t b = 0; b < 2; b++)
		for (size_t v = 0; v < 2; v++)
			for (unsigned k = 0; k < 3; k++) {
				size_t at_b = results_bench(&out, &in.benches.v[b]);
				struct results_cell *c = results_cell(&out, at_b, v);

				ck_assert_uint_eq(c->n_blocks, 3);
				ck_assert_uint_eq(c->blocks[k].rounds, 7);
				ck_assert_uint_eq(c->blocks[k].iterations, 3);
				ck_assert(c->blocks[k].v[0] == value_of(b, v, k));
				ck_assert(isnan(c->blocks[k].v[SUMMARY_CPU_MEAN]));
			}
	size_t sort = results_bench(&out, &in.benches.v[0]);
	ck_assert_uint_eq(out.benches.n, 2);
	ck_assert_uint_eq(out.benches.v[sort].n_marks, 2);
	ck_assert_str_eq(out.benches.v[sort].marks[1], "io");
	ck_assert_int_eq(out.benches.v[sort].clock, CLOCK_KIND_CPU);
	results_init(&again);
	OK(store_open(at, STORE_READ, &reader, err));
	OK(store_load(reader, id, &again, &next, err));
	scoped_free char *one = dump_results(&out);
	scoped_free char *two = dump_results(&again);
	ck_assert_str_eq(one, two);
	FAILS(ERR_INTERNAL, "for reading", store_discard_block(reader, id, 0, err));
	scoped_free char *ignore = path_join(at, ".gitignore");
	scoped(str) text = STR_INIT;
	OK(fs_read(ignore, 100, &text, err));
	ck_assert_str_eq(text.p, "*\n");
	results_done(&in);
	results_done(&out);
	results_done(&again);
	store_close(reader);
	store_close(s);
	temp_done(dir);
}
END_TEST

START_TEST(sweeps_are_found)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct arena a = ARENA_INIT;
	struct store_sweep found, *list;
	struct results r;
	size_t n;

	fill_results(&r, 2);
	int64_t one = begin_sweep(s, &r), two = begin_sweep(s, &r), three = begin_sweep(s, &r);
	OK(store_finish(s, two, 1, "it got slower", "{\"format\": 1}", err));
	OK(store_find(s, "d1", "running", &a, &found, err));
	ck_assert_int_eq(found.id, three);
	ck_assert(found.seed == UINT64_MAX - 1);
	OK(store_find(s, "d1", "done", &a, &found, err));
	ck_assert_int_eq(found.id, two);
	ck_assert_int_eq(found.exit_code, 1);
	ck_assert_str_eq(found.summary, "it got slower");
	ck_assert_str_eq(found.report, "{\"format\": 1}");
	OK(store_find(s, "other", "done", &a, &found, err));
	ck_assert_int_eq(found.id, 0);
	OK(store_get(s, one, &a, &found, err));
	ck_assert_str_eq(found.status, "running");
	ck_assert_str_eq(found.plan, "{\"x\": 1}");
	FAILS(ERR_USAGE, "no sweep #77", store_get(s, 77, &a, &found, err));
	OK(store_list(s, 0, &a, &list, &n, err));
	ck_assert_uint_eq(n, 3);
	ck_assert_int_eq(list[0].id, three);
	OK(store_list(s, 2, &a, &list, &n, err));
	ck_assert_uint_eq(n, 2);
	OK(store_get(s, one, &a, &found, err));
	OK(store_list_of(s, found.command, &a, &list, &n, err));
	ck_assert_uint_eq(n, 3);
	ck_assert_int_eq(list[0].id, three);
	OK(store_list_of(s, "bisect", &a, &list, &n, err));
	ck_assert_uint_eq(n, 0);
	OK(store_finish(s, two, 0, NULL, NULL, err));
	OK(store_get(s, two, &a, &found, err));
	ck_assert_int_eq(found.exit_code, 0);
	ck_assert_ptr_null(found.summary);
	arena_done(&a);
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

/* A block that lacks a launch does not count, and is measured again. */
START_TEST(resumes_in_a_block)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct results r;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	add_block(s, id, &r, 0);
	struct store_launch cut = launch_of(1, 1);
	OK(add_launch(s, id, &r, &cut, err));
	store_close(s);

	s = open_store(dir);
	OK(store_lease(s, id, err));
	expect_load(s, id, 2, 1);
	add_block(s, id, &r, 1);
	expect_load(s, id, 4, 2);
	struct arena a = ARENA_INIT;
	struct store_launch_row *rows;
	size_t n;
	OK(store_launches(s, id, &a, &rows, &n, err));
	ck_assert_uint_eq(n, 5);
	ck_assert(rows[2].discarded && !rows[3].discarded && !rows[4].discarded);
	ck_assert_str_eq(rows[4].rev, "head");
	ck_assert_str_eq(rows[4].suite, "fast");
	scoped_free char *blob = store_blob_path(s, rows[4].blob);
	ck_assert_ptr_nonnull(blob);
	ck_assert_ptr_null(store_blob_path(s, "../../etc/passwd"));
	scoped(str) raw = STR_INIT;
	OK(fs_read(blob, 1000, &raw, err));
	ck_assert_str_eq(raw.p, "raw 1 1");
	arena_done(&a);
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

/* Without the lease nothing is marked: somebody may be in the middle of that block. */
START_TEST(looking_discards_nothing)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir), *other = open_store(dir);
	struct results r;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	struct store_launch half = launch_of(0, 0);
	OK(add_launch(s, id, &r, &half, err));
	expect_load(other, id, 0, 0);
	half = launch_of(1, 0);
	OK(add_launch(s, id, &r, &half, err));
	expect_load(other, id, 2, 1);
	results_done(&r);
	store_close(s);
	store_close(other);
	temp_done(dir);
}
END_TEST

/* planned says when a block is whole, whatever the revisions look like. */
START_TEST(planned_launches)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct results r;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	for (unsigned suite = 0; suite < 2; suite++)
		for (size_t rev = 0; rev < 2; rev++) {
			struct store_launch l = launch_of(rev, 0);
			l.planned = 4;
			l.suite = suite;
			expect_load(s, id, 0, 0);
			OK(add_launch(s, id, &r, &l, err));
		}
	struct store_launch alone = launch_of(1, 1);
	alone.planned = 1;
	OK(add_launch(s, id, &r, &alone, err));
	expect_load(s, id, 5, 2);
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

START_TEST(nothing_counts_twice)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct results r;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	struct store_launch warm = launch_of(0, 0);
	warm.warmup = true;
	OK(add_launch(s, id, &r, &warm, err));
	add_block(s, id, &r, 0);
	add_block(s, id, &r, 0); /* the very same: nothing happens */
	struct store_launch other = launch_of(0, 0);
	other.wall_s = 9;
	FAILS(ERR_INTERNAL, "stored already", add_launch(s, id, &r, &other, err));
	other.attempt = 1;
	OK(add_launch(s, id, &r, &other, err));
	expect_load(s, id, 2, 1);
	OK(store_discard_block(s, id, 0, err));
	expect_load(s, id, 0, 0);
	add_block(s, id, &r, 0);
	expect_load(s, id, 2, 1);
	other = launch_of(0, 1u << 30);
	FAILS(ERR_INTERNAL, "at most", add_launch(s, id, &r, &other, err));
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

START_TEST(revisions_change)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct results r, out;
	unsigned next;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	outcome_set(&r.revs.v[1].build, OUTCOME_FAILED, "make: exit 2");
	r.revs.v[1].build_log = "/logs/build";
	r.revs.v[1].build_key = "ffff";
	OK(store_set_rev(s, id, 1, &r.revs.v[1], err));
	OK(store_set_rev(s, id, 1, &r.revs.v[1], err));
	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_uint_eq(out.revs.n, 2);
	ck_assert_int_eq(out.revs.v[1].build.kind, OUTCOME_FAILED);
	ck_assert_str_eq(out.revs.v[1].build.detail, "make: exit 2");
	ck_assert_str_eq(out.revs.v[1].build_log, "/logs/build");
	ck_assert_str_eq(out.revs.v[1].build_key, "ffff");
	results_done(&out);
	/* A revision without a build launches nothing: the block is whole. */
	struct store_launch l = launch_of(0, 0);
	OK(add_launch(s, id, &r, &l, err));
	expect_load(s, id, 1, 1);
	results_done(&r);
	FAILS(ERR_USAGE, "no sweep #9", store_discard_block(s, 9, 0, err));
	store_close(s);
	temp_done(dir);
}
END_TEST

START_TEST(machines_are_told_apart)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct host host = {.name = "h", .cpus = 2, .memory = 1ull << 33, .id = "0123456789abcdef"};
	struct host got;
	struct results r, out;
	unsigned next;
	bool known = true;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	OK(store_get_host(s, id, &got, &known, err));
	ck_assert(!known);
	OK(store_set_host(s, id, &host, err));
	add_block(s, id, &r, 0);
	OK(store_set_host(s, id, &host, err));
	snprintf(host.id, sizeof(host.id), "fedcba9876543210");
	OK(store_set_host(s, id, &host, err));
	OK(store_get_host(s, id, &got, &known, err));
	ck_assert(known);
	ck_assert_str_eq(got.id, "fedcba9876543210");
	ck_assert(got.memory == 1ull << 33);
	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_uint_eq(out.notes.n, 0); /* nothing was measured there yet */
	results_done(&out);
	add_block(s, id, &r, 1);
	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_uint_eq(out.notes.n, 1);
	ck_assert_str_eq(out.notes.v[0], "measured on more than one kind of machine");
	results_done(&out);
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

START_TEST(facts_and_notes)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir), *reader = NULL;
	struct arena a = ARENA_INIT;
	struct results r, out;
	const char *text = "?";
	unsigned next;

	fill_results(&r, 2);
	int64_t one = begin_sweep(s, &r), two = begin_sweep(s, &r);
	OK(store_fact(s, one, "color", &a, &text, err));
	ck_assert_ptr_null(text);
	OK(store_set_fact(s, one, "color", "red", err));
	OK(store_set_fact(s, one, "color", "blue", err));
	OK(store_set_fact(s, one, "color", "red", err)); /* the newest counts */
	OK(store_set_fact(s, one, "size", "", err));
	OK(store_add_note(s, one, "b", err));
	OK(store_add_note(s, one, "a \xff", err));
	OK(store_add_note(s, one, "b", err));
	OK(store_fact(s, one, "color", &a, &text, err));
	ck_assert_str_eq(text, "red");
	OK(store_fact(s, one, "size", &a, &text, err));
	ck_assert_str_eq(text, "");
	OK(store_fact(s, two, "color", &a, &text, err));
	ck_assert_ptr_null(text);
	OK(store_open(dir, STORE_READ, &reader, err));
	results_init(&out);
	OK(store_load(reader, one, &out, &next, err));
	ck_assert_uint_eq(out.notes.n, 2);
	ck_assert_str_eq(out.notes.v[0], "b");
	ck_assert_str_eq(out.notes.v[1], "a \xff");
	results_done(&out);
	FAILS(ERR_INTERNAL, "for reading", store_add_note(reader, one, "c", err));
	FAILS(ERR_USAGE, "no sweep #9", store_set_fact(s, 9, "x", "y", err));
	FAILS(ERR_USAGE, "no sweep #9", store_fact(s, 9, "x", &a, &text, err));
	arena_done(&a);
	results_done(&r);
	store_close(reader);
	store_close(s);
	temp_done(dir);
}
END_TEST

/* What is there already leaves neither a row nor a record. */
START_TEST(known_facts_cost_nothing)
{
	char *dir = temp_dir();
	scoped_free char *wal = path_join(dir, "store.db-wal");
	struct store *s = open_store(dir);
	scoped(str) before = STR_INIT;
	scoped(str) after = STR_INIT;
	struct results r;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	OK(store_set_fact(s, id, "color", "red", err));
	OK(store_add_note(s, id, "a note", err));
	OK(store_add_note(s, id, "another", err));
	OK(fs_read(wal, 10u << 20, &before, err));
	OK(store_set_fact(s, id, "color", "red", err));
	OK(store_add_note(s, id, "a note", err));
	OK(fs_read(wal, 10u << 20, &after, err));
	ck_assert_uint_eq(after.n, before.n);
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

START_TEST(one_worker_a_sweep)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir), *other = open_store(dir);
	struct results r;
	char pid[32];

	fill_results(&r, 1);
	int64_t one = begin_sweep(s, &r), two = begin_sweep(s, &r);
	OK(store_lease(s, one, err));
	OK(store_lease(s, one, err));
	snprintf(pid, sizeof(pid), "pid %ld", (long)getpid());
	FAILS(ERR_BUSY, pid, store_lease(other, one, err));
	OK(store_lease(other, two, err));
	store_close(s);
	s = open_store(dir);
	OK(store_lease(s, one, err));
	results_done(&r);
	store_close(s);
	store_close(other);
	temp_done(dir);
}
END_TEST

/* Blobs find their directories made, also in a store that lost some or never had them. */
START_TEST(directories_are_made)
{
	static const char *const names[] = {"blobs/00", "blobs/7f", "blobs/ff", "blobs"};
	char *dir = temp_dir();
	struct results r;
	int64_t id = 0;

	fill_results(&r, 2);
	for (unsigned round = 0; round < ARRAY_LEN(names); round++) {
		struct store *s = open_store(dir);

		for (size_t i = 0; i < ARRAY_LEN(names); i++) {
			scoped_free char *path = path_join(dir, names[i]);
			ck_assert_msg(fs_is_dir(path), "no %s", path);
		}
		if (!id)
			id = begin_sweep(s, &r);
		add_block(s, id, &r, round);
		store_close(s);
		scoped_free char *path = path_join(dir, names[round]);
		OK(fs_remove(path, err));
	}
	struct store *s = open_store(dir);
	expect_load(s, id, 2 * ARRAY_LEN(names), ARRAY_LEN(names));
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

/* The log does not grow without end, and is empty when nobody is there. */
START_TEST(log_is_moved_into_the_file)
{
	char *dir = temp_dir();
	scoped_free char *wal = path_join(dir, "store.db-wal");
	struct store *s = open_store(dir);
	scoped_free char *plan = xcalloc(1, 1 << 20);
	struct store_sweep sweep = {.command = "run", .digest = "x", .plan = plan};
	int64_t id;

	memset(plan, 'p', (1 << 20) - 1);
	for (int i = 0; i < 20; i++)
		OK(store_begin(s, &sweep, &id, err));
	scoped(str) log = STR_INIT;
	OK(fs_read(wal, 10u << 20, &log, err));
	store_close(s);
	str_clear(&log);
	OK(fs_read(wal, 10u << 20, &log, err));
	ck_assert_uint_eq(log.n, 0);
	temp_done(dir);
}
END_TEST

/* In samples, in the list of launches, and in records. */
START_TEST(layouts_are_kept)
{
	char *dir = temp_dir();
	scoped_free char *second = path_join(dir, "imported");
	scoped_free char *first = path_join(dir, "first");
	struct store *s = open_store(first), *t = open_store(second);
	struct arena a = ARENA_INIT;
	struct store_launch_row *rows;
	struct results r, back;
	scoped(str) text = STR_INIT;
	size_t n;
	unsigned next;
	int64_t id;

	fill_results(&r, 2);
	begin_sweep(s, &r);
	for (unsigned i = 0; i < 6; i++) {
		struct store_launch l = launch_of(i % 2, i / 2);

		l.layout = i / 2;
		OK(add_launch(s, 1, &r, &l, err));
	}
	OK(store_export(s, 1, &text, err));
	ck_assert_ptr_nonnull(strstr(text.p, "\"layout\":2"));
	ck_assert_ptr_null(strstr(text.p, "\"layout\":0")); /* plain ones stay what they were */
	OK(store_import(t, text.p, text.n, &id, err));
	OK(store_launches(t, id, &a, &rows, &n, err));
	ck_assert_uint_eq(n, 6);
	results_init(&back);
	OK(store_load(t, id, &back, &next, err));
	for (unsigned i = 0; i < 6; i++) {
		ck_assert_uint_eq(rows[i].layout, i / 2);
		ck_assert_uint_eq(results_cell(&back, 1, i % 2)->blocks[i / 2].layout, i / 2);
	}
	results_done(&back);
	results_done(&r);
	arena_done(&a);
	store_close(s);
	store_close(t);
	temp_done(dir);
}
END_TEST

/* Batch after batch, and in records. */
START_TEST(timelines_are_kept)
{
	char *dir = temp_dir();
	scoped_free char *first = path_join(dir, "first");
	scoped_free char *second = path_join(dir, "imported");
	struct arena a = ARENA_INIT;
	struct store_timeline timeline;
	scoped(str) text = STR_INIT;
	int64_t id;

	make_sample_store(first);
	add_timeline(first);
	struct store *s = open_store(first), *t = open_store(second);
	OK(store_timeline(s, 1, &a, &timeline, err));
	ck_assert_uint_eq(timeline.n_sessions, 2);
	ck_assert_uint_eq(timeline.sessions[0].workers, 4);
	ck_assert_uint_eq(timeline.n_spans, 3);
	ck_assert_int_eq(timeline.spans[1].phase, SPAN_STEP);
	ck_assert_uint_eq(timeline.spans[1].session, 1);
	ck_assert_str_eq(timeline.spans[1].step, "compile \xff");
	FAILS(ERR_USAGE, "there is no sweep #9", store_timeline(s, 9, &a, &timeline, err));
	OK(store_export(s, 1, &text, err));
	OK(store_import(t, text.p, text.n, &id, err));
	store_close(s);
	store_close(t);
	scoped_free char *was = read_all(first, STORE_READ);
	scoped_free char *is = read_all(second, STORE_READ);
	const char *spans_was = strstr(was, "session 1 4"), *spans_is = strstr(is, "session 1 4");
	ck_assert_ptr_nonnull(spans_was);
	ck_assert_str_eq(spans_was, spans_is);
	arena_done(&a);
	temp_done(dir);
}
END_TEST

/* In the index and in records. */
START_TEST(parameters_are_kept)
{
	static const struct run_pair params[] = {
		{.key = "n", .value = "1000"}, {.key = "kind", .value = "a \xff, \"b\""}, {0}};
	struct bench bench = {.suite = "fast",
		.name = "search",
		.metric = "time",
		.unit = "s",
		.param = "1000-b",
		.params = params};
	char *dir = temp_dir();
	scoped_free char *first = path_join(dir, "first");
	scoped_free char *second = path_join(dir, "second");
	struct store *s = open_store(first), *t = open_store(second);
	struct store_launch l = launch_of(0, 0);
	scoped(str) text = STR_INIT;
	struct results r, back;
	int64_t id;
	unsigned next;

	fill_results(&r, 2);
	begin_sweep(s, &r);
	struct store_sample sample = {.bench = results_bench(&r, &bench)};
	OK(store_add_launch(s, 1, &l, &r, &sample, 1, NULL, 0, err));
	OK(store_export(s, 1, &text, err));
	OK(store_import(t, text.p, text.n, &id, err));
	for (int i = 0; i < 2; i++) {
		results_init(&back);
		OK(store_load(i ? t : s, 1, &back, &next, err));
		const struct run_pair *kept = back.benches.v[0].params;
		for (int k = 0; k < 2; k++) {
			ck_assert_str_eq(kept[k].key, params[k].key);
			ck_assert_str_eq(kept[k].value, params[k].value);
		}
		ck_assert_ptr_null(kept[2].key);
		results_done(&back);
	}
	results_done(&r);
	store_close(s);
	store_close(t);
	temp_done(dir);
}
END_TEST

TEST_SUITE("store/store", round_trip, sweeps_are_found, resumes_in_a_block,
	looking_discards_nothing, planned_launches, nothing_counts_twice, revisions_change,
	machines_are_told_apart, facts_and_notes, known_facts_cost_nothing, one_worker_a_sweep,
	directories_are_made, log_is_moved_into_the_file, layouts_are_kept, timelines_are_kept,
	parameters_are_kept)
