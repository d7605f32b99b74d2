#include "source_priv.h"

#include "source/ahead.h"
#include "source/archive.h"
#include "source/commit.h"
#include "source/release.h"
#include "source/tree.h"
#include "sys/fs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What has no commit gets this time on disk: fixed, so that equal trees build equally, and not
 * 1970, which zip archives cannot hold (2000-01-01). */
#define TIME_WITHOUT_COMMIT INT64_C(946684800)
#define TIME_FIRST INT64_C(315619200) /* 1980-01-02, as zip archives begin with 1980 */
#define TIME_LAST INT64_C(4102444800) /* 2100-01-01 */

int
source_open(const char *dir, struct source **ret, struct err *err)
{
	struct repo *repo = NULL;

	if (!fs_is_dir(dir))
		return err_set(err, ERR_SOURCE, "'%s' is not a directory", dir);
	if (repo_open(dir, &repo, err) < 0)
		return -1;
	source_open_none(dir, ret);
	(*ret)->repo = repo;
	return 0;
}

int
source_open_none(const char *dir, struct source **ret)
{
	struct source *source = xcalloc(1, sizeof(*source));

	source->dir = path_absolute(dir);
	*ret = source;
	return 0;
}

void
source_close(struct source *source)
{
	if (!source)
		return;
	repo_close(source->repo);
	free(source->dir);
	free(source);
}

void
source_use_archives(struct source *source, const struct source_archives *archives)
{
	source->archives = *archives;
}

void
source_use_releases(struct source *source, const struct source_releases *releases)
{
	source->releases = *releases;
}

const char *
source_worktree(const struct source *source)
{
	return source->repo ? repo_worktree(source->repo) : NULL;
}

/* ---- resolving ---- */

int
source_need_repo(const struct source *source, const char *what, struct err *err)
{
	if (!source->repo)
		return err_set(err, ERR_SOURCE,
			"'%.200s' needs a git repository, and there is none in '%s' or above it",
			what, source->dir);
	return 0;
}

static int
need_worktree(const struct source *source, const char *what, struct err *err)
{
	if (source_need_repo(source, what, err) < 0)
		return -1;
	if (!repo_worktree(source->repo))
		return err_set(err, ERR_SOURCE,
			"'%.200s' needs a working tree, and the repository of '%s' is bare", what,
			source->dir);
	return 0;
}

void
source_describe(const struct repo_commit *commit, struct arena *arena, struct rev *rev)
{
	char hex[REPO_ID_HEX];

	rev->kind = REVSPEC_GIT;
	repo_id_hex(&commit->id, hex);
	rev->id = arena_strdup(arena, hex);
	repo_id_hex(&commit->tree, hex);
	rev->tree_id = arena_strdup(arena, hex);
	rev->subject = commit->subject;
	rev->author = commit->author;
	rev->date = commit->date;
}

int
source_rev_of(struct source *source, const struct repo_id *id, struct arena *arena, struct rev *ret,
	struct err *err)
{
	struct repo_commit commit;
	struct rev rev = {0};

	if (repo_commit(source->repo, id, arena, &commit, err) < 0)
		return -1;
	source_describe(&commit, arena, &rev);
	rev.label = arena_printf(arena, "%.*s", REV_SHORT, rev.id);
	*ret = rev;
	return 0;
}

static int
resolve_commit(struct source *source, const struct revspec *spec, struct arena *arena,
	struct rev *rev, struct err *err)
{
	struct repo_commit commit;
	int r = source_need_repo(source, spec->text, err);

	if (r == 0 && spec->kind == REVSPEC_MERGE_BASE)
		r = commit_merge_base(source->repo, spec->a, spec->b, arena, &commit, err);
	else if (r == 0)
		r = commit_find(source->repo, spec->a, arena, &commit, err);
	if (r < 0)
		return -1;
	source_describe(&commit, arena, rev);
	return 0;
}

