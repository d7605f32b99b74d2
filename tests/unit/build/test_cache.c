/* What lies in the cache, what can go, and whether it is what it was. */
#include "build/cache.h"

#include "build/build.h"
#include "sys/fs.h"
#include "sys/lock.h"

#include "../check_main.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what can go, by hand */

static struct cache_entry
entry(const char *key, uint64_t bytes, int64_t used)
{
	return (struct cache_entry){.key = key, .bytes = bytes, .used = used};
}

static void
expect_chosen(const struct cache_entry *list, size_t n, uint64_t max_bytes, int64_t before,
	const char *want)
{
	bool chosen[8] = {0};

	cache_choose(list, n, max_bytes, before, chosen);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(chosen[i] == (want[i] == 'x'), "%s: entry %zu is %s", want, i,
			chosen[i] ? "chosen" : "kept");
}

START_TEST(the_oldest_use_goes_first)
{
	struct cache_entry list[] = {entry("a", 10, 500), entry("b", 20, 400), entry("c", 30, 300),
		entry("d", 40, 200), entry("e", 50, 100)};
	size_t n = ARRAY_LEN(list);

	expect_chosen(list, n, UINT64_MAX, 0, ".....");
	expect_chosen(list, n, 150, 0, ".....");
	expect_chosen(list, n, 149, 0, "....x");
	expect_chosen(list, n, 99, 0, "...xx");
	expect_chosen(list, n, 0, 0, "xxxxx");
	expect_chosen(list, n, UINT64_MAX, 300, "...xx");
	expect_chosen(list, n, 30, 200, "..xxx"); /* by age, then by size */
	/* What is in use stays, and counts. */
	list[4].pinned = "sweep #1";
	list[3].busy = true;
	expect_chosen(list, n, 100, 0, ".xx..");
	expect_chosen(list, n, 0, 1000, "xxx..");
}
END_TEST

/* ---- a cache with builds */

struct world {
	struct arena arena;
	char *dir, *cache;
	struct recipe recipe;
	struct rev rev;
};

static int
checkout(void *arg, const struct rev *rev, const char *dest, struct err *err)
{
	scoped_free char *path = path_join(dest, "label");

	(void)arg;
	return fs_write_atomic(path, rev->label, strlen(rev->label), err);
}

static void
world_init(struct world *w)
{
	static const char recipe[] =
		"steps: [{name: a, run: 'cat \"$SRC/label\" > \"$PREFIX/x\"; test \"$(cat "
		"\"$SRC/label\")\" != bad'}]";
	struct err err = ERR_INIT;
	struct yaml_node *root = NULL;

	memset(w, 0, sizeof(*w));
	ck_assert_int_eq(fs_temp_dir("/tmp/revsweep-test-", &w->dir, &err), 0);
	w->cache = path_join(w->dir, "cache");
	int r = yaml_parse(recipe, strlen(recipe), "test.yml", &w->arena, &root, &err);
	if (r == 0)
		r = recipe_of_yaml(root, "test", "test.yml", &w->arena, &w->recipe, &err);
	ck_assert_msg(r == 0, "%s", err.text);
}

static void
world_done(struct world *w)
{
	struct err err = ERR_INIT;

	ck_assert_msg(fs_remove(w->dir, &err) == 0, "%s", err.text);
	free(w->dir);
	free(w->cache);
	arena_done(&w->arena);
}

static struct build
build_one(struct world *w, const char *label)
{
	struct err err = ERR_INIT;
	struct build build = {0};
	struct rev rev = {.kind = REVSPEC_GIT,
		.label = label,
		.id = "1111111111111111111111111111111111111111",
		.tree_id = label,
		.date = 1600000000};
	struct build_request request = {.rev = &rev,
		.recipe = &w->recipe,
		.project = "p",
		.cache = w->cache,
		.checkout = checkout};

	ck_assert_msg(build_run(&request, &build, &err) == 0, "%s", err.text);
	return build;
}

