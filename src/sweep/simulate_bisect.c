/* Bisects on recorded noise. */
#include "simulate_bisect.h"

#include "base/mem.h"
#include "judge/culprit.h"

#include <math.h>

#define STREAM 0x42u    /* of a seed: places, offsets, windows and orders */
#define STEPS_MAX 20000 /* of a replay, against an endless one */

struct bisect_work {
	const struct simulate_bisect *bisect;
	const double *values;
	struct bisect_end *ends;
};

const char *
simulate_finder_name(enum simulate_finder finder)
{
	static const char *const names[] = {[FINDER_OURS] = "ours",
		[FINDER_GIT] = "git",
		[FINDER_ASV] = "asv",
		[FINDER_BERNOULLI] = "bernoulli"};

	return names[finder];
}

/* ---- the world */

bool
bisect_build(struct bisect_world *w, size_t commit)
{
	if (!w->built[commit]) {
		w->built[commit] = true;
		w->builds++;
		w->failed += w->broken[commit];
		w->at += w->bisect->build_cost;
	}
	return !w->broken[commit];
}

void
bisect_launch(struct bisect_world *w, size_t commit, struct sample *ret)
{
	const struct simulate_bisect *b = w->bisect;
	double level = w->offset[commit] + (commit >= w->culprit ? b->shift : 0);

	simulate_sample(b->trace, w->values, w->at++ % b->trace->n, b->summaries, exp(level), ret);
	w->launches++;
}

size_t
bisect_nearest(struct bisect_world *w, size_t commit, int direction, size_t limit)
{
	while (commit != limit && !bisect_build(w, commit))
		commit += (size_t)direction;
	return commit;
}

