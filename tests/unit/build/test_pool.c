/* Several builds at once: shares, order, outcomes, errors, stops, and what is told of them. */
#include "build/build.h"

#include "base/str.h"
#include "base/vec.h"
#include "core/outcome.h"
#include "sys/clock.h"
#include "sys/fs.h"
#include "sys/host.h"
#include "sys/stop.h"

#include "../check_main.h"

#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REVS 6

/* A recipe and revisions of one test, and what was told. */
struct world {
	struct arena arena;
	char *dir, *cache;
	struct recipe recipe;
	struct rev revs[REVS];
	struct build_request requests[REVS];
	struct build builds[REVS];
	pthread_t caller;
	pthread_mutex_t lock;
	vec(struct span) spans;
	size_t order[REVS];
	size_t n_over;
	size_t fail_at; /* finished() fails at this one; 0: never */
	const char *bad_label;
};

static int
checkout(void *arg, const struct rev *rev, const char *dest, struct err *err)
{
	struct world *w = arg;
	scoped_free char *path = path_join(dest, "label");

	if (w->bad_label && strcmp(w->bad_label, rev->label) == 0)
		return err_set(err, ERR_RESOURCES, "disk full");
	return fs_write_atomic(path, rev->label, strlen(rev->label), err);
}

static void
add_span(void *arg, const struct span *span)
{
	struct world *w = arg;

	pthread_mutex_lock(&w->lock);
	vec_add(&w->spans, *span);
	pthread_mutex_unlock(&w->lock);
}

static int
finished(void *arg, size_t i, const struct build *build, struct err *err)
{
	struct world *w = arg;

	ck_assert(pthread_equal(pthread_self(), w->caller));
	ck_assert_ptr_nonnull(build->prefix);
	w->order[w->n_over++] = i;
	if (w->fail_at && w->n_over == w->fail_at)
		return err_set(err, ERR_RESOURCES, "no room in the store");
	return 0;
}

static void
world_init(struct world *w, const char *recipe)
{
	struct err err = ERR_INIT;
	struct yaml_node *root = NULL;

	memset(w, 0, sizeof(*w));
	pthread_mutex_init(&w->lock, NULL);
	w->caller = pthread_self();
	ck_assert_int_eq(fs_temp_dir("/tmp/revsweep-test-", &w->dir, &err), 0);
	w->cache = path_join(w->dir, "cache");
	int r = yaml_parse(recipe, strlen(recipe), "test.yml", &w->arena, &root, &err);
	if (r == 0)
		r = recipe_of_yaml(root, "test", "test.yml", &w->arena, &w->recipe, &err);
	ck_assert_msg(r == 0, "%s", err.text);
	for (size_t i = 0; i < REVS; i++) {
		w->revs[i] = (struct rev){.kind = REVSPEC_GIT,
			.label = arena_printf(&w->arena, "v%zu", i),
			.id = arena_printf(&w->arena, "%040zu", i),
			.tree_id = arena_printf(&w->arena, "%040zu", i + 100),
			.date = 1600000000 + (int64_t)i};
		w->requests[i] = (struct build_request){.rev = &w->revs[i],
			.recipe = &w->recipe,
			.isolation = ISOLATION_PREFIX,
			.project = "p",
			.cache = w->cache,
			.checkout = checkout,
			.span = add_span,
			.arg = w};
	}
}

static int
build_them(struct world *w, size_t n, unsigned workers, struct err *err)
{
	struct build_crew crew = {.workers = workers, .finished = finished, .arg = w};

	w->n_over = 0;
	return build_all(w->requests, n, &crew, w->builds, err);
}

static void
forget_builds(struct world *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		build_done(&w->builds[i]);
}

static void
world_done(struct world *w)
{
	struct err err = ERR_INIT;

	ck_assert_msg(fs_remove(w->dir, &err) == 0, "%s", err.text);
	free(w->dir);
	free(w->cache);
	vec_done(&w->spans);
	pthread_mutex_destroy(&w->lock);
	arena_done(&w->arena);
}

