/* What this session did when. Spans come from all threads; the store belongs to one. */
#include "sweep_priv.h"

#include "ext/json.h"
#include "sys/clock.h"

#include <math.h>
#include <string.h>

#define KEEP_NS INT64_C(1000000000) /* each batch costs the disk a few syncs */

/* Nobody counts who has nothing to do from the start. */
static unsigned
n_workers(const struct carry *carry)
{
	size_t builds = carry->sweep->plan->n_revs * carry_n_layouts(carry);
	unsigned wanted = carry->sweep->options.build_jobs;

	if (wanted > builds)
		wanted = (unsigned)builds;
	return wanted ? wanted : 1;
}

int
timeline_begin(struct carry *carry, struct err *err)
{
	struct timeline *t = &carry->timeline;
	const struct sweep *sweep = carry->sweep;
	struct store_timeline stored;
	struct arena arena = ARENA_INIT;
	int r = store_timeline(sweep->store, sweep->id, &arena, &stored, err);

	pthread_mutex_init(&t->lock, NULL);
	t->start_ns = clock_monotonic_ns();
	t->session = (struct span_session){
		.number = 1,
		.workers = n_workers(carry),
		.start_us = clock_wall_us(),
	};
	if (r == 0 && stored.n_sessions)
		t->session.number = stored.sessions[stored.n_sessions - 1].number + 1;
	arena_done(&arena);
	return r < 0 ? -1 : timeline_keep(carry, true, err);
}

void
timeline_add(struct carry *carry, const struct span *span)
{
	struct timeline *t = &carry->timeline;
	int64_t shift_us = t->session.start_us - t->start_ns / 1000;
	struct span copy = *span;

	copy.session = t->session.number;
	copy.start_us += shift_us;
	copy.end_us += shift_us;
	pthread_mutex_lock(&t->lock);
	vec_add(&t->pending, copy);
	pthread_mutex_unlock(&t->lock);
}

struct span
timeline_start(enum span_phase phase, int rev, const char *suite)
{
	return (struct span){
		.phase = phase,
		.worker = 1,
		.rev = rev,
		.suite = suite,
		.start_us = clock_monotonic_ns() / 1000,
		.cpu_s = NAN,
		.rss_bytes = NAN,
	};
}

void
timeline_end(struct carry *carry, struct span *span, const char *outcome)
{
	span->end_us = clock_monotonic_ns() / 1000;
	span->outcome = outcome;
	timeline_add(carry, span);
}

int
timeline_keep(struct carry *carry, bool at_once, struct err *err)
{
	struct timeline *t = &carry->timeline;
	const struct sweep *sweep = carry->sweep;
	vec(struct span) taken;

	if (!at_once && clock_monotonic_ns() - t->kept_ns < KEEP_NS)
		return 0;
	pthread_mutex_lock(&t->lock);
	memcpy(&taken, &t->pending, sizeof(taken));
	memset(&t->pending, 0, sizeof(t->pending));
	pthread_mutex_unlock(&t->lock);
	bool news = taken.n || !t->kept_ns;
	int r = !news ? 0
		      : store_add_spans(
				sweep->store, sweep->id, &t->session, taken.v, taken.n, err);
	t->kept_ns = clock_monotonic_ns();
	vec_done(&taken);
	return r;
}

int
timeline_finish(struct carry *carry, int r, struct err *err)
{
	struct timeline *t = &carry->timeline;
	struct err second = ERR_INIT;

	if (!t->session.number)
		return r;
	if (timeline_keep(carry, true, &second) < 0 && r == 0) {
		*err = second;
		r = -1;
	}
	vec_done(&t->pending);
	pthread_mutex_destroy(&t->lock);
	return r;
}

/* ---- afterwards */

/* Spans point into the lists of revisions and layouts, whoever wrote them. */
static void
check_places(struct span *spans, size_t n, size_t n_revs)
{
	for (size_t i = 0; i < n; i++) {
		if (spans[i].rev < 0 || (size_t)spans[i].rev >= n_revs)
			spans[i].rev = -1;
		if (spans[i].layout >= REBUILDS_MOST)
			spans[i].layout = 0;
	}
}

/* From the plan: the first builds are told of before anything is known of revisions. */
static int
read_labels(const char *plan, struct arena *arena, struct timeline_input *ret, struct err *err)
{
	struct json *doc = NULL;

	if (json_parse(plan, strlen(plan), &doc, err) < 0) {
		err->kind = ERR_STORE;
		return err_wrap(err, "the stored plan is unreadable");
	}
	const struct json_val *revs = json_get(json_root(doc), "revs");
	size_t n = json_length(revs);
	const char **labels = arena_alloc(arena, n, sizeof(*labels));
	for (size_t i = 0; i < n; i++) {
		const char *label = json_text(json_get(json_at(revs, i), "label"));
		labels[i] = arena_strdup(arena, label ? label : "?");
	}
	ret->labels = labels;
	ret->n_revs = n;
	json_free(doc);
	return 0;
}

int
sweep_timeline(struct store *store, const struct store_sweep *stored, struct arena *arena,
	struct timeline_input *ret, struct err *err)
{
	struct timeline_input input = {
		.sweep = arena_printf(arena, "%jd", (intmax_t)stored->id),
		.command = stored->command,
	};
	struct store_timeline timeline;

	if (store_timeline(store, stored->id, arena, &timeline, err) < 0 ||
		read_labels(stored->plan, arena, &input, err) < 0)
		return -1;
	check_places(timeline.spans, timeline.n_spans, input.n_revs);
	input.sessions = timeline.sessions;
	input.n_sessions = timeline.n_sessions;
	input.spans = timeline.spans;
	input.n_spans = timeline.n_spans;
	*ret = input;
	return 0;
}
