#include "stats/forecast.h"

#include "base/mem.h"
#include "base/rng.h"
#include "stats/order.h"

#include <math.h>

#define DRAWS 400
#define DRAWS_LEAST 40
/* Jobs of all draws: of many jobs the sum hardly differs from draw to draw. */
#define JOBS_MOST 400000
#define SEED 20 /* any will do */
/* A batch of more is so near its mean that the rest is scaled. */
#define SINGLY_MOST 256

static double
draw(struct rng *rng, const double *seen_s, size_t n)
{
	if (n == 0)
		return 0;
	return seen_s[n == 1 ? 0 : rng_below(rng, n)];
}

/* What is left of a job: of what was seen only what took longer than this one already has. Nothing
 * did: then it may end at any moment. */
static double
draw_rest(struct rng *rng, const struct forecast_job *job)
{
	size_t longer = 0;

	if (job->spent_s <= 0)
		return draw(rng, job->seen_s, job->n);
	for (size_t i = 0; i < job->n; i++)
		longer += job->seen_s[i] > job->spent_s;
	if (longer == 0)
		return 0;
	size_t pick = (size_t)rng_below(rng, longer), i = 0;
	for (;; i++)
		if (job->seen_s[i] > job->spent_s && pick-- == 0)
			return job->seen_s[i] - job->spent_s;
}

/* Whoever is free first takes the next. */
static double
play_jobs(const struct forecast_work *work, unsigned workers, double *free_at, struct rng *rng)
{
	double end = 0;

	for (unsigned w = 0; w < workers; w++)
		free_at[w] = 0;
	for (size_t i = 0; i < work->n_jobs; i++) {
		unsigned first = 0;

		for (unsigned w = 1; w < workers; w++)
			if (free_at[w] < free_at[first])
				first = w;
		free_at[first] += draw_rest(rng, &work->jobs[i]);
		end = fmax(end, free_at[first]);
	}
	return end;
}

static double
play_batches(const struct forecast_work *work, struct rng *rng)
{
	double sum = 0;

	for (size_t i = 0; i < work->n_batches; i++) {
		const struct forecast_batch *batch = &work->batches[i];
		size_t singly = batch->times < SINGLY_MOST ? batch->times : SINGLY_MOST;
		double part = 0;

		for (size_t k = 0; k < singly; k++)
			part += draw(rng, batch->seen_s, batch->n);
		if (singly)
			sum += part * ((double)batch->times / (double)singly);
	}
	return sum;
}

static struct forecast_range
range_of(double *v, size_t n)
{
	stats_sort(v, n);
	return (struct forecast_range){stats_quantile(v, n, 0.5), stats_quantile(v, n, 0.9)};
}

static size_t
count_draws(size_t n_jobs)
{
	size_t n = JOBS_MOST / (n_jobs + 1);

	return n > DRAWS ? DRAWS : n < DRAWS_LEAST ? DRAWS_LEAST : n;
}

void
stats_forecast(const struct forecast_work *work, struct forecast *ret)
{
	unsigned workers = work->workers ? work->workers : 1;
	scoped_free double *free_at = xcalloc(workers, sizeof(*free_at));
	double jobs[DRAWS], all[DRAWS];
	size_t n = count_draws(work->n_jobs);

	for (size_t i = 0; i < n; i++) {
		struct rng rng;

		rng_init(&rng, SEED, i);
		jobs[i] = play_jobs(work, workers, free_at, &rng);
		all[i] = jobs[i] + play_batches(work, &rng);
	}
	ret->jobs = range_of(jobs, n);
	ret->all = range_of(all, n);
}
