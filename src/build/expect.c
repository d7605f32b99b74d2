/* How long builds will take, by those that the cache remembers: workers take the longest first. */
#include "internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
		if (str_eq(known[i].tree, request->rev->tree_id))
			return &known[i];
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
