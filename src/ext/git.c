#include "git_priv.h"

#include "base/str.h"
#include "base/vec.h"
#include "ext/git_user.h"
#include "sys/fs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXCLUDES_MAX ((size_t)1 << 20) /* bytes of the user's file of ignore patterns */
/* Revisions share most of their files, and to unpack and verify one takes longer than to keep it.
 * When this much is kept, libgit2 drops some. */
#define CACHED_BLOB_MAX ((size_t)64 << 10)
#define CACHE_MAX ((ssize_t)24 << 20)

void
repo_id_hex(const struct repo_id *id, char hex[REPO_ID_HEX])
{
	git_oid oid = repo_oid(id);

	git_oid_tostr(hex, REPO_ID_HEX, &oid);
}

bool
repo_id_parse(const char *text, struct repo_id *ret)
{
	git_oid oid;

	if (strlen(text) != GIT_OID_HEXSZ || git_oid_fromstr(&oid, text) < 0)
		return false;
	*ret = repo_id_of(&oid);
	return true;
}

int
repo_fail(struct err *err, const char *fmt, ...)
{
	const git_error *last = git_error_last();
	enum err_kind kind = last && last->klass == GIT_ERROR_NOMEMORY ? ERR_RESOURCES : ERR_SOURCE;
	char what[500];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	err_set(err, kind, "%s: %s", what, last && last->message ? last->message : "git error");
	git_error_clear();
	return -1;
}

int
repo_fail_id(struct err *err, const char *what, const struct repo_id *id)
{
	char hex[REPO_ID_HEX];

	repo_id_hex(id, hex);
	return repo_fail(err, "cannot read %s %s", what, hex);
}

/* ---- opening ---- */

struct user_config {
	vec(char *) safe; /* safe.directory, in order */
	char *excludes;   /* core.excludesFile, or where git looks without it */
};

static void
user_config_done(struct user_config *user)
{
	for (size_t i = 0; i < user->safe.n; i++)
		free(user->safe.v[i]);
	vec_done(&user->safe);
	free(user->excludes);
}

static int
add_safe(const git_config_entry *entry, void *arg)
{
	struct user_config *user = arg;

	vec_add(&user->safe, xstrdup(entry->value));
	return 0;
}

static void
set_search_paths(const char *path)
{
	const int levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
		GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL};

	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], path);
}

/* Reads what we honour of the user's configuration and shuts the rest out of libgit2: which
 * filters, aliases or rewrites somebody has must not change what is measured. */
static int
read_user_config(struct user_config *ret, struct err *err)
{
	git_config *config = NULL;
	git_buf path = {0};

	set_search_paths(NULL); /* the defaults again */
	int e = git_config_open_default(&config);
	if (e == 0) {
		e = git_config_get_multivar_foreach(config, "safe.directory", NULL, add_safe, ret);
		if (e == GIT_ENOTFOUND)
			e = 0;
	}
	if (e == 0) {
		e = git_config_get_path(&path, config, "core.excludesfile");
		ret->excludes = e == 0 ? xstrdup(path.ptr) : git_user_ignore_file();
		if (e == GIT_ENOTFOUND)
			e = 0;
	}
	if (e < 0)
		repo_fail(err, "cannot read your git configuration");
	git_buf_dispose(&path);
	git_config_free(config);
	set_search_paths("");
	return e < 0 ? -1 : 0;
}

/* After libgit2 refused because of an owner. */
static int
open_foreign(const char *dir, const struct user_config *user, git_repository **ret, struct err *err)
{
	git_repository *git = NULL;

	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	int e = git_repository_open_ext(&git, dir, 0, NULL);
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
	if (e < 0)
		return repo_fail(err, "cannot open the git repository of '%s'", dir);
	if (git_user_trusts(git_repository_workdir(git), git_repository_path(git),
		    (const char *const *)user->safe.v, user->safe.n, err) < 0) {
		git_repository_free(git);
		return -1;
	}
	*ret = git;
	return 0;
}

static int
open_git(const char *dir, const struct user_config *user, git_repository **ret, struct err *err)
{
	git_buf found = {0};
	int e = git_repository_discover(&found, dir, 0, NULL);

	git_buf_dispose(&found);
	if (e == GIT_ENOTFOUND)
		return err_set(err, ERR_SOURCE,
			"there is no git repository in '%s' or above it (sources without one are "
			"named dir:PATH)",
			dir);
	if (e == 0)
		e = git_repository_open_ext(ret, dir, 0, NULL);
	/* A foreign owner is reported as a missing configuration value when the user has no
	 * safe.directory at all. */
	if (e == GIT_EOWNER || e == GIT_ENOTFOUND)
		return open_foreign(dir, user, ret, err);
	return e < 0 ? repo_fail(err, "cannot open the git repository of '%s'", dir) : 0;
}

