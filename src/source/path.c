/* The commits that a bisect walks, and what it asks of single ones. */
#include "source/path.h"

#include "source_priv.h"

#include "base/str.h"
#include "source/commit.h"
#include "source/history.h"

#include <fnmatch.h>
#include <string.h>

/* ---- a line of first parents ---- */

static int
parse_id(const struct rev *rev, struct repo_id *ret, struct err *err)
{
	if (!repo_id_parse(rev->id, ret))
		return err_set(err, ERR_INTERNAL, "'%.100s' is no commit id", rev->id);
	return 0;
}

static int
is_ancestor(struct repo *repo, const struct repo_id *old, const struct repo_id *young, bool *ret,
	struct err *err)
{
	struct repo_id base;
	bool found = false;

	if (repo_merge_base(repo, old, young, &found, &base, err) < 0)
		return -1;
	*ret = found && memcmp(&base, old, sizeof(base)) == 0;
	return 0;
}

/* history_between() looks only so far for what dates hide. The ancestors of `from` stand in front
 * of all others on a line, so that it is soon seen whether it took some of them in, and how many.
 * libgit2 finds no merge base where it meets the end of a shallow clone; there dates are trusted.
 */
static int
drop_ancestors(struct repo *repo, const struct repo_id *from, struct history *line, struct err *err)
{
	size_t known = 0, above = line->ids.n; /* ancestors; the first that may be none */
	bool ancestor = false;

	if (repo_is_shallow(repo))
		return 0;
	for (size_t at = 0; known < above; at = known + (above - known) / 2) {
		if (is_ancestor(repo, &line->ids.v[at], from, &ancestor, err) < 0)
			return -1;
		if (ancestor)
			known = at + 1;
		else
			above = at;
	}
	if (known) {
		line->ids.n -= known;
		memmove(line->ids.v, line->ids.v + known, line->ids.n * sizeof(*line->ids.v));
	}
	return 0;
}

/* What the first parents of `to` hold and `from` has not, oldest first, with the commit before them
 * in front. *ret_met false: there is none before them. An empty line: `to` is nothing new. */
static int
find_line(struct repo *repo, const struct repo_id *from, const struct repo_id *to,
	struct history *ret, bool *ret_met, struct err *err)
{
	struct repo_parents parents = {0};
	bool found = false;

	if (history_between(repo, from, to, false, ret, err) < 0 ||
		drop_ancestors(repo, from, ret, err) < 0)
		return -1;
	*ret_met = true;
	if (!ret->ids.n)
		return 0;
	/* It was found a moment ago. */
	int r = repo_parents(repo, &ret->ids.v[0], &found, &parents, err);
	*ret_met = r == 0 && parents.ids.n > 0;
	if (*ret_met) {
		vec_add(&ret->ids, parents.ids.v[0]);
		memmove(ret->ids.v + 1, ret->ids.v, (ret->ids.n - 1) * sizeof(*ret->ids.v));
		ret->ids.v[0] = parents.ids.v[0];
	}
	repo_parents_done(&parents);
	return r;
}

static int
make_path(struct source *source, const struct history *line, const struct repo_id *from,
	const char *spec, struct arena *arena, struct source_path *ret, struct err *err)
{
	size_t n = line->ids.n;

	if (n > SOURCE_REVS_MAX)
		return err_set(err, ERR_SOURCE,
			"'%.200s' holds %zu commits, and %d are the most at once; take nearer ends",
			spec, n - 1, SOURCE_REVS_MAX - 1);
	struct rev *revs = arena_alloc(arena, n, sizeof(*revs));
	for (size_t i = 0; i < n; i++) {
		if (source_rev_of(source, &line->ids.v[i], arena, &revs[i], err) < 0)
			return err_wrap(err, "'%.200s'", spec);
		revs[i].spec = spec;
		revs[i].position = i;
	}
	*ret = (struct source_path){revs, n, memcmp(&line->ids.v[0], from, sizeof(*from)) != 0};
	return 0;
}

/* ---- from GOOD to BAD ---- */

static int
find_end(struct source *source, const struct revspec *spec, struct arena *arena, struct rev *ret,
	struct repo_id *ret_id, struct err *err)
{
	bool commit = spec->kind == REVSPEC_GIT || spec->kind == REVSPEC_MERGE_BASE;

