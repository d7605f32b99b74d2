/* Stores of older versions are brought forward, whole or not at all. tests/data/store/version-N.db
 * is make_sample_store() as the last program with schema version N wrote it; from version 2 on also
 * add_newer(), from version 3 on add_layout(), from version 4 on add_timeline(). */
#include "store_common.h"

#include "base/rng.h"
#include "ext/db.h"
#include "sys/clock.h"

#include <sys/stat.h>
#include <time.h>

static void
read_fixture(int version, struct str *out)
{
	const char *data = getenv("TEST_DATA");

	ck_assert_msg(data != NULL, "TEST_DATA is not set");
	scoped_free char *path = xasprintf("%s/store/version-%d.db", data, version);
	OK(fs_read(path, 1u << 20, out, err));
}

/* A store with this index, whatever was there before. */
static void
put_store(const char *at, const struct str *index)
{
	scoped_free char *path = path_join(at, "store.db");
	scoped_free char *wal = path_join(at, "store.db-wal");
	scoped_free char *shm = path_join(at, "store.db-shm");

	OK(fs_mkdir_p(at, 0755, err));
	OK(fs_remove(wal, err));
	OK(fs_remove(shm, err));
	put_file(path, index->p, index->n);
}

static int64_t
version_of(const char *at)
{
	scoped_free char *path = path_join(at, "store.db");
	scoped(db_stmt) q = DB_STMT_INIT;
	struct db *db;
	bool row;

	OK(db_open(path, DB_READ, &db, err));
	OK(db_prepare(db, "PRAGMA user_version", &q, err));
	OK(db_step(&q, &row, err));
	int64_t version = db_int(&q, 0);
	db_stmt_done(&q);
	db_close(db);
	return version;
}

/* What the same store tells when this program writes it. */
static char *
expected(int version, const char *dir)
{
	scoped_free char *at = xasprintf("%s/fresh-%d", dir, version);

	make_sample_store(at);
	if (version > 1)
		add_newer(at);
	if (version > 2)
		add_layout(at);
	if (version > 3)
		add_timeline(at);
	char *text = read_all(at, STORE_READ);
	ck_assert_ptr_nonnull(text);
	return text;
}

/* What the fixtures hold: launches that count, complete blocks. */
static void
expect_kept(int version, enum store_mode mode)
{
	char *dir = temp_dir();
	scoped_free char *at = path_join(dir, "store");
	scoped_free char *want = expected(version, dir);
	scoped(str) old = STR_INIT;
	struct results r;

	read_fixture(version, &old);
	fill_results(&r, 2);
	put_store(at, &old);
	ck_assert_int_eq(version_of(at), version);
	scoped_free char *first = read_all(at, mode);
	scoped_free char *again = read_all(at, STORE_READ);
	ck_assert_int_eq(version_of(at), STORE_VERSION);
	ck_assert_ptr_nonnull(first);
	ck_assert_str_eq(first, want);
	ck_assert_str_eq(again, want);
	/* and it goes on */
	struct store *s = open_store(at);
	unsigned added = version < 3 ? (unsigned)version : 3;
	unsigned launches = 9 + added, next = 4 + added;
	expect_load(s, 1, launches, next);
	add_block(s, 1, &r, next);
	expect_load(s, 1, launches + 2, next + 1);
	ck_assert_int_eq(begin_sweep(s, &r), 2);
	add_block(s, 2, &r, 0);
	expect_load(s, 2, 2, 1);
	store_close(s);
	results_done(&r);
	temp_done(dir);
}

START_TEST(keeps_everything)
{
	for (int version = 1; version < STORE_VERSION; version++) {
		expect_kept(version, STORE_WRITE);
		expect_kept(version, STORE_READ);
	}
}
END_TEST