/* Of mean 0 and standard deviation 1: Box and Muller, Ann. Math. Statist. 29, 1958. */
static double
normal(struct rng *rng)
{
	double u = 1 - rng_unit(rng), v = rng_unit(rng);

	return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

static void
world_init(struct bisect_world *w, const struct bisect_work *work, unsigned replay)
{
	const struct simulate_bisect *b = work->bisect;
	size_t n = (size_t)b->commits + 1;

	*w = (struct bisect_world){.bisect = b,
		.values = work->values,
		.offset = xcalloc(n, sizeof(*w->offset)),
		.broken = xcalloc(n, sizeof(*w->broken)),
		.built = xcalloc(n, sizeof(*w->built))};
	rng_init(&w->rng, b->seed, ((uint64_t)replay << 8) | STREAM);
	w->at = (size_t)rng_below(&w->rng, b->trace->n);
	w->culprit = b->shift != 0 ? 1 + (size_t)rng_below(&w->rng, b->commits) : n;
	for (size_t k = 0; k < n; k++) {
		w->offset[k] = b->layout > 0 ? b->layout * normal(&w->rng) : 0;
		w->broken[k] = b->unbuildable > 0 && rng_unit(&w->rng) < b->unbuildable;
	}
	w->broken[0] = w->broken[n - 1] = false;
}

static void
world_done(struct bisect_world *w)
{
	free(w->offset);
	free(w->broken);
	free(w->built);
}

/* ---- ours */

static void
add_revs(const struct simulate_bisect *b, struct results *results)
{
	const struct bench bench = {
		.suite = "s", .name = "b", .metric = "time", .unit = "s", .clock = b->clock};

	results_init(results);
	for (unsigned k = 0; k <= b->commits; k++) {
		struct rev rev = {.spec = "", .label = "", .id = ""};

		results_add_rev(results, &rev);
		results->revs.v[k].build.kind = OUTCOME_SKIPPED;
	}
	results_bench(results, &bench);
}

static void
build_for(struct bisect_world *w, struct results *results, double *cost, size_t k)
{
	bool ok = bisect_build(w, k);

	results->revs.v[k].build.kind = ok ? OUTCOME_OK : OUTCOME_FAILED;
	results_cell(results, 0, k)->seen = ok;
	cost[k] = 0;
}

static void
launch_for(struct bisect_world *w, struct results *results, const struct culprit_wish *wish)
{
	size_t first = (size_t)rng_below(&w->rng, wish->n);

	for (size_t i = 0; i < wish->n; i++) {
		size_t k = wish->revs[(first + i) % wish->n];
		struct sample sample;

		bisect_launch(w, k, &sample);
		results_set(results, 0, k, results->n_blocks, &sample);
	}
	results->n_blocks++;
}

static void
conclude(const struct bisect_world *w, const struct culprit *culprit, struct bisect_end *ret)
{
	ret->not_shown = culprit->state == CULPRIT_NOT_SHOWN;
	ret->several = culprit->several;
	ret->named = culprit->state == CULPRIT_FOUND;
	ret->from = culprit->from;
	ret->to = culprit->to;
	ret->set = ret->named ? ret->to - ret->from : culprit->n_set;
	for (size_t i = 0; !ret->named && i < culprit->n_set; i++)
		ret->held = ret->held || culprit->set[i] == w->culprit;
}

static void
find_by_us(struct bisect_world *w, struct bisect_end *ret)
{
	const struct simulate_bisect *b = w->bisect;
	struct arena arena = ARENA_INIT;
	double *cost = arena_alloc(&arena, (size_t)b->commits + 1, sizeof(*cost));
	struct culprit_policy policy = {.alpha = b->alpha,
		.beta = b->beta,
		.layout = CULPRIT_LAYOUT_SD,
		.better = b->shift < 0,
		.build_cost = cost};
	struct culprit_wish wish = {.kind = WISH_BUILD};
	struct culprit *told;
	struct results results;
	size_t n;

	for (unsigned k = 0; k <= b->commits; k++)
		cost[k] = b->build_cost;
	add_revs(b, &results);
	build_for(w, &results, cost, 0);
	build_for(w, &results, cost, b->commits);
	struct culprits *culprits = culprits_new(&results, &policy);
	for (unsigned i = 0; i < STEPS_MAX && wish.kind != WISH_NOTHING; i++) {
		culprits_next(culprits, &arena, &wish);
		if (wish.kind == WISH_BUILD)
			build_for(w, &results, cost, wish.revs[0]);
		else if (wish.kind == WISH_LAUNCH)
			launch_for(w, &results, &wish);
	}
	culprits_tell(culprits, &arena, &told, &n);
	conclude(w, &told[0], ret);
	culprits_free(culprits);
	results_done(&results);
	arena_done(&arena);
}

/* ---- all of it */

static void
work(unsigned from, unsigned to, void *arg)
{
	static bisect_finder *const finders[] = {[FINDER_OURS] = find_by_us,
		[FINDER_GIT] = find_by_git,
		[FINDER_ASV] = find_by_asv,
		[FINDER_BERNOULLI] = find_by_bernoulli};
	const struct bisect_work *all = arg;

	for (unsigned i = from; i < to; i++) {
		struct bisect_end *end = &all->ends[i];
		struct bisect_world w;

		world_init(&w, all, i);
		finders[all->bisect->finder](&w, end);
		end->held =
			end->held || (end->named && w.culprit > end->from && w.culprit <= end->to);
		end->builds = w.builds;
		end->failed = w.failed;
		end->launches = w.launches;
		world_done(&w);
	}
}

static void
add_up(const struct bisect_end *end, struct simulate_bisect_tally *ret)
{
	bool one = end->named && end->to - end->from == 1;
	unsigned with_set = ret->replays - ret->not_shown;

	ret->replays++;
	ret->right += one && end->held;
	ret->among += end->named && !one && end->held;
	ret->wrong += end->named && !end->held;
	ret->unsure += !end->named && !end->not_shown;
	ret->not_shown += end->not_shown;
	ret->several += end->several;
	ret->builds += end->builds;
	ret->failed_builds += end->failed;
	ret->launches += end->launches;
	if (end->not_shown)
		return;
	ret->held += end->held;
	ret->set += ((double)end->set - ret->set) / (with_set + 1);
}

int
simulate_bisect(
	const struct simulate_bisect *bisect, struct simulate_bisect_tally *ret, struct err *err)
{
	if (simulate_check(bisect->trace, bisect->summaries, 2, err) < 0)
		return -1;
	scoped_free double *values = simulate_values(bisect->trace);
	scoped_free struct bisect_end *ends = xcalloc(bisect->replays, sizeof(*ends));
	struct bisect_work all = {.bisect = bisect, .values = values, .ends = ends};

	simulate_spread(bisect->replays, bisect->threads, work, &all);
	*ret = (struct simulate_bisect_tally){0};
	for (unsigned i = 0; i < bisect->replays; i++)
		add_up(&ends[i], ret);
	ret->builds /= bisect->replays;
	ret->failed_builds /= bisect->replays;
	ret->launches /= bisect->replays;
	return 0;
}
