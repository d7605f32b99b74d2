#include "sweep/forecast.h"

#include <math.h>

struct build_request *
forecast_requests(const struct plan *plan, const char *cache, bool rebuild, struct arena *arena,
	size_t *ret_n)
{
	size_t n = plan->n_revs * plan_layouts(plan);
	struct build_request *requests = arena_alloc(arena, n, sizeof(*requests));

	for (size_t i = 0; i < n; i++) {
		size_t rev = i % plan->n_revs;

		requests[i] =
			plan_build_request(plan->config, &plan->revs[rev], &plan->recipes[rev]);
		requests[i].layout = (unsigned)(i / plan->n_revs);
		requests[i].cache = cache;
		requests[i].rebuild = rebuild;
	}
	*ret_n = n;
	return requests;
}

/* ---- builds */

static void
foresee_builds(struct forecaster *f, struct arena *arena)
{
	struct forecast_job *jobs = arena_alloc(arena, f->n_builds, sizeof(*jobs));
	struct forecast_builds *b = &f->of_builds;
	struct forecast_work work = {.jobs = jobs, .workers = f->workers};
	struct forecast forecast;

	b->n = f->n_builds;
	b->known = true;
	for (size_t i = 0; i < f->n_builds; i++) {
		const struct build_estimate *e = &f->builds[f->order[i]];

		b->stored += e->state == BUILD_STORED;
		b->failed += e->state == BUILD_FAILED_BEFORE;
		if (e->state != BUILD_TO_DO)
			continue;
		b->guessed += !e->same;
		b->known = b->known && e->n_seen;
		jobs[work.n_jobs++] = (struct forecast_job){.seen_s = e->seen_s, .n = e->n_seen};
	}
	if (!b->known)
		return;
	stats_forecast(&work, &forecast);
	b->s = forecast.jobs;
}

/* ---- measuring */

static bool
stops_early(const struct plan *plan)
{
	return plan->terms.judge != JUDGE_NONE && !plan->apart;
}

/* Revisions that are known not to be built are not measured. */
static size_t
n_measured(const struct plan *plan, const struct forecaster *f)
{
	size_t n = 0;

	for (size_t rev = 0; rev < plan->n_revs; rev++) {
		bool fails = false;

		for (size_t i = rev; i < f->n_builds; i += plan->n_revs)
			fails |= f->builds[i].state == BUILD_FAILED_BEFORE;
		n += !fails;
	}
	return n;
}

/* Warm-ups of all suites on so many revisions, and the most or the least blocks of each. */
static struct forecast_range
foresee_blocks(const struct plan *plan, const struct history *history, size_t revs, bool most,
	struct arena *arena)
{
	struct forecast_batch *batches = arena_alloc(arena, 2 * plan->n_suites, sizeof(*batches));
	size_t at_once = plan_in_duets(plan) ? 2 : 1;
	struct forecast_work work = {.batches = batches, .n_batches = 2 * plan->n_suites};
	struct forecast forecast;

	for (size_t s = 0; s < plan->n_suites; s++) {
		const struct history_suite *seen = &history->suites[s];
		bool warm = seen->n_warmups > 0;
		size_t blocks = most ? plan_blocks_max(plan, s) : plan_blocks_min(plan, s);

		batches[2 * s] = (struct forecast_batch){
			.seen_s = warm ? seen->warmups_s : seen->launches_s,
			.n = warm ? seen->n_warmups : seen->n_launches,
			.times = revs * plan_layouts(plan),
		};
		batches[2 * s + 1] = (struct forecast_batch){
			.seen_s = seen->launches_s,
			.n = seen->n_launches,
			.times = revs * blocks / at_once,
		};
	}
	stats_forecast(&work, &forecast);
	return forecast.all;
}

/* More than the least number of blocks there are only within the budget. */
static void
bound(struct forecast_measuring *m)
{
	if (m->after_first) {
		m->endless = m->budget_s <= 0;
		m->most_s.p50 = m->least_s.p50 + m->budget_s;
		m->most_s.p90 = m->least_s.p90 + m->budget_s;
	} else if (m->budget_s > 0) {
		m->most_s.p50 = fmax(m->least_s.p50, fmin(m->most_s.p50, m->budget_s));
		m->most_s.p90 = fmax(m->least_s.p90, fmin(m->most_s.p90, m->budget_s));
	}
}

static void
foresee_measuring(const struct plan *plan, const struct history *history, struct arena *arena,
	struct forecaster *f)
{
	size_t revs = n_measured(plan, f);
	const struct measure *measure = &plan->config->measure;
	bool early = stops_early(plan);
	struct forecast_measuring m = {
		.blocks_min = measure->blocks_min,
		.blocks_max =
			early && !plan->terms.changes ? measure->blocks_max : measure->blocks_min,
		.budget_s = early ? measure->budget_s : 0,
		.after_first = early && plan->terms.changes,
	};

	for (size_t s = plan->n_suites; s-- > 0;)
		if (!history->suites[s].n_launches && plan->suites[s].pass != PASS_BUILD)
			m.new_one = plan->suites[s].title;
	m.least_s = foresee_blocks(plan, history, revs, false, arena);
	m.most_s = foresee_blocks(plan, history, revs, early && !plan->terms.changes, arena);
	bound(&m);
	f->of_measuring = m;
}

int
forecast_make(const struct build_request *requests, size_t n, const struct plan *plan,
	struct store *store, unsigned workers, struct arena *arena, struct forecaster *ret,
	struct err *err)
{
	struct forecaster f = {.n_builds = n, .workers = workers};
	struct history history;

	f.builds = arena_alloc(arena, n, sizeof(*f.builds));
	f.order = arena_alloc(arena, n, sizeof(*f.order));
	if (history_read(store, plan, n ? requests[0].project : NULL, arena, &history, err) < 0)
		return -1;
	if (build_estimate(requests, n, history.builds, history.n_builds, arena, f.builds, err) < 0)
		return -1;
	build_order(f.builds, n, f.order);
	foresee_builds(&f, arena);
	if (plan)
		foresee_measuring(plan, &history, arena, &f);
	*ret = f;
	return 0;
}
