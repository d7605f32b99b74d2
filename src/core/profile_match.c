/* Which of the benchmarks and revisions of a sweep the runs and cases of profiles are. */
#include "core/profile.h"

#include "base/str.h"
#include "core/dims.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#define PREFIX_MIN 7 /* hexadecimal digits of an id */
#define NAMED_MAX 3  /* of those that belong to nothing */
#define NOBODY SIZE_MAX
#define SEVERAL (SIZE_MAX - 1)

/* ---- runs */

/* Of revisions with the same id the first one is taken. */
static size_t
find_rev(const struct results *results, const char *run)
{
	size_t found = NOBODY, n = strlen(run);

	for (size_t i = 0; i < results->revs.n; i++)
		if (strcmp(results->revs.v[i].rev.label, run) == 0)
			return i;
	if (n < PREFIX_MIN || run[strspn(run, "0123456789abcdef")])
		return NOBODY;
	for (size_t i = 0; i < results->revs.n; i++) {
		const char *id = results->revs.v[i].rev.id;

		if (!id || !str_starts(id, run))
			continue;
		if (found != NOBODY && strcmp(results->revs.v[found].rev.id, id) != 0)
			return SEVERAL;
		found = found == NOBODY ? i : found;
	}
	return found;
}

/* ---- cases */

/* A name that a bench goes by. */
struct form {
	const char *text;
	size_t bench;
	bool whole; /* with its parameters in it */
	bool tail;  /* without its path */
};

struct names {
	const struct results *results;
	struct arena arena;
	struct dims *dims;      /* by bench */
	vec(struct form) forms; /* by text */
};

static int
by_text(const void *a, const void *b)
{
	const struct form *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order ? order : (x->bench > y->bench) - (x->bench < y->bench);
}

/* With its suite, alone, and from behind each "::" on. */
static void
add_forms(struct names *names, size_t at, const char *text, bool whole)
{
	const char *suite = names->results->benches.v[at].suite;
	struct form form = {.text = text, .bench = at, .whole = whole};

	vec_add(&names->forms, form);
	form.text = arena_printf(&names->arena, "%s/%s", suite, text);
	vec_add(&names->forms, form);
	form.tail = true;
	for (const char *colons = text; (colons = strstr(colons, "::"));) {
		form.text = colons += 2;
		vec_add(&names->forms, form);
	}
}

struct same {
	const struct results *results;
	const struct bench *bench;
};

static bool
is_same(size_t place, const void *arg)
{
	const struct same *same = arg;
	const struct bench *b = &same->results->benches.v[place];

	return strcmp(b->name, same->bench->name) == 0 && strcmp(b->suite, same->bench->suite) == 0;
}

static void
names_of(const struct results *results, struct names *ret)
{
	struct index seen = {0};

	*ret = (struct names){.results = results};
	ret->dims = arena_alloc(&ret->arena, results->benches.n + 1, sizeof(*ret->dims));
	for (size_t i = 0; i < results->benches.n; i++) {
		const struct bench *b = &results->benches.v[i];
		uint32_t hash = index_hash(index_hash(0, b->name), b->suite);

		/* Another metric of one that was here. */
		if (index_find(&seen, hash, is_same, &(struct same){results, b}) != SIZE_MAX)
			continue;
		index_add(&seen, hash, i);
		ret->dims[i] = dims_of(b, &ret->arena);
		add_forms(ret, i, b->name, true);
		if (strcmp(ret->dims[i].base, b->name) != 0)
			add_forms(ret, i, ret->dims[i].base, false);
	}
	if (ret->forms.n)
		qsort(ret->forms.v, ret->forms.n, sizeof(*ret->forms.v), by_text);
	index_done(&seen);
}

static void
names_done(struct names *names)
{
	vec_done(&names->forms);
	arena_done(&names->arena);
}

/* ---- parameters */

/* "k=v,k=v"; false: it is none. What has no "=" goes on with the value before it. */
static bool
params_of(const char *text, struct arena *arena, struct dims *ret)
{
	vec(struct dim) list = {0};
	bool good = true;

	for (const char *p = text; good && *p;) {
		size_t n = strcspn(p, ","), key = 0;

		while (key < n && p[key] != '=')
			key++;
		if (key > 0 && key < n) {
			struct dim dim = {.key = arena_strndup(arena, p, key),
				.value = arena_strndup(arena, p + key + 1, n - key - 1)};
			vec_add(&list, dim);
		} else if (list.n) {
			struct dim *last = &list.v[list.n - 1];
			last->value = arena_printf(arena, "%s,%.*s", last->value, (int)n, p);
		} else {
			good = false;
		}
		p += n + (p[n] == ',');
	}
	ret->v = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	ret->n = list.n;
	vec_done(&list);
	return good;
}

