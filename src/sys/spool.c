/* What can be read once only, kept where it can be read again. */
#include "sys/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool
fs_is_stream(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static int
write_whole(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static int
copy(int in, int out)
{
	char buf[1 << 16];

	for (;;) {
		ssize_t n = read(in, buf, sizeof(buf));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -1 : 0;
		if (write_whole(out, buf, (size_t)n) < 0)
			return -1;
	}
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
	int r = copy(in, out);
	if (r < 0) {
		err_sys(err, ERR_RESOURCES, "cannot keep '%.300s' in a temporary file", path);
		close(out);
	} else {
		*ret_path = xasprintf("/proc/self/fd/%d", out);
	}
	close(in);
	return r;
}
