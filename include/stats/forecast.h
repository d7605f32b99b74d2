/* How long work will take: jobs that workers take from a queue, then things done one at a time,
 * each as long as something like it took before. Durations are drawn from those seen, many times
 * over, with a fixed seed: the same question has the same answer. Seconds everywhere. */
#ifndef STATS_FORECAST_H
#define STATS_FORECAST_H

#include <stddef.h>

/* A job of the queue. */
struct forecast_job {
	const double *seen_s; /* how long its like took; n 0: it takes no time */
	size_t n;
	double spent_s; /* a worker has been at it for so long; 0: it waits */
};

/* `times` things, one after the other, with nothing beside them. */
struct forecast_batch {
	const double *seen_s;
	size_t n;
	size_t times;
};

struct forecast_work {
	/* In the order in which workers take them, those that are under way first. */
	const struct forecast_job *jobs;
	size_t n_jobs;
	unsigned workers; /* 0: one */
	/* These begin when the last job is done. */
	const struct forecast_batch *batches;
	size_t n_batches;
};

/* Half of the draws took at most p50, nine of ten at most p90. */
struct forecast_range {
	double p50, p90;
};

struct forecast {
	struct forecast_range jobs; /* until the last one is done */
	struct forecast_range all;
};

void stats_forecast(const struct forecast_work *work, struct forecast *ret);

#endif