static int
add_excludes(git_repository *git, const char *path, struct err *err)
{
	scoped(str) text = STR_INIT;

	if (!path || !fs_exists(path))
		return 0;
	if (fs_read(path, EXCLUDES_MAX, &text, err) < 0)
		return err_wrap(err, "git's core.excludesFile");
	if (git_ignore_add_rule(git, text.p) < 0)
		return repo_fail(err, "cannot take ignore patterns from '%s'", path);
	return 0;
}

static int
open_with(const char *dir, struct repo *repo, struct err *err)
{
	scoped(user_config) user = {0};

	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
	git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_BLOB, CACHED_BLOB_MAX);
	git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, CACHE_MAX);
	if (read_user_config(&user, err) < 0 || open_git(dir, &user, &repo->git, err) < 0)
		return -1;
	if (git_repository_odb(&repo->odb, repo->git) < 0)
		return repo_fail(
			err, "cannot open the objects of '%s'", git_repository_path(repo->git));
	const char *top = git_repository_workdir(repo->git);
	if (!top)
		return 0;
	size_t n = strlen(top);
	repo->worktree = xstrndup(top, n > 1 && top[n - 1] == '/' ? n - 1 : n);
	return add_excludes(repo->git, user.excludes, err);
}

int
repo_open(const char *dir, struct repo **ret, struct err *err)
{
	struct repo *repo = xcalloc(1, sizeof(*repo));

	if (git_libgit2_init() < 0) {
		free(repo);
		return repo_fail(err, "cannot start libgit2");
	}
	if (open_with(dir, repo, err) < 0) {
		repo_close(repo);
		return -1;
	}
	*ret = repo;
	return 0;
}

void
repo_close(struct repo *repo)
{
	if (!repo)
		return;
	git_odb_free(repo->odb);
	git_repository_free(repo->git);
	free(repo->worktree);
	free(repo);
	git_libgit2_shutdown();
}

const char *
repo_worktree(const struct repo *repo)
{
	return repo->worktree;
}

bool
repo_is_shallow(const struct repo *repo)
{
	return git_repository_is_shallow(repo->git) == 1;
}

/* ---- names ---- */

/* libgit2's ways to say that there is no such thing. */
static bool
is_absent(int e)
{
	return e == GIT_ENOTFOUND || e == GIT_EINVALIDSPEC || e == GIT_EAMBIGUOUS ||
	       e == GIT_EPEEL || e == GIT_EUNBORNBRANCH;
}

static int
answer(int e, bool *ret_found, const char *what, struct err *err)
{
	if (e < 0 && !is_absent(e))
		return repo_fail(err, "cannot read '%.200s'", what);
	if (e < 0)
		git_error_clear();
	*ret_found = e >= 0;
	return 0;
}

int
repo_find_ref(
	struct repo *repo, const char *name, bool *ret_found, struct repo_id *ret, struct err *err)
{
	git_oid oid;
	int e = git_reference_name_to_id(&oid, repo->git, name);

	if (e == 0)
		*ret = repo_id_of(&oid);
	return answer(e, ret_found, name, err);
}

int
repo_ref_target(
	struct repo *repo, const char *name, struct arena *arena, const char **ret, struct err *err)
{
	git_reference *ref = NULL;
	bool found = false;

	if (answer(git_reference_lookup(&ref, repo->git, name), &found, name, err) < 0)
		return -1;
	*ret = found ? arena_strdup(arena, git_reference_symbolic_target(ref)) : NULL;
	git_reference_free(ref);
	return 0;
}

int
repo_refs(struct repo *repo, struct arena *arena, const char *const **ret, size_t *ret_n,
	struct err *err)
{
	git_strarray names = {0};

	if (git_reference_list(&names, repo->git) < 0)
		return repo_fail(err, "cannot list branches and tags");
	const char **copy = arena_alloc(arena, names.count + 1, sizeof(*copy));
	for (size_t i = 0; i < names.count; i++)
		copy[i] = arena_strdup(arena, names.strings[i]);
	*ret = copy;
	*ret_n = names.count;
	git_strarray_dispose(&names);
	return 0;
}

struct prefix_search {
	git_oid prefix;
	size_t digits;
	vec(struct repo_id) found;
};