static int
list_disk(struct source *source, enum revspec_kind kind, const char *path, struct tree *tree,
	struct err *err)
{
	int r = kind == REVSPEC_WORKTREE ? tree_of_worktree(source->repo, tree, err)
					 : tree_of_dir(path, tree, err);

	/* What is copied later must be safe then; say so before anything is planned. */
	return r < 0 ? r : tree_check(tree, err);
}

static int
resolve_disk(struct source *source, const struct revspec *spec, const char *path,
	struct arena *arena, struct rev *rev, struct err *err)
{
	scoped(tree) tree = {0};
	char hex[DIGEST_HEX];

	if (list_disk(source, spec->kind, path, &tree, err) < 0 ||
		tree_digest(&tree, path, hex, err) < 0)
		return err_wrap(err, "'%.200s'", spec->text);
	rev->kind = spec->kind;
	rev->path = arena_strdup(arena, path);
	rev->id = rev->tree_id = arena_strdup(arena, hex);
	return 0;
}

static int
resolve_prefix(const struct revspec *spec, const char *path, struct arena *arena, struct rev *rev,
	struct err *err)
{
	char hex[DIGEST_HEX];

	if (tree_stat_digest(path, hex, err) < 0)
		return err_wrap(err, "'%.200s'", spec->text);
	rev->kind = REVSPEC_PREFIX;
	rev->path = arena_strdup(arena, path);
	rev->id = rev->tree_id = arena_strdup(arena, hex);
	return 0;
}

static int
resolve_path(struct source *source, const struct revspec *spec, struct arena *arena,
	struct rev *rev, struct err *err)
{
	scoped_free char *joined = path_join(source->dir, spec->a);
	scoped_free char *path = path_absolute(joined);

	if (!fs_is_dir(path))
		return err_set(
			err, ERR_SOURCE, "'%.200s': there is no directory '%s'", spec->text, path);
	if (spec->kind == REVSPEC_PREFIX)
		return resolve_prefix(spec, path, arena, rev, err);
	return resolve_disk(source, spec, path, arena, rev, err);
}

static int
resolve_version(struct source *source, const struct revspec *spec, struct arena *arena,
	struct rev *rev, struct err *err)
{
	if (!source->releases.recipe)
		return err_set(
			err, ERR_INTERNAL, "nobody said what '%.200s' is a version of", spec->text);
	if (!spec->label)
		rev->label = spec->version;
	release_resolve(&source->releases, spec, arena, rev);
	return 0;
}

int
source_resolve(struct source *source, const struct revspec *spec, struct arena *arena,
	struct rev *ret, struct err *err)
{
	struct rev rev = {.spec = spec->text,
		.label = spec->label ? spec->label : spec->text,
		.version = spec->version};
	int r = -1;

	if (spec->kind == REVSPEC_ARCHIVE && !spec->label)
		rev.label = archive_label(spec, arena);
	switch (spec->kind) {
	case REVSPEC_GIT:
	case REVSPEC_MERGE_BASE:
		r = resolve_commit(source, spec, arena, &rev, err);
		break;
	case REVSPEC_WORKTREE:
		if (need_worktree(source, spec->text, err) == 0)
			r = resolve_disk(
				source, spec, repo_worktree(source->repo), arena, &rev, err);
		break;
	case REVSPEC_DIR:
	case REVSPEC_PREFIX:
		r = resolve_path(source, spec, arena, &rev, err);
		break;
	case REVSPEC_ARCHIVE:
		r = archive_resolve(&source->archives, source->dir, spec, arena, &rev, err);
		break;
	case REVSPEC_PATCH:
		r = source_resolve_patch(source, spec, arena, &rev, err);
		break;
	case REVSPEC_VERSION:
		r = resolve_version(source, spec, arena, &rev, err);
		break;
	case REVSPEC_RANGE:
	case REVSPEC_SYMMETRIC:
	case REVSPEC_TAGS:
	case REVSPEC_LAST:
		return err_set(err, ERR_USAGE,
			"'%.200s' names more than one revision where one is wanted", spec->text);
	}
	if (r < 0)
		return -1;
	rev.spec = arena_strdup(arena, rev.spec);
	rev.label = arena_strdup(arena, rev.label);
	rev.version = arena_strdup(arena, rev.version);
	*ret = rev;
	return 0;
}

