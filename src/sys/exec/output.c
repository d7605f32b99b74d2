#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* The write end stays open here: it serves every round, and an end of file would tell nothing. */
static int
open_stream(struct stream *s, int file, uint64_t max, int *child)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0)
		return -1;
	*s = (struct stream){.pipe = ends[0], .file = file, .left = max};
	*child = ends[1];
	return 0;
}

int
output_open(struct output *out, const struct job *job)
{
	uint32_t flags = job->head.flags;
	uint64_t max = job->head.output_max;

	out->stream[0].pipe = out->stream[1].pipe = -1;
	out->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (out->null < 0)
		return -1;
	out->child[0] = out->child[1] = out->null;
	if (flags & EXEC_KEEP_STDOUT &&
		open_stream(&out->stream[0], EXEC_STDOUT_FD, max, &out->child[0]) < 0)
		return -1;
	if (flags & EXEC_MERGE)
		out->child[1] = out->child[0];
	else if (flags & EXEC_KEEP_STDERR &&
		 open_stream(&out->stream[1], EXEC_STDERR_FD, max, &out->child[1]) < 0)
		return -1;
	return 0;
}

static int
write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t k = write(fd, p, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

enum drained
output_drain(struct stream *s, int reads)
{
	static char buf[1 << 16];

	while (s->pipe >= 0 && reads-- > 0) {
		ssize_t n = read(s->pipe, buf, sizeof(buf));
		if (n <= 0)
			return DRAIN_EMPTY;
		size_t keep = (uint64_t)n <= s->left ? (size_t)n : (size_t)s->left;
		s->left -= keep;
		/* EFBIG: the limit for files is below the one for output. */
		if (write_all(s->file, buf, keep) < 0)
			return errno == EFBIG ? DRAIN_LIMIT : DRAIN_ERROR;
		if (keep < (size_t)n)
			return DRAIN_LIMIT;
	}
	return s->pipe >= 0 ? DRAIN_MORE : DRAIN_EMPTY;
}
