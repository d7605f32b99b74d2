/* The only file that knows zlib. */
#include "ext/gzip.h"

#include "base/mem.h"

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>
#include <zlib.h>

#define WINDOW_GZIP (15 + 16) /* the largest window, with gzip's header and trailer */

struct gunzip {
	int fd;
	z_stream z;
	bool inside;      /* of a member */
	bool any;         /* a member is complete */
	bool input_ended; /* fd is at its end */
	unsigned char in[1 << 16];
	char out[1 << 16];
};

struct gunzip *
gunzip_new(int fd)
{
	struct gunzip *gz = xcalloc(1, sizeof(*gz));

	gz->fd = fd;
	if (inflateInit2(&gz->z, WINDOW_GZIP) != Z_OK)
		abort(); /* out of memory, as everywhere */
	gz->inside = true;
	return gz;
}

void
gunzip_free(struct gunzip *gz)
{
	if (!gz)
		return;
	inflateEnd(&gz->z);
	free(gz);
}

static int
fill(struct gunzip *gz, struct err *err)
{
	ssize_t n;

	if (gz->z.avail_in || gz->input_ended)
		return 0;
	do
		n = read(gz->fd, gz->in, sizeof(gz->in));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, ERR_SOURCE, "cannot read the archive");
	gz->input_ended = n == 0;
	gz->z.next_in = gz->in;
	gz->z.avail_in = (uInt)n;
	return 0;
}

/* Between two members: the end, or another one. */
static int
next_member(struct gunzip *gz, struct err *err)
{
	if (gz->z.avail_in == 0)
		return 0;
	if (gz->z.next_in[0] != 0x1f)
		return err_set(err, ERR_SOURCE,
			"something that is not gzip follows the end of the compressed data");
	if (inflateReset(&gz->z) != Z_OK)
		return err_set(err, ERR_INTERNAL, "zlib does not start anew");
	gz->inside = true;
	return 0;
}

static int
refuse(struct gunzip *gz, int r, struct err *err)
{
	if (r == Z_MEM_ERROR)
		return err_set(err, ERR_RESOURCES, "out of memory while unpacking");
	if (gz->any && gz->z.total_out == 0)
		return err_set(err, ERR_SOURCE,
			"something that is not gzip follows the end of the compressed data");
	return err_set(err, ERR_SOURCE, "the compressed data is damaged (%s)",
		gz->z.msg ? gz->z.msg : "gzip");
}

int
gunzip_read(struct gunzip *gz, const char **ret, size_t *ret_n, struct err *err)
{
	gz->z.next_out = (Bytef *)gz->out;
	gz->z.avail_out = sizeof(gz->out);
	while (gz->z.avail_out == sizeof(gz->out)) {
		if (fill(gz, err) < 0)
			return -1;
		if (!gz->inside && next_member(gz, err) < 0)
			return -1;
		if (!gz->inside)
			break;
		if (gz->input_ended && gz->z.avail_in == 0)
			return err_set(
				err, ERR_SOURCE, "the compressed data is cut short (truncated)");
		int r = inflate(&gz->z, Z_NO_FLUSH);
		if (r == Z_STREAM_END) {
			gz->inside = false;
			gz->any = true;
		} else if (r != Z_OK && r != Z_BUF_ERROR) {
			return refuse(gz, r, err);
		}
	}
	*ret = gz->out;
	*ret_n = sizeof(gz->out) - gz->z.avail_out;
	return 0;
}

void
gzip_add(struct str *out, const void *data, size_t n)
{
	z_stream z = {0};
	char buf[1 << 16];
	int r = deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW_GZIP, MAX_MEM_LEVEL,
		Z_DEFAULT_STRATEGY);

	if (r != Z_OK)
		abort(); /* out of memory, as everywhere */
	z.next_in = (z_const Bytef *)data;
	/* avail_in has 32 bits. */
	for (size_t left = n; r != Z_STREAM_END;) {
		if (z.avail_in == 0) {
			z.avail_in = left > 1 << 30 ? 1 << 30 : (uInt)left;
			left -= z.avail_in;
		}
		z.next_out = (Bytef *)buf;
		z.avail_out = sizeof(buf);
		r = deflate(&z, left ? Z_NO_FLUSH : Z_FINISH);
		str_addn(out, buf, sizeof(buf) - z.avail_out);
	}
	deflateEnd(&z);
}
