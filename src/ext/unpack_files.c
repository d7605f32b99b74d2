#include "unpack_files.h"

#include "base/escape.h"
#include "ext/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_DIR (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

void
unpack_files_done(struct unpack_files *files)
{
	if (files->dir >= 0)
		close(files->dir);
	files->dir = -1;
	str_done(&files->path);
	vec_done(&files->links);
	arena_done(&files->arena);
}

int
unpack_refuse(size_t entry, const char *path, const char *why, struct err *err)
{
	return err_set(err, ERR_SOURCE, "unsafe archive: entry %zu '%.300s' %s", entry, path, why);
}

/* ---- names ---- */

static bool
has_control(const char *text)
{
	size_t n = strlen(text);

	while (n) {
		unsigned c = 0;
		size_t k = utf8_decode(text, n, &c);

		if ((unsigned char)*text < ' ' || *text == '\x7f' || (k && c >= 0x80 && c < 0xa0))
			return true;
		k = k ? k : 1; /* names need not be UTF-8 */
		text += k;
		n -= k;
	}
	return false;
}

static const char *
name_problem(const char *name, size_t n)
{
	if (n == 2 && memcmp(name, "..", 2) == 0)
		return "leads out of a directory with '..'";
	if (n > UNPACK_NAME_MAX)
		return "has a name longer than 255 bytes";
	if (n == 4 && strncasecmp(name, ".git", 4) == 0)
		return "would be a git repository, whose configuration names programs to run";
	return NULL;
}

const char *
unpack_plain_path(const char *path, struct str *out)
{
	size_t depth = 0;

	if (!*path)
		return "has no name";
	if (strlen(path) > UNPACK_PATH_MAX)
		return "has a path longer than 4000 bytes";
	if (path[0] == '/')
		return "has an absolute path";
	if (has_control(path))
		return "has a control character in its name";
	if (strchr(path, '\\'))
		return "has a backslash in its name, a separator elsewhere";
	for (const char *p = path; *p;) {
		size_t n = strcspn(p, "/");
		const char *problem = name_problem(p, n);

		if (problem)
			return problem;
		if (n && !(n == 1 && *p == '.')) {
			if (depth++)
				str_addc(out, '/');
			str_addn(out, p, n);
		}
		p += n + (p[n] == '/');
	}
	return depth > UNPACK_DEPTH_MAX ? "is nested deeper than 64 directories" : NULL;
}

/* Walks the target by its text. Whether it also stays inside by way of other links is looked at
 * where the whole tree is known (source/tree.h). */
static const char *
target_problem(const char *path, const char *target)
{
	long depth = 0;

	for (const char *p = path; *p; p++)
		depth += *p == '/';
	if (!*target)
		return "is a link that leads nowhere";
	if (target[0] == '/')
		return "is a link to an absolute path";
	if (strlen(target) > UNPACK_PATH_MAX)
		return "is a link with a target longer than 4000 bytes";
	if (has_control(target))
		return "is a link with a control character in its target";
	for (const char *p = target; *p;) {
		size_t n = strcspn(p, "/");

		if (n == 2 && p[0] == '.' && p[1] == '.')
			depth--;
		else if (n && !(n == 1 && *p == '.'))
			depth++;
		if (depth < 0)
			return "is a link that leads out of the archive";
		p += n + (p[n] == '/');
	}
	return NULL;
}

/* ---- directories ---- */

static int
failed(struct unpack_files *files, const char *path, struct err *err)
{
	if (errno == ENOTDIR || errno == ELOOP)
		return unpack_refuse(files->entry, path, "is a file and a directory", err);
	if (errno == EEXIST)
		return unpack_refuse(files->entry, path, "is there twice", err);
	return err_sys(err, ERR_STORE, "cannot unpack '%.300s'", path);
}

/* Opens a directory in another one, which it closes unless it is the root. */
static int
enter(struct unpack_files *files, int fd, const char *name, const char *path, struct err *err)
{
	int sub = openat(fd, name, OPEN_DIR);
	bool made = sub < 0 && errno == ENOENT && mkdirat(fd, name, 0755) == 0;

	if (made)
		sub = openat(fd, name, OPEN_DIR);
	if (sub < 0 || (made && fchmod(sub, 0755) < 0)) {
		failed(files, path, err);
		if (sub >= 0)
			close(sub);
		sub = -1;
	}
	files->dirs_made += made;
	if (fd != files->root)
		close(fd);
	return sub;
}