static int
match_prefix(const git_oid *oid, void *arg)
{
	struct prefix_search *search = arg;

	if (git_oid_ncmp(oid, &search->prefix, search->digits) == 0)
		vec_add(&search->found, repo_id_of(oid));
	return 0;
}

int
repo_find_prefix(struct repo *repo, const char *digits, struct arena *arena, struct repo_id **ret,
	size_t *ret_n, struct err *err)
{
	struct prefix_search search = {.digits = strlen(digits)};
	git_oid one;

	if (git_oid_fromstrn(&search.prefix, digits, search.digits) < 0)
		return repo_fail(err, "'%.60s' is no object id", digits);
	int e = git_odb_exists_prefix(&one, repo->odb, &search.prefix, search.digits);
	if (e == 0)
		vec_add(&search.found, repo_id_of(&one));
	else if (e == GIT_EAMBIGUOUS)
		e = git_odb_foreach(repo->odb, match_prefix, &search);
	if (e == 0 || e == GIT_ENOTFOUND) {
		*ret = arena_copy(arena, search.found.v, search.found.n, sizeof(**ret));
		*ret_n = search.found.n;
		git_error_clear();
		e = 0;
	}
	vec_done(&search.found);
	return e < 0 ? repo_fail(err, "cannot look for objects that begin with '%s'", digits) : 0;
}

int
repo_is_commitish(struct repo *repo, const struct repo_id *id, bool *ret, struct err *err)
{
	git_oid oid = repo_oid(id);
	git_object_t type;
	size_t n;

	if (git_odb_read_header(&n, &type, repo->odb, &oid) < 0)
		return repo_fail_id(err, "object", id);
	*ret = type == GIT_OBJECT_COMMIT || type == GIT_OBJECT_TAG;
	return 0;
}

int
repo_parse(
	struct repo *repo, const char *text, bool *ret_found, struct repo_id *ret, struct err *err)
{
	git_object *object = NULL;
	int e = git_revparse_single(&object, repo->git, text);

	if (e == 0)
		*ret = repo_id_of(git_object_id(object));
	git_object_free(object);
	return answer(e, ret_found, text, err);
}

int
repo_commit(struct repo *repo, const struct repo_id *id, struct arena *arena,
	struct repo_commit *ret, struct err *err)
{
	git_oid oid = repo_oid(id);
	git_object *object = NULL, *peeled = NULL;
	int r = 0;

	int e = git_object_lookup(&object, repo->git, &oid, GIT_OBJECT_ANY);
	if (e == 0)
		e = git_object_peel(&peeled, object, GIT_OBJECT_COMMIT);
	if (e == GIT_EPEEL || e == GIT_EINVALIDSPEC)
		r = err_set(err, ERR_SOURCE, "it is a %s, not a commit",
			git_object_type2string(git_object_type(object)));
	else if (e < 0)
		r = repo_fail_id(err, "commit", id);
	if (r == 0) {
		const git_commit *commit = (const git_commit *)peeled;
		const char *subject = git_commit_summary((git_commit *)peeled);

		ret->id = repo_id_of(git_commit_id(commit));
		ret->tree = repo_id_of(git_commit_tree_id(commit));
		ret->subject = arena_strdup(arena, subject ? subject : "");
		ret->author = arena_strdup(arena, git_commit_author(commit)->name);
		ret->date = git_commit_time(commit);
		ret->parents = git_commit_parentcount(commit);
	}
	git_object_free(peeled);
	git_object_free(object);
	return r;
}

int
repo_merge_base(struct repo *repo, const struct repo_id *a, const struct repo_id *b,
	bool *ret_found, struct repo_id *ret, struct err *err)
{
	git_oid one = repo_oid(a), two = repo_oid(b), base;
	int e = git_merge_base(&base, repo->git, &one, &two);

	if (e == 0)
		*ret = repo_id_of(&base);
	return answer(e, ret_found, "history", err);
}

/* ---- objects ---- */

int
repo_tree(struct repo *repo, const struct repo_id *id,
	int (*visit)(const struct repo_entry *, void *arg, struct err *), void *arg,
	struct err *err)
{
	git_oid oid = repo_oid(id);
	git_tree *tree = NULL;
	int r = 0;

	if (git_tree_lookup(&tree, repo->git, &oid) < 0)
		return repo_fail_id(err, "tree", id);
	size_t n = git_tree_entrycount(tree);
	for (size_t i = 0; r == 0 && i < n; i++) {
		const git_tree_entry *e = git_tree_entry_byindex(tree, i);
		const struct repo_entry entry = {.name = git_tree_entry_name(e),
			.mode = (unsigned)git_tree_entry_filemode_raw(e),
			.id = repo_id_of(git_tree_entry_id(e))};

		r = visit(&entry, arg, err);
	}
	git_tree_free(tree);
	return r;
}

