/* Stores that are not as they should be are refused with a reason, and left as they are. */
#include "store_common.h"

#include "base/rng.h"
#include "ext/db.h"
#include "sys/clock.h"

#include <fcntl.h>
#include <sys/stat.h>

static int
open_it(const char *dir, struct err *err)
{
	struct store *s = NULL;

	if (store_open(dir, STORE_WRITE, &s, err) < 0)
		return -1;
	store_close(s);
	return 0;
}

START_TEST(not_a_store)
{
	char *dir = temp_dir();
	scoped_free char *file = path_join(dir, "file");
	scoped_free char *store = path_join(dir, "store");
	scoped_free char *index = path_join(store, "store.db");
	struct store *s = NULL;

	put_file(file, "x", 1);
	FAILS(ERR_STORE, "is a file", open_it(file, err));
	FAILS(ERR_STORE, "holds 'file'", open_it(dir, err));
	FAILS(ERR_STORE, "there is no store", store_open(store, STORE_READ, &s, err));
	ck_assert(!fs_exists(store));
	store_close(open_store(store));
	ck_assert_int_eq(unlink(index), 0);
	store_close(open_store(store)); /* nothing was in it */
	put_file(index, "", 0);
	FAILS(ERR_STORE, "it is empty", open_it(store, err));
	put_file(index, "just a text, and it is not even short", 37);
	FAILS(ERR_STORE, "blobs/ are intact", open_it(store, err));
	ck_assert_int_eq(unlink(index), 0);
	ck_assert_int_eq(mkdir(index, 0700), 0);
	FAILS(ERR_STORE, "is a directory", open_it(store, err));
	temp_done(dir);
}
END_TEST

START_TEST(other_versions)
{
	char *dir = temp_dir();
	scoped_free char *index = path_join(dir, "store.db");
	struct db *db;

	store_close(open_store(dir));
	OK(db_open(index, DB_WRITE, &db, err));
	OK(db_exec(db, "PRAGMA user_version=7", err));
	db_close(db);
	FAILS(ERR_STORE, "has version 7, this program knows version 5", open_it(dir, err));
	OK(db_open(index, DB_WRITE, &db, err));
	OK(db_exec(db, "PRAGMA user_version=4; CREATE TABLE extra(x)", err));
	db_close(db);
	FAILS(ERR_STORE, "its tables are not those of schema version 4", open_it(dir, err));
	OK(db_open(index, DB_WRITE, &db, err));
	OK(db_exec(db, "DROP TABLE extra; PRAGMA user_version=1", err));
	db_close(db);
	FAILS(ERR_STORE, "its tables are not those of schema version 1", open_it(dir, err));
	OK(db_open(index, DB_WRITE, &db, err));
	OK(db_exec(db, "PRAGMA user_version=0", err));
	db_close(db);
	FAILS(ERR_STORE, "its tables are not those of schema version 0", open_it(dir, err));
	OK(db_open(index, DB_WRITE, &db, err));
	OK(db_exec(db, "PRAGMA application_id=5", err));
	db_close(db);
	FAILS(ERR_STORE, "another program (application id 5)", open_it(dir, err));
	temp_done(dir);
}
END_TEST

START_TEST(lost_index)
{
	char *dir = temp_dir();
	scoped_free char *index = path_join(dir, "store.db");
	struct store *s = open_store(dir);
	struct results r;

	fill_results(&r, 2);
	begin_sweep(s, &r);
	results_done(&r);
	store_close(s);
	ck_assert_int_eq(unlink(index), 0);
	FAILS(ERR_STORE, "the file is gone", open_it(dir, err));
	ck_assert(!fs_exists(index));
	temp_done(dir);
}
END_TEST

/* Any byte of the index changed: it is noticed, or it makes no difference. */
START_TEST(flipped_bytes)
{
	char *dir = temp_dir();
	scoped_free char *at = path_join(dir, "store");
	scoped_free char *index = path_join(at, "store.db");
	scoped(str) good = STR_INIT;
	struct rng rng;
	uint64_t seed = (uint64_t)clock_monotonic_ns();
	unsigned noticed = 0, harmless = 0;

	printf("flipped_bytes: seed %ju\n", (uintmax_t)seed);
	rng_init(&rng, seed, 0);
	make_sample_store(at);
	add_newer(at);
	add_layout(at);
	add_timeline(at);
	scoped_free char *want = read_all(at, STORE_READ);
	ck_assert_ptr_nonnull(want);
	OK(fs_read(index, 10u << 20, &good, err));
	scoped_free char *bad = xmalloc(good.n);
	for (size_t round = 0; round < 600; round++) {
		/* All of the header, then anywhere. */
		size_t i = round < 100 ? round : rng_below(&rng, good.n);
		unsigned char flip = (unsigned char)(1 + rng_below(&rng, 255));

		memcpy(bad, good.p, good.n);
		bad[i] = (char)((unsigned char)bad[i] ^ flip);
		put_file(index, bad, good.n);
		scoped_free char *got = read_all(at, round % 2 ? STORE_WRITE : STORE_READ);
		ck_assert_msg(!got || strcmp(got, want) == 0,
			"seed %ju: byte %zu ^ %02x goes unnoticed", (uintmax_t)seed, i, flip);
		noticed += !got;
		harmless += got != NULL;
	}
	printf("flipped_bytes: %u noticed, %u made no difference\n", noticed, harmless);
	ck_assert_uint_gt(noticed, 100);
	temp_done(dir);
}
END_TEST

