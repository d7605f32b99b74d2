#include "core/grid_shape.h"

#include "base/str.h"

#include <ctype.h>
#include <fnmatch.h>
#include <math.h>
#include <string.h>

/* ---- where ---- */

static bool
is_number(const char *text, double *ret)
{
	char *end = NULL;

	if (!*text || isspace((unsigned char)*text))
		return false;
	*ret = strtod(text, &end);
	return !*end && !isnan(*ret);
}

static bool
value_matches(const char *value, const char *wanted)
{
	double a, b;

	if (is_number(value, &a) && is_number(wanted, &b))
		return a == b;
	return fnmatch(wanted, value, 0) == 0;
}

/* Part of the name that has no key of its own, in the arena; NULL: there is none. */
static const char *
part_of_name(const struct grid_bench *bench, const char *key, struct arena *arena)
{
	size_t n = strcspn(bench->fullname, "[");
	const char *first = NULL, *last = NULL;

	for (size_t i = 0; i + 1 < n; i++) {
		if (memcmp(bench->fullname + i, "::", 2) != 0)
			continue;
		first = first ? first : bench->fullname + i;
		last = bench->fullname + i;
	}
	if (strcmp(key, "func") == 0)
		return arena_strndup(arena, bench->name, strcspn(bench->name, "["));
	if (strcmp(key, "module") == 0 && first)
		return arena_strndup(arena, bench->fullname, (size_t)(first - bench->fullname));
	if (strcmp(key, "class") == 0 && last > first)
		return arena_strndup(arena, first + 2, (size_t)(last - first - 2));
	return NULL;
}

struct condition {
	const char *key, *value;
	bool known; /* some bench has the key */
};

static bool
mark_matches(const struct grid_bench *bench, struct condition *c)
{
	bool found = false;

	for (const char *const *m = bench->marks; m && *m; m++) {
		c->known = true;
		found |= value_matches(*m, c->value);
	}
	return found;
}

static bool
extra_matches(const struct grid_bench *bench, struct condition *c)
{
	bool found = false;

	for (const struct grid_entry *e = bench->first; e; e = e->next) {
		const char *value = run_pair_get(e->extra, c->key);

		c->known |= value != NULL;
		found |= value && value_matches(value, c->value);
	}
	return found;
}

static bool
matches(const struct grid_bench *bench, struct condition *c, struct arena *arena)
{
	const char *key = str_starts(c->key, "param:") ? c->key + strlen("param:") : c->key;
	const char *value = run_pair_get(bench->params, key);

	if (!value && strcmp(key, "mark") == 0)
		return mark_matches(bench, c);
	if (!value && strcmp(key, "name") == 0)
		value = bench->name;
	else if (!value && strcmp(key, "fullname") == 0)
		value = bench->fullname;
	else if (!value && strcmp(key, "group") == 0)
		value = bench->group;
	else if (!value)
		value = part_of_name(bench, key, arena);
	if (!value)
		return extra_matches(bench, c);
	c->known = true;
	return value_matches(value, c->value);
}

static int
refuse_key(const struct grid *grid, const char *key, struct err *err)
{
	scoped(str) known = STR_INIT;

	for (size_t b = 0; b < grid->benches.n; b++) {
		for (const struct run_pair *p = grid->benches.v[b].params; p && p->key; p++) {
			scoped(str) word = STR_INIT;

			str_addf(&word, "%s, ", p->key);
			if (known.n < 200 && !strstr(known.p, word.p))
				str_add(&known, word.p);
		}
	}
	return err_set(err, ERR_USAGE,
		"--where: no benchmark has '%.60s'; they have %sname, fullname, group, mark, "
		"module, func, class",
		key, known.p);
}

