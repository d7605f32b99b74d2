/* Files on disk: of a directory, or of the working tree of a repository. Their bytes are pinned by
 * a digest, since nothing else does. */
#include "source/tree.h"

#include "sys/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
read_target(struct tree *tree, int root, struct tree_file *file, struct err *err)
{
	char target[TREE_PATH_MAX + 1];
	ssize_t n = readlinkat(root, file->path, target, sizeof(target));

	if (n < 0)
		return err_sys(err, ERR_SOURCE, "cannot read the link '%.300s'", file->path);
	if ((size_t)n == sizeof(target))
		return err_set(err, ERR_SOURCE,
			"unsafe tree: the link '%.300s' has a target longer than %d bytes",
			file->path, TREE_PATH_MAX);
	file->target = arena_strndup(&tree->arena, target, (size_t)n);
	return 0;
}

int
tree_add_disk(
	struct tree *tree, int root, const char *path, enum tree_type directory, struct err *err)
{
	const char *problem = tree_path_problem(path);
	struct tree_file file = {.type = TREE_FILE};
	struct stat st;

	if (problem)
		return err_set(err, ERR_SOURCE, "unsafe tree: '%.300s' %s", path, problem);
	if (fstatat(root, path, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0;
		return err_sys(err, ERR_SOURCE, "cannot look at '%.300s'", path);
	}
	if (S_ISDIR(st.st_mode) && !directory)
		return 0;
	file.path = arena_strdup(&tree->arena, path);
	if (S_ISREG(st.st_mode)) {
		file.type = st.st_mode & S_IXUSR ? TREE_PROGRAM : TREE_FILE;
		file.size = (uint64_t)st.st_size;
	} else if (S_ISDIR(st.st_mode)) {
		file.type = directory;
	} else if (S_ISLNK(st.st_mode)) {
		file.type = TREE_LINK;
	} else {
		return err_set(err, ERR_SOURCE,
			"unsafe tree: '%.300s' is neither file, link nor directory", path);
	}
	if (tree_count(tree, path, file.size, err) < 0)
		return -1;
	if (file.type == TREE_LINK && read_target(tree, root, &file, err) < 0)
		return -1;
	vec_add(&tree->files, file);
	return 0;
}

int
tree_put(const struct tree_file *file, int fd, const char *data, size_t n, struct err *err)
{
	while (n) {
		ssize_t k = write(fd, data, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_sys(err, ERR_STORE, "cannot write '%.300s'", file->path);
		data += k;
		n -= (size_t)k;
	}
	return 0;
}

/* Digest of the bytes of a file, which also go to `to` unless that is -1. */
static int
pass_bytes(int root, const struct tree_file *file, int to, char hex[DIGEST_HEX], struct err *err)
{
	int fd = openat(root, file->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct digest *digest;
	uint64_t got = 0;
	char buf[1 << 16];
	ssize_t n;
	int r = 0;

	if (fd < 0)
		return err_sys(err, ERR_SOURCE, "cannot open '%.300s'", file->path);
	digest = digest_new();
	while (r == 0 && (n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			r = err_sys(err, ERR_SOURCE, "cannot read '%.300s'", file->path);
			break;
		}
		got += (uint64_t)n;
		digest_add(digest, buf, (size_t)n);
		if (got > file->size)
			r = err_set(err, ERR_SOURCE, "'%.300s' grew while it was read", file->path);
		else if (to >= 0)
			r = tree_put(file, to, buf, (size_t)n, err);
	}
	digest_finish(digest, hex);
	close(fd);
	return r;
}

int
tree_copy_file(int root, const struct tree_file *file, int fd, struct err *err)
{
	char hex[DIGEST_HEX];

	if (pass_bytes(root, file, fd, hex, err) < 0)
		return -1;
	if (strcmp(hex, file->digest) != 0)
		return err_set(err, ERR_SOURCE, "'%.300s' changed while it was copied", file->path);
	return 0;
}

int
tree_digest(struct tree *tree, const char *root, char hex[DIGEST_HEX], struct err *err)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = 0;

	if (fd < 0)
		return err_sys(err, ERR_SOURCE, "cannot open directory '%s'", root);
	struct digest *digest = digest_new();
	for (size_t i = 0; r == 0 && i < tree->files.n; i++) {
		struct tree_file *file = &tree->files.v[i];
		const char type[2] = {(char)file->type, '\0'};

		if (file->type == TREE_FILE || file->type == TREE_PROGRAM)
			r = pass_bytes(fd, file, -1, file->digest, err);
		digest_add_text(digest, file->path);
		digest_add_text(digest, type);
		digest_add_text(digest, file->target);
		digest_add_text(digest, file->digest);
	}
	char all[DIGEST_HEX];
	digest_finish(digest, all);
	close(fd);
	if (r == 0)
		memcpy(hex, all, sizeof(all));
	return r;
}

struct walk {
	struct tree *tree;
	int root;
	struct str parent; /* the last directory that was found to be a real one */
};

static int
visit_dir(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct walk *walk = arg;

	const char *name = path_base(entry->path);

	/* What we measure is stored there, which must not change what we measure. */
	if (strcmp(name, ".git") == 0 || strcmp(name, ".revsweep") == 0)
		return 1;
	return tree_add_disk(walk->tree, walk->root, entry->path, TREE_DIR, err);
}

int
tree_of_dir(const char *path, struct tree *ret, struct err *err)
{
	struct walk walk = {.tree = ret, .root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};

	if (walk.root < 0)
		return err_sys(err, ERR_SOURCE, "cannot open directory '%s'", path);
	int r = fs_walk(path, visit_dir, &walk, err);
	close(walk.root);
	if (r < 0 && err->kind == ERR_STORE)
		err->kind = ERR_SOURCE;
	return r;
}

/* A tracked path whose directory was replaced by a link is gone, whatever the link leads to. */
static bool
is_below_real_dirs(struct walk *walk, const char *path)
{
	size_t n = (size_t)(path_base(path) - path);
	struct str dir = STR_INIT;
	bool real = true;

	if (n == walk->parent.n && strncmp(path, walk->parent.p, n) == 0)
		return true;
	for (const char *p = path; real && p < path + n; p++) {
		struct stat st;

		if (*p == '/')
			real = fstatat(walk->root, dir.p, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			       S_ISDIR(st.st_mode);
		str_addc(&dir, *p);
	}
	if (real) {
		str_done(&walk->parent);
		walk->parent = dir;
	} else {
		str_done(&dir);
	}
	return real;
}

static int
visit_file(const char *path, bool submodule, void *arg, struct err *err)
{
	struct walk *walk = arg;
	struct tree *tree = walk->tree;

	/* three times during a merge */
	if (tree->files.n && strcmp(tree->files.v[tree->files.n - 1].path, path) == 0)
		return 0;
	if (tree_path_problem(path) == NULL && !is_below_real_dirs(walk, path))
		return 0;
	return tree_add_disk(tree, walk->root, path, submodule ? TREE_SUBMODULE : 0, err);
}

int
tree_of_worktree(struct repo *repo, struct tree *ret, struct err *err)
{
	const char *top = repo_worktree(repo);
	struct walk walk = {.tree = ret,
		.root = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.parent = STR_INIT};

	if (walk.root < 0)
		return err_sys(err, ERR_SOURCE, "cannot open the working tree '%s'", top);
	int r = repo_files(repo, visit_file, &walk, err);
	str_done(&walk.parent);
	close(walk.root);
	return r;
}

struct stat_walk {
	struct digest *digest;
	int root;
};

static int
visit_stat(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct stat_walk *walk = arg;
	struct stat st;
	char text[120];

	if (fstatat(walk->root, entry->path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, ERR_SOURCE, "cannot look at '%.300s'", entry->path);
	snprintf(text, sizeof(text), "%c %o %jd %jd.%09ld", entry->type, entry->mode,
		entry->type == 'd' ? (intmax_t)0 : (intmax_t)st.st_size,
		(intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	digest_add_text(walk->digest, entry->path);
	digest_add_text(walk->digest, text);
	return 0;
}

int
tree_stat_digest(const char *path, char hex[DIGEST_HEX], struct err *err)
{
	struct stat_walk walk = {NULL, open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
	char all[DIGEST_HEX];

	if (walk.root < 0)
		return err_sys(err, ERR_SOURCE, "cannot open directory '%s'", path);
	walk.digest = digest_new();
	digest_add_text(walk.digest, path);
	int r = fs_walk(path, visit_stat, &walk, err);
	digest_finish(walk.digest, all);
	close(walk.root);
	if (r == 0)
		memcpy(hex, all, sizeof(all));
	else if (err->kind == ERR_STORE)
		err->kind = ERR_SOURCE;
	return r;
}