static bool
same_value(const struct dim *dim, const char *value)
{
	char *end = NULL;

	if (strcmp(dim->value, value) == 0)
		return true;
	return !isnan(dim->number) && strtod(value, &end) == dim->number && end != value && !*end;
}

/* "param", "param2": what core/dims.h calls those without a key. */
static bool
is_unnamed(const struct dim *dim)
{
	static const char word[] = "param";

	if (!str_starts(dim->key, word))
		return false;
	const char *digits = dim->key + strlen(word);
	return !digits[strspn(digits, "0123456789")];
}

/* Each parameter is one of the name, and the other way round. */
static bool
same_params(const struct dims *dims, const struct dims *params)
{
	scoped_free bool *used = xcalloc(dims->n + 1, sizeof(*used));

	if (dims->n != params->n)
		return false;
	for (size_t i = 0; i < params->n; i++) {
		const struct dim *p = &params->v[i];
		size_t at = 0;

		while (at < dims->n && (used[at] || !same_value(&dims->v[at], p->value) ||
					       (strcmp(dims->v[at].key, p->key) != 0 &&
						       !is_unnamed(&dims->v[at]))))
			at++;
		if (at == dims->n)
			return false;
		used[at] = true;
	}
	return true;
}

static bool
contradict(const struct dims *dims, const struct dims *params)
{
	for (size_t i = 0; i < params->n; i++) {
		const struct dim *dim = dims_get(dims, params->v[i].key);

		if (dim && !is_unnamed(dim) && !same_value(dim, params->v[i].value))
			return true;
	}
	return params->n > 0 && dims->n == 0;
}

/* ---- one among the other */

struct key {
	const char *name;
	struct dims params;
};

/* The bench of that name; tail: without its path it is compared with whole names only. */
static size_t
find_form(const struct names *names, const struct key *key, const char *text, bool tails)
{
	size_t low = 0, high = names->forms.n, found = NOBODY;
	bool is_tail = text != key->name;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(names->forms.v[mid].text, text) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < names->forms.n && strcmp(names->forms.v[low].text, text) == 0; low++) {
		const struct form *form = &names->forms.v[low];
		const struct dims *dims = &names->dims[form->bench];

		if (is_tail + form->tail != tails || form->bench == found)
			continue;
		if (form->whole ? contradict(dims, &key->params) : !same_params(dims, &key->params))
			continue;
		if (found != NOBODY)
			return SEVERAL;
		found = form->bench;
	}
	return found;
}

static size_t
find_name(const struct names *names, const struct key *key, bool tails)
{
	size_t found = find_form(names, key, key->name, tails);

	for (const char *p = key->name; tails && (p = strstr(p, "::"));) {
		size_t other = find_form(names, key, p += 2, true);

		if (other != NOBODY && found != NOBODY && other != found)
			return SEVERAL;
		found = other != NOBODY ? other : found;
	}
	return found;
}

/* A bar may stand in a name as well as in a value: the last one divides, or the first. */
static size_t
find_bench(const struct names *names, const char *text)
{
	struct arena arena = ARENA_INIT;
	struct key keys[3] = {{.name = text}};
	const char *const bars[] = {strrchr(text, '|'), strchr(text, '|')};
	size_t n = 1, found = NOBODY;

	for (size_t i = 0; bars[0] && i < (bars[1] == bars[0] ? 1 : ARRAY_LEN(bars)); i++)
		if (params_of(bars[i] + 1, &arena, &keys[n].params))
			keys[n++].name = arena_strndup(&arena, text, (size_t)(bars[i] - text));
	for (unsigned tails = 0; tails < 2; tails++)
		for (size_t i = 0; i < n && found == NOBODY; i++)
			found = find_name(names, &keys[i], tails);
	arena_done(&arena);
	return found;
}

/* ---- what belongs to nothing */

struct strays {
	size_t n, all;
	struct str named;
};

static void
stray(struct strays *s, const char *text)
{
	if (s->n++ < NAMED_MAX)
		str_addf(&s->named, "%s%s", s->named.n ? ", " : "", text);
}

enum { RUN_NONE, RUN_SEVERAL, CASE_NONE, CASE_SEVERAL, STRAY_KINDS };