int
repo_tree_has(
	struct repo *repo, const struct repo_id *id, const char *path, bool *ret, struct err *err)
{
	git_oid oid = repo_oid(id);
	git_tree *tree = NULL;
	git_tree_entry *entry = NULL;

	if (git_tree_lookup(&tree, repo->git, &oid) < 0)
		return repo_fail_id(err, "tree", id);
	int r = answer(git_tree_entry_bypath(&entry, tree, path), ret, path, err);
	git_tree_entry_free(entry);
	git_tree_free(tree);
	return r;
}

int
repo_blob_size(struct repo *repo, const struct repo_id *id, uint64_t *ret, struct err *err)
{
	git_oid oid = repo_oid(id);
	git_object_t type;
	size_t n;

	if (git_odb_read_header(&n, &type, repo->odb, &oid) < 0)
		return repo_fail_id(err, "blob", id);
	if (type != GIT_OBJECT_BLOB)
		return err_set(err, ERR_SOURCE, "a tree holds a %s where a file should be",
			git_object_type2string(type));
	*ret = n;
	return 0;
}

int
repo_blob(struct repo *repo, const struct repo_id *id, struct repo_blob *ret, struct err *err)
{
	git_oid oid = repo_oid(id);
	git_odb_object *object = NULL;

	if (git_odb_read(&object, repo->odb, &oid) < 0)
		return repo_fail_id(err, "blob", id);
	*ret = (struct repo_blob){git_odb_object_data(object), git_odb_object_size(object), object};
	return 0;
}

void
repo_blob_done(struct repo_blob *blob)
{
	git_odb_object_free(blob->object);
	*blob = (struct repo_blob){0};
}

/* ---- the working tree ---- */

/* Never with GIT_STATUS_OPT_UPDATE_INDEX, which would write. */
static int
list_status(struct repo *repo, git_status_show_t show, unsigned flags, git_status_list **ret,
	struct err *err)
{
	const git_status_options options = {.version = GIT_STATUS_OPTIONS_VERSION,
		.show = show,
		.flags = flags | GIT_STATUS_OPT_EXCLUDE_SUBMODULES};

	if (git_status_list_new(ret, repo->git, &options) < 0)
		return repo_fail(
			err, "cannot compare the working tree '%s' with its index", repo->worktree);
	return 0;
}

int
repo_is_dirty(struct repo *repo, bool *ret, struct err *err)
{
	git_status_list *list = NULL;

	if (list_status(repo, GIT_STATUS_SHOW_INDEX_AND_WORKDIR, 0, &list, err) < 0)
		return -1;
	*ret = git_status_list_entrycount(list) > 0;
	git_status_list_free(list);
	return 0;
}

static int
visit_untracked(struct repo *repo,
	int (*visit)(const char *path, bool submodule, void *arg, struct err *), void *arg,
	struct err *err)
{
	git_status_list *list = NULL;
	int r = 0;

	if (list_status(repo, GIT_STATUS_SHOW_WORKDIR_ONLY,
		    GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS, &list,
		    err) < 0)
		return -1;
	size_t n = git_status_list_entrycount(list);
	for (size_t i = 0; r == 0 && i < n; i++) {
		const git_status_entry *entry = git_status_byindex(list, i);

		if (entry->status != GIT_STATUS_WT_NEW || !entry->index_to_workdir)
			continue;
		const char *path = entry->index_to_workdir->new_file.path;
		/* A final slash: a repository of its own, which is not ours to copy. */
		if (!str_ends(path, "/"))
			r = visit(path, false, arg, err);
	}
	git_status_list_free(list);
	return r;
}

int
repo_files(struct repo *repo,
	int (*visit)(const char *path, bool submodule, void *arg, struct err *), void *arg,
	struct err *err)
{
	git_index *index = NULL;
	int r = 0;

	/* Read again when it changed since. */
	if (git_repository_index(&index, repo->git) < 0 || git_index_read(index, 0) < 0)
		r = repo_fail(err, "cannot read the index of '%s'", repo->worktree);
	size_t n = r == 0 ? git_index_entrycount(index) : 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const git_index_entry *entry = git_index_get_byindex(index, i);

		r = visit(entry->path, entry->mode == GIT_FILEMODE_COMMIT, arg, err);
	}
	git_index_free(index);
	return r < 0 ? r : visit_untracked(repo, visit, arg, err);
}
