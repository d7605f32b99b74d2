#include "sweep/terms.h"

#include "core/host_json.h"
#include "ext/json.h"

#include <math.h>
#include <string.h>

static const char *const judge_names[] = {
	[JUDGE_SEQUENTIAL] = "sequential",
	[JUDGE_CLASSIC] = "classic",
	[JUDGE_NONE] = "none",
};

const char *
terms_judge_name(enum judge_mode mode)
{
	return judge_names[mode];
}

static enum judge_mode
judge_of_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(judge_names); i++)
		if (str_eq(name, judge_names[i]))
			return (enum judge_mode)i;
	return JUDGE_SEQUENTIAL;
}

static enum order
order_of_name(const char *name)
{
	for (size_t i = 0; order_names[i]; i++)
		if (str_eq(name, order_names[i]))
			return (enum order)i;
	return ORDER_RANDOM;
}

static void
write_bisect(const struct terms_bisect *bisect, struct jsonw *w)
{
	jsonw_open(w, "bisect", '{');
	jsonw_text(w, "find", bisect->better ? "improvement" : "regression");
	jsonw_bool(w, "every", bisect->every);
	jsonw_open(w, "prior", '[');
	for (size_t i = 0; i < bisect->n_prior; i++)
		jsonw_number(w, NULL, bisect->prior[i]);
	jsonw_close(w, ']');
	jsonw_open(w, "skip", '[');
	for (size_t i = 0; i < bisect->n_skip; i++)
		jsonw_int(w, NULL, (int64_t)bisect->skip[i]);
	jsonw_close(w, ']');
	jsonw_close(w, '}');
}