	/* That a series is more than one is said there. */
	if (!commit && !revspec_is_series(spec))
		return err_set(
			err, ERR_USAGE, "bisect walks commits: '%.200s' is none", spec->text);
	if (source_resolve(source, spec, arena, ret, err) < 0)
		return -1;
	return parse_id(ret, ret_id, err);
}

static int
refuse_reversed(const struct revspec *good, const struct revspec *bad, struct err *err)
{
	return err_set(err, ERR_USAGE,
		"'%.200s' is an ancestor of '%.200s': swap them (revsweep bisect %.200s %.200s), "
		"or "
		"with --find improvement ask for what made it better",
		bad->text, good->text, bad->text, good->text);
}

/* BAD's first parents begin somewhere that GOOD knows nothing of. */
static int
refuse_apart(struct repo *repo, const struct revspec *good, const struct revspec *bad,
	const struct repo_id ends[2], struct err *err)
{
	struct repo_id base;
	bool found = false;

	if (!repo_is_shallow(repo) &&
		repo_merge_base(repo, &ends[0], &ends[1], &found, &base, err) < 0)
		return -1;
	if (!found)
		return err_set(err, ERR_SOURCE, "'%.200s' and '%.200s' have no commit in common%s",
			good->text, bad->text, commit_shallow_hint(repo));
	return err_set(err, ERR_SOURCE,
		"the first parents of '%.200s' do not lead to the history of '%.200s', which was "
		"merged into them; take a commit of their line instead",
		bad->text, good->text);
}

int
source_path(struct source *source, const struct revspec *good, const struct revspec *bad,
	struct arena *arena, struct source_path *ret, struct err *err)
{
	scoped(history) line = {0};
	struct repo_id ends[2];
	struct rev first, last;
	struct source_path path;
	bool met = false;

	if (find_end(source, good, arena, &first, &ends[0], err) < 0 ||
		find_end(source, bad, arena, &last, &ends[1], err) < 0)
		return -1;
	const char *spec = arena_printf(arena, "%s..%s", good->text, bad->text);
	if (memcmp(&ends[0], &ends[1], sizeof(ends[0])) == 0)
		return err_set(err, ERR_USAGE,
			"'%.200s' and '%.200s' are the same commit (%.*s): there is nothing "
			"between "
			"them",
			good->text, bad->text, REV_SHORT, first.id);
	if (find_line(source->repo, &ends[0], &ends[1], &line, &met, err) < 0)
		return err_wrap(err, "'%.400s'", spec);
	if (!line.ids.n)
		return refuse_reversed(good, bad, err);
	if (!met)
		return refuse_apart(source->repo, good, bad, ends, err);
	if (make_path(source, &line, &ends[0], spec, arena, &path, err) < 0)
		return -1;
	last.position = path.n - 1;
	path.revs[path.n - 1] = last;
	if (!path.moved)
		path.revs[0] = first;
	source_label(path.revs, path.n, arena);
	*ret = path;
	return 0;
}

/* ---- single commits ---- */

/* REV+file.patch is called by its tree. */
static bool
is_commit(const struct rev *rev)
{
	return rev->kind == REVSPEC_GIT && strcmp(rev->id, rev->tree_id) != 0;
}

static int
find_parents(
	struct source *source, const struct rev *rev, struct repo_parents *ret, struct err *err)
{
	struct repo_id id;
	bool found = false;

	if (source_need_repo(source, rev->spec, err) < 0 || parse_id(rev, &id, err) < 0 ||
		repo_parents(source->repo, &id, &found, ret, err) < 0)
		return -1;
	if (!found)
		return err_set(err, ERR_SOURCE, "this repository has no commit '%.100s'%s", rev->id,
			commit_shallow_hint(source->repo));
	return 0;
}

static int
follow_merge(struct source *source, const struct rev *merge, const struct repo_parents *parents,
	struct arena *arena, struct source_path *ret, bool *ret_any, struct err *err)
{
	const struct repo_id *ids = parents->ids.v;
	scoped(history) line = {0};
	struct source_path path;
	bool met = false;

