/* From what the user types to all the revisions that it names. */
#include "source_priv.h"

#include "base/str.h"
#include "base/vec.h"
#include "source/commit.h"
#include "source/history.h"
#include "source/tags.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	struct rev rev;
	bool named; /* the label is the user's own */
};

struct expansion {
	struct source *source;
	const struct expand_options *options;
	struct arena *arena;
	vec(struct entry) entries;
};

static void __attribute__((format(printf, 2, 3)))
note(const struct expansion *x, const char *fmt, ...)
{
	scoped(str) text = STR_INIT;
	va_list ap;

	if (!x->options->note)
		return;
	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	x->options->note(text.p, x->options->arg);
}

/* ---- one series ---- */

/* The part of a text that every: would thin out. */
static const char *
thinned(const struct revspec *spec)
{
	const char *space = spec->every ? strchr(spec->text, ' ') : NULL;

	return space ? space + strspn(space, " ") : spec->text;
}

static bool
is_taken(const struct revspec *spec, size_t i, size_t n)
{
	return !spec->every || i % spec->every == 0 || i == n - 1;
}

static int
check_size(const struct expansion *x, const struct revspec *spec, size_t n, struct err *err)
{
	size_t taken = spec->every ? (n - 1) / spec->every + 2 : n;
	size_t room = SOURCE_REVS_MAX - x->entries.n;

	if (taken <= room)
		return 0;
	return err_set(err, ERR_SOURCE,
		"'%.200s' names %zu revisions, and %d are the most at once; take every Nth with "
		"'every:%zu %.200s'",
		spec->text, n, SOURCE_REVS_MAX, n / 1000 + 1, thinned(spec));
}

static int
add_commit(struct expansion *x, const struct revspec *spec, const struct repo_id *id,
	const char *label, const char *series, size_t position, struct err *err)
{
	struct entry entry = {.named = false};

	if (source_rev_of(x->source, id, x->arena, &entry.rev, err) < 0)
		return err_wrap(err, "'%.200s'", spec->text);
	entry.rev.spec = spec->text;
	entry.rev.series = spec->label ? spec->label : series;
	entry.rev.position = position;
	if (label)
		entry.rev.label = label;
	vec_add(&x->entries, entry);
	return 0;
}

