/* The list of a revision's files: its limits, its order, and where its links lead. */
#include "source/tree.h"

#include "base/format.h"

#include <stdlib.h>
#include <string.h>

void
tree_done(struct tree *tree)
{
	vec_done(&tree->files);
	arena_done(&tree->arena);
	tree->entries = 0;
	tree->bytes = 0;
}

int
tree_count(struct tree *tree, const char *path, uint64_t size, struct err *err)
{
	char text[32];

	tree->entries++;
	tree->bytes += size;
	if (tree->entries > TREE_ENTRIES_MAX)
		return err_set(err, ERR_SOURCE, "unsafe tree: more than %d files and directories",
			TREE_ENTRIES_MAX);
	if (size > TREE_FILE_MAX)
		return err_set(err, ERR_SOURCE, "unsafe tree: '%.300s' has %s (at most 1 GiB)",
			path, format_size((double)size, text, sizeof(text)));
	if (tree->bytes > TREE_TOTAL_MAX)
		return err_set(err, ERR_SOURCE, "unsafe tree: it has more than 4 GiB of files");
	return 0;
}

/* By components: what lies below a directory comes right after it, so "a", "a/b", "a-b". */
static int
compare_paths(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	int x = *a == '/' ? 1 : *a ? (unsigned char)*a + 1 : 0;
	int y = *b == '/' ? 1 : *b ? (unsigned char)*b + 1 : 0;
	return x - y;
}

static int
by_path(const void *a, const void *b)
{
	return compare_paths(
		((const struct tree_file *)a)->path, ((const struct tree_file *)b)->path);
}

static const struct tree_file *
find(const struct tree *tree, const char *path)
{
	const struct tree_file key = {.path = path};

	return bsearch(&key, tree->files.v, tree->files.n, sizeof(key), by_path);
}

static int
check_twins(const struct tree *tree, struct err *err)
{
	for (size_t i = 1; i < tree->files.n; i++) {
		const struct tree_file *last = &tree->files.v[i - 1], *file = &tree->files.v[i];
		size_t n = strlen(last->path);

		if (strncmp(file->path, last->path, n) != 0)
			continue;
		if (!file->path[n])
			return err_set(err, ERR_SOURCE, "unsafe tree: '%.300s' is there twice",
				file->path);
		if (file->path[n] == '/' && last->type != TREE_DIR)
			return err_set(err, ERR_SOURCE,
				"unsafe tree: '%.300s' is a file and a directory", last->path);
	}
	return 0;
}

/* Walks the target of a link by its text, from the directory that holds the link, which is a real
 * one. ".." is only trusted while no other link was passed: behind one it leads elsewhere than the
 * text says. */
static const char *
link_problem(const struct tree *tree, const struct tree_file *link)
{
	char at[2 * TREE_PATH_MAX + 2];
	const char *slash = strrchr(link->path, '/');
	size_t n = slash ? (size_t)(slash - link->path) : 0;
	bool passed_link = false;

	if (!*link->target)
		return "leads nowhere";
	if (link->target[0] == '/')
		return "leads to an absolute path";
	memcpy(at, link->path, n);
	for (const char *p = link->target; *p;) {
		size_t k = strcspn(p, "/");

		if (k == 2 && p[0] == '.' && p[1] == '.') {
			if (n == 0)
				return "leads out of the tree";
			if (passed_link)
				return "leads back through another link";
			while (n > 0 && at[n - 1] != '/')
				n--;
			n -= n > 0;
		} else if (k && !(k == 1 && p[0] == '.')) {
			if (n)
				at[n++] = '/';
			memcpy(at + n, p, k);
			n += k;
			at[n] = '\0';
			const struct tree_file *there = find(tree, at);
			passed_link = passed_link || (there && there->type == TREE_LINK);
		}
		p += k + (p[k] == '/');
	}
	return NULL;
}

int
tree_check(struct tree *tree, struct err *err)
{
	if (tree->files.n)
		qsort(tree->files.v, tree->files.n, sizeof(*tree->files.v), by_path);
	if (check_twins(tree, err) < 0)
		return -1;
	for (size_t i = 0; i < tree->files.n; i++) {
		const struct tree_file *file = &tree->files.v[i];

		if (file->type != TREE_LINK)
			continue;
		const char *problem = link_problem(tree, file);
		if (problem)
			return err_set(err, ERR_SOURCE,
				"unsafe tree: the link '%.300s' -> '%.300s' %s", file->path,
				file->target, problem);
	}
	return 0;
}

/* "a/b/" and "./a/b" as "a/b"; "." as "". */
static char *
plain_path(const char *path)
{
	while (path[0] == '.' && path[1] == '/')
		path += 2 + strspn(path + 2, "/");
	size_t n = strlen(path);
	while (n > 0 && path[n - 1] == '/')
		n--;
	return n == 1 && path[0] == '.' ? xstrdup("") : xstrndup(path, n);
}

/* Marks the files at or below the path. */
static int
mark(const struct tree *tree, const char *path, bool *wanted, struct err *err)
{
	scoped_free char *plain = plain_path(path);
	size_t n = strlen(plain);
	bool found = n == 0;

	for (size_t i = 0; i < tree->files.n; i++) {
		const char *p = tree->files.v[i].path;

		if (n && (strncmp(p, plain, n) != 0 || (p[n] && p[n] != '/')))
			continue;
		wanted[i] = true;
		found = true;
	}
	if (!found)
		return err_set(err, ERR_SOURCE, "there is no '%.300s' in it", path);
	return 0;
}

int
tree_select(struct tree *tree, const char *const *paths, struct err *err)
{
	scoped_free bool *wanted = xcalloc(tree->files.n + 1, sizeof(*wanted));
	size_t n = 0;

	if (!paths || !*paths)
		return 0;
	for (; *paths; paths++)
		if (mark(tree, *paths, wanted, err) < 0)
			return -1;
	for (size_t i = 0; i < tree->files.n; i++)
		if (wanted[i])
			tree->files.v[n++] = tree->files.v[i];
	tree->files.n = n;
	return 0;
}
