/* The files of a commit, out of git's tree objects. */
#include "source/tree.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct listing {
	struct repo *repo;
	struct tree *tree;
	struct str path; /* of the directory being read, with a final slash */
	size_t depth;
	struct str last; /* the entry before, as git orders them */
};

static int
unsafe(const struct listing *l, const char *name, const char *why, struct err *err)
{
	return err_set(err, ERR_SOURCE, "unsafe tree: '%.300s%.300s' %s", l->path.p, name, why);
}

/* git keeps entries in one order, directories as if their names ended in a slash. Where that holds,
 * no name is there twice. */
static int
check_order(struct listing *l, const struct repo_entry *entry, struct err *err)
{
	struct str now = STR_INIT;

	str_add(&now, entry->name);
	if (S_ISDIR(entry->mode))
		str_addc(&now, '/');
	int order = strcmp(l->last.p, now.p);
	bool first = l->last.n == 0;
	str_done(&l->last);
	l->last = now;
	if (!first && order == 0)
		return unsafe(l, entry->name, "is there twice", err);
	if (!first && order > 0)
		return unsafe(l, entry->name, "is out of order (git fsck tells more)", err);
	return 0;
}

static int
read_target(struct listing *l, struct tree_file *file, struct err *err)
{
	struct repo_blob blob = {0};

	if (file->size > TREE_PATH_MAX)
		return err_set(err, ERR_SOURCE,
			"unsafe tree: the link '%.300s' has a target longer than %d bytes",
			file->path, TREE_PATH_MAX);
	if (repo_blob(l->repo, &file->id, &blob, err) < 0)
		return -1;
	int r = 0;
	if (memchr(blob.data, '\0', blob.n))
		r = err_set(err, ERR_SOURCE,
			"unsafe tree: the link '%.300s' has a target with a NUL byte", file->path);
	else
		file->target = arena_strndup(&l->tree->arena, blob.data, blob.n);
	repo_blob_done(&blob);
	return r;
}

static int
add_file(struct listing *l, const struct repo_entry *entry, struct err *err)
{
	struct tree_file file = {
		.path = arena_printf(&l->tree->arena, "%s%s", l->path.p, entry->name),
		.id = entry->id,
	};

	switch (entry->mode & S_IFMT) {
	case S_IFREG:
		file.type = entry->mode & S_IXUSR ? TREE_PROGRAM : TREE_FILE;
		break;
	case S_IFLNK:
		file.type = TREE_LINK;
		break;
	case 0160000: /* a commit of another repository */
		file.type = TREE_SUBMODULE;
		break;
	default:
		return unsafe(l, entry->name, "is neither file, link nor directory", err);
	}
	if (file.type != TREE_SUBMODULE && repo_blob_size(l->repo, &entry->id, &file.size, err) < 0)
		return err_wrap(err, "'%.300s'", file.path);
	if (tree_count(l->tree, file.path, file.size, err) < 0)
		return -1;
	if (file.type == TREE_LINK && read_target(l, &file, err) < 0)
		return -1;
	vec_add(&l->tree->files, file);
	return 0;
}

static int
visit(const struct repo_entry *entry, void *arg, struct err *err)
{
	struct listing *l = arg;
	const char *problem = tree_name_problem(entry->name);

	if (problem)
		return unsafe(l, entry->name, problem, err);
	if (l->path.n + strlen(entry->name) > TREE_PATH_MAX)
		return unsafe(l, entry->name, "has a path longer than 4000 bytes", err);
	if (check_order(l, entry, err) < 0)
		return -1;
	if (!S_ISDIR(entry->mode))
		return add_file(l, entry, err);
	if (l->depth >= TREE_DEPTH_MAX)
		return unsafe(l, entry->name, "is nested deeper than 64 directories", err);
	if (tree_count(l->tree, entry->name, 0, err) < 0)
		return -1;
	struct str outer = l->last;
	size_t n = l->path.n;
	l->last = (struct str)STR_INIT;
	str_addf(&l->path, "%s/", entry->name);
	l->depth++;
	int r = repo_tree(l->repo, &entry->id, visit, l, err);
	l->depth--;
	l->path.n = n;
	l->path.p[n] = '\0';
	str_done(&l->last);
	l->last = outer;
	return r;
}

int
tree_of_commit(struct repo *repo, const struct repo_id *id, struct tree *ret, struct err *err)
{
	struct listing l = {.repo = repo, .tree = ret, .path = STR_INIT, .last = STR_INIT};

	int r = repo_tree(repo, id, visit, &l, err);
	str_done(&l.path);
	str_done(&l.last);
	return r;
}