/* The directory of this path (n bytes of it), which is made when it is not there; it stays ours. */
static int
open_dir(struct unpack_files *files, const char *path, size_t n, struct err *err)
{
	int fd = files->root;

	if (n == 0)
		return files->root;
	if (files->dir >= 0 && files->path.n == n && strncmp(files->path.p, path, n) == 0)
		return files->dir;
	if (files->dir >= 0)
		close(files->dir);
	files->dir = -1;
	for (size_t at = 0; fd >= 0 && at < n;) {
		char name[UNPACK_NAME_MAX + 1];
		size_t k = strcspn(path + at, "/");

		memcpy(name, path + at, k);
		name[k] = '\0';
		fd = enter(files, fd, name, path, err);
		at += k + 1;
	}
	files->dir = fd;
	str_clear(&files->path);
	str_addn(&files->path, path, n);
	return fd;
}

/* The same for what a path lies in, and the path's last name. */
static int
open_parent(struct unpack_files *files, const char *path, const char **ret_name, struct err *err)
{
	const char *slash = strrchr(path, '/');

	*ret_name = slash ? slash + 1 : path;
	return open_dir(files, path, slash ? (size_t)(slash - path) : 0, err);
}

int
unpack_dir(struct unpack_files *files, const char *path, struct err *err)
{
	size_t before = files->dirs_made;

	if (open_dir(files, path, strlen(path), err) < 0)
		return -1;
	/* Itself it is an entry, and counted as one. */
	files->dirs_made -= files->dirs_made > before;
	return 0;
}

/* ---- files and links ---- */

int
unpack_file(
	struct unpack_files *files, const char *path, bool executable, int *ret_fd, struct err *err)
{
	mode_t mode = executable ? 0755 : 0644;
	const char *name;
	int dir = open_parent(files, path, &name, err);

	if (dir < 0)
		return -1;
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return failed(files, path, err);
	if (fchmod(fd, mode) < 0) {
		err_sys(err, ERR_STORE, "cannot set the mode of '%.300s'", path);
		close(fd);
		return -1;
	}
	*ret_fd = fd;
	return 0;
}

int
unpack_hard_link(struct unpack_files *files, const char *path, const char *target,
	uint64_t *ret_size, struct err *err)
{
	static const char why[] = "is a hard link to something that is no earlier file of it";
	const char *name;
	struct stat st;

	int dir = open_parent(files, target, &name, err);
	if (dir < 0)
		return -1;
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ELOOP))
		return unpack_refuse(files->entry, path, why, err);
	if (fd < 0)
		return failed(files, path, err);
	int r = fstat(fd, &st);
	close(fd);
	if (r < 0)
		return err_sys(err, ERR_STORE, "cannot look at '%.300s'", target);
	if (!S_ISREG(st.st_mode))
		return unpack_refuse(files->entry, path, why, err);
	/* Its directory may be closed when the other one is opened. */
	int from = dir == files->root ? dir : fcntl(dir, F_DUPFD_CLOEXEC, 0);
	if (from < 0)
		return err_sys(err, ERR_STORE, "cannot unpack '%.300s'", path);
	const char *from_name = name;
	dir = open_parent(files, path, &name, err);
	r = dir < 0 ? -1 : 0;
	if (r == 0 && linkat(from, from_name, dir, name, 0) < 0)
		r = failed(files, path, err);
	if (from != files->root)
		close(from);
	*ret_size = (uint64_t)st.st_size;
	return r;
}

int
unpack_note_link(struct unpack_files *files, const char *path, const char *target, struct err *err)
{
	const char *problem = target_problem(path, target);
	struct unpack_link link = {.entry = files->entry};

	if (problem)
		return unpack_refuse(files->entry, path, problem, err);
	link.path = arena_strdup(&files->arena, path);
	link.target = arena_strdup(&files->arena, target);
	vec_add(&files->links, link);
	return 0;
}

int
unpack_make_links(struct unpack_files *files, struct err *err)
{
	for (size_t i = 0; i < files->links.n; i++) {
		const struct unpack_link *link = &files->links.v[i];
		const char *name;

		files->entry = link->entry;
		int dir = open_parent(files, link->path, &name, err);
		if (dir < 0)
			return -1;
		if (symlinkat(link->target, dir, name) == 0)
			continue;
		if (errno == EEXIST)
			return unpack_refuse(link->entry, link->path,
				"is a link and something else as well, which would be written "
				"through it",
				err);
		return failed(files, link->path, err);
	}
	return 0;
}