int
grid_where(struct grid *grid, const char *const *texts, size_t n, struct err *err)
{
	struct condition *conditions = arena_alloc(&grid->arena, n + 1, sizeof(*conditions));
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		const char *eq = strchr(texts[i], '=');

		if (!eq || eq == texts[i])
			return err_set(
				err, ERR_USAGE, "--where takes KEY=VALUE, not '%.80s'", texts[i]);
		conditions[i].key = arena_strndup(&grid->arena, texts[i], (size_t)(eq - texts[i]));
		conditions[i].value = eq + 1;
	}
	for (size_t b = 0; b < grid->benches.n; b++) {
		bool all = true;

		for (size_t i = 0; i < n; i++)
			all &= matches(&grid->benches.v[b], &conditions[i], &grid->arena);
		if (all)
			grid->benches.v[kept++] = grid->benches.v[b];
	}
	for (size_t i = 0; i < n; i++)
		if (!conditions[i].known)
			return refuse_key(grid, conditions[i].key, err);
	grid->benches.n = kept;
	grid_rehash(grid);
	if (n && !kept)
		return err_set(err, ERR_USAGE, "--where leaves no benchmark");
	return 0;
}

/* ---- pivot ---- */

/* A value of the parameter, which becomes a run. */
struct series {
	const char *value;
	double number; /* NAN: none */
	size_t place;
};

struct folding {
	const struct grid *from;
	struct grid *to;
	vec(struct series) series;
};

static void
folding_done(struct folding *f)
{
	vec_done(&f->series);
}

static void
add_series(struct folding *f, const char *value)
{
	struct series added = {value, (double)NAN, f->series.n};

	for (size_t i = 0; i < f->series.n; i++)
		if (strcmp(f->series.v[i].value, value) == 0)
			return;
	if (!is_number(value, &added.number))
		added.number = (double)NAN;
	vec_add(&f->series, added);
}

