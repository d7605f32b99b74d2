/* Writers that are killed, that are many, or that run out of disk: what was acknowledged is there,
 * once. */
#include "store_common.h"

#include "base/rng.h"
#include "sys/clock.h"
#include "sys/lock.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#define WRITERS 3
#define LAUNCHES 25

/* Launch n of a writer with its own suite number; -1 when it failed. */
static int
add_nth(struct store *s, int64_t id, const struct results *r, size_t suite, unsigned n,
	struct err *err)
{
	struct store_launch l = launch_of(n % 2, n / 2);

	l.suite = suite;
	l.planned = 1;
	l.position = n;
	return add_launch(s, id, r, &l, err);
}

/* All launches of the sweep: each suite's positions once, in order, without holes from 0 on;
 * returns how many there are of this suite. */
static unsigned
count_launches(struct store *s, int64_t id, size_t suite)
{
	struct arena a = ARENA_INIT;
	struct store_launch_row *rows;
	size_t n;
	unsigned seen = 0;

	OK(store_launches(s, id, &a, &rows, &n, err));
	for (size_t i = 0; i < n; i++) {
		struct store_launch_row *row = &rows[i];
		scoped_free char *blob = store_blob_path(s, row->blob);

		ck_assert_msg(blob != NULL, "launch without its raw output");
		if (row->position / 1000 != suite)
			continue;
		ck_assert_uint_eq(row->position % 1000, seen);
		seen++;
	}
	arena_done(&a);
	return seen;
}

static int
add_nth_note(struct store *s, int64_t id, unsigned n, struct err *err)
{
	char note[32];

	snprintf(note, sizeof(note), "launch %u", n);
	return store_add_note(s, id, note, err);
}

/* The notes of the first launches, in order, at least these and at most those. */
static void
expect_notes(struct store *s, int64_t id, unsigned least, unsigned most)
{
	struct results out;
	unsigned next;

	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_msg(out.notes.n >= least && out.notes.n <= most, "%zu notes, not %u to %u",
		out.notes.n, least, most);
	for (size_t i = 0; i < out.notes.n; i++) {
		char note[32];

		snprintf(note, sizeof(note), "launch %zu", i);
		ck_assert_str_eq(out.notes.v[i], note);
	}
	results_done(&out);
}

/* Writes launches, a note after each, and a byte to fd for each pair that was acknowledged. */
static void
write_until_killed(const char *dir, int64_t id, unsigned from, int fd)
{
	struct store *s = NULL;
	struct results r;
	struct err err = ERR_INIT;

	if (store_open(dir, STORE_WRITE, &s, &err) < 0)
		_exit(3);
	fill_results(&r, 2);
	/* The last one may have come without its note. */
	if (from && add_nth_note(s, id, from - 1, &err) < 0)
		_exit(6);
	for (unsigned n = from;; n++) {
		if (add_nth(s, id, &r, 0, n, &err) < 0 || add_nth_note(s, id, n, &err) < 0)
			_exit(4);
		if (write(fd, "a", 1) != 1)
			_exit(5);
	}
}

