#include "sweep/board.h"

#include "base/vec.h"
#include "sys/clock.h"

#include <math.h>
#include <pthread.h>

enum job_state { JOB_WAITS, JOB_RUNS, JOB_OVER };

struct job {
	enum job_state state;
	int64_t start_ns;
};

struct board {
	const struct forecaster *f;
	bool measured;
	pthread_mutex_t lock; /* of what follows */
	struct job *jobs;
	size_t built, failed;
	vec(double) own_s; /* what this run built: says more than nothing */
};

struct board *
board_new(const struct forecaster *f, bool measured)
{
	struct board *board = xcalloc(1, sizeof(*board));

	board->f = f;
	board->measured = measured;
	board->jobs = xcalloc(f->n_builds ? f->n_builds : 1, sizeof(*board->jobs));
	pthread_mutex_init(&board->lock, NULL);
	return board;
}

void
board_free(struct board *board)
{
	if (!board)
		return;
	pthread_mutex_destroy(&board->lock);
	vec_done(&board->own_s);
	free(board->jobs);
	free(board);
}

void
board_begin(struct board *board, size_t i)
{
	struct job *job = &board->jobs[i];

	pthread_mutex_lock(&board->lock);
	if (job->state == JOB_WAITS)
		*job = (struct job){JOB_RUNS, clock_monotonic_ns()};
	pthread_mutex_unlock(&board->lock);
}

void
board_end(struct board *board, size_t i, const struct build *build)
{
	bool ok = build->outcome.kind == OUTCOME_OK;

	pthread_mutex_lock(&board->lock);
	board->jobs[i].state = JOB_OVER;
	board->built += ok;
	board->failed += !ok;
	if (ok && !build->reused)
		vec_add(&board->own_s, build->wall_s);
	pthread_mutex_unlock(&board->lock);
}

/* Adds the jobs in that state to the queue; false when nothing is known of one. */
static bool
add_jobs(const struct board *board, enum job_state state, struct forecast_work *work,
	struct forecast_job *jobs)
{
	int64_t now = clock_monotonic_ns();
	bool known = true;

	for (size_t k = 0; k < board->f->n_builds; k++) {
		size_t i = board->f->order[k];
		const struct build_estimate *e = &board->f->builds[i];
		const struct job *job = &board->jobs[i];
		struct forecast_job *next = &jobs[work->n_jobs];

		/* What was stored may have been found damaged: then it is built. */
		if (job->state != state || (state == JOB_WAITS && e->state != BUILD_TO_DO))
			continue;
		*next = (struct forecast_job){.seen_s = e->seen_s, .n = e->n_seen};
		if (!e->n_seen)
			*next = (struct forecast_job){
				.seen_s = board->own_s.v, .n = board->own_s.n};
		if (state == JOB_RUNS)
			next->spent_s = (double)(now - job->start_ns + 1) * 1e-9;
		known = known && next->n;
		work->n_jobs++;
	}
	return known;
}

/* The measuring comes on top of the builds. */
static struct forecast_range
with_measuring(const struct board *board, struct forecast_range s)
{
	const struct forecast_measuring *m = &board->f->of_measuring;

	if (!board->measured)
		return s;
	if (m->new_one)
		return (struct forecast_range){NAN, NAN};
	s.p50 += m->least_s.p50;
	s.p90 = m->endless ? NAN : s.p90 + m->most_s.p90;
	return s;
}

void
board_look(struct board *board, struct board_view *ret)
{
	size_t n = board->f->n_builds;
	scoped_free struct forecast_job *jobs = xcalloc(n ? n : 1, sizeof(*jobs));
	struct forecast_work work = {.jobs = jobs, .workers = board->f->workers};
	struct board_view view = {.total = n, .builds_s = {NAN, NAN}};

	pthread_mutex_lock(&board->lock);
	view.built = board->built;
	view.failed = board->failed;
	bool known = add_jobs(board, JOB_RUNS, &work, jobs);
	known = add_jobs(board, JOB_WAITS, &work, jobs) && known;
	if (known) {
		struct forecast forecast;

		stats_forecast(&work, &forecast);
		view.builds_s = forecast.jobs;
	}
	pthread_mutex_unlock(&board->lock);
	view.all_s = with_measuring(board, view.builds_s);
	*ret = view;
}
