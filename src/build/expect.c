/* How long builds will take, by those that the cache and the caller remember: workers take the
 * longest first. */
#include "internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEIGHBOURS 5 /* that tell how long a build may take */

static int
compare_seconds(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(double *v, size_t n)
{
	if (n == 0)
		return 0;
	qsort(v, n, sizeof(*v), compare_seconds);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static bool
same_way(const struct build_request *request, const struct cached *known)
{
	return str_eq(request->recipe->name, known->recipe) &&
	       str_eq(request->project, known->project);
}

static bool
same_tree(const struct build_request *request, const struct cached *known)
{
	return same_way(request, known) && str_eq(known->tree, request->rev->tree_id);
}

/* The one that tells most about this request: of the same tree, or nearest in time. NULL: none. */
static const struct cached *
nearest(const struct build_request *request, const struct cached *known, size_t n)
{
	const struct cached *best = NULL;
	double best_away = INFINITY;

	for (size_t i = 0; i < n; i++) {
		double away = fabs((double)known[i].date - (double)request->rev->date);

		if (known[i].wall_s <= 0 || !same_way(request, &known[i]))
			continue;
		if (same_tree(request, &known[i]))
			return &known[i];
		/* It is over when it fails, which may be soon. */
		if (known[i].kind == CACHED_FAILURE)
			continue;
		if (away < best_away) {
			best = &known[i];
			best_away = away;
		}
	}
	return best;
}

static double
median_of(const struct cached *known, size_t n, const char *recipe)
{
	scoped_free double *v = xcalloc(n ? n : 1, sizeof(*v));
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		if (known[i].wall_s > 0 && (!recipe || str_eq(known[i].recipe, recipe)))
			v[m++] = known[i].wall_s;
	return median(v, m);
}

void
expect_from(const struct build_request *requests, size_t n, const struct cached *known,
	size_t n_known, double *ret_s)
{
	for (size_t i = 0; i < n; i++) {
		const struct build_request *request = &requests[i];
		const struct cached *like;

		ret_s[i] = 0;
		if (request->rev->kind == REVSPEC_PREFIX)
			continue;
		like = nearest(request, known, n_known);
		ret_s[i] = like ? like->wall_s : median_of(known, n_known, request->recipe->name);
		if (ret_s[i] <= 0)
			ret_s[i] = median_of(known, n_known, NULL);
	}
}

void
expect_order(const double *expected_s, size_t n, size_t *ret)
{
	/* Insertion keeps equal ones in place; n is the revisions of a sweep. */
	for (size_t i = 0; i < n; i++) {
		size_t k = i;

		for (; k > 0 && expected_s[ret[k - 1]] < expected_s[i]; k--)
			ret[k] = ret[k - 1];
		ret[k] = i;
	}
}

void
build_expect(const struct build_request *requests, size_t n, double *ret_s)
{
	struct arena arena = ARENA_INIT;
	struct cached *known = NULL;
	struct err err = ERR_INIT; /* then nothing is known: only the order suffers */
	size_t n_known = 0;
	const char *cache = NULL;

	for (size_t i = 0; i < n && !cache; i++)
		cache = requests[i].cache;
	if (cache && cached_list(cache, &arena, &known, &n_known, &err) < 0)
		n_known = 0;
	expect_from(requests, n, known, n_known, ret_s);
	arena_done(&arena);
}

/* ---- what the time may be */

struct neighbour {
	double away, wall_s;
};

static int
nearest_first(const void *a, const void *b)
{
	const struct neighbour *x = a, *y = b;

	return (x->away > y->away) - (x->away < y->away);
}

/* Durations of the builds that tell about this one, from the closest kin that there is: the same
 * tree, the nearest in time, the same recipe, any. */
static size_t
seen_of(const struct build_request *request, const struct cached *known, size_t n,
	struct neighbour *room, bool *ret_same)
{
	size_t same = 0, near = 0, recipe = 0;

	for (size_t i = 0; i < n; i++) {
		same += known[i].wall_s > 0 && same_tree(request, &known[i]);
		near += known[i].wall_s > 0 && known[i].kind != CACHED_FAILURE &&
			same_way(request, &known[i]);
		recipe += known[i].wall_s > 0 && str_eq(known[i].recipe, request->recipe->name);
	}
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		const struct cached *c = &known[i];
		bool takes = same   ? same_tree(request, c)
			     : near ? same_way(request, c) && c->kind != CACHED_FAILURE
				    : !recipe || str_eq(c->recipe, request->recipe->name);

		if (c->wall_s > 0 && takes)
			room[k++] = (struct neighbour){
				fabs((double)c->date - (double)request->rev->date), c->wall_s};
	}
	*ret_same = same > 0;
	if (!same && near && k > NEIGHBOURS) {
		qsort(room, k, sizeof(*room), nearest_first);
		k = NEIGHBOURS;
	}
	return k;
}

void
estimate_from(const struct build_request *requests, size_t n, const struct cached *known,
	size_t n_known, struct arena *arena, struct build_estimate *ret)
{
	scoped_free struct neighbour *room = xcalloc(n_known ? n_known : 1, sizeof(*room));
	scoped_free double *expected = xcalloc(n ? n : 1, sizeof(*expected));

	expect_from(requests, n, known, n_known, expected);
	for (size_t i = 0; i < n; i++) {
		struct build_estimate *e = &ret[i];

		if (requests[i].rev->kind == REVSPEC_PREFIX)
			continue;
		e->expected_s = expected[i];
		e->n_seen = seen_of(&requests[i], known, n_known, room, &e->same);
		double *seen_s = arena_alloc(arena, e->n_seen, sizeof(*seen_s));
		for (size_t k = 0; k < e->n_seen; k++)
			seen_s[k] = room[k].wall_s;
		e->seen_s = seen_s;
	}
}

static enum build_state
state_of(const struct build_request *request, const char *key, const struct cached *known, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(known[i].key, key) != 0)
			continue;
		if (known[i].kind == CACHED_BUILD)
			return BUILD_STORED;
		return known[i].kind == CACHED_FAILURE && !request->rebuild ? BUILD_FAILED_BEFORE
									    : BUILD_TO_DO;
	}
	return BUILD_TO_DO;
}

