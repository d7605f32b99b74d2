/* What differs between two trees. */
#include "git_priv.h"

#include <stdlib.h>

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts the paths and drops those that come again: a file that became a link is gone and new. */
static size_t
sort_paths(const char **paths, size_t n)
{
	size_t kept = 0;

	qsort(paths, n, sizeof(*paths), by_text);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(paths[kept - 1], paths[i]) != 0)
			paths[kept++] = paths[i];
	paths[kept] = NULL;
	return kept;
}

static int
look_up(struct repo *repo, const struct repo_id *id, git_tree **ret, struct err *err)
{
	git_oid oid = repo_oid(id);

	return git_tree_lookup(ret, repo->git, &oid) < 0 ? repo_fail_id(err, "tree", id) : 0;
}

int
repo_changed(struct repo *repo, const struct repo_id *before, const struct repo_id *after,
	struct arena *arena, const char *const **ret, size_t *ret_n, struct err *err)
{
	git_tree *old = NULL, *new = NULL;
	git_diff *diff = NULL;
	int r = before ? look_up(repo, before, &old, err) : 0;

	if (r == 0)
		r = look_up(repo, after, &new, err);
	if (r == 0 && git_diff_tree_to_tree(&diff, repo->git, old, new, NULL) < 0)
		r = repo_fail_id(err, "a directory below tree", after);
	if (r == 0) {
		size_t n = git_diff_num_deltas(diff);
		const char **paths = arena_alloc(arena, n + 1, sizeof(*paths));

		/* Nothing looks for renames, and so both sides of a delta have one path. */
		for (size_t i = 0; i < n; i++)
			paths[i] = arena_strdup(arena, git_diff_get_delta(diff, i)->new_file.path);
		*ret_n = sort_paths(paths, n);
		*ret = paths;
	}
	git_diff_free(diff);
	git_tree_free(new);
	git_tree_free(old);
	return r;
}
