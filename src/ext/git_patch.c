/* A patch applied to a tree, in memory. */
#include "git_priv.h"

#include "base/str.h"

#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- new objects stay in memory ---- */

/* A place for objects before all others, so that what libgit2 writes never reaches the disk. The
 * objects lie in a mempack; libgit2 would also touch the file of an object that it is to write and
 * that is there already, and `disk` answers that question instead. */
struct overlay {
	git_odb_backend as_backend;
	git_odb_backend *memory;
	git_odb *disk;
};

static int
overlay_read(void **data, size_t *n, git_object_t *type, git_odb_backend *self, const git_oid *oid)
{
	git_odb_backend *memory = ((struct overlay *)self)->memory;

	return memory->read(data, n, type, memory, oid);
}

static int
overlay_read_header(size_t *n, git_object_t *type, git_odb_backend *self, const git_oid *oid)
{
	git_odb_backend *memory = ((struct overlay *)self)->memory;

	return memory->read_header(n, type, memory, oid);
}

static int
overlay_write(
	git_odb_backend *self, const git_oid *oid, const void *data, size_t n, git_object_t type)
{
	git_odb_backend *memory = ((struct overlay *)self)->memory;

	return memory->write(memory, oid, data, n, type);
}

static int
overlay_exists(git_odb_backend *self, const git_oid *oid)
{
	git_odb_backend *memory = ((struct overlay *)self)->memory;

	return memory->exists(memory, oid);
}

static int
overlay_freshen(git_odb_backend *self, const git_oid *oid)
{
	bool there =
		overlay_exists(self, oid) || git_odb_exists(((struct overlay *)self)->disk, oid);

	return there ? 0 : GIT_ENOTFOUND;
}

/* What is found by its first digits are the user's objects, not ours. */
static int
overlay_foreach(git_odb_backend *self, git_odb_foreach_cb visit, void *arg)
{
	(void)self;
	(void)visit;
	(void)arg;
	return 0;
}

static void
overlay_free(git_odb_backend *self)
{
	struct overlay *overlay = (struct overlay *)self;

	if (overlay->memory)
		overlay->memory->free(overlay->memory);
	git_odb_free(overlay->disk);
	free(overlay);
}

#define BEFORE_ALL_OTHERS 1000

static int
overlay(struct repo *repo, struct err *err)
{
	struct overlay *o = xcalloc(1, sizeof(*o));
	git_buf path = {0};

	git_odb_init_backend(&o->as_backend, GIT_ODB_BACKEND_VERSION);
	o->as_backend.read = overlay_read;
	o->as_backend.read_header = overlay_read_header;
	o->as_backend.write = overlay_write;
	o->as_backend.exists = overlay_exists;
	o->as_backend.freshen = overlay_freshen;
	o->as_backend.foreach = overlay_foreach;
	o->as_backend.free = overlay_free;
	int e = git_mempack_new(&o->memory);
	if (e == 0)
		e = git_repository_item_path(&path, repo->git, GIT_REPOSITORY_ITEM_OBJECTS);
	if (e == 0)
		e = git_odb_open(&o->disk, path.ptr);
	if (e == 0)
		e = git_odb_add_backend(repo->odb, &o->as_backend, BEFORE_ALL_OTHERS);
	git_buf_dispose(&path);
	if (e == 0) {
		repo->overlaid = true;
		return 0;
	}
	overlay_free(&o->as_backend);
	return repo_fail(err, "cannot keep patched files in memory");
}

/* ---- what libgit2 1.5 does not read ---- */

struct line {
	const char *p;
	size_t n; /* without the newline */
};

static struct line
take_line(const char **at, const char *end)
{
	const char *newline = memchr(*at, '\n', (size_t)(end - *at));
	struct line line = {*at, (size_t)((newline ? newline : end) - *at)};

	*at = newline ? newline + 1 : end;
	return line;
}

static bool
begins(struct line line, const char *with)
{
	return line.n >= strlen(with) && memcmp(line.p, with, strlen(with)) == 0;
}

static void
add_quoted(struct str *out, const char *name, size_t n)
{
	const char *quote = n && name[0] != '"' && memchr(name, ' ', n) ? "\"" : "";

	str_addf(out, "%s%.*s%s", quote, (int)n, name, quote);
}

#define DIFF "diff --git "

/* The length of each name in "diff --git a/X b/X"; 0 when they are not the same. */
static size_t
same_names(struct line line)
{
	const char *names = line.p + strlen(DIFF);
	size_t n = begins(line, DIFF) ? (line.n - strlen(DIFF)) / 2 : 0;

	if (!n || line.n != strlen(DIFF) + 2 * n + 1 || names[n] != ' ')
		return 0;
	const char *a = memchr(names, '/', n), *b = memchr(names + n + 1, '/', n);
	size_t rest = a ? n - (size_t)(a - names) : 0;
	return a && b && b - names == a - names + (ptrdiff_t)n + 1 && memcmp(a, b, rest) == 0 ? n
											      : 0;
}