static struct cache_entry *
list_of(struct world *w, size_t want)
{
	struct cache_entry *list = NULL;
	struct err err = ERR_INIT;
	size_t n = 0;

	ck_assert_msg(cache_list(w->cache, &w->arena, &list, &n, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(n, want);
	return list;
}

static const struct cache_entry *
find(struct world *w, size_t n, const char *key)
{
	const struct cache_entry *list = list_of(w, n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].key, key) == 0)
			return &list[i];
	ck_abort_msg("%s is not in the list", key);
}

/* As if it had been used then. */
static void
set_used(struct world *w, const char *key, int64_t when)
{
	scoped_free char *path = xasprintf("%s/locks/%s", w->cache, key);
	const struct timespec times[2] = {{when, 0}, {when, 0}};

	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

START_TEST(a_list_says_what_is_there)
{
	struct world w;
	struct err err = ERR_INIT;
	struct lock lock = LOCK_INIT;

	world_init(&w);
	list_of(&w, 0);
	struct build good = build_one(&w, "good"), bad = build_one(&w, "bad");
	scoped_free char *litter = xasprintf("%s/builds/%064d", w.cache, 7);
	ck_assert_int_eq(fs_mkdir_p(litter, 0755, &err), 0);
	set_used(&w, good.key, 1000);
	const struct cache_entry *e = find(&w, 3, good.key);
	ck_assert_int_eq(e->state, CACHE_BUILD);
	ck_assert_str_eq(e->project, "p");
	ck_assert_str_eq(e->label, "good");
	ck_assert_str_eq(e->recipe, "test");
	ck_assert_int_eq(e->used, 1000);
	ck_assert_int_gt(e->built, 1600000000);
	ck_assert_uint_gt(e->bytes, 4);
	ck_assert(!e->busy);
	ck_assert_int_eq(find(&w, 3, bad.key)->state, CACHE_FAILURE);
	ck_assert_int_eq(find(&w, 3, path_base(litter))->state, CACHE_LITTER);
	ck_assert_str_eq(list_of(&w, 3)[2].key, good.key); /* the oldest use comes last */
	/* Looking is no use; building again is one. */
	ck_assert_int_eq(find(&w, 3, good.key)->used, 1000);
	build_done(&good);
	good = build_one(&w, "good");
	ck_assert(good.reused);
	ck_assert_int_gt(find(&w, 3, good.key)->used, 1600000000);
	scoped_free char *path = xasprintf("%s/locks/%s", w.cache, good.key);
	ck_assert_int_eq(lock_take(path, false, &lock, &err), 0);
	ck_assert(find(&w, 3, good.key)->busy);
	lock_done(&lock);
	build_done(&good);
	build_done(&bad);
	world_done(&w);
}
END_TEST

static int
say_yes(void *arg, const char *key, struct err *err)
{
	(void)err;
	ck_assert_str_eq(key, arg);
	return 1;
}

START_TEST(what_is_in_use_is_not_removed)
{
	struct world w;
	struct err err = ERR_INIT;
	struct lock lock = LOCK_INIT;

	world_init(&w);
	struct build b = build_one(&w, "good");
	const struct cache_entry *e = find(&w, 1, b.key);
	scoped_free char *path = xasprintf("%s/locks/%s", w.cache, b.key);
	ck_assert_int_eq(lock_take(path, false, &lock, &err), 0);
	ck_assert_int_eq(cache_remove(w.cache, e, NULL, NULL, &err), 0);
	lock_done(&lock);
	ck_assert_int_eq(cache_remove(w.cache, e, say_yes, b.key, &err), 0);
	ck_assert(fs_exists(b.prefix));
	ck_assert_int_eq(cache_remove(w.cache, e, NULL, NULL, &err), 1);
	ck_assert(!fs_exists(b.prefix));
	list_of(&w, 0);
	build_done(&b);
	b = build_one(&w, "good");
	ck_assert(!b.reused);
	build_done(&b);
	world_done(&w);
}
END_TEST

static enum cache_health
health(struct world *w, const struct cache_entry *e, bool repair, const char *part)
{
	enum cache_health ret = CACHE_BUSY;
	struct err err = ERR_INIT;
	scoped(str) why = STR_INIT;

	ck_assert_msg(cache_verify(w->cache, e, repair, &ret, &why, &err) == 0, "%s", err.text);
	ck_assert_msg(strstr(why.p, part) != NULL, "%s", why.p);
	return ret;
}

START_TEST(every_byte_is_looked_at)
{
	struct world w;
	struct err err = ERR_INIT;

	world_init(&w);
	struct build b = build_one(&w, "good");
	struct cache_entry e = *find(&w, 1, b.key);
	ck_assert_int_eq(health(&w, &e, false, ""), CACHE_SOUND);
	scoped_free char *path = path_join(b.prefix, "x");
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "Good", 4), 4); /* as long as it was */
	close(fd);
	ck_assert_int_eq(health(&w, &e, false, "contents"), CACHE_BROKEN);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(
		health(&w, &e, false, "its files changed: was 'f 0644 4 x'"), CACHE_BROKEN);
	e.pinned = "somebody";
	ck_assert_int_eq(health(&w, &e, true, "changed"), CACHE_BROKEN);
	ck_assert(fs_exists(b.prefix));
	e.pinned = NULL;
	ck_assert_int_eq(health(&w, &e, true, "changed"), CACHE_BROKEN);
	ck_assert(!fs_exists(b.prefix));
	const struct cache_entry *aside = list_of(&w, 1);
	ck_assert_int_eq(aside->state, CACHE_DAMAGED);
	ck_assert_int_eq(cache_remove(w.cache, aside, NULL, NULL, &err), 1);
	list_of(&w, 0);
	build_done(&b);
	world_done(&w);
}
END_TEST