static void
tell(struct strays *s, size_t kind, const char *sweep, struct arena *arena, const char **ret,
	size_t *n)
{
	static const struct {
		const char *one, *many;
	} words[STRAY_KINDS] = {
		[RUN_NONE] = {"profiled runs is no revision", "profiled runs are no revisions"},
		[RUN_SEVERAL] = {"profiled runs could be several revisions",
			"profiled runs could be several revisions"},
		[CASE_NONE] = {"cases belongs to no benchmark", "cases belong to no benchmark"},
		[CASE_SEVERAL] = {"cases could be several benchmarks",
			"cases could be several benchmarks"},
	};

	if (s->n)
		ret[(*n)++] = arena_printf(arena, "%zu of %zu %s of %s%s: %s%s", s->n, s->all,
			s->n == 1 ? words[kind].one : words[kind].many,
			sweep ? "sweep " : "this sweep", sweep ? sweep : "", s->named.p,
			s->n > NAMED_MAX ? ", ..." : "");
	str_done(&s->named);
}

static size_t *
place_all(const struct profile_texts *texts, const struct results *results,
	const struct names *names, const bool *wanted, struct strays *none, struct strays *several)
{
	size_t *at = xcalloc(texts->list.n + 1, sizeof(*at));

	for (size_t i = 0; i < texts->list.n; i++) {
		const char *text = texts->list.v[i];

		at[i] = NOBODY;
		if (wanted && !wanted[i])
			continue;
		none->all = ++several->all;
		at[i] = names ? find_bench(names, text) : find_rev(results, text);
		if (at[i] == NOBODY || at[i] == SEVERAL)
			stray(at[i] == NOBODY ? none : several, text);
	}
	return at;
}

/* ---- all of it */

struct place {
	const struct profile_at *lines, *line;
};

static bool
is_place(size_t at, const void *arg)
{
	const struct place *place = arg;
	const struct profile_at *have = &place->lines[at], *line = place->line;

	return have->bench == line->bench && have->rev == line->rev &&
	       have->function == line->function;
}

/* Several runs may be one revision, and several keys one benchmark: what was said first counts.
 * Returns how many were said again. */
static size_t
put_lines(const struct profiles *p, const size_t *revs, const size_t *benches,
	struct profile_at *lines, size_t *n)
{
	struct index seen = {0};
	size_t again = 0;

	for (size_t i = 0; i < p->lines.n; i++) {
		const struct profile_line *from = &p->lines.v[i];
		struct profile_at line = {
			benches[from->key], revs[from->run], from->function, from->seconds};

		if (line.rev >= SEVERAL || line.bench >= SEVERAL)
			continue;
		uint32_t hash = index_hash_number(
			index_hash_number(index_hash_number(0, line.bench), line.rev),
			line.function);
		if (index_find(&seen, hash, is_place, &(struct place){lines, &line}) != SIZE_MAX) {
			again++;
			continue;
		}
		index_add(&seen, hash, *n);
		lines[(*n)++] = line;
	}
	index_done(&seen);
	return again;
}

void
profiles_match(const struct profiles *p, const struct results *results, const char *sweep,
	struct arena *arena, struct profile_view *ret)
{
	struct strays strays[STRAY_KINDS] = {{0}};
	scoped_free bool *wanted = xcalloc(p->keys.list.n + 1, sizeof(*wanted));
	struct profile_at *lines = arena_alloc(arena, p->lines.n + 1, sizeof(*lines));
	const char **notes = arena_alloc(arena, p->notes.n + 2 + STRAY_KINDS, sizeof(*notes));
	struct names names;
	size_t n = 0, n_notes = p->notes.n;

	for (size_t i = 0; i < STRAY_KINDS; i++)
		strays[i].named = (struct str)STR_INIT;
	names_of(results, &names);
	scoped_free size_t *revs =
		place_all(&p->runs, results, NULL, NULL, &strays[RUN_NONE], &strays[RUN_SEVERAL]);
	/* Cases of other sweeps' runs need not be here. */
	for (size_t i = 0; i < p->lines.n; i++)
		wanted[p->lines.v[i].key] |= revs[p->lines.v[i].run] < SEVERAL;
	scoped_free size_t *benches = place_all(
		&p->keys, results, &names, wanted, &strays[CASE_NONE], &strays[CASE_SEVERAL]);
	size_t again = put_lines(p, revs, benches, lines, &n);
	for (size_t i = 0; i < p->notes.n; i++)
		notes[i] = p->notes.v[i];
	if (p->unsaid)
		notes[n_notes++] = arena_printf(
			arena, "and %zu more notes about files of profiles", p->unsaid);
	for (size_t i = 0; i < STRAY_KINDS; i++)
		tell(&strays[i], i, sweep, arena, notes, &n_notes);
	if (again)
		notes[n_notes++] = arena_printf(arena,
			"%zu times a function was left out: another run of the same revision, or "
			"another key of the same benchmark, has it already",
			again);
	names_done(&names);
	*ret = (struct profile_view){.functions = p->functions.v,
		.lines = lines,
		.n_functions = p->functions.n,
		.n_lines = n,
		.notes = notes,
		.n_notes = n_notes};
}
