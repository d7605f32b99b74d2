/* Worst first. */
#include "judge_priv.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

int
order_severity(enum verdict v)
{
	static const int severity[] = {
		[VERDICT_REGRESSED] = 0,
		[VERDICT_INCONCLUSIVE] = 1,
		[VERDICT_PASS] = 2,
		[VERDICT_IMPROVED] = 3,
		[VERDICT_IDENTICAL] = 4,
		[VERDICT_UNGATED] = 5,
	};

	return severity[v];
}

struct key {
	double badness; /* log ratio, positive where worse; -INFINITY when unknown */
	int rank;
	size_t bench, rev;
	size_t from; /* where the row stands */
};

static int
rank(const struct row *row)
{
	static const int by_verdict[] = {
		[VERDICT_REGRESSED] = 1,
		[VERDICT_INCONCLUSIVE] = 2,
		[VERDICT_IMPROVED] = 3,
		[VERDICT_PASS] = 4,
		[VERDICT_IDENTICAL] = 5,
		[VERDICT_UNGATED] = 6,
	};

	if (status_is_failure(row->status))
		return 0;
	if (row->status == STATUS_OK)
		return by_verdict[row->verdict];
	return row->status == STATUS_NEW ? 7 : row->status == STATUS_REMOVED ? 8 : 9;
}

static int
compare_keys(const void *x, const void *y)
{
	const struct key *a = x, *b = y;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->badness != b->badness)
		return a->badness > b->badness ? -1 : 1;
	if (a->bench != b->bench)
		return a->bench < b->bench ? -1 : 1;
	return (a->rev > b->rev) - (a->rev < b->rev);
}

/* Moves the rows along the cycles of the order, so that they stand nowhere twice: files have
 * 100,000 of them. */
static void
move_rows(struct row *rows, struct key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct row first = rows[i];
		size_t at = i;

		while (keys[at].from != i) {
			size_t from = keys[at].from;

			rows[at] = rows[from];
			keys[at].from = at;
			at = from;
		}
		rows[at] = first;
		keys[at].from = at;
	}
}

void
order_rows(const struct results *results, struct row *rows, size_t n)
{
	scoped_free struct key *keys = xcalloc(n + 1, sizeof(*keys));

	for (size_t i = 0; i < n; i++) {
		bool up = results->benches.v[rows[i].bench].direction == HIGHER_IS_BETTER;
		double change = log(rows[i].ratio);

		keys[i].bench = rows[i].bench;
		keys[i].rev = rows[i].rev;
		keys[i].from = i;
		keys[i].rank = rank(&rows[i]);
		keys[i].badness = isnan(change) ? -INFINITY : up ? -change : change;
	}
	qsort(keys, n, sizeof(*keys), compare_keys);
	move_rows(rows, keys, n);
}
