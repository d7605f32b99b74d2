#include "sys/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool
fs_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

bool
fs_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool
fs_is_executable(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *
fs_find_up(const char *dir, const char *name)
{
	scoped_free char *at = path_absolute(dir);

	for (;;) {
		char *path = path_join(at, name);
		if (fs_exists(path))
			return path;
		free(path);
		if (strcmp(at, "/") == 0)
			return NULL;
		char *up = path_dir(at);
		free(at);
		at = up;
	}
}

char *
fs_find_program(const char *name, const char *search_path)
{
	if (strchr(name, '/'))
		return fs_is_executable(name) ? xstrdup(name) : NULL;
	for (const char *p = search_path; p && *p;) {
		size_t n = strcspn(p, ":");
		scoped_free char *dir = n ? xstrndup(p, n) : xstrdup(".");
		char *path = path_join(dir, name);

		if (fs_is_executable(path))
			return path;
		free(path);
		p += n + (p[n] == ':');
	}
	return NULL;
}

/* What lies past max bytes is an error, or left where it is. */
static int
read_fd(int fd, const char *path, size_t max, bool cut, struct str *out, struct err *err)
{
	size_t got = 0;
	char buf[1 << 16];

	for (;;) {
		ssize_t n = read(fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, ERR_USAGE, "cannot read '%s'", path);
		if (n == 0)
			return 0;
		got += (size_t)n;
		if (got > max && cut)
			n -= (ssize_t)(got - max);
		else if (got > max)
			return err_set(
				err, ERR_USAGE, "'%s' is larger than %zu KiB", path, max >> 10);
		str_addn(out, buf, (size_t)n);
		if (out->full)
			return err_set(err, ERR_RESOURCES, "'%s' is too large to hold", path);
		if (got > max)
			return 0;
	}
}

int
fs_read(const char *path, size_t max, struct str *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, ERR_USAGE, "cannot open '%s'", path);
	int r = read_fd(fd, path, max, false, out, err);
	close(fd);
	return r;
}

int
fs_read_tail(const char *path, size_t max, struct str *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, ERR_USAGE, "cannot open '%s'", path);
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size > (off_t)max ? size - (off_t)max : 0;
	lseek(fd, from, SEEK_SET);
	int r = read_fd(fd, path, max, true, out, err); /* it may grow meanwhile */
	close(fd);
	return r;
}

static int
write_all(int fd, const char *data, size_t n)
{
	while (n) {
		ssize_t k = write(fd, data, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		data += k;
		n -= (size_t)k;
	}
	return 0;
}

int
fs_fsync_dir(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, ERR_STORE, "cannot open directory '%s'", path);
	int r = fsync(fd);
	if (r < 0)
		err_sys(err, ERR_STORE, "cannot make '%s' durable", path);
	close(fd);
	return r;
}

int
fs_sync(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, ERR_STORE, "cannot open '%s'", path);
	int r = syncfs(fd);
	if (r < 0)
		err_sys(err, ERR_STORE, "cannot make '%s' durable", path);
	close(fd);
	return r;
}

/* A new file beside path. The kernel applies the umask: reading it would change it for a moment,
 * for all threads. */
static int
open_beside(const char *path, unsigned mode, char **ret_name)
{
	static _Atomic unsigned counter;

	for (;;) {
		scoped_free char *name = xasprintf("%s.tmp%ld.%u", path, (long)getpid(), counter++);
		int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

		if (fd < 0 && errno == EEXIST)
			continue;
		*ret_name = steal(&name);
		return fd;
	}
}

/* ret_there is NULL where the file may be another one's successor. */
static int
write_named(const char *path, const void *data, size_t n, unsigned mode, bool *ret_there,
	struct err *err)
{
	scoped_free char *dir = path_dir(path);
	scoped_free char *tmp = NULL;
	int fd = open_beside(path, mode, &tmp);

	if (fd < 0)
		return err_sys(err, ERR_STORE, "cannot write in '%s'", dir);
	int r = write_all(fd, data, n);
	if (r == 0)
		r = fsync(fd);
	if (close(fd) < 0)
		r = -1;
	if (r == 0)
		r = ret_there ? link(tmp, path) : rename(tmp, path);
	if (ret_there)
		*ret_there = r < 0 && errno == EEXIST;
	if (r < 0 && !(ret_there && *ret_there))
		err_sys(err, ERR_STORE, "cannot write '%s'", path);
	if (r < 0 || ret_there)
		unlink(tmp);
	if (r < 0)
		return ret_there && *ret_there ? 0 : -1;
	return fs_fsync_dir(dir, err);
}

int
fs_write_mode(const char *path, const void *data, size_t n, unsigned mode, struct err *err)
{
	return write_named(path, data, n, mode, NULL, err);
}

int
fs_write_new(const char *path, const void *data, size_t n, bool *ret_there, struct err *err)
{
	*ret_there = false;
	return write_named(path, data, n, 0666, ret_there, err);
}

