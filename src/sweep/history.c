#include "sweep/history.h"

#include "base/vec.h"
#include "ext/json.h"

#include <math.h>
#include <string.h>

#define SWEEPS_MOST 10 /* of which the newest tell enough */

typedef vec(double) seconds;

struct reading {
	struct store *store;
	const struct plan *plan;
	const char *project;
	struct arena *arena;
	char **suites; /* of the plan, as compact JSON */
	vec(struct build_past) builds;
	seconds *launches, *warmups; /* by suite of the plan */
};

/* One sweep of the past. */
struct past {
	const struct json_val *plan;
	struct store_timeline timeline;
	size_t *suite; /* of our plan, for each of its own; SIZE_MAX: not among them */
};

/* ---- builds */

/* Phases of one build in one session, added up. */
struct work {
	unsigned session, layout;
	int rev;
	double s;
	const char *outcome; /* of its steps; NULL: they were not begun */
};
typedef vec(struct work) work_list;

static struct work *
work_of(work_list *list, const struct span *span)
{
	for (size_t i = list->n; i-- > 0;)
		if (list->v[i].session == span->session && list->v[i].rev == span->rev &&
			list->v[i].layout == span->layout)
			return &list->v[i];
	vec_add(list, (struct work){span->session, span->layout, span->rev, 0, NULL});
	return &list->v[list->n - 1];
}

static bool
is_building(const struct span *span)
{
	return !span->suite && span->rev >= 0 &&
	       (span->phase == SPAN_CHECKOUT || span->phase == SPAN_BUILD ||
		       span->phase == SPAN_VERIFY || span->phase == SPAN_PUBLISH);
}

static void
take_work(struct reading *r, const struct past *past, const struct work *work)
{
	const struct json_val *rev = json_at(json_get(past->plan, "revs"), (size_t)work->rev);
	const char *project = json_text(json_get(past->plan, "project"));
	double date = json_number(json_get(rev, "date"));

	/* What was given up tells nothing. */
	if (!work->outcome || strcmp(work->outcome, SPAN_CANCELLED) == 0 ||
		strcmp(work->outcome, SPAN_ERROR) == 0)
		return;
	vec_add(&r->builds,
		(struct build_past){
			.project = arena_strdup(r->arena, project ? project : r->project),
			.recipe = arena_strdup(r->arena, json_text(json_get(rev, "recipe"))),
			.tree = arena_strdup(r->arena, json_text(json_get(rev, "tree"))),
			.date = isfinite(date) ? (int64_t)date : 0,
			.wall_s = work->s,
			.failed = strcmp(work->outcome, span_ok) != 0,
		});
}

static void
take_builds(struct reading *r, const struct past *past)
{
	work_list list = {0};

	for (size_t i = 0; i < past->timeline.n_spans; i++) {
		const struct span *span = &past->timeline.spans[i];

		if (!is_building(span))
			continue;
		struct work *work = work_of(&list, span);
		work->s += (double)(span->end_us - span->start_us) * 1e-6;
		bool failed = work->outcome && strcmp(work->outcome, span_ok) != 0;
		if (!failed && (span->phase == SPAN_BUILD || span->phase == SPAN_VERIFY))
			work->outcome = span->outcome;
	}
	for (size_t i = 0; i < list.n; i++)
		take_work(r, past, &list.v[i]);
	vec_done(&list);
}

/* ---- launches */

static size_t
suite_of_name(const struct past *past, const char *name)
{
	const struct json_val *suites = json_get(past->plan, "suites");

	for (size_t i = 0; name && i < json_length(suites); i++)
		if (str_eq(json_text(json_get(json_at(suites, i), "name")), name))
			return past->suite[i];
	return SIZE_MAX;
}

/* Two at a time take longer than one, and are not compared with it. */
static bool
in_duets(const struct json_val *plan)
{
	return str_eq(json_text(json_get(plan, "order")), order_name(ORDER_DUET)) &&
	       !json_is_true(json_get(plan, "changes"));
}

static bool
match_suites(struct reading *r, struct past *past)
{
	const struct json_val *suites = json_get(past->plan, "suites");
	size_t n = json_length(suites);
	bool any = false;

	past->suite = arena_alloc(r->arena, n, sizeof(*past->suite));
	if (!r->plan || in_duets(past->plan) != plan_in_duets(r->plan))
		return false;
	for (size_t i = 0; i < n; i++) {
		scoped_free char *text = json_dump(json_at(suites, i));

		past->suite[i] = SIZE_MAX;
		for (size_t k = 0; k < r->plan->n_suites; k++)
			if (strcmp(text, r->suites[k]) == 0)
				past->suite[i] = k;
		any |= past->suite[i] != SIZE_MAX;
	}
	return any;
}

static bool
is_launch(const struct span *span)
{
	return span->phase == SPAN_LAUNCH || span->phase == SPAN_WARMUP;
}

/* What the store and the judge need between two launches is part of the first, not what a machine
 * that is busy made us wait. */
static double
pitch_s(const struct store_timeline *timeline, size_t i)
{
	const struct span *span = &timeline->spans[i];
	int64_t length = span->end_us - span->start_us;

	for (size_t k = i + 1; k < timeline->n_spans; k++) {
		const struct span *next = &timeline->spans[k];
		int64_t pitch = next->start_us - span->start_us;

		if (!is_launch(next) || next->session != span->session || pitch <= 0)
			continue;
		return (double)(pitch < length + length / 2 + 200000 ? pitch : length) * 1e-6;
	}
	return (double)length * 1e-6;
}

