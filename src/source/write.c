/* Puts a checked tree on disk: one descriptor for each directory on the way down, every name opened
 * relative to it, nothing followed and nothing replaced. */
#include "source/tree.h"

#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct writer {
	int fds[TREE_DEPTH_MAX + 2];
	size_t ends[TREE_DEPTH_MAX + 2]; /* length of the directory's path, without final slash */
	size_t depth;                    /* of the innermost open one; 0 is dest */
	const char *inside;              /* a path that all the open ones lead to */
	struct timespec times[2];
	int (*fill)(const struct tree_file *file, int fd, void *arg, struct err *err);
	void *arg;
};

static int
open_dest(const char *dest, struct err *err)
{
	int fd = open(dest, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	bool empty = true;

	if (!dir) {
		err_sys(err, ERR_STORE, "cannot open directory '%s'", dest);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	for (struct dirent *e; empty && (e = readdir(dir));)
		empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (own < 0)
		err_sys(err, ERR_STORE, "cannot open directory '%s'", dest);
	closedir(dir);
	if (own >= 0 && !empty) {
		close(own);
		return err_set(err, ERR_STORE, "'%s' is not empty", dest);
	}
	return own;
}

/* Closes the innermost directory, whose contents are complete. */
static int
leave(struct writer *w, struct err *err)
{
	int fd = w->fds[w->depth];
	int r = futimens(fd, w->times);

	if (r < 0)
		err_sys(err, ERR_STORE, "cannot set the time of a directory");
	close(fd);
	w->depth--;
	return r;
}

/* The umask took from the mode, or an ACL added to it. To look is much cheaper than to change. */
static int
force_mode(int fd, mode_t mode)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	return (st.st_mode & 07777) == mode ? 0 : fchmod(fd, mode);
}

static int
make_dir(int fd, const char *name, const char *path, struct err *err)
{
	if (mkdirat(fd, name, 0755) < 0)
		return err_sys(err, ERR_STORE, "cannot make directory '%.300s'", path);
	int sub = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (sub < 0 || force_mode(sub, 0755) < 0) {
		err_sys(err, ERR_STORE, "cannot open directory '%.300s'", path);
		if (sub >= 0)
			close(sub);
		return -1;
	}
	return sub;
}

/* Opens the directories of a path and closes those that it does not lie in; they are complete,
 * since the tree is in order. Gives the path's last name. */
static const char *
enter(struct writer *w, const char *path, struct err *err)
{
	const char *slash;

	while (w->depth && (strncmp(path, w->inside, w->ends[w->depth]) != 0 ||
				   path[w->ends[w->depth]] != '/'))
		if (leave(w, err) < 0)
			return NULL;
	w->inside = path;
	const char *name = w->depth ? path + w->ends[w->depth] + 1 : path;
	while ((slash = strchr(name, '/'))) {
		char part[TREE_NAME_MAX + 1];
		size_t n = (size_t)(slash - name);

		memcpy(part, name, n);
		part[n] = '\0';
		int fd = make_dir(w->fds[w->depth], part, path, err);
		if (fd < 0)
			return NULL;
		w->depth++;
		w->fds[w->depth] = fd;
		w->ends[w->depth] = (size_t)(slash - path);
		name = slash + 1;
	}
	return name;
}

static int
write_file(
	struct writer *w, int dir, const char *name, const struct tree_file *file, struct err *err)
{
	mode_t mode = file->type == TREE_PROGRAM ? 0755 : 0644;
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);

	if (fd < 0)
		return err_sys(err, ERR_STORE, "cannot create '%.300s'", file->path);
	int r = w->fill(file, fd, w->arg, err);
	if (r == 0 && (force_mode(fd, mode) < 0 || futimens(fd, w->times) < 0))
		r = err_sys(err, ERR_STORE, "cannot set mode and time of '%.300s'", file->path);
	if (close(fd) < 0 && r == 0)
		r = err_sys(err, ERR_STORE, "cannot write '%.300s'", file->path);
	return r;
}

static int
write_entry(struct writer *w, const struct tree_file *file, struct err *err)
{
	const char *name = enter(w, file->path, err);

	if (!name)
		return -1;
	int dir = w->fds[w->depth];
	switch (file->type) {
	case TREE_FILE:
	case TREE_PROGRAM:
		return write_file(w, dir, name, file, err);
	case TREE_LINK:
		if (symlinkat(file->target, dir, name) < 0 ||
			utimensat(dir, name, w->times, AT_SYMLINK_NOFOLLOW) < 0)
			return err_sys(err, ERR_STORE, "cannot make the link '%.300s'", file->path);
		return 0;
	case TREE_DIR:
	case TREE_SUBMODULE:
		break;
	}
	/* Stays open: what lies in it comes next. */
	int fd = make_dir(dir, name, file->path, err);
	if (fd < 0)
		return -1;
	w->depth++;
	w->fds[w->depth] = fd;
	w->ends[w->depth] = strlen(file->path);
	w->inside = file->path;
	return 0;
}

int
tree_write(const struct tree *tree, const char *dest, int64_t mtime,
	int (*fill)(const struct tree_file *file, int fd, void *arg, struct err *err), void *arg,
	struct err *err)
{
	struct writer w = {.fill = fill, .arg = arg};
	int r = 0;

	w.times[0].tv_sec = w.times[1].tv_sec = (time_t)mtime;
	w.fds[0] = open_dest(dest, err);
	if (w.fds[0] < 0)
		return -1;
	for (size_t i = 0; r == 0 && i < tree->files.n; i++)
		r = write_entry(&w, &tree->files.v[i], err);
	while (w.depth) {
		struct err later = ERR_INIT;

		if (leave(&w, r == 0 ? err : &later) < 0)
			r = -1;
	}
	if (r == 0 && futimens(w.fds[0], w.times) < 0)
		r = err_sys(err, ERR_STORE, "cannot set the time of '%s'", dest);
	close(w.fds[0]);
	return r;
}