static struct cached *
with_past(const struct cached *known, size_t n_known, const struct build_past *past, size_t n_past,
	struct arena *arena)
{
	struct cached *all = arena_alloc(arena, n_known + n_past, sizeof(*all));

	if (n_known)
		memcpy(all, known, n_known * sizeof(*all));
	for (size_t i = 0; i < n_past; i++)
		all[n_known + i] = (struct cached){
			.kind = past[i].failed ? CACHED_FAILURE : CACHED_BUILD,
			.project = past[i].project,
			.recipe = past[i].recipe,
			.tree = past[i].tree,
			.date = past[i].date,
			.wall_s = past[i].wall_s,
		};
	return all;
}

int
build_estimate(const struct build_request *requests, size_t n, const struct build_past *past,
	size_t n_past, struct arena *arena, struct build_estimate *ret, struct err *err)
{
	struct cached *known = NULL;
	size_t n_known = 0;

	memset(ret, 0, n * sizeof(*ret));
	if (n && cached_list(requests[0].cache, arena, &known, &n_known, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		char key[65];

		ret[i].state = n_known || requests[i].rev->kind == REVSPEC_PREFIX ? BUILD_STORED
										  : BUILD_TO_DO;
		if (n_known == 0 || requests[i].rev->kind == REVSPEC_PREFIX)
			continue;
		if (build_key(&requests[i], key, err) < 0)
			return -1;
		ret[i].state = state_of(&requests[i], key, known, n_known);
	}
	struct cached *all = with_past(known, n_known, past, n_past, arena);
	estimate_from(requests, n, all, n_known + n_past, arena, ret);
	return 0;
}

void
build_order(const struct build_estimate *estimates, size_t n, size_t *ret)
{
	scoped_free double *expected = xcalloc(n ? n : 1, sizeof(*expected));

	for (size_t i = 0; i < n; i++)
		expected[i] = estimates[i].expected_s;
	expect_order(expected, n, ret);
}