static int
add_history(struct expansion *x, const struct revspec *spec, const struct history *history,
	const char *series, struct err *err)
{
	size_t n = history->ids.n;

	if (n && check_size(x, spec, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (is_taken(spec, i, n) &&
			add_commit(x, spec, &history->ids.v[i], NULL, series, i, err) < 0)
			return -1;
	return 0;
}

/* ---- ranges ---- */

static int
find_ends(struct expansion *x, const struct revspec *spec, struct repo_commit ends[2],
	struct err *err)
{
	if (source_need_repo(x->source, spec->text, err) < 0 ||
		commit_find(x->source->repo, spec->a, x->arena, &ends[0], err) < 0 ||
		commit_find(x->source->repo, spec->b, x->arena, &ends[1], err) < 0)
		return -1;
	return 0;
}

static int
refuse_empty(const struct revspec *spec, const struct repo_commit ends[2], struct err *err)
{
	if (memcmp(&ends[0].id, &ends[1].id, sizeof(ends[0].id)) == 0)
		return err_set(err, ERR_SOURCE,
			"'%.200s' is empty: both ends are the same commit (that one alone is "
			"'%.200s')",
			spec->text, spec->b);
	return err_set(err, ERR_SOURCE,
		"'%.200s' is empty: %.200s is an ancestor of %.200s; did you mean %.200s..%.200s?",
		spec->text, spec->b, spec->a, spec->b, spec->a);
}

static int
expand_range(struct expansion *x, const struct revspec *spec, struct err *err)
{
	struct repo_commit ends[2];
	scoped(history) between = {0};

	if (find_ends(x, spec, ends, err) < 0)
		return -1;
	if (history_between(x->source->repo, &ends[0].id, &ends[1].id, x->options->all_parents,
		    &between, err) < 0)
		return err_wrap(err, "'%.200s'", spec->text);
	if (!between.ids.n)
		return refuse_empty(spec, ends, err);
	return add_history(x, spec, &between, NULL, err);
}

static int
expand_symmetric(struct expansion *x, const struct revspec *spec, struct err *err)
{
	struct repo_commit ends[2];
	scoped(history) a = {0};
	scoped(history) b = {0};

	if (find_ends(x, spec, ends, err) < 0)
		return -1;
	if (history_apart(x->source->repo, &ends[0].id, &ends[1].id, x->options->all_parents, &a,
		    &b, err) < 0)
		return err_wrap(err, "'%.200s'", spec->text);
	if (!a.ids.n && !b.ids.n)
		return refuse_empty(spec, ends, err);
	return add_history(x, spec, &a, arena_strdup(x->arena, spec->a), err) < 0 ||
			       add_history(x, spec, &b, arena_strdup(x->arena, spec->b), err) < 0
		       ? -1
		       : 0;
}

static int
expand_last(struct expansion *x, const struct revspec *spec, struct err *err)
{
	struct repo_commit end;
	scoped(history) history = {0};

	if (source_need_repo(x->source, spec->text, err) < 0 ||
		commit_find(x->source->repo, spec->a, x->arena, &end, err) < 0)
		return -1;
	if (history_last(x->source->repo, &end.id, spec->count, &history, err) < 0)
		return err_wrap(err, "'%.200s'", spec->text);
	if (history.ids.n < spec->count)
		note(x, "'%s': there are only %zu commits up to %s", spec->text, history.ids.n,
			spec->a);
	return add_history(x, spec, &history, NULL, err);
}

/* ---- tags ---- */

static int
expand_tags(struct expansion *x, const struct revspec *spec, struct err *err)
{
	struct tag *tags = NULL;
	size_t found = 0, n = 0;

	if (source_need_repo(x->source, spec->text, err) < 0 ||
		tags_match(x->source->repo, spec->a, x->arena, &tags, &found, err) < 0)
		return -1;
	for (size_t i = 0; i < found; i++) {
		if (tags[i].commit)
			tags[n++] = tags[i];
		else
			note(x, "tag '%s' is left out: it names no commit", tags[i].name);
	}
	if (!n)
		return err_set(err, ERR_SOURCE, "'%.200s': none of %zu tags names a commit",
			spec->text, found);
	if (check_size(x, spec, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (is_taken(spec, i, n) &&
			add_commit(x, spec, &tags[i].id, tags[i].name, NULL, i, err) < 0)
			return -1;
	return 0;
}

/* ---- all of them ---- */

static int
expand_one(struct expansion *x, const struct revspec *spec, struct err *err)
{
	struct entry entry = {.named = spec->label != NULL};

	if (spec->kind == REVSPEC_RANGE)
		return expand_range(x, spec, err);
	if (spec->kind == REVSPEC_SYMMETRIC)
		return expand_symmetric(x, spec, err);
	if (spec->kind == REVSPEC_LAST)
		return expand_last(x, spec, err);
	if (spec->kind == REVSPEC_TAGS)
		return expand_tags(x, spec, err);
	if (x->entries.n == SOURCE_REVS_MAX)
		return err_set(err, ERR_SOURCE,
			"'%.200s' is one revision more than %d, the most at once", spec->text,
			SOURCE_REVS_MAX);
	if (source_resolve(x->source, spec, x->arena, &entry.rev, err) < 0)
		return -1;
	vec_add(&x->entries, entry);
	return 0;
}

/* What is unsaid on either side is no contradiction. */
static bool
agree(const char *a, const char *b)
{
	return !a || !b || strcmp(a, b) == 0;
}

static bool
is_again(const struct entry *a, const struct entry *b)
{
	return a->rev.kind == b->rev.kind && strcmp(a->rev.id, b->rev.id) == 0 &&
	       agree(a->rev.series, b->rev.series) &&
	       agree(a->named ? a->rev.label : NULL, b->named ? b->rev.label : NULL);
}

/* The one that stays learns what only the other one knew. */
static void
merge(struct entry *stays, const struct entry *goes)
{
	if (goes->named && !stays->named) {
		stays->rev.label = goes->rev.label;
		stays->named = true;
	}
	if (goes->rev.series && !stays->rev.series) {
		stays->rev.series = goes->rev.series;
		stays->rev.position = goes->rev.position;
	}
}

struct key {
	const char *text;
	size_t at;
};

static int
by_text(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

#define NOTES_MAX 10 /* duplicates that are named one by one */

static void
drop(struct expansion *x, struct entry *stays, struct entry *goes, size_t dropped)
{
	const char *label = goes->rev.label;

	if (dropped < NOTES_MAX && strcmp(stays->rev.label, label) == 0)
		note(x, "'%s' is there twice and taken once", label);
	else if (dropped < NOTES_MAX)
		note(x, "'%s' is the same as '%s' (%.*s) and taken once", label, stays->rev.label,
			REV_SHORT, goes->rev.id);
	merge(stays, goes);
	goes->rev.id = NULL;
}

static void
drop_duplicates(struct expansion *x)
{
	size_t n = x->entries.n, kept = 0, dropped = 0;
	struct key *keys = arena_alloc(x->arena, n, sizeof(*keys));
	struct entry *e = x->entries.v;

	for (size_t i = 0; i < n; i++)
		keys[i] = (struct key){e[i].rev.id, i};
	qsort(keys, n, sizeof(*keys), by_text);
	for (size_t begin = 0, i = 0; i < n; i++) {
		if (strcmp(keys[i].text, keys[begin].text) != 0)
			begin = i;
		struct entry *goes = &e[keys[i].at];
		for (size_t k = begin; k < i && goes->rev.id; k++)
			if (e[keys[k].at].rev.id && is_again(&e[keys[k].at], goes))
				drop(x, &e[keys[k].at], goes, dropped++);
	}
	if (dropped > NOTES_MAX)
		note(x, "%zu more revisions are there twice and taken once", dropped - NOTES_MAX);
	for (size_t i = 0; i < n; i++)
		if (e[i].rev.id)
			e[kept++] = e[i];
	x->entries.n = kept;
}

void
source_label(struct rev *revs, size_t n, struct arena *arena)
{
	struct key *keys = arena_alloc(arena, n, sizeof(*keys));

	for (unsigned try = 0, again = 1; again; try++) {
		for (size_t i = 0; i < n; i++)
			keys[i] = (struct key){revs[i].label, i};
		qsort(keys, n, sizeof(*keys), by_text);
		again = 0;
		for (size_t i = 1; i < n; i++) {
			struct rev *rev = &revs[keys[i].at];

			if (strcmp(keys[i].text, keys[i - 1].text) != 0)
				continue;
			again = 1;
			rev->label = try == 0 ? arena_printf(arena, "%s@%.*s", rev->label,
							REV_SHORT, rev->id)
					      : arena_printf(arena, "%s#%u", rev->label, try + 1);
		}
	}
}

int
source_expand(struct source *source, const struct revspec *specs, size_t n,
	const struct expand_options *options, struct arena *arena, struct rev **ret, size_t *ret_n,
	struct err *err)
{
	struct expansion x = {.source = source, .options = options, .arena = arena};
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		struct revspec spec = specs[i];

		spec.text = arena_strdup(arena, spec.text);
		spec.label = arena_strdup(arena, spec.label);
		r = expand_one(&x, &spec, err);
	}
	if (r == 0) {
		drop_duplicates(&x);
		struct rev *revs = arena_alloc(arena, x.entries.n, sizeof(*revs));
		for (size_t i = 0; i < x.entries.n; i++)
			revs[i] = x.entries.v[i].rev;
		source_label(revs, x.entries.n, arena);
		*ret = revs;
		*ret_n = x.entries.n;
	}
	vec_done(&x.entries);
	return r;
}