static size_t
count_entries(const struct world *w)
{
	scoped_free char *path = path_join(w->cache, "builds");
	DIR *dir = opendir(path);
	size_t n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n > 2 ? n - 2 : 0;
}

static double
seconds_since(int64_t start_ns)
{
	return (double)(clock_monotonic_ns() - start_ns) * 1e-9;
}

START_TEST(each_has_its_share)
{
	struct world w;
	struct err err = ERR_INIT;
	unsigned share = host_usable_cpus() / 2;

	world_init(&w, "steps: [{name: a, run: 'echo \"jobs $JOBS\"; echo $JOBS > $PREFIX/x'}]");
	ck_assert_msg(build_them(&w, 4, 2, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(w.n_over, 4);
	for (size_t i = 0; i < 4; i++) {
		scoped_free char *path = path_join(w.builds[i].prefix, "x");
		scoped_free char *want = xasprintf("%u\n", share ? share : 1);
		scoped(str) got = STR_INIT;

		ck_assert_int_eq(w.builds[i].outcome.kind, OUTCOME_OK);
		ck_assert_int_eq(fs_read(path, 100, &got, &err), 0);
		ck_assert_str_eq(got.p, want);
	}
	forget_builds(&w, 4);
	world_done(&w);
}
END_TEST

START_TEST(a_failure_is_an_outcome)
{
	struct world w;
	struct err err = ERR_INIT;

	world_init(&w, "steps: [{name: a, run: 'test \"$(cat \"$SRC/label\")\" != v1'}]");
	ck_assert_msg(build_them(&w, REVS, 3, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(w.n_over, REVS);
	for (size_t i = 0; i < REVS; i++)
		ck_assert_int_eq(w.builds[i].outcome.kind, i == 1 ? OUTCOME_FAILED : OUTCOME_OK);
	forget_builds(&w, REVS);
	world_done(&w);
}
END_TEST

/* As long as the label says; the cache knows by another recipe of the same name. */
START_TEST(the_longest_begin_first)
{
	struct world w;
	struct err err = ERR_INIT;

	world_init(&w, "steps: [{name: a, run: 'case $(cat \"$SRC/label\") in v2) sleep 0.6;; v1) "
		       "sleep 0.3;; esac'}]");
	ck_assert_msg(build_them(&w, 4, 1, &err) == 0, "%s", err.text);
	for (size_t i = 0; i < 4; i++)
		ck_assert_uint_eq(w.order[i], i); /* nothing was known */
	forget_builds(&w, 4);
	/* The same trees, built anew under other keys. */
	w.recipe.summary = "the same";
	for (size_t i = 0; i < REVS; i++)
		w.requests[i].layout = 1;
	ck_assert_msg(build_them(&w, 4, 1, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(w.order[0], 2);
	ck_assert_uint_eq(w.order[1], 1);
	forget_builds(&w, 4);
	world_done(&w);
}
END_TEST

START_TEST(an_error_ends_the_others)
{
	struct world w;
	struct err err = ERR_INIT;
	int64_t start = clock_monotonic_ns();

	world_init(&w, "steps: [{name: a, run: 'sleep 1000'}]");
	w.bad_label = "v2";
	ck_assert_int_eq(build_them(&w, REVS, 3, &err), -1);
	ck_assert_int_eq(err.kind, ERR_RESOURCES);
	ck_assert_str_eq(err.text, "build of v2: disk full");
	ck_assert_uint_eq(count_entries(&w), 0);
	ck_assert_double_lt(seconds_since(start), 500);
	world_done(&w);
}
END_TEST

START_TEST(who_is_told_can_end_it)
{
	struct world w;
	struct err err = ERR_INIT;

	world_init(
		&w, "steps: [{name: a, run: 'test \"$(cat \"$SRC/label\")\" = v0 || sleep 1000'}]");
	w.fail_at = 1;
	ck_assert_int_eq(build_them(&w, REVS, 2, &err), -1);
	ck_assert_str_eq(err.text, "no room in the store");
	ck_assert_uint_eq(count_entries(&w), 1); /* what was finished stays */
	world_done(&w);
}
END_TEST

static void *
interrupt_soon(void *arg)
{
	struct world *w = arg;

	/* When all three are in their step. */
	for (;;) {
		size_t checkouts = 0;

		pthread_mutex_lock(&w->lock);
		for (size_t i = 0; i < w->spans.n; i++)
			checkouts += w->spans.v[i].phase == SPAN_CHECKOUT;
		pthread_mutex_unlock(&w->lock);
		if (checkouts == 3)
			break;
		usleep(10000);
	}
	usleep(100000);
	kill(getpid(), SIGINT);
	return NULL;
}

START_TEST(a_stop_ends_all)
{
	struct world w;
	struct err err = ERR_INIT;
	pthread_t thread;
	size_t cancelled = 0;

	stop_install();
	world_init(&w, "steps: [{name: a, run: 'sleep 1000'}]");
	ck_assert_int_eq(pthread_create(&thread, NULL, interrupt_soon, &w), 0);
	ck_assert_int_eq(build_them(&w, REVS, 3, &err), -1);
	pthread_join(thread, NULL);
	ck_assert_int_eq(err.kind, ERR_STOPPED);
	ck_assert_uint_eq(count_entries(&w), 0);
	for (size_t i = 0; i < w.spans.n; i++)
		cancelled += w.spans.v[i].phase == SPAN_BUILD &&
			     strcmp(w.spans.v[i].outcome, SPAN_CANCELLED) == 0;
	ck_assert_uint_eq(cancelled, 3);
	world_done(&w);
}
END_TEST

START_TEST(phases_are_told)
{
	struct world w;
	struct err err = ERR_INIT;
	unsigned seen[SPAN_PHASES] = {0};

	world_init(&w, "steps: [{name: one, run: ':'}, {name: two, run: ':'}]\nverify: ':'");
	ck_assert_msg(build_them(&w, 2, 2, &err) == 0, "%s", err.text);
	for (size_t i = 0; i < w.spans.n; i++) {
		const struct span *s = &w.spans.v[i];

		seen[s->phase]++;
		ck_assert_int_le(s->start_us, s->end_us);
		ck_assert_str_eq(s->outcome, "ok");
		ck_assert_uint_le(s->worker, 2);
		ck_assert((s->worker == 0) == (s->phase == SPAN_QUEUE));
		ck_assert(isnan(s->rss_bytes) || s->phase == SPAN_BUILD || s->phase == SPAN_STEP ||
			  s->phase == SPAN_VERIFY);
	}
	ck_assert_uint_eq(seen[SPAN_QUEUE], 2);
	ck_assert_uint_eq(seen[SPAN_LOOKUP], 4); /* of the key, and of the entry */
	ck_assert_uint_eq(seen[SPAN_CHECKOUT], 2);
	ck_assert_uint_eq(seen[SPAN_BUILD], 2);
	ck_assert_uint_eq(seen[SPAN_STEP], 4);
	ck_assert_uint_eq(seen[SPAN_VERIFY], 2);
	ck_assert_uint_eq(seen[SPAN_PUBLISH], 2);
	forget_builds(&w, 2);
	world_done(&w);
}
END_TEST

START_TEST(none_at_all)
{
	struct world w;
	struct err err = ERR_INIT;

	world_init(&w, "steps: []");
	ck_assert_int_eq(build_them(&w, 0, 4, &err), 0);
	world_done(&w);
}
END_TEST

TEST_SUITE("build/pool", each_has_its_share, a_failure_is_an_outcome, the_longest_begin_first,
	an_error_ends_the_others, who_is_told_can_end_it, a_stop_ends_all, phases_are_told,
	none_at_all)