/* The second of a duet began with the first. */
static bool
is_second(const struct store_timeline *timeline, size_t i)
{
	return i > 0 && is_launch(&timeline->spans[i - 1]) &&
	       timeline->spans[i - 1].start_us == timeline->spans[i].start_us;
}

static bool
take_spans(struct reading *r, const struct past *past)
{
	bool any = false;

	for (size_t i = 0; i < past->timeline.n_spans; i++) {
		const struct span *span = &past->timeline.spans[i];
		size_t suite = is_launch(span) ? suite_of_name(past, span->suite) : SIZE_MAX;

		if (suite == SIZE_MAX || is_second(&past->timeline, i) ||
			strcmp(span->outcome, span_ok) != 0)
			continue;
		any = true;
		if (span->phase == SPAN_WARMUP)
			vec_add(&r->warmups[suite], pitch_s(&past->timeline, i));
		else
			vec_add(&r->launches[suite], pitch_s(&past->timeline, i));
	}
	return any;
}

/* An older program kept no spans, but how long launches took. */
static int
take_rows(struct reading *r, const struct past *past, int64_t sweep, struct err *err)
{
	struct store_launch_row *rows;
	size_t n;

	if (store_launches(r->store, sweep, r->arena, &rows, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		size_t suite = suite_of_name(past, rows[i].suite);

		if (suite == SIZE_MAX || strcmp(rows[i].outcome, span_ok) != 0)
			continue;
		if (rows[i].warmup)
			vec_add(&r->warmups[suite], rows[i].wall_s);
		else
			vec_add(&r->launches[suite], rows[i].wall_s);
	}
	return 0;
}

/* ---- all of it */

static int
take_sweep(struct reading *r, const struct store_sweep *stored, struct err *err)
{
	struct json *doc = NULL;
	struct past past = {0};

	if (json_parse(stored->plan, strlen(stored->plan), &doc, err) < 0) {
		err->kind = ERR_STORE;
		return err_wrap(err, "the plan of sweep #%jd", (intmax_t)stored->id);
	}
	past.plan = json_root(doc);
	int result = store_timeline(r->store, stored->id, r->arena, &past.timeline, err);
	if (result == 0) {
		take_builds(r, &past);
		if (match_suites(r, &past) && !take_spans(r, &past))
			result = take_rows(r, &past, stored->id, err);
	}
	json_free(doc);
	return result;
}

static int
dump_suites(struct reading *r, struct err *err)
{
	scoped(str) text = STR_INIT;
	struct json *doc = NULL;

	plan_json(r->plan, &text);
	if (json_parse(text.p, text.n, &doc, err) < 0)
		return err_wrap(err, "the plan");
	const struct json_val *suites = json_get(json_root(doc), "suites");
	for (size_t i = 0; i < r->plan->n_suites; i++) {
		scoped_free char *dump = json_dump(json_at(suites, i));

		r->suites[i] = arena_strdup(r->arena, dump);
	}
	json_free(doc);
	return 0;
}

static void
hand_over(struct reading *r, size_t n_suites, struct history *ret)
{
	*ret = (struct history){
		.builds = arena_copy(r->arena, r->builds.v, r->builds.n, sizeof(*r->builds.v)),
		.n_builds = r->builds.n,
		.suites = arena_alloc(r->arena, n_suites, sizeof(*ret->suites)),
	};
	for (size_t i = 0; i < n_suites; i++) {
		const seconds *launches = &r->launches[i], *warmups = &r->warmups[i];

		ret->suites[i] = (struct history_suite){
			.launches_s =
				arena_copy(r->arena, launches->v, launches->n, sizeof(double)),
			.n_launches = launches->n,
			.warmups_s = arena_copy(r->arena, warmups->v, warmups->n, sizeof(double)),
			.n_warmups = warmups->n,
		};
	}
}

int
history_read(struct store *store, const struct plan *plan, const char *project, struct arena *arena,
	struct history *ret, struct err *err)
{
	size_t n_suites = plan ? plan->n_suites : 0, n = 0;
	struct reading r = {.store = store, .plan = plan, .project = project, .arena = arena};
	struct store_sweep *sweeps = NULL;
	int result = 0;

	r.suites = arena_alloc(arena, n_suites, sizeof(*r.suites));
	r.launches = arena_alloc(arena, n_suites, sizeof(*r.launches));
	r.warmups = arena_alloc(arena, n_suites, sizeof(*r.warmups));
	if (store && plan)
		result = dump_suites(&r, err);
	if (store && result == 0)
		result = store_list(store, SWEEPS_MOST, arena, &sweeps, &n, err);
	for (size_t i = 0; result == 0 && i < n; i++)
		result = take_sweep(&r, &sweeps[i], err);
	if (result == 0)
		hand_over(&r, n_suites, ret);
	vec_done(&r.builds);
	for (size_t i = 0; i < n_suites; i++) {
		vec_done(&r.launches[i]);
		vec_done(&r.warmups[i]);
	}
	return result;
}
