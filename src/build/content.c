/* What is in a prefix, without where it stands: two prefixes with equal digests hold the same. */
#include "internal.h"

#include "base/escape.h"
#include "ext/digest.h"
#include "sys/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RANGES_MAX 64

static const char blank[] = "<blanked by digest>";

/* Hashes a stream with every `own` blanked, also where it spans two reads. */
struct blanker {
	struct digest *digest;
	const char *own;
	size_t n_own;
	char buf[1 << 16];
	size_t n;
};

/* Hashes what is decided; keeps what may be the beginning of `own`. */
static void
blank_flush(struct blanker *b, bool end)
{
	size_t keep = end || !b->n_own ? 0 : b->n_own - 1;
	size_t done = 0;

	for (;;) {
		const char *own =
			b->n_own ? memmem(b->buf + done, b->n - done, b->own, b->n_own) : NULL;
		if (!own)
			break;
		size_t at = (size_t)(own - b->buf);
		digest_add(b->digest, b->buf + done, at - done);
		digest_add(b->digest, blank, sizeof(blank));
		done = at + b->n_own;
	}
	if (b->n - done > keep) {
		digest_add(b->digest, b->buf + done, b->n - done - keep);
		done = b->n - keep;
	}
	memmove(b->buf, b->buf + done, b->n - done);
	b->n -= done;
}

/* Clears the parts of p, which stands at `at` in its file, that lie in one of the ranges. */
static void
clear_ranges(char *p, size_t n, uint64_t at, const struct range *ranges, size_t n_ranges)
{
	for (size_t i = 0; i < n_ranges; i++) {
		uint64_t from = ranges[i].at, to = from + ranges[i].n;

		if (to < from || to <= at || from >= at + n)
			continue;
		from = from > at ? from - at : 0;
		to = to - at < n ? to - at : n;
		memset(p + from, 0, (size_t)(to - from));
	}
}

struct content {
	const char *root;
	struct digest *digest;
	struct blanker blanker;
};

static int
add_file(struct content *c, const char *path, struct err *err)
{
	struct blanker *b = &c->blanker;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct range ranges[RANGES_MAX];
	uint64_t at = 0;
	ssize_t n;

	if (fd < 0)
		return err_sys(err, ERR_STORE, "cannot read '%s'", path);
	size_t n_ranges = elf_unloaded(fd, ranges, RANGES_MAX);
	while ((n = read(fd, b->buf + b->n, sizeof(b->buf) - b->n)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		clear_ranges(b->buf + b->n, (size_t)n, at, ranges, n_ranges);
		at += (uint64_t)n;
		b->n += (size_t)n;
		blank_flush(b, false);
	}
	if (n < 0)
		err_sys(err, ERR_STORE, "cannot read '%s'", path);
	close(fd);
	return n < 0 ? -1 : 0;
}

static int
add_link(struct content *c, const char *path, struct err *err)
{
	struct blanker *b = &c->blanker;
	ssize_t n = readlink(path, b->buf, PATH_MAX);

	if (n < 0)
		return err_sys(err, ERR_STORE, "cannot read the link '%s'", path);
	b->n = (size_t)n;
	return 0;
}

static int
add_entry(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct content *c = arg;
	scoped_free char *path = path_join(c->root, entry->path);
	char mode[32], hex[DIGEST_HEX];
	int r = 0;

	snprintf(mode, sizeof(mode), "%c%o", entry->type, entry->type == 'l' ? 0 : entry->mode);
	digest_add_text(c->digest, entry->path);
	digest_add_text(c->digest, mode);
	c->blanker.n = 0;
	c->blanker.digest = digest_new();
	if (entry->type == 'f')
		r = add_file(c, path, err);
	else if (entry->type == 'l')
		r = add_link(c, path, err);
	blank_flush(&c->blanker, true);
	digest_finish(c->blanker.digest, hex);
	digest_add_text(c->digest, hex);
	return r;
}

int
content_digest(const char *root, const char *own, char ret[65], struct err *err)
{
	scoped_free struct content *c = xcalloc(1, sizeof(*c));
	char hex[DIGEST_HEX];

	c->root = root;
	c->digest = digest_new();
	c->blanker.own = own;
	c->blanker.n_own = strlen(own);
	if (c->blanker.n_own > PATH_MAX)
		c->blanker.n_own = 0; /* cannot be a path that works */
	int r = fs_walk(root, add_entry, c, err);
	digest_finish(c->digest, hex);
	if (r == 0)
		memcpy(ret, hex, DIGEST_HEX);
	return r;
}

static int
list_entry(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct str *out = arg;

	str_addf(out, "%c %04o %ju ", entry->type, entry->type == 'l' ? 0 : entry->mode,
		entry->type == 'f' ? (uintmax_t)entry->size : 0);
	escape_terminal(out, entry->path, strlen(entry->path));
	str_addc(out, '\n');
	return out->full ? err_set(err, ERR_RESOURCES, "too many files in a prefix") : 0;
}

int
content_list(const char *root, struct str *out, struct err *err)
{
	return fs_walk(root, list_entry, out, err);
}