static int
read_as_nobody(const char *at)
{
	struct err err = ERR_INIT;
	struct store *s = NULL;

	if (getuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		return 10;
	if (store_open(at, STORE_READ, &s, &err) == 0)
		return 11;
	if (err.kind == ERR_STORE && strstr(err.text, "schema version 1") &&
		strstr(err.text, "'revsweep log'"))
		return 0;
	fprintf(stderr, "%s\n", err.text);
	return 12;
}

START_TEST(old_and_unwritable)
{
	char *dir = temp_dir();
	scoped_free char *at = path_join(dir, "store");
	scoped(str) old = STR_INIT;
	int status;

	read_fixture(1, &old);
	put_store(at, &old);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(chmod(at, 0555), 0);
	pid_t pid = fork();
	if (pid == 0)
		_exit(read_as_nobody(at));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(status == 0, "status %x", status);
	chmod(at, 0755);
	ck_assert_int_eq(version_of(at), 1);
	temp_done(dir);
}
END_TEST

/* Two at once, one of whom dies on the way. */
START_TEST(killed_on_the_way)
{
	char *dir = temp_dir();
	scoped_free char *at = path_join(dir, "store");
	scoped_free char *want = expected(1, dir);
	scoped(str) old = STR_INIT;
	struct rng rng;
	uint64_t seed = (uint64_t)clock_monotonic_ns();

	printf("killed_on_the_way: seed %ju\n", (uintmax_t)seed);
	rng_init(&rng, seed, 0);
	read_fixture(1, &old);
	for (int round = 0; round < 25; round++) {
		pid_t pids[2];
		int status;

		put_store(at, &old);
		for (int i = 0; i < 2; i++) {
			pids[i] = fork();
			if (pids[i] == 0) {
				scoped_free char *got =
					read_all(at, round % 2 ? STORE_WRITE : STORE_READ);
				_exit(got && strcmp(got, want) == 0 ? 0 : 3);
			}
		}
		struct timespec wait = {0, (long)rng_below(&rng, 25000000)};
		nanosleep(&wait, NULL);
		kill(pids[0], SIGKILL);
		waitpid(pids[0], &status, 0);
		waitpid(pids[1], &status, 0);
		ck_assert_msg(status == 0, "seed %ju round %d: status %x", (uintmax_t)seed, round,
			status);
		scoped_free char *got = read_all(at, STORE_READ);
		ck_assert_ptr_nonnull(got);
		ck_assert_str_eq(got, want);
	}
	temp_done(dir);
}
END_TEST

/* Any byte of an old index changed: it is noticed, or it makes no difference. */
START_TEST(damaged_before)
{
	char *dir = temp_dir();
	scoped_free char *at = path_join(dir, "store");
	scoped_free char *want = expected(1, dir);
	scoped(str) old = STR_INIT;
	struct rng rng;
	uint64_t seed = (uint64_t)clock_monotonic_ns();
	unsigned noticed = 0;

	printf("damaged_before: seed %ju\n", (uintmax_t)seed);
	rng_init(&rng, seed, 0);
	read_fixture(1, &old);
	for (size_t round = 0; round < 200; round++) {
		size_t i = round < 100 ? round : rng_below(&rng, old.n);
		char was = old.p[i];

		old.p[i] = (char)((unsigned char)was ^ (1 + rng_below(&rng, 255)));
		if (round == 59)
			old.p[i] = 0; /* the text encoding: only the changed schema is in its way */
		put_store(at, &old);
		scoped_free char *got = read_all(at, round % 2 ? STORE_WRITE : STORE_READ);
		ck_assert_msg(!got || strcmp(got, want) == 0,
			"seed %ju: byte %zu as %02x goes unnoticed", (uintmax_t)seed, i,
			(unsigned char)old.p[i]);
		noticed += !got;
		old.p[i] = was;
	}
	printf("damaged_before: %u noticed\n", noticed);
	ck_assert_uint_gt(noticed, 20);
	temp_done(dir);
}
END_TEST

TEST_SUITE(
	"store/migration", keeps_everything, old_and_unwritable, killed_on_the_way, damaged_before)