/* kill -9 at random moments: what was acknowledged is stored, nothing is stored twice. */
START_TEST(killed_writers)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct results r;
	struct rng rng;
	uint64_t seed = (uint64_t)clock_monotonic_ns();
	unsigned stored = 0, notes = 0;

	printf("killed_writers: seed %ju\n", (uintmax_t)seed);
	rng_init(&rng, seed, 0);
	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	store_close(s);
	for (int round = 0; round < 25; round++) {
		int fds[2];
		char buf[4096];
		unsigned acked = 0;
		ssize_t n;

		ck_assert_int_eq(pipe(fds), 0);
		pid_t pid = fork();
		if (pid == 0) {
			close(fds[0]);
			write_until_killed(dir, id, stored, fds[1]);
		}
		close(fds[1]);
		struct timespec wait = {0, (long)rng_below(&rng, 60000000)};
		/* The first one lives to store something, however slow the machine is. */
		if (round == 0 && read(fds[0], buf, 1) == 1)
			acked++;
		nanosleep(&wait, NULL);
		kill(pid, SIGKILL);
		while ((n = read(fds[0], buf, sizeof(buf))) > 0)
			acked += (unsigned)n;
		close(fds[0]);
		int status;
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_msg(WIFSIGNALED(status), "writer ended with status %x", status);
		s = open_store(dir);
		unsigned now = count_launches(s, id, 0);
		ck_assert_msg(now == stored + acked || now == stored + acked + 1,
			"seed %ju round %d: %u were stored, %u acknowledged, now %u",
			(uintmax_t)seed, round, stored, acked, now);
		notes = acked ? stored + acked : notes;
		expect_notes(s, id, notes, now);
		stored = now;
		store_close(s);
	}
	ck_assert_uint_gt(stored, 0);
	s = open_store(dir);
	expect_load(s, id, stored, (stored + 1) / 2);
	store_close(s);
	results_done(&r);
	temp_done(dir);
}
END_TEST

/* A store that is made by several at once, some of whom die while making it. */
START_TEST(killed_makers)
{
	struct rng rng;
	uint64_t seed = (uint64_t)clock_monotonic_ns();

	printf("killed_makers: seed %ju\n", (uintmax_t)seed);
	rng_init(&rng, seed, 0);
	for (int round = 0; round < 25; round++) {
		char *dir = temp_dir();
		scoped_free char *at = path_join(dir, "store");
		pid_t pids[2];

		for (int i = 0; i < 2; i++) {
			pids[i] = fork();
			if (pids[i] == 0) {
				struct store *s = NULL;
				struct err err = ERR_INIT;
				if (store_open(at, STORE_WRITE, &s, &err) == 0)
					_exit(0);
				fprintf(stderr, "%s\n", err.text);
				_exit(3);
			}
		}
		struct timespec wait = {0, (long)rng_below(&rng, 15000000)};
		nanosleep(&wait, NULL);
		kill(pids[0], SIGKILL);
		int status;
		waitpid(pids[0], &status, 0);
		waitpid(pids[1], &status, 0);
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", status);
		store_close(open_store(at));
		temp_done(dir);
	}
}
END_TEST

