/* Forecasts of queues whose end is known. */
#include "stats/forecast.h"

#include "base/mem.h"

#include "../check_main.h"

static struct forecast
of_jobs(const struct forecast_job *jobs, size_t n, unsigned workers)
{
	struct forecast_work work = {.jobs = jobs, .n_jobs = n, .workers = workers};
	struct forecast ret;

	stats_forecast(&work, &ret);
	return ret;
}

/* One duration each: there is nothing to draw. */
static struct forecast
of_known(const double *s, size_t n, unsigned workers)
{
	struct forecast_job jobs[16];

	for (size_t i = 0; i < n; i++)
		jobs[i] = (struct forecast_job){.seen_s = &s[i], .n = 1};
	return of_jobs(jobs, n, workers);
}

START_TEST(a_known_queue_has_one_end)
{
	static const double s[] = {8, 7, 6, 5, 4, 3};
	static const double makespan[] = {33, 17, 11, 9, 8, 8, 8}; /* by hand, 1 to 7 workers */

	for (unsigned workers = 1; workers <= ARRAY_LEN(makespan); workers++) {
		struct forecast f = of_known(s, ARRAY_LEN(s), workers);

		ck_assert_double_eq(f.jobs.p50, makespan[workers - 1]);
		ck_assert_double_eq(f.jobs.p90, makespan[workers - 1]);
		ck_assert_double_eq(f.all.p50, makespan[workers - 1]);
	}
	ck_assert_double_eq(of_known(s, ARRAY_LEN(s), 0).jobs.p50, 33);
	ck_assert_double_eq(of_known(s, 0, 3).jobs.p50, 0);
}
END_TEST

START_TEST(the_order_counts)
{
	static const double longest_first[] = {6, 2, 2, 2}, longest_last[] = {2, 2, 2, 6};

	ck_assert_double_eq(of_known(longest_first, 4, 2).jobs.p50, 6);
	ck_assert_double_eq(of_known(longest_last, 4, 2).jobs.p50, 8);
}
END_TEST

START_TEST(what_varies_has_a_range)
{
	static const double seen[] = {1, 1, 1, 1, 1, 1, 1, 1, 21, 21};
	struct forecast_job job = {.seen_s = seen, .n = ARRAY_LEN(seen)};
	struct forecast f = of_jobs(&job, 1, 1);

	/* A fifth of the draws is the long one. */
	ck_assert_double_eq(f.jobs.p50, 1);
	ck_assert_double_eq(f.jobs.p90, 21);
	struct forecast again = of_jobs(&job, 1, 1);
	ck_assert_double_eq(f.jobs.p90, again.jobs.p90);
}
END_TEST

START_TEST(what_is_under_way_is_shorter)
{
	static const double seen[] = {2, 10};
	struct forecast_job jobs[] = {
		{.seen_s = seen, .n = 2, .spent_s = 4}, /* 10: it has outlived the other */
		{.seen_s = seen, .n = 1},
	};

	ck_assert_double_eq(of_jobs(jobs, 1, 1).jobs.p90, 6);
	ck_assert_double_eq(of_jobs(jobs, 2, 1).jobs.p90, 8);
	ck_assert_double_eq(of_jobs(jobs, 2, 2).jobs.p90, 6);
	jobs[0].spent_s = 11;
	ck_assert_double_eq(of_jobs(jobs, 1, 1).jobs.p90, 0);
}
END_TEST

START_TEST(then_one_at_a_time)
{
	static const double s[] = {3, 5}, launch = 0.5, varied[] = {1, 3};
	struct forecast_job jobs[] = {{.seen_s = &s[1], .n = 1}, {.seen_s = &s[0], .n = 1}};
	struct forecast_batch batches[] = {{.seen_s = &launch, .n = 1, .times = 8},
		{.seen_s = &launch, .n = 1, .times = 100000}};
	struct forecast_work work = {
		.jobs = jobs, .n_jobs = 2, .workers = 2, .batches = batches, .n_batches = 2};
	struct forecast f;

	stats_forecast(&work, &f);
	ck_assert_double_eq(f.jobs.p50, 5);
	ck_assert_double_eq_tol(f.all.p50, 5 + 4 + 50000, 1e-6);
	batches[0] = (struct forecast_batch){.seen_s = varied, .n = 2, .times = 100};
	work.n_batches = 1;
	work.n_jobs = 0;
	stats_forecast(&work, &f);
	/* Mean 200, standard deviation 10. */
	ck_assert_double_eq_tol(f.all.p50, 200, 3);
	ck_assert_double_eq_tol(f.all.p90, 212.8, 4);
}
END_TEST

TEST_SUITE("stats/forecast", a_known_queue_has_one_end, the_order_counts, what_varies_has_a_range,
	what_is_under_way_is_shorter, then_one_at_a_time)
