#include "sys/fs.h"

#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEEPEST 256 /* directories; deeper trees are refused rather than followed */

/* Empties the directory behind fd, which it closes. */
static int
remove_contents(int fd, unsigned depth)
{
	fchmod(fd, 0700);
	DIR *dir = fdopendir(fd);
	int r = 0;

	if (!dir || depth > DEEPEST) {
		if (dir)
			closedir(dir);
		else
			close(fd);
		errno = ELOOP;
		return -1;
	}
	for (struct dirent *e; r == 0 && (e = readdir(dir));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, e->d_name, 0) == 0)
			continue;
		if (errno != EISDIR && errno != EPERM) {
			r = -1;
			break;
		}
		int sub = openat(fd, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub < 0 && errno == EACCES && fchmodat(fd, e->d_name, 0700, 0) == 0)
			sub = openat(
				fd, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub < 0 || remove_contents(sub, depth + 1) < 0 ||
			unlinkat(fd, e->d_name, AT_REMOVEDIR) < 0)
			r = -1;
	}
	int saved = errno;
	closedir(dir);
	errno = saved;
	return r;
}

int
fs_remove(const char *path, struct err *err)
{
	if (unlink(path) == 0 || errno == ENOENT)
		return 0;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == EACCES && chmod(path, 0700) == 0)
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || remove_contents(fd, 0) < 0 || rmdir(path) < 0)
		return err_sys(err, ERR_STORE, "cannot remove '%s'", path);
	return 0;
}

struct walk {
	int (*visit)(const struct fs_entry *, void *, struct err *);
	void *arg;
	const char *root;
	struct err *err;
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int walk_dir(struct walk *w, int fd, const char *path, unsigned depth);

static int
walk_entry(struct walk *w, int fd, const char *name, const char *path, unsigned depth)
{
	struct stat st;

	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(w->err, ERR_STORE, "cannot look at '%s/%s'", w->root, path);
	struct fs_entry entry = {
		.path = path,
		.type = S_ISDIR(st.st_mode)   ? 'd'
			: S_ISREG(st.st_mode) ? 'f'
			: S_ISLNK(st.st_mode) ? 'l'
					      : '?',
		.mode = st.st_mode & 07777,
		.size = (uint64_t)st.st_size,
		.mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec,
	};
	int r = w->visit(&entry, w->arg, w->err);
	if (r < 0)
		return -1;
	if (r > 0 || entry.type != 'd')
		return 0;
	int sub = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (sub < 0)
		return err_sys(w->err, ERR_STORE, "cannot open '%s/%s'", w->root, path);
	return walk_dir(w, sub, path, depth + 1);
}

/* Closes fd. */
static int
walk_dir(struct walk *w, int fd, const char *path, unsigned depth)
{
	vec(char *) names = {0};
	DIR *dir = fdopendir(fd);
	int r = 0;

	if (!dir || depth > DEEPEST) {
		if (dir)
			closedir(dir);
		else
			close(fd);
		return err_set(w->err, ERR_STORE, "'%s/%s' is nested deeper than %d directories",
			w->root, path, DEEPEST);
	}
	for (struct dirent *e; (e = readdir(dir));)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			vec_add(&names, xstrdup(e->d_name));
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), by_name);
	for (size_t i = 0; i < names.n; i++) {
		if (r == 0) {
			scoped_free char *sub = path_join(path, names.v[i]);
			r = walk_entry(w, fd, names.v[i], sub, depth);
		}
		free(names.v[i]);
	}
	vec_done(&names);
	closedir(dir);
	return r;
}

int
fs_walk(const char *root, int (*visit)(const struct fs_entry *, void *arg, struct err *), void *arg,
	struct err *err)
{
	struct walk w = {visit, arg, root, err};
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, ERR_STORE, "cannot open directory '%s'", root);
	return walk_dir(&w, fd, "", 0);
}