static void
write_beside_others(const char *dir, int64_t id, size_t suite)
{
	struct store *s = NULL;
	struct results r;
	struct err err = ERR_INIT;

	if (store_open(dir, STORE_WRITE, &s, &err) < 0)
		_exit(3);
	fill_results(&r, 2);
	for (unsigned n = 0; n < LAUNCHES; n++) {
		struct store_launch l = launch_of(n % 2, n / 2);
		l.suite = suite;
		l.planned = 1;
		l.position = (unsigned)suite * 1000 + n;
		if (add_launch(s, id, &r, &l, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			_exit(4);
		}
	}
	store_close(s);
	results_done(&r);
	_exit(0);
}

START_TEST(writers_at_once)
{
	char *dir = temp_dir();
	struct store *s = open_store(dir);
	struct results r;
	pid_t pids[WRITERS];
	int status;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	store_close(s); /* a connection must not cross a fork */
	for (size_t i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			write_beside_others(dir, id, i);
	}
	s = NULL;
	OK(store_open(dir, STORE_READ, &s, err));
	for (size_t i = 0; i < WRITERS; i++)
		while (waitpid(pids[i], &status, WNOHANG) == 0)
			for (size_t k = 0; k < WRITERS; k++)
				ck_assert_uint_le(count_launches(s, id, k), LAUNCHES);
	store_close(s);
	s = open_store(dir);
	for (size_t i = 0; i < WRITERS; i++)
		ck_assert_uint_eq(count_launches(s, id, i), LAUNCHES);
	results_done(&r);
	store_close(s);
	temp_done(dir);
}
END_TEST

/* Opens the store, says so, and discards a block when it is told to. */
static void
discard_when_told(const char *dir, int64_t id, const int *told, const int *say)
{
	struct store *s = NULL;
	struct err err = ERR_INIT;
	char c;

	if (store_open(dir, STORE_WRITE, &s, &err) < 0 || write(say[1], "o", 1) != 1 ||
		read(told[0], &c, 1) != 1 || store_discard_block(s, id, 0, &err) < 0)
		_exit(3);
	_exit(write(say[1], "d", 1) == 1 ? 0 : 4);
}

/* No write happens while somebody else holds the store's lock. */
START_TEST(writes_wait_for_the_lock)
{
	char *dir = temp_dir();
	scoped_free char *path = path_join(dir, "store.lock");
	struct store *s = open_store(dir);
	struct lock lock = LOCK_INIT;
	struct results r;
	int told[2], say[2], status;
	char c;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	store_close(s);
	ck_assert(pipe(told) == 0 && pipe(say) == 0);
	pid_t pid = fork();
	if (pid == 0)
		discard_when_told(dir, id, told, say);
	ck_assert_int_eq(read(say[0], &c, 1), 1);
	OK(lock_take(path, true, &lock, err));
	ck_assert_int_eq(write(told[1], "g", 1), 1);
	struct pollfd done = {say[0], POLLIN, 0};
	ck_assert_int_eq(poll(&done, 1, 300), 0);
	lock_done(&lock);
	ck_assert_int_eq(read(say[0], &c, 1), 1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	for (int i = 0; i < 2; i++) {
		close(told[i]);
		close(say[i]);
	}
	results_done(&r);
	temp_done(dir);
}
END_TEST

/* Writes until the disk is full: exit status 0 when that was said as it should be and everything
 * acknowledged is there, also for the next process. */
static int
write_until_full(const char *dir, const char *part)
{
	struct store *s = NULL;
	struct results r;
	struct err err = ERR_INIT;
	unsigned stored = 0;

	if (store_open(dir, STORE_WRITE, &s, &err) < 0)
		return 10;
	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	while (add_nth(s, id, &r, 0, stored, &err) == 0 && stored < 100000)
		stored++;
	printf("full after %u launches: %s\n", stored, err.text);
	if (err.kind != ERR_RESOURCES || !strstr(err.text, part) || stored == 0)
		return 11;
	unsigned there = count_launches(s, id, 0);
	store_close(s);
	results_done(&r);
	if (there != stored)
		return 12;
	if (store_open(dir, STORE_READ, &s, &err) < 0)
		return 13;
	there = count_launches(s, id, 0);
	store_close(s);
	return there == stored ? 0 : 14;
}

static int
run_child(int (*run)(const char *), const char *dir)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int r = run(dir);
		fflush(NULL);
		_exit(r);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status), "status %x", status);
	return WEXITSTATUS(status);
}

#define NO_MOUNT 77

static int
on_small_disk(const char *dir)
{
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("tmpfs", dir, "tmpfs", 0, "size=2m") < 0)
		return NO_MOUNT;
	return write_until_full(dir, "o space left");
}

static int
with_small_files(const char *dir)
{
	struct rlimit limit = {300 << 10, 300 << 10};

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	return write_until_full(dir, "File too large");
}

START_TEST(full_disk)
{
	char *dir = temp_dir();
	int r = run_child(on_small_disk, dir);

	if (r == NO_MOUNT)
		printf("full_disk: no permission to mount, not tried\n");
	else
		ck_assert_int_eq(r, 0);
	temp_done(dir);
}
END_TEST

START_TEST(limit_on_files)
{
	char *dir = temp_dir();

	ck_assert_int_eq(run_child(with_small_files, dir), 0);
	temp_done(dir);
}
END_TEST

TEST_SUITE("store/crash", killed_writers, killed_makers, writers_at_once, writes_wait_for_the_lock,
	full_disk, limit_on_files)