/* ---- pins */

START_TEST(pins_stay_until_they_are_dropped)
{
	struct world w;
	struct err err = ERR_INIT;
	struct cache_pins *pins = NULL;
	struct cache_pin *list = NULL;
	char a[65], b[65];
	size_t n = 9;

	world_init(&w);
	memset(a, 'a', 64);
	memset(b, 'b', 64);
	a[64] = b[64] = '\0';
	ck_assert_int_eq(cache_pins_read(w.cache, &w.arena, &list, &n, &err), 0);
	ck_assert_uint_eq(n, 0);
	for (int session = 0; session < 2; session++) {
		ck_assert_int_eq(cache_pins_open(w.cache, "/x/.revsweep", 3, &pins, &err), 0);
		ck_assert_int_eq(cache_pins_add(pins, session ? b : a, &err), 0);
		cache_pins_close(pins, false);
	}
	ck_assert_int_eq(cache_pins_read(w.cache, &w.arena, &list, &n, &err), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(list[0].store, "/x/.revsweep");
	ck_assert_int_eq(list[0].sweep, 3);
	ck_assert_uint_eq(list[0].n_keys, 2);
	ck_assert_str_eq(list[0].keys[0], a);
	ck_assert_str_eq(list[0].keys[1], b);
	ck_assert_int_eq(cache_pin_drop(&list[0], &err), 0);
	ck_assert_int_eq(cache_pins_read(w.cache, &w.arena, &list, &n, &err), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(cache_pins_open(w.cache, "/x/.revsweep", 3, &pins, &err), 0);
	cache_pins_close(pins, true);
	cache_pins_close(NULL, true);
	ck_assert_int_eq(cache_pins_read(w.cache, &w.arena, &list, &n, &err), 0);
	ck_assert_uint_eq(n, 0);
	world_done(&w);
}
END_TEST

TEST_SUITE("build/cache", the_oldest_use_goes_first, a_list_says_what_is_there,
	what_is_in_use_is_not_removed, every_byte_is_looked_at, pins_stay_until_they_are_dropped)