/* git prints no names where an empty file comes or goes. */
static bool
lacks_names(struct line diff, struct line mode, struct line index, struct line next)
{
	return same_names(diff) && begins(index, "index ") &&
	       (begins(mode, "new file mode ") || begins(mode, "deleted file mode ")) &&
	       !begins(next, "--- ") && !begins(next, "GIT binary patch") &&
	       !begins(next, "Binary files ");
}

static void
add_names(struct str *out, struct line diff, bool is_new)
{
	const char *names = diff.p + strlen(DIFF);
	size_t n = same_names(diff);

	str_add(out, is_new ? "--- /dev/null\n+++ " : "--- ");
	add_quoted(out, is_new ? names + n + 1 : names, n);
	str_add(out, is_new ? "\n" : "\n+++ /dev/null\n");
}

/* The length of "rename from " in a header, 0 for any other line. */
static size_t
rename_words(struct line before, struct line line)
{
	if (begins(before, "similarity index ") && begins(line, "rename from "))
		return strlen("rename from ");
	if (begins(before, "rename from ") && begins(line, "rename to "))
		return strlen("rename to ");
	return 0;
}

static void
add_line(struct str *out, struct line before, struct line line)
{
	size_t words = rename_words(before, line), n = same_names(line);

	if (words) {
		str_addn(out, line.p, words);
		add_quoted(out, line.p + words, line.n - words);
	} else if (n) {
		str_add(out, DIFF);
		add_quoted(out, line.p + strlen(DIFF), n);
		str_addc(out, ' ');
		add_quoted(out, line.p + strlen(DIFF) + n + 1, n);
	} else {
		str_addn(out, line.p, line.n);
	}
	str_addc(out, '\n');
}

/* The patch in words that libgit2 takes: names with spaces in quotes, and names for empty files.
 * Nothing of that begins like the lines of a hunk. */
static void
translate(const char *patch, size_t n, struct str *out)
{
	const char *at = patch, *end = patch + n;
	struct line last = {patch, 0}, before = {patch, 0};

	while (at < end) {
		struct line line = take_line(&at, end);
		const char *peek = at;
		struct line next = take_line(&peek, end);

		add_line(out, before, line);
		if (lacks_names(last, before, line, next))
			add_names(out, last, begins(before, "new"));
		last = before;
		before = line;
	}
}

/* ---- applying ---- */

/* How far it came, for the message. */
struct progress {
	char file[300];
	unsigned hunk;
	int line; /* where the hunk expects to be */
};

static int
see_file(const git_diff_delta *delta, void *arg)
{
	struct progress *at = arg;
	const char *path = delta->status == GIT_DELTA_DELETED || !delta->new_file.path
				   ? delta->old_file.path
				   : delta->new_file.path;

	snprintf(at->file, sizeof(at->file), "%s", path ? path : "?");
	at->hunk = 0;
	return 0;
}

static int
see_hunk(const git_diff_hunk *hunk, void *arg)
{
	struct progress *at = arg;

	at->hunk++;
	at->line = hunk->old_start;
	return 0;
}

static int
explain(const struct progress *at, struct err *err)
{
	if (at->hunk)
		return repo_fail(err, "it does not apply: hunk %u of '%s' (line %d)", at->hunk,
			at->file, at->line);
	if (at->file[0])
		return repo_fail(err, "it does not apply to '%s'", at->file);
	return repo_fail(err, "it does not apply");
}

static int
apply(struct repo *repo, git_tree *tree, git_diff *diff, struct repo_id *ret, struct err *err)
{
	struct progress at = {0};
	const git_apply_options options = {.version = GIT_APPLY_OPTIONS_VERSION,
		.delta_cb = see_file,
		.hunk_cb = see_hunk,
		.payload = &at};
	git_index *index = NULL;
	git_oid oid;

	if (git_apply_to_tree(&index, repo->git, tree, diff, &options) < 0)
		return explain(&at, err);
	int e = git_index_write_tree_to(&oid, index, repo->git);
	git_index_free(index);
	if (e < 0)
		return repo_fail(err, "what it makes is no tree that git can hold");
	*ret = repo_id_of(&oid);
	return 0;
}

static int
parse(const char *patch, size_t n, git_diff **ret, struct err *err)
{
	scoped(str) text = STR_INIT;

	str_init(&text, 3 * n + 2);
	translate(patch, n, &text);
	if (git_diff_from_buffer(ret, text.p, text.n) < 0)
		return repo_fail(err, "it is no patch as git diff and git format-patch write them");
	return 0;
}

int
repo_apply(struct repo *repo, const struct repo_id *id, const char *patch, size_t n,
	struct repo_id *ret, struct err *err)
{
	git_oid oid = repo_oid(id);
	git_diff *diff = NULL;
	git_tree *tree = NULL;
	int r;

	if (!repo->overlaid && overlay(repo, err) < 0)
		return -1;
	if (parse(patch, n, &diff, err) < 0)
		return -1;
	if (git_diff_num_deltas(diff) == 0)
		r = err_set(err, ERR_SOURCE, "it changes no file");
	else if (git_tree_lookup(&tree, repo->git, &oid) < 0)
		r = repo_fail_id(err, "tree", id);
	else
		r = apply(repo, tree, diff, ret, err);
	git_tree_free(tree);
	git_diff_free(diff);
	return r;
}