static int
by_value(const void *x, const void *y)
{
	const struct series *a = x, *b = y;

	if (!isnan(a->number) && !isnan(b->number) && a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

/* Which parameters a bench loses. */
struct dropping {
	const char *const *keys;
	size_t n;
	bool others; /* all but these */
};

static bool
is_dropped(const struct dropping *d, const char *key)
{
	bool named = false;

	for (size_t i = 0; i < d->n; i++)
		named |= strcmp(d->keys[i], key) == 0;
	return named != d->others;
}

/* The bench as it is without some of its parameters: "f[a-1]" without n=1 becomes "f[a]", by the
 * values that are left, since a value may itself hold a "-". */
static struct run_bench
without(struct grid *to, const struct grid_bench *bench, const struct dropping *dropped)
{
	struct arena *arena = &to->arena;
	vec(struct run_pair) left = {0};
	scoped(str) id = STR_INIT;
	size_t n = strcspn(bench->name, "["), full = strcspn(bench->fullname, "[");

	for (const struct run_pair *p = bench->params; p && p->key; p++) {
		if (is_dropped(dropped, p->key))
			continue;
		str_addf(&id, "%s%s", id.n ? "-" : "", p->value);
		vec_add(&left, *p);
	}
	vec_add(&left, (struct run_pair){0});
	const char *open = id.n ? "[" : "", *close = id.n ? "]" : "";
	struct run_bench ret = {
		.name = arena_printf(arena, "%.*s%s%s%s", (int)n, bench->name, open, id.p, close),
		.fullname = arena_printf(
			arena, "%.*s%s%s%s", (int)full, bench->fullname, open, id.p, close),
		.group = bench->group,
		.param = id.n ? arena_strdup(arena, id.p) : NULL,
		.params = arena_copy(arena, left.v, left.n, sizeof(*left.v)),
		.groups = bench->groups,
		.marks = bench->marks,
	};
	vec_done(&left);
	return ret;
}

/* Hands what one run says of a bench on to the new grid, under another name. */
static void
hand_on(struct grid *to, const struct grid *from, const struct grid_entry *entry,
	struct run_bench *bench)
{
	struct run_value *values = xcalloc(entry->n_cells + 1, sizeof(*values));
	struct err never = ERR_INIT;

	for (size_t i = 0; i < entry->n_cells; i++) {
		const struct grid_cell *cell = &entry->cells[i];
		const struct grid_metric *metric = &from->metrics.v[cell->metric];

		values[i] = run_value_init();
		values[i].metric = metric->name;
		values[i].unit = metric->unit;
		values[i].direction = metric->direction;
		values[i].clock = metric->clock;
		memcpy(values[i].stat, cell->stat, sizeof(cell->stat));
		values[i].headline = cell->headline;
		values[i].log_error = cell->log_error;
	}
	bench->values = values;
	bench->n_values = entry->n_cells;
	bench->extra = entry->extra;
	bench->outcome = entry->outcome;
	grid_take(bench, to, &never);
	free(values);
}

static void
add_run_like(struct grid *to, const struct run *from, const char *label)
{
	struct grid_run *added = grid_add_run(to);

	added->run.label = arena_strdup(&to->arena, label);
	added->run.facts.path = arena_strdup(&to->arena, from->facts.path);
	added->run.facts.format = from->facts.format;
	added->run.facts.time = from->facts.time;
	added->run.facts.commit = arena_strdup(&to->arena, from->facts.commit);
	for (size_t i = 0; i < from->facts.notes.n; i++)
		run_note(&added->run, "%s", from->facts.notes.v[i]);
}

static void
add_run(struct folding *f, const char *label)
{
	add_run_like(f->to, &f->from->runs.v[0]->run, label);
}

static bool
has_param(const struct grid *grid, const char *key)
{
	for (size_t b = 0; b < grid->benches.n; b++)
		if (run_pair_get(grid->benches.v[b].params, key))
			return true;
	return false;
}

int
grid_ignore(const struct grid *grid, const char *const *keys, size_t n, bool others,
	struct grid *ret, struct err *err)
{
	const struct dropping dropped = {keys, n, others};

	for (size_t i = 0; i < n; i++)
		if (!has_param(grid, keys[i]))
			return err_set(err, ERR_USAGE,
				"--%s-param: no benchmark has a parameter '%.60s'",
				others ? "distinct" : "exclude", keys[i]);
	for (size_t r = 0; r < grid->runs.n; r++) {
		add_run_like(ret, &grid->runs.v[r]->run, grid->runs.v[r]->run.label);
		for (size_t b = 0; b < grid->benches.n; b++) {
			const struct grid_bench *bench = &grid->benches.v[b];
			const struct grid_entry *entry = grid_entry(bench, r);

			if (!entry)
				continue;
			struct run_bench left = without(ret, bench, &dropped);
			/* One without parameters keeps its name, whatever stands in brackets. */
			if (!bench->params) {
				left.name = bench->name;
				left.fullname = bench->fullname;
				left.param = bench->param;
			}
			hand_on(ret, grid, entry, &left);
		}
	}
	return 0;
}

static int
check_one_run(const struct grid *grid, struct err *err)
{
	if (grid->runs.n == 1)
		return 0;
	return err_set(err, ERR_USAGE, "--pivot folds one run, and there are %zu", grid->runs.n);
}

int
grid_pivot(const struct grid *grid, const char *what, struct grid *ret, struct err *err)
{
	const char *key = str_starts(what, "param:") ? what + strlen("param:") : what;
	scoped(folding) f = {.from = grid, .to = ret};

	if (check_one_run(grid, err) < 0)
		return -1;
	for (size_t b = 0; b < grid->benches.n; b++) {
		const char *value = run_pair_get(grid->benches.v[b].params, key);

		if (value)
			add_series(&f, value);
	}
	if (!f.series.n)
		return err_set(
			err, ERR_USAGE, "--pivot: no benchmark has a parameter '%.60s'", key);
	qsort(f.series.v, f.series.n, sizeof(*f.series.v), by_value);
	for (size_t s = 0; s < f.series.n; s++) {
		scoped_free char *label = xasprintf("%s=%s", key, f.series.v[s].value);

		add_run(&f, label);
		for (size_t b = 0; b < grid->benches.n; b++) {
			const struct grid_bench *bench = &grid->benches.v[b];
			const char *value = run_pair_get(bench->params, key);

			if (!bench->first || !value || strcmp(value, f.series.v[s].value) != 0)
				continue;
			struct run_bench folded =
				without(ret, bench, &(struct dropping){&key, 1, false});
			hand_on(ret, grid, bench->first, &folded);
		}
	}
	return 0;
}

/* ---- postfixes ---- */

enum role { ROLE_NONE, ROLE_ORIGINAL, ROLE_NEW };

struct postfix {
	const char *text;
	enum role role;
};

static const struct postfix auto_postfixes[] = {{"_original", ROLE_ORIGINAL},
	{"_reference", ROLE_ORIGINAL}, {"_candidate", ROLE_NEW}, {"_baseline", ROLE_ORIGINAL},
	{"_orig", ROLE_ORIGINAL}, {"_cand", ROLE_NEW}, {"_ref", ROLE_ORIGINAL},
	{"_old", ROLE_ORIGINAL}, {"_new", ROLE_NEW}};

#define POSTFIXES_MAX 64

struct postfixes {
	struct postfix list[POSTFIXES_MAX];
	size_t n;
};

static int
longest_first(const void *x, const void *y)
{
	size_t a = strlen(((const struct postfix *)x)->text);
	size_t b = strlen(((const struct postfix *)y)->text);

	return (a < b) - (a > b);
}

/* The words of a comma list; a mark in front of a word is taken off the name with it. */
static int
add_postfixes(
	struct postfixes *p, const char *list, enum role role, struct arena *arena, struct err *err)
{
	while (list && *list) {
		size_t n = strcspn(list, ",");
		const char *word = list;

		list += n + (list[n] == ',');
		while (n && (*word == '_' || *word == '-' || *word == ' ')) {
			word++;
			n--;
		}
		if (!n)
			continue;
		if (p->n + 1 > POSTFIXES_MAX)
			return err_set(err, ERR_USAGE, "more than %d postfixes", POSTFIXES_MAX);
		p->list[p->n++] =
			(struct postfix){arena_printf(arena, "_%.*s", (int)n, word), role};
	}
	return 0;
}

/* The bytes of a name before its postfix and the postfix's role. Its mark may be "-" as well. */
static enum role
take_off(const struct postfixes *p, const char *name, size_t n, size_t *ret_n)
{
	for (size_t i = 0; i < p->n; i++) {
		size_t k = strlen(p->list[i].text);

		if (n <= k || memcmp(name + n - k + 1, p->list[i].text + 1, k - 1) != 0 ||
			(name[n - k] != '_' && name[n - k] != '-'))
			continue;
		*ret_n = n - k;
		return p->list[i].role;
	}
	*ret_n = n;
	return ROLE_NONE;
}

static struct run_bench
without_postfix(struct grid *to, const struct grid_bench *bench, size_t base)
{
	size_t n = strcspn(bench->name, "["), full = strcspn(bench->fullname, "[");
	size_t cut = n - base;

	return (struct run_bench){
		.name = arena_printf(&to->arena, "%.*s%s", (int)base, bench->name, bench->name + n),
		.fullname = arena_printf(&to->arena, "%.*s%s", (int)(full - cut), bench->fullname,
			bench->fullname + full),
		.group = bench->group,
		.param = bench->param,
		.params = bench->params,
		.groups = bench->groups,
		.marks = bench->marks,
	};
}

int
grid_pivot_postfix(const struct grid *grid, const char *original, const char *candidate,
	bool auto_list, struct grid *ret, struct err *err)
{
	scoped(folding) f = {.from = grid, .to = ret};
	struct postfixes p = {0};
	size_t found[3] = {0};

	if (check_one_run(grid, err) < 0 ||
		add_postfixes(&p, original, ROLE_ORIGINAL, &ret->arena, err) < 0 ||
		add_postfixes(&p, candidate, ROLE_NEW, &ret->arena, err) < 0)
		return -1;
	for (size_t i = 0; auto_list && i < ARRAY_LEN(auto_postfixes) && p.n < POSTFIXES_MAX; i++)
		p.list[p.n++] = auto_postfixes[i];
	qsort(p.list, p.n, sizeof(*p.list), longest_first);
	for (int role = ROLE_ORIGINAL; role <= ROLE_NEW; role++) {
		add_run(&f, role == ROLE_ORIGINAL ? "original" : "new");
		for (size_t b = 0; b < grid->benches.n; b++) {
			const struct grid_bench *bench = &grid->benches.v[b];
			size_t base, n = strcspn(bench->name, "[");

			if (!bench->first || take_off(&p, bench->name, n, &base) != (enum role)role)
				continue;
			struct run_bench folded = without_postfix(ret, bench, base);
			hand_on(ret, grid, bench->first, &folded);
			found[role]++;
		}
	}
	if (found[ROLE_ORIGINAL] && found[ROLE_NEW])
		return 0;
	return err_set(err, ERR_USAGE,
		"--pivot postfix: %zu benchmarks end as an original, %zu as a new one; "
		"--original-postfix and --reference-postfix say what ends mean",
		found[ROLE_ORIGINAL], found[ROLE_NEW]);
}
