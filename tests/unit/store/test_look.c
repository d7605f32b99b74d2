#include "store_common.h"

#include "ext/db.h"

static uint64_t
pulse_of(struct store *store)
{
	uint64_t pulse = 0;

	OK(store_pulse(store, &pulse, err));
	return pulse;
}

static struct store *
open_look(const char *dir)
{
	struct store *s = NULL;

	OK(store_open(dir, STORE_LOOK, &s, err));
	return s;
}

/* Whatever is stored by somebody else changes the pulse, and that of the sweep; nothing else does.
 */
START_TEST(changes_are_seen)
{
	char *dir = temp_dir();
	struct store *writer = open_store(dir), *s = open_look(dir);
	struct store_state state, again;
	struct results r;

	uint64_t empty = pulse_of(s);
	ck_assert(pulse_of(s) == empty);
	fill_results(&r, 2);
	int64_t id = begin_sweep(writer, &r), other = begin_sweep(writer, &r);
	uint64_t begun = pulse_of(s);
	ck_assert(begun != empty && pulse_of(s) == begun);
	OK(store_state(s, id, &state, err));
	ck_assert(!state.done && state.launches == 0 && state.blocks == 0);
	add_block(writer, id, &r, 0);
	ck_assert(pulse_of(s) != begun);
	OK(store_state(s, id, &again, err));
	ck_assert(again.change != state.change);
	ck_assert_int_eq(again.launches, 2);
	ck_assert_int_eq(again.blocks, 1);
	OK(store_state(s, other, &state, err));
	begun = pulse_of(s);
	OK(store_set_fact(writer, id, "key", "text", err));
	ck_assert(pulse_of(s) != begun);
	OK(store_state(s, other, &again, err));
	ck_assert(again.change == state.change);
	begun = pulse_of(s);
	OK(store_finish(writer, id, 3, "all of it", "{}", err));
	ck_assert(pulse_of(s) != begun);
	OK(store_state(s, id, &again, err));
	ck_assert(again.done && again.exit_code == 3);
	FAILS(ERR_USAGE, "no sweep #77", store_state(s, 77, &again, err));
	results_done(&r);
	store_close(s);
	store_close(writer);
	temp_done(dir);
}
END_TEST

START_TEST(workers_are_seen)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir), *look = open_look(dir);
	struct results r;
	int ready[2];
	char byte;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	store_close(s);
	ck_assert(!store_is_worked_on(look, id));
	ck_assert_int_eq(pipe(ready), 0);
	pid_t child = fork();
	if (child == 0) {
		struct err err = ERR_INIT;

		if (store_open(dir, STORE_WRITE, &s, &err) < 0 || store_lease(s, id, &err) < 0)
			_exit(1);
		(void)!write(ready[1], "x", 1);
		pause();
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	/* Where the kernel does not tell, nobody is said to work on it. */
	if (access("/proc/locks", R_OK) == 0 && !store_is_worked_on(look, id))
		printf("skipped: /proc/locks does not tell of our locks here\n");
	ck_assert(!store_is_worked_on(look, id + 1));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	ck_assert(!store_is_worked_on(look, id));
	results_done(&r);
	store_close(look);
	temp_done(dir);
}
END_TEST

/* The list, in parts and by what one wants to see. */
START_TEST(lists_have_parts)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct arena a = ARENA_INIT;
	struct store_head *heads;
	struct results r;
	uint64_t total;
	size_t n;

	fill_results(&r, 2);
	for (int i = 0; i < 5; i++)
		begin_sweep(s, &r);
	OK(store_finish(s, 2, 1, "Parse got SLOWER", "{}", err));
	OK(store_finish(s, 4, 0, "nothing", "{}", err));
	OK(store_finish(s, 4, 9, NULL, NULL, err));
	OK(store_heads(
		s, &(struct store_filter){.limit = 2, .offset = 1}, &a, &heads, &n, &total, err));
	ck_assert_uint_eq(total, 5);
	ck_assert_uint_eq(n, 2);
	ck_assert(heads[0].id == 4 && heads[0].done && heads[0].exit_code == 9);
	ck_assert_ptr_null(heads[0].summary);
	ck_assert(heads[1].id == 3 && !heads[1].done);
	OK(store_heads(
		s, &(struct store_filter){.text = "got slower"}, &a, &heads, &n, &total, err));
	ck_assert(total == 1 && n == 1 && heads[0].id == 2);
	OK(store_heads(
		s, &(struct store_filter){.status = "running"}, &a, &heads, &n, &total, err));
	ck_assert(total == 3 && n == 3);
	OK(store_heads(
		s, &(struct store_filter){.command = "bisect"}, &a, &heads, &n, &total, err));
	ck_assert(total == 0 && n == 0);
	results_done(&r);
	arena_done(&a);
	store_close(s);
	temp_done(dir);
}
END_TEST

START_TEST(outlines_have_no_samples)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct results r, out;
	int64_t samples;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	add_block(s, id, &r, 0);
	results_init(&out);
	OK(store_outline(s, id, &out, err));
	ck_assert_uint_eq(out.revs.n, 2);
	ck_assert_uint_eq(out.benches.n, 2);
	ck_assert(!results_has_samples(results_cell(&out, 0, 0)));
	OK(store_count_samples(s, id, &samples, err));
	ck_assert_int_eq(samples, 4);
	results_done(&out);
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

/* A store that goes away, or gets another version, while somebody looks. */
START_TEST(other_stores_are_noticed)
{
	char *dir = temp_dir();
	scoped_free char *index = path_join(dir, "store.db");
	scoped_free char *aside = path_join(dir, "aside.db");
	struct store *s = open_store(dir), *look = open_look(dir), *none = NULL;
	uint64_t pulse;
	struct db *db;

	pulse_of(look);
	ck_assert_int_eq(rename(index, aside), 0);
	FAILS(ERR_STORE, "is gone", store_pulse(look, &pulse, err));
	FAILS(ERR_STORE, "there is no store", store_open(dir, STORE_LOOK, &none, err));
	OK(fs_copy(aside, index, err));
	FAILS(ERR_STORE, "was replaced", store_pulse(look, &pulse, err));
	ck_assert_int_eq(rename(aside, index), 0);
	pulse_of(look);
	OK(db_open(index, DB_WRITE, &db, err));
	OK(db_exec(db, "PRAGMA user_version=99", err));
	FAILS(ERR_STORE, "schema version 99", store_pulse(look, &pulse, err));
	FAILS(ERR_STORE, "newer revsweep", store_open(dir, STORE_LOOK, &none, err));
	OK(db_exec(db, "PRAGMA user_version=3", err));
	db_close(db);
	FAILS(ERR_STORE, "", store_open(dir, STORE_LOOK, &none, err));
	store_close(look);
	store_close(s);
	temp_done(dir);
}
END_TEST

TEST_SUITE("store/look", changes_are_seen, workers_are_seen, lists_have_parts,
	outlines_have_no_samples, other_stores_are_noticed)