	const char *spec =
		arena_printf(arena, "%.*s^1..%.*s^2", REV_SHORT, merge->id, REV_SHORT, merge->id);
	if (find_line(source->repo, &ids[0], &ids[1], &line, &met, err) < 0)
		return err_wrap(err, "'%.200s'", spec);
	bool any = line.ids.n && met;
	if (any) {
		if (make_path(source, &line, &ids[0], spec, arena, &path, err) < 0)
			return -1;
		source_label(path.revs, path.n, arena);
		*ret = path;
	}
	*ret_any = any;
	return 0;
}

int
source_merged(struct source *source, const struct rev *merge, struct arena *arena,
	struct source_path *ret, bool *ret_any, struct err *err)
{
	struct repo_parents parents = {0};
	int r = is_commit(merge) ? find_parents(source, merge, &parents, err) : 0;

	if (r == 0 && parents.ids.n > 1)
		r = follow_merge(source, merge, &parents, arena, ret, ret_any, err);
	else if (r == 0)
		*ret_any = false;
	repo_parents_done(&parents);
	return r;
}

/* The tree of the commit that a patch is for. */
static int
find_patched(struct source *source, const struct rev *rev, struct arena *arena, struct repo_id *ret,
	struct err *err)
{
	struct repo_commit commit;
	struct revspec spec;

	if (source_need_repo(source, rev->spec, err) < 0 ||
		revspec_parse(rev->spec, arena, &spec, err) < 0)
		return -1;
	if (spec.kind != REVSPEC_PATCH)
		return err_set(err, ERR_INTERNAL, "'%.200s' is no patched commit", rev->spec);
	if (commit_find(source->repo, spec.a, arena, &commit, err) < 0)
		return -1;
	*ret = commit.tree;
	return 0;
}

static int
find_tree(struct source *source, const struct rev *child, const struct repo_id *parent,
	struct arena *arena, struct repo_id *ret, struct err *err)
{
	struct repo_parents unread = {0};
	struct repo_commit commit;
	bool found = false;
	int r = repo_parents(source->repo, parent, &found, &unread, err);

	repo_parents_done(&unread);
	if (r == 0 && !found)
		r = err_set(err, ERR_SOURCE, "the parent of '%.200s' is missing%s", child->label,
			commit_shallow_hint(source->repo));
	if (r == 0)
		r = repo_commit(source->repo, parent, arena, &commit, err);
	if (r < 0)
		return -1;
	*ret = commit.tree;
	return 0;
}

/* *ret_any false: there is nothing before a first commit. */
static int
find_before(struct source *source, const struct rev *rev, struct arena *arena, bool *ret_any,
	struct repo_id *ret, struct err *err)
{
	struct repo_parents parents = {0};
	int r = find_parents(source, rev, &parents, err);

	*ret_any = parents.ids.n > 0;
	if (r == 0 && *ret_any)
		r = find_tree(source, rev, &parents.ids.v[0], arena, ret, err);
	repo_parents_done(&parents);
	return r;
}

int
source_touched(struct source *source, const struct rev *rev, struct arena *arena,
	const char *const **ret, size_t *ret_n, struct err *err)
{
	struct repo_id before, after;
	bool any = true;

	if (rev->kind != REVSPEC_GIT)
		return err_set(err, ERR_USAGE, "'%.200s' is no commit", rev->label);
	int r = is_commit(rev) ? find_before(source, rev, arena, &any, &before, err)
			       : find_patched(source, rev, arena, &before, err);
	if (r < 0)
		return -1;
	if (!repo_id_parse(rev->tree_id, &after))
		return err_set(err, ERR_INTERNAL, "'%.100s' is no tree id", rev->tree_id);
	return repo_changed(source->repo, any ? &before : NULL, &after, arena, ret, ret_n, err);
}

bool
source_path_matches(const char *file, const char *pathspec)
{
	if (!*pathspec)
		return false;
	while (str_starts(pathspec, "./"))
		pathspec += 1 + strspn(pathspec + 1, "/");
	size_t n = strlen(pathspec);
	while (n && pathspec[n - 1] == '/')
		n--;
	if (n == 0 || strcmp(pathspec, ".") == 0)
		return true;
	if (strncmp(file, pathspec, n) == 0 && (!file[n] || file[n] == '/'))
		return true;
	return fnmatch(pathspec, file, 0) == 0;
}
