/* What the spans of a sweep add up to. */
#include "report/timeline.h"

#include <stdlib.h>
#include <string.h>

static double
seconds(int64_t us)
{
	return us > 0 ? (double)us * 1e-6 : 0;
}

static bool
is_serial(const struct span *s)
{
	return span_is_measuring(s->phase) || s->suite;
}

/* Steps lie within builds. */
static bool
counts(const struct span *s)
{
	return span_is_work(s->phase) && s->phase != SPAN_STEP;
}

static bool
is_job(const struct span *s)
{
	return counts(s) && !is_serial(s) && s->rev >= 0;
}

/* ---- unions of intervals */

struct interval {
	int64_t from, to;
	size_t job;
};

static int
by_from(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* Microseconds that lie in any of them. Sorts. */
static int64_t
united(struct interval *v, size_t n)
{
	int64_t sum = 0, end = INT64_MIN;

	if (n)
		qsort(v, n, sizeof(*v), by_from);
	for (size_t i = 0; i < n; i++) {
		int64_t from = v[i].from > end ? v[i].from : end;

		if (v[i].to <= from)
			continue;
		sum += v[i].to - from;
		end = v[i].to;
	}
	return sum;
}

/* ---- one session */

struct session {
	const struct timeline_input *input;
	const struct span_session *what;
	struct interval *v; /* room for every span */
	int64_t end_us;
};

typedef bool (*pick)(const struct span *s, unsigned worker);

static size_t
select_spans(struct session *s, pick wanted, unsigned worker)
{
	size_t n = 0;

	for (size_t i = 0; i < s->input->n_spans; i++) {
		const struct span *span = &s->input->spans[i];

		if (span->session == s->what->number && wanted(span, worker))
			s->v[n++] = (struct interval){span->start_us, span->end_us, 0};
	}
	return n;
}

static bool
of_worker(const struct span *s, unsigned worker)
{
	return counts(s) && s->worker == worker;
}

static bool
serial(const struct span *s, unsigned worker)
{
	(void)worker;
	return counts(s) && is_serial(s);
}

static bool
job_of_worker(const struct span *s, unsigned worker)
{
	return is_job(s) && s->worker == worker;
}

static bool
any_job(const struct span *s, unsigned worker)
{
	(void)worker;
	return is_job(s);
}

static bool
waiting(const struct span *s, unsigned worker)
{
	(void)worker;
	return s->phase == SPAN_WAIT;
}

/* From the first job to the last. */
static double
job_time(struct session *s)
{
	size_t n = select_spans(s, any_job, 0);
	int64_t from = INT64_MAX, to = INT64_MIN;

	for (size_t i = 0; i < n; i++) {
		from = s->v[i].from < from ? s->v[i].from : from;
		to = s->v[i].to > to ? s->v[i].to : to;
	}
	return n ? seconds(to - from) : 0;
}

static void
add_workers(struct session *s, struct timeline_figures *f)
{
	double wall = seconds(s->end_us - s->what->start_us);

	for (unsigned w = 1; w <= s->what->workers; w++) {
		double busy = seconds(united(s->v, select_spans(s, of_worker, w)));

		f->workers[w - 1].busy_s += busy;
		f->workers[w - 1].present_s += wall;
		f->busy_s += busy;
		f->present_s += wall;
		f->jobs_busy_s += seconds(united(s->v, select_spans(s, job_of_worker, w)));
	}
	f->jobs_at_s += job_time(s) * s->what->workers;
	f->wall_s += wall;
}

static size_t
job_number(const struct timeline_input *input, const struct span *s)
{
	return (size_t)s->layout * input->n_revs + (size_t)s->rev;
}

static size_t
count_jobs(const struct timeline_input *input)
{
	size_t n = 0;

	for (size_t i = 0; i < input->n_spans; i++)
		if (is_job(&input->spans[i]) && job_number(input, &input->spans[i]) >= n)
			n = job_number(input, &input->spans[i]) + 1;
	return n;
}

/* What all jobs of a session take together, and the longest of them. */
static void
add_jobs(struct session *s, size_t n_jobs, double *sums, struct timeline_figures *f)
{
	double all = 0, longest = 0;

	memset(sums, 0, n_jobs * sizeof(*sums));
	for (size_t i = 0; i < s->input->n_spans; i++) {
		const struct span *span = &s->input->spans[i];

		if (span->session == s->what->number && is_job(span))
			sums[job_number(s->input, span)] += seconds(span->end_us - span->start_us);
	}
	for (size_t i = 0; i < n_jobs; i++) {
		all += sums[i];
		longest = sums[i] > longest ? sums[i] : longest;
	}
	double serial_s = seconds(united(s->v, select_spans(s, serial, 0)));
	double even = s->what->workers ? all / s->what->workers : all;
	f->job_s += all;
	f->serial_s += serial_s;
	f->bound_s += (longest > even ? longest : even) + serial_s;
	f->longest_s = longest > f->longest_s ? longest : f->longest_s;
	f->wait_s += seconds(united(s->v, select_spans(s, waiting, 0)));
}

/* ---- who held things up */

struct edge {
	int64_t at;
	int step; /* 1: a job begins; -1: it ends */
	size_t job;
};

static int
by_time(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->step - y->step;
}

/* Adds to each job the time in which it was the only one: the sum of the numbers of those at work
 * is its own number then. */
static void
add_alone(const struct timeline_input *input, struct edge *edges, double *alone)
{
	size_t n = 0, sum = 0;
	long at_work = 0;

	for (size_t i = 0; i < input->n_spans; i++) {
		const struct span *s = &input->spans[i];

		if (!is_job(s) || s->end_us <= s->start_us)
			continue;
		edges[n++] = (struct edge){s->start_us, 1, job_number(input, s)};
		edges[n++] = (struct edge){s->end_us, -1, job_number(input, s)};
	}
	if (n)
		qsort(edges, n, sizeof(*edges), by_time);
	for (size_t i = 0; i < n; i++) {
		if (at_work == 1)
			alone[sum] += seconds(edges[i].at - edges[i - 1].at);
		at_work += edges[i].step;
		sum = edges[i].step > 0 ? sum + edges[i].job : sum - edges[i].job;
	}
}

static void
find_held(const struct timeline_input *input, size_t n_jobs, double *alone, struct arena *arena,
	struct timeline_figures *f)
{
	struct edge *edges = arena_alloc(arena, 2 * input->n_spans, sizeof(*edges));

	memset(alone, 0, n_jobs * sizeof(*alone));
	add_alone(input, edges, alone);
	for (size_t i = 0; i < n_jobs; i++) {
		if (alone[i] <= f->held_s)
			continue;
		f->held_s = alone[i];
		f->held_rev = (int)(i % input->n_revs);
		f->held_layout = (unsigned)(i / input->n_revs);
	}
}

static int64_t
end_of(const struct timeline_input *input, const struct span_session *session)
{
	int64_t end = session->start_us;

	for (size_t i = 0; i < input->n_spans; i++)
		if (input->spans[i].session == session->number && input->spans[i].end_us > end)
			end = input->spans[i].end_us;
	return end;
}

void
timeline_figures(
	const struct timeline_input *input, struct arena *arena, struct timeline_figures *ret)
{
	size_t n_jobs = count_jobs(input);
	double *sums = arena_alloc(arena, n_jobs, sizeof(*sums));
	struct interval *v = arena_alloc(arena, input->n_spans, sizeof(*v));

	*ret = (struct timeline_figures){.held_rev = -1};
	for (size_t i = 0; i < input->n_sessions; i++)
		if (input->sessions[i].workers > ret->n_workers)
			ret->n_workers = input->sessions[i].workers;
	ret->workers = arena_alloc(arena, ret->n_workers, sizeof(*ret->workers));
	for (size_t i = 0; i < input->n_sessions; i++) {
		struct session s = {
			.input = input,
			.what = &input->sessions[i],
			.v = v,
			.end_us = end_of(input, &input->sessions[i]),
		};

		add_workers(&s, ret);
		add_jobs(&s, n_jobs, sums, ret);
	}
	find_held(input, n_jobs, sums, arena, ret);
}