int
fs_write_atomic(const char *path, const void *data, size_t n, struct err *err)
{
	return fs_write_mode(path, data, n, 0666, err);
}

int
fs_append(const char *path, const void *data, size_t n, struct err *err)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);

	if (fd < 0)
		return err_sys(err, ERR_STORE, "cannot open '%s'", path);
	int r = write_all(fd, data, n);
	if (r < 0)
		err_sys(err, ERR_STORE, "cannot write to '%s'", path);
	if (close(fd) < 0 && r == 0)
		r = err_sys(err, ERR_STORE, "cannot write to '%s'", path);
	return r;
}

/* It is there, and no file that another one could take the place of. */
static bool
is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

int
fs_write_to(const char *path, const void *data, size_t n, struct err *err)
{
	return is_special(path) ? fs_append(path, data, n, err)
				: fs_write_atomic(path, data, n, err);
}

int
fs_check_writable(const char *path, struct err *err)
{
	scoped_free char *dir = path_dir(path);

	if (!*path_base(path) || fs_is_dir(path))
		return err_set(err, ERR_USAGE, "cannot write '%s': it is a directory", path);
	if (is_special(path))
		return 0;
	if (!fs_exists(dir))
		return err_set(err, ERR_USAGE,
			"cannot write '%s': there is no directory '%s'; make it first", path, dir);
	if (access(dir, W_OK | X_OK) < 0)
		return err_sys(err, ERR_USAGE, "cannot write '%s'", path);
	return 0;
}

int
fs_mkdir_p(const char *path, unsigned mode, struct err *err)
{
	scoped_free char *copy = xstrdup(path);

	for (char *p = copy + 1;; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		char c = *p;
		*p = '\0';
		if (mkdir(copy, mode) < 0 && errno != EEXIST)
			return err_sys(err, ERR_STORE, "cannot make directory '%s'", copy);
		*p = c;
		if (c == '\0')
			break;
	}
	if (!fs_is_dir(path))
		return err_set(err, ERR_STORE, "'%s' is not a directory", path);
	return 0;
}

static int
copy_all(int in, int out)
{
	char buf[1 << 16];
	ssize_t n;
	int r = 0;

	while (r == 0 && (n = read(in, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		r = n < 0 ? -1 : write_all(out, buf, (size_t)n);
	}
	return r;
}

int
fs_copy(const char *from, const char *to, struct err *err)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (in < 0 || fstat(in, &st) < 0) {
		err_sys(err, ERR_STORE, "cannot read '%s'", from);
		if (in >= 0)
			close(in);
		return -1;
	}
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, st.st_mode & 0777);
	if (out < 0) {
		err_sys(err, ERR_STORE, "cannot write '%s'", to);
		close(in);
		return -1;
	}
	int r = copy_all(in, out);
	if (r == 0)
		r = fchmod(out, st.st_mode & 0777); /* whatever the umask */
	if (r < 0)
		err_sys(err, ERR_STORE, "cannot copy '%s' to '%s'", from, to);
	close(in);
	if (close(out) < 0 && r == 0)
		r = err_sys(err, ERR_STORE, "cannot write '%s'", to);
	return r;
}

bool
fs_is_stream(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

int
fs_spool(const char *path, char **ret_path, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	scoped_free char *name = path_join(tmp && *tmp ? tmp : "/tmp", "revsweep-spool-XXXXXX");
	int in = open(path, O_RDONLY | O_CLOEXEC);

	if (in < 0)
		return err_sys(err, ERR_USAGE, "cannot open '%.300s'", path);
	int out = mkostemp(name, O_CLOEXEC);
	if (out < 0) {
		err_sys(err, ERR_RESOURCES, "cannot keep '%.300s' in '%.300s'", path, name);
		close(in);
		return -1;
	}
	unlink(name);
	int r = copy_all(in, out);
	if (r < 0) {
		err_sys(err, ERR_RESOURCES, "cannot keep '%.300s' in a temporary file", path);
		close(out);
	} else {
		*ret_path = xasprintf("/proc/self/fd/%d", out);
	}
	close(in);
	return r;
}

int
fs_temp_dir(const char *prefix, char **ret_path, struct err *err)
{
	char *path = xasprintf("%sXXXXXX", prefix);

	if (!mkdtemp(path)) {
		err_sys(err, ERR_RESOURCES, "cannot make a temporary directory '%s'", path);
		free(path);
		return -1;
	}
	*ret_path = path;
	return 0;
}

int64_t
fs_mtime(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 ? (int64_t)st.st_mtime : 0;
}

int
fs_free_bytes(const char *path, uint64_t *ret, struct err *err)
{
	struct statvfs st;

	if (statvfs(path, &st) < 0)
		return err_sys(err, ERR_RESOURCES, "cannot ask for free space on '%s'", path);
	*ret = (uint64_t)st.f_bavail * st.f_frsize;
	return 0;
}