int
source_project(struct source *source, struct arena *arena, struct rev *ret, struct err *err)
{
	const struct revspec head = {.kind = REVSPEC_GIT, .text = "HEAD", .a = "HEAD"};
	const struct revspec dir = {.kind = REVSPEC_DIR, .text = "dir:.", .a = "."};

	return source_resolve(source, source->repo ? &head : &dir, arena, ret, err);
}

/* ---- what compare means by default ---- */

static int
default_base(
	struct source *source, bool dirty, struct arena *arena, const char **ret, struct err *err)
{
	struct repo_commit head, base;
	const char *branch = NULL;

	if (commit_find(source->repo, "HEAD", arena, &head, err) < 0 ||
		commit_default_branch(source->repo, arena, &branch, err) < 0)
		return -1;
	if (!branch)
		return err_set(err, ERR_SOURCE,
			"cannot tell the default branch (there is no origin/HEAD, main or master); "
			"name the revision to compare with");
	if (commit_merge_base(source->repo, "HEAD", branch, arena, &base, err) < 0)
		return -1;
	if (memcmp(&base.id, &head.id, sizeof(base.id)) != 0) {
		*ret = arena_printf(arena, "merge-base:HEAD,%s", branch);
		return 0;
	}
	if (!dirty && head.parents == 0)
		return err_set(err, ERR_SOURCE,
			"HEAD is the first commit: there is nothing before it to compare with");
	*ret = dirty ? "HEAD" : "HEAD~1";
	return 0;
}

int
source_defaults(struct source *source, struct arena *arena, struct revspec *ret_base,
	struct revspec *ret_head, struct err *err)
{
	struct revspec base, head;
	const char *text = NULL;
	bool dirty = false;

	if (source_need_repo(source, "HEAD", err) < 0)
		return -1;
	if (repo_worktree(source->repo) && repo_is_dirty(source->repo, &dirty, err) < 0)
		return -1;
	if (default_base(source, dirty, arena, &text, err) < 0 ||
		revspec_parse(text, arena, &base, err) < 0 ||
		revspec_parse(dirty ? "worktree" : "HEAD", arena, &head, err) < 0)
		return -1;
	*ret_base = base;
	*ret_head = head;
	return 0;
}

/* ---- files ---- */

static int
tree_id(const struct rev *rev, struct repo_id *ret, struct err *err)
{
	if (!repo_id_parse(rev->tree_id, ret))
		return err_set(err, ERR_INTERNAL, "'%.100s' is no tree id", rev->tree_id);
	return 0;
}

static int
fill_from_git(const struct tree_file *file, int fd, void *arg, struct err *err)
{
	struct repo_blob blob = {0};

	if (ahead_next(arg, &blob, err) < 0)
		return -1;
	int r = tree_put(file, fd, blob.data, blob.n, err);
	repo_blob_done(&blob);
	return r;
}

static int64_t
time_of_files(const struct rev *rev)
{
	bool dated = rev->date >= TIME_FIRST && rev->date <= TIME_LAST;

	return dated ? rev->date : TIME_WITHOUT_COMMIT;
}

static int
checkout_git(struct source *source, const struct rev *rev, const char *const *paths,
	const char *dest, struct err *err)
{
	scoped(tree) tree = {0};
	struct repo_id id;

	if (source_need_repo(source, rev->spec, err) < 0 || tree_id(rev, &id, err) < 0 ||
		tree_of_commit(source->repo, &id, &tree, err) < 0 || tree_check(&tree, err) < 0 ||
		tree_select(&tree, paths, err) < 0)
		return -1;
	struct ahead *ahead = ahead_new(source->repo, &tree);
	int r = tree_write(&tree, dest, time_of_files(rev), fill_from_git, ahead, err);
	ahead_free(ahead);
	return r;
}