void
terms_write(const struct terms *t, struct jsonw *w)
{
	jsonw_text(w, "command", t->command);
	jsonw_text(w, "project", t->project);
	jsonw_int(w, "base", (int64_t)t->base);
	jsonw_text(w, "judge", terms_judge_name(t->judge));
	jsonw_open(w, "gates", '[');
	for (size_t i = 0; i < t->n_gates; i++) {
		jsonw_open(w, NULL, '{');
		jsonw_text(w, "fail", t->gates[i].text);
		jsonw_text(w, "where", t->gates[i].where);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
	jsonw_number(w, "alpha", t->alpha);
	jsonw_number(w, "beta", t->beta);
	jsonw_text(w, "order", order_name(t->order));
	if (t->rebuilds > 1)
		jsonw_int(w, "rebuilds", t->rebuilds);
	jsonw_bool(w, "improvements", t->improvements);
	if (t->changes) {
		jsonw_bool(w, "changes", true);
		jsonw_text(w, "against", t->previous ? "previous" : "first");
		jsonw_int(w, "blocks_first", t->blocks_first);
		jsonw_open(w, "series", '[');
		for (size_t i = 0; i < t->n_series; i++)
			jsonw_int(w, NULL, t->series[i]);
		jsonw_close(w, ']');
	}
	if (t->bisect.on)
		write_bisect(&t->bisect, w);
	jsonw_text(w, "isolation", t->isolation);
	jsonw_texts(w, "settings", t->settings);
	jsonw_open(w, "host", '{');
	host_write(&t->host, w);
	jsonw_close(w, '}');
}

static int
read_gates(const struct json_val *list, struct arena *arena, struct terms *t, struct err *err)
{
	struct gate *gates = arena_alloc(arena, json_length(list), sizeof(*gates));

	for (size_t i = 0; i < json_length(list); i++) {
		const struct json_val *g = json_at(list, i);
		const char *fail = json_text(json_get(g, "fail"));

		if (!fail || gate_parse(fail, json_text(json_get(g, "where")), arena, &gates[i],
				     err) < 0)
			return err_set(err, ERR_STORE, "the stored plan has an unreadable gate");
	}
	t->gates = gates;
	t->n_gates = json_length(list);
	return 0;
}

static void
read_series(const struct json_val *list, struct arena *arena, struct terms *t)
{
	unsigned *series = arena_alloc(arena, json_length(list), sizeof(*series));

	t->n_series = json_length(list);
	for (size_t i = 0; i < t->n_series; i++) {
		double x = json_number(json_at(list, i));

		series[i] = x >= 0 && x < (double)t->n_series ? (unsigned)x : 0;
	}
	t->series = series;
}

static void
read_bisect(const struct json_val *bisect, struct arena *arena, struct terms *t)
{
	const struct json_val *list = json_get(bisect, "prior");
	double *prior = arena_alloc(arena, json_length(list) + 1, sizeof(*prior));

	for (size_t i = 0; i < json_length(list); i++) {
		double x = json_number(json_at(list, i));

		prior[i] = x > 0 && isfinite(x) ? x : 1;
	}
	const struct json_val *skips = json_get(bisect, "skip");
	size_t *skip = arena_alloc(arena, json_length(skips) + 1, sizeof(*skip));

	for (size_t i = 0; i < json_length(skips); i++) {
		double x = json_number(json_at(skips, i));

		skip[i] = x >= 0 && x < 1e9 ? (size_t)x : 0;
	}
	t->bisect = (struct terms_bisect){.on = bisect != NULL,
		.better = str_eq(json_text(json_get(bisect, "find")), "improvement"),
		.every = json_is_true(json_get(bisect, "every")),
		.prior = prior,
		.n_prior = json_length(list),
		.skip = skip,
		.n_skip = json_length(skips)};
}

int
terms_read(const char *plan, struct arena *arena, struct terms *ret, struct err *err)
{
	struct json *doc = NULL;
	struct terms t = {0};

	if (json_parse(plan, strlen(plan), &doc, err) < 0) {
		err->kind = ERR_STORE;
		return err_wrap(err, "the stored plan is unreadable");
	}
	const struct json_val *root = json_root(doc);
	t.command = arena_strdup(arena, json_text(json_get(root, "command")));
	t.project = arena_strdup(arena, json_text(json_get(root, "project")));
	t.base = (size_t)json_number(json_get(root, "base"));
	t.judge = judge_of_name(json_text(json_get(root, "judge")));
	t.alpha = json_number(json_get(root, "alpha"));
	t.beta = json_number(json_get(root, "beta"));
	t.order = order_of_name(json_text(json_get(root, "order")));
	double rebuilds = json_number(json_get(root, "rebuilds"));
	t.rebuilds = rebuilds > 1 && rebuilds <= REBUILDS_MOST ? (unsigned)rebuilds : 1;
	t.improvements = json_is_true(json_get(root, "improvements"));
	t.changes = json_is_true(json_get(root, "changes"));
	t.previous = str_eq(json_text(json_get(root, "against")), "previous");
	read_series(json_get(root, "series"), arena, &t);
	read_bisect(json_get(root, "bisect"), arena, &t);
	double first = json_number(json_get(root, "blocks_first"));
	t.blocks_first = first >= 2 && first < 1e6 ? (unsigned)first : 2;
	t.isolation = arena_strdup(arena, json_text(json_get(root, "isolation")));
	const struct json_val *list = json_get(root, "settings");
	const char **settings = arena_alloc(arena, json_length(list) + 1, sizeof(*settings));
	for (size_t i = 0; i < json_length(list); i++)
		settings[i] = arena_strdup(arena, json_text(json_at(list, i)));
	t.settings = settings;
	host_read_json(json_get(root, "host"), &t.host);
	int r = read_gates(json_get(root, "gates"), arena, &t, err);
	if (r == 0 && (!t.command || !t.isolation))
		r = err_set(err, ERR_STORE, "the stored plan lacks its command");
	json_free(doc);
	if (r == 0)
		*ret = t;
	return r;
}

bool
terms_have_ceiling(const struct terms *t)
{
	for (size_t i = 0; i < t->n_gates; i++)
		if (t->gates[i].ceiling)
			return true;
	return false;
}

struct judge_policy
terms_policy(const struct terms *t, size_t family, bool final)
{
	return (struct judge_policy){
		.mode = t->judge,
		.gates = t->gates,
		.n_gates = t->n_gates,
		.alpha = t->alpha,
		.beta = t->beta,
		.family = family,
		.two_sided = t->improvements,
		.contended = t->order == ORDER_DUET && !t->changes,
		.series = t->changes,
		.base = t->base,
		.previous = t->previous,
		.final = final,
	};
}

struct changes_policy
terms_changes(const struct terms *t, const struct results *results, struct arena *arena)
{
	size_t *revs = arena_alloc(arena, results->revs.n, sizeof(*revs));

	for (size_t i = 0; i < results->revs.n; i++)
		revs[i] = i;
	return (struct changes_policy){
		.alpha = t->alpha,
		.beta = t->beta,
		.contended = t->order == ORDER_DUET,
		.blocks_first = t->blocks_first,
		.revs = revs,
		.n_revs = results->revs.n,
		.series = t->n_series == results->revs.n ? t->series : NULL,
	};
}

struct culprit_policy
terms_culprits(const struct terms *t, const struct results *results, struct arena *arena)
{
	size_t n = results->revs.n;
	bool *skip = arena_alloc(arena, n, sizeof(*skip));

	for (size_t i = 0; i < t->bisect.n_skip; i++)
		if (t->bisect.skip[i] > 0 && t->bisect.skip[i] + 1 < n)
			skip[t->bisect.skip[i]] = true;
	return (struct culprit_policy){
		.alpha = t->alpha,
		.beta = t->beta,
		.layout = CULPRIT_LAYOUT_SD,
		.better = t->bisect.better,
		.every = t->bisect.every,
		.contended = t->order == ORDER_DUET,
		.skip = skip,
		.prior = t->bisect.n_prior == results->revs.n ? t->bisect.prior : NULL,
	};
}