static bool
is_zero(const char *p, size_t n)
{
	while (n && p[n - 1] == '\0')
		n--;
	return n == 0;
}

/* The end of an index is empty space at times; all else is missed. */
START_TEST(cut_short)
{
	char *dir = temp_dir();
	scoped_free char *at = path_join(dir, "store");
	scoped_free char *index = path_join(at, "store.db");
	scoped(str) good = STR_INIT;

	make_sample_store(at);
	add_newer(at);
	add_layout(at);
	add_timeline(at);
	scoped_free char *want = read_all(at, STORE_READ);
	OK(fs_read(index, 10u << 20, &good, err));
	for (size_t n = 1; n < good.n; n += 1 + good.n / 40) {
		bool all_there = is_zero(good.p + n, good.n - n);

		for (int mode = STORE_READ; mode <= STORE_WRITE; mode++) {
			put_file(index, good.p, n);
			scoped_free char *got = read_all(at, (enum store_mode)mode);
			ck_assert_msg(all_there ? !got || strcmp(got, want) == 0 : !got,
				"cut to %zu bytes", n);
		}
	}
	temp_done(dir);
}
END_TEST

/* As somebody who may only read. */
static int
read_as_nobody(const char *at)
{
	struct err err = ERR_INIT;
	struct store *s = NULL;

	if (getuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		return 10;
	if (store_open(at, STORE_WRITE, &s, &err) == 0)
		return 11;
	if (err.kind != ERR_STORE || !strstr(err.text, "--store DIR")) {
		fprintf(stderr, "%s\n", err.text);
		return 12;
	}
	scoped_free char *text = read_all(at, STORE_READ);
	return text ? 0 : 13;
}

START_TEST(read_only)
{
	static const char *const names[] = {"store.db", "store.db-wal", "store.db-shm"};
	char *dir = temp_dir();
	scoped_free char *at = path_join(dir, "store");
	int status;

	make_sample_store(at);
	add_newer(at);
	add_layout(at);
	add_timeline(at);
	chmod(dir, 0755);
	for (int with_log = 1; with_log >= 0; with_log--) {
		chmod(at, 0755);
		for (size_t i = 0; i < ARRAY_LEN(names); i++) {
			scoped_free char *path = path_join(at, names[i]);
			if (i && !with_log)
				unlink(path);
			else
				ck_assert_int_eq(chmod(path, 0444), 0);
		}
		chmod(at, 0555);
		pid_t pid = fork();
		if (pid == 0)
			_exit(read_as_nobody(at));
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_msg(status == 0, "with log %d: status %x", with_log, status);
	}
	chmod(at, 0700);
	temp_done(dir);
}
END_TEST

/* A record that was changed is written anew beside its name; a name is never believed. */
START_TEST(blobs_are_compared)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct results r;
	char hex[DIGEST_HEX];

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	struct store_launch l = launch_of(0, 0);
	OK(add_launch(s, id, &r, &l, err));
	digest_of("raw 0 0", 7, hex);
	scoped_free char *path = store_blob_path(s, hex);
	ck_assert_ptr_nonnull(path);
	chmod(path, 0600);
	put_file(path, "raw 9 9", 7);
	OK(store_discard_block(s, id, 0, err));
	OK(add_launch(s, id, &r, &l, err));
	scoped(str) raw = STR_INIT;
	OK(fs_read(path, 100, &raw, err));
	ck_assert_str_eq(raw.p, "raw 0 0");
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

/* A row changed or lost behind our back, in each way that a fact can. */
START_TEST(facts_are_compared)
{
	static const char *const changes[] = {
		"UPDATE fact SET text='other' WHERE n=2",
		"UPDATE fact SET key='note' WHERE n=1",
		"UPDATE fact SET n=9 WHERE n=4",
		"DELETE FROM fact WHERE n=1",
		"DELETE FROM fact WHERE n=4",
		"DELETE FROM fact",
		"UPDATE tally SET facts=3",
		"INSERT INTO fact SELECT sweep, 5, key, text, seal FROM fact WHERE n=4",
	};
	char *dir = temp_dir();
	scoped_free char *at = path_join(dir, "store");
	scoped_free char *index = path_join(at, "store.db");
	scoped(str) good = STR_INIT;
	struct db *db;

	make_sample_store(at);
	add_newer(at);
	add_layout(at);
	add_timeline(at);
	OK(fs_read(index, 10u << 20, &good, err));
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		struct store *s = NULL;
		struct arena a = ARENA_INIT;
		const char *text = NULL;

		put_file(index, good.p, good.n);
		OK(db_open(index, DB_WRITE, &db, err));
		OK(db_exec(db, changes[i], err));
		OK(db_checkpoint(db, true, err));
		db_close(db);
		ck_assert_msg(!read_all(at, STORE_READ), "%s", changes[i]);
		OK(store_open(at, STORE_WRITE, &s, err));
		FAILS(ERR_STORE, "fact", store_fact(s, 1, "key", &a, &text, err));
		FAILS(ERR_STORE, "fact", store_add_note(s, 1, "new", err));
		store_close(s);
		arena_done(&a);
	}
	temp_done(dir);
}
END_TEST

TEST_SUITE("store/damage", not_a_store, other_versions, lost_index, flipped_bytes, cut_short,
	read_only, blobs_are_compared, facts_are_compared)
