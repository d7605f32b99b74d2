/* Sweeps over revisions of known speed, measured on recorded noise. */
#include "simulate_priv.h"

#include "base/mem.h"
#include "judge/changes.h"

#include <math.h>

#define STREAM 0x53u     /* of a seed: places, windows and orders */
#define PAIRS_MAX 100000 /* of a replay, against an endless one */

/* What became of a series. */
struct series_end {
	bool exact, wrong;
	unsigned candidates, launches;
};

struct series_work {
	const struct simulate_series *series;
	const double *values;
	struct series_end *ends;
};

/* A series being measured: launches follow each other as they do in the trace, which is a circle.
 */
struct series_run {
	const struct simulate_series *series;
	const double *values;
	struct results results;
	size_t *revs;
	size_t at, step; /* next launch; the first revision of the new level */
	unsigned block, launches;
	struct rng rng;
};

static void
add_bench(struct series_run *run)
{
	struct bench bench = {.suite = "s",
		.name = "b",
		.metric = "time",
		.unit = "s",
		.clock = run->series->clock};

	for (unsigned i = 0; i < run->series->revs; i++) {
		struct rev rev = {.spec = "", .label = "", .id = ""};

		results_add_rev(&run->results, &rev);
		run->revs[i] = i;
	}
	results_bench(&run->results, &bench);
}

static void
launch(struct series_run *run, size_t rev)
{
	const struct simulate_series *s = run->series;
	struct sample sample;

	simulate_sample(s->trace, run->values, run->at++ % s->trace->n, s->summaries,
		rev >= run->step ? exp(s->shift) : 1, &sample);
	results_set(&run->results, 0, rev, run->block, &sample);
	run->launches++;
}

static void
measure(struct series_run *run, const size_t *revs, unsigned n)
{
	scoped_free uint32_t *order = xcalloc(n, sizeof(*order));

	rng_permutation(&run->rng, order, n);
	for (unsigned i = 0; i < n; i++)
		launch(run, revs[order[i]]);
	run->block++;
}

/* Measures what open change points ask for, until none is open. */
static void
confirm(struct series_run *run, const struct changes_policy *policy, struct series_end *ret)
{
	struct changes *course = changes_new(&run->results, policy);

	for (unsigned pairs = 0; pairs < PAIRS_MAX; pairs++) {
		struct arena arena = ARENA_INIT;
		struct change *changes;
		size_t n, open;

		changes_look(course, false, &arena, &changes, &n);
		for (open = 0; open < n && changes[open].state != CHANGE_OPEN; open++)
			;
		if (open < n) {
			size_t pair[] = {changes[open].before, changes[open].after};

			measure(run, pair, 2);
			arena_done(&arena);
			continue;
		}
		ret->candidates = (unsigned)n;
		for (size_t i = 0; i < n; i++) {
			bool right = changes[i].after == run->step && run->series->shift != 0 &&
				     changes[i].worse == (run->series->shift > 0);

			if (changes[i].state != CHANGE_CONFIRMED)
				continue;
			ret->exact = ret->exact || right;
			ret->wrong = ret->wrong || !right;
		}
		arena_done(&arena);
		break;
	}
	changes_free(course);
}

static void
work(unsigned from, unsigned to, void *arg)
{
	const struct series_work *w = arg;
	const struct simulate_series *s = w->series;
	scoped_free size_t *revs = xcalloc(s->revs, sizeof(*revs));

	for (unsigned i = from; i < to; i++) {
		struct series_run run = {.series = s, .values = w->values, .revs = revs};
		struct changes_policy policy = {.alpha = s->alpha,
			.beta = s->beta,
			.blocks_first = s->blocks_first,
			.contended = false,
			.revs = revs,
			.n_revs = s->revs};

		results_init(&run.results);
		add_bench(&run);
		rng_init(&run.rng, s->seed, ((uint64_t)i << 8) | STREAM);
		run.at = (size_t)rng_below(&run.rng, s->trace->n);
		run.step = 1 + (size_t)rng_below(&run.rng, s->revs - 1);
		for (unsigned b = 0; b < s->blocks_first; b++)
			measure(&run, revs, s->revs);
		confirm(&run, &policy, &w->ends[i]);
		w->ends[i].launches = run.launches;
		results_done(&run.results);
	}
}

int
simulate_series(
	const struct simulate_series *series, struct simulate_series_tally *ret, struct err *err)
{
	size_t first = (size_t)series->revs * series->blocks_first;

	if (simulate_check(series->trace, series->summaries, first, err) < 0)
		return -1;
	scoped_free double *values = simulate_values(series->trace);
	scoped_free struct series_end *ends = xcalloc(series->replays, sizeof(*ends));
	struct series_work w = {.series = series, .values = values, .ends = ends};

	simulate_spread(series->replays, series->threads, work, &w);
	*ret = (struct simulate_series_tally){.replays = series->replays};
	for (unsigned i = 0; i < series->replays; i++) {
		ret->exact += ends[i].exact;
		ret->wrong += ends[i].wrong;
		ret->candidates += (double)ends[i].candidates / series->replays;
		ret->launches += (double)ends[i].launches / series->replays;
	}
	return 0;
}