static int
fill_from_disk(const struct tree_file *file, int fd, void *arg, struct err *err)
{
	return tree_copy_file(*(int *)arg, file, fd, err);
}

static int
checkout_disk(struct source *source, const struct rev *rev, const char *const *paths,
	const char *dest, struct err *err)
{
	scoped(tree) tree = {0};
	char hex[DIGEST_HEX];

	if (rev->kind == REVSPEC_WORKTREE && need_worktree(source, rev->spec, err) < 0)
		return -1;
	if (list_disk(source, rev->kind, rev->path, &tree, err) < 0 ||
		tree_digest(&tree, rev->path, hex, err) < 0)
		return -1;
	if (strcmp(hex, rev->tree_id) != 0)
		return err_set(err, ERR_SOURCE,
			"'%s' is not what it was when its revision was pinned (files changed); "
			"start "
			"again",
			rev->path);
	if (tree_select(&tree, paths, err) < 0)
		return -1;
	int root = open(rev->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return err_sys(err, ERR_SOURCE, "cannot open directory '%s'", rev->path);
	int r = tree_write(&tree, dest, time_of_files(rev), fill_from_disk, &root, err);
	close(root);
	return r;
}

int
source_checkout(struct source *source, const struct rev *rev, const char *const *paths,
	const char *dest, struct err *err)
{
	int r;

	if (rev->kind == REVSPEC_VERSION)
		return 0;
	if (rev->kind == REVSPEC_PREFIX)
		return err_set(err, ERR_USAGE,
			"'%.200s' is built already: there are no sources to check out", rev->spec);
	if (rev->kind == REVSPEC_GIT)
		r = checkout_git(source, rev, paths, dest, err);
	else
		r = checkout_disk(source, rev, paths, dest, err);
	return r < 0 ? err_wrap(err, "revision '%.200s'", rev->label) : 0;
}

struct wanted {
	const char *path;
	bool found;
};

static int
visit_wanted(const char *path, bool submodule, void *arg, struct err *err)
{
	struct wanted *wanted = arg;
	size_t n = strlen(wanted->path);

	(void)submodule;
	(void)err;
	if (strncmp(path, wanted->path, n) == 0 && (!path[n] || path[n] == '/'))
		wanted->found = true;
	return 0;
}

static int
has_on_disk(
	struct source *source, const struct rev *rev, const char *path, bool *ret, struct err *err)
{
	scoped_free char *whole = path_join(rev->path, path);
	struct wanted wanted = {path, fs_exists(whole)};

	/* An ignored file is no part of the revision. */
	if (wanted.found && rev->kind == REVSPEC_WORKTREE) {
		wanted.found = false;
		if (need_worktree(source, rev->spec, err) < 0 ||
			repo_files(source->repo, visit_wanted, &wanted, err) < 0)
			return -1;
	}
	*ret = wanted.found;
	return 0;
}

int
source_has(
	struct source *source, const struct rev *rev, const char *path, bool *ret, struct err *err)
{
	scoped_free char *plain = xstrdup(path);
	struct repo_id id;

	for (size_t n = strlen(plain); n > 0 && plain[n - 1] == '/'; n--)
		plain[n - 1] = '\0';
	if (tree_path_problem(plain)) {
		*ret = false; /* no tree that we take has such a path */
		return 0;
	}
	if (rev->kind == REVSPEC_VERSION) {
		*ret = false;
		return 0;
	}
	if (rev->kind != REVSPEC_GIT)
		return has_on_disk(source, rev, plain, ret, err);
	if (source_need_repo(source, rev->spec, err) < 0 || tree_id(rev, &id, err) < 0)
		return -1;
	return repo_tree_has(source->repo, &id, plain, ret, err);
}
