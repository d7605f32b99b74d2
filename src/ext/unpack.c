/* The only file that knows libarchive. It is trusted with the formats, not with what they say: it
 * writes nothing to disk itself (unpack_files.c does), and its gzip reader is not used (gunzip.c).
 */
#include "ext/unpack.h"

#include "unpack_files.h"

#include "base/format.h"
#include "ext/gzip.h"
#include "ext/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIME_FIRST INT64_C(315619200) /* 1980-01-02 */
#define TIME_LAST INT64_C(4102444800) /* 2100-01-01 */
#define TAR_BLOCK 512
/* What a tar may hold beside the bytes of its files: headers, padding, long names. */
#define TAR_EXTRA (UNPACK_TOTAL_MAX / 2)

/* How the first bytes of a file tell what it is. */
enum packing { PACKED_NOT, PACKED_GZIP, PACKED_OTHER, PACKED_ZIP };
static const struct magic {
	const char *bytes;
	size_t n;
	enum packing packing;
	int (*support)(struct archive *); /* PACKED_OTHER: the filter */
} magics[] = {
	{"\x1f\x8b", 2, PACKED_GZIP, NULL},
	{"BZh", 3, PACKED_OTHER, archive_read_support_filter_bzip2},
	{"\xfd"
	 "7zXZ",
		5, PACKED_OTHER, archive_read_support_filter_xz},
	{"\x28\xb5\x2f\xfd", 4, PACKED_OTHER, archive_read_support_filter_zstd},
	{"PK\x03\x04", 4, PACKED_ZIP, NULL},
	{"PK\x05\x06", 4, PACKED_ZIP, NULL}, /* without entries */
};

struct input {
	int fd;
	uint64_t size; /* of the archive */
	enum packing packing;
	struct gunzip *gz;   /* PACKED_GZIP */
	struct archive *raw; /* PACKED_OTHER: the decompressor */
	struct archive *a;   /* the entries */
	uint64_t given;      /* decompressed bytes of a tar */
	const char *last;    /* the last of them */
	size_t last_n;
	char buf[1 << 16];
	struct err err; /* what stopped read_tar() */
};

struct unpacking {
	struct input in;
	struct unpack_files files;
	struct unpacked sum;
	uint64_t tar_end; /* where the last entry ends in a tar, less its padding */
	char buf[1 << 16];
};

/* ---- reading the archive ---- */

static int
library_error(struct archive *a, struct err *err)
{
	const char *text = archive_error_string(a);

	if (archive_errno(a) == ENOMEM)
		return err_set(err, ERR_RESOURCES, "out of memory while unpacking");
	return err_set(err, ERR_SOURCE, "the archive is damaged or cut short (%.300s)",
		text ? text : "no reason given");
}

/* What stopped the reading of entries: something of ours, or of the library. */
static int
read_error(struct input *in, struct err *err)
{
	if (in->err.kind == ERR_NONE)
		return library_error(in->a, err);
	*err = in->err;
	return -1;
}

static int
check_expansion(const struct input *in, uint64_t bytes, struct err *err)
{
	if (bytes <= UNPACK_RATIO_FREE || bytes / UNPACK_RATIO_MAX <= in->size)
		return 0;
	return err_set(err, ERR_SOURCE,
		"unsafe archive: it expands to more than %d times its size (a bomb)",
		UNPACK_RATIO_MAX);
}

static int
read_plain(struct input *in, size_t *ret_n, struct err *err)
{
	ssize_t n;

	do
		n = read(in->fd, in->buf, sizeof(in->buf));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, ERR_SOURCE, "cannot read the archive");
	in->last = in->buf;
	*ret_n = (size_t)n;
	return 0;
}

/* libarchive stops without a word at what follows the compressed data. */
static int
check_all_read(struct input *in, struct err *err)
{
	int64_t used = archive_filter_bytes(in->raw, -1);

	if (used >= 0 && (uint64_t)used < in->size)
		return err_set(
			err, ERR_SOURCE, "something else follows the end of the compressed data");
	return 0;
}

static int
read_decompressed(struct input *in, size_t *ret_n, struct err *err)
{
	ssize_t n = archive_read_data(in->raw, in->buf, sizeof(in->buf));

	if (n < 0)
		return library_error(in->raw, err);
	if (n == 0 && check_all_read(in, err) < 0)
		return -1;
	in->last = in->buf;
	*ret_n = (size_t)n;
	return 0;
}

/* The next bytes of the tar go to in->last; none at its end. */
static int
next_bytes(struct input *in, struct err *err)
{
	size_t n = 0;
	int r = in->gz    ? gunzip_read(in->gz, &in->last, &n, err)
		: in->raw ? read_decompressed(in, &n, err)
			  : read_plain(in, &n, err);

	if (r < 0)
		return -1;
	in->last_n = n;
	in->given += n;
	if (in->given > UNPACK_TOTAL_MAX + TAR_EXTRA)
		return err_set(err, ERR_SOURCE, "unsafe archive: it expands to more than 3 GiB");
	return check_expansion(in, in->given, err);
}

static la_ssize_t
read_tar(struct archive *a, void *arg, const void **ret)
{
	struct input *in = arg;

	if (next_bytes(in, &in->err) < 0) {
		archive_set_error(a, EIO, "%s", in->err.text);
		return -1;
	}
	*ret = in->last;
	return (la_ssize_t)in->last_n;
}

static const struct magic *
find_magic(int fd)
{
	char head[8] = "";
	ssize_t n = pread(fd, head, sizeof(head), 0);

	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++)
		if (n >= (ssize_t)magics[i].n && memcmp(head, magics[i].bytes, magics[i].n) == 0)
			return &magics[i];
	return NULL;
}

static int
open_decompressor(struct input *in, const struct magic *magic, struct err *err)
{
	struct archive_entry *entry;

	in->raw = archive_read_new();
	if (magic->support(in->raw) < ARCHIVE_WARN ||
		archive_read_support_format_raw(in->raw) < ARCHIVE_WARN ||
		archive_read_open_fd(in->raw, in->fd, sizeof(in->buf)) != ARCHIVE_OK ||
		archive_read_next_header(in->raw, &entry) != ARCHIVE_OK)
		return library_error(in->raw, err);
	return 0;
}

static int
open_input(struct input *in, struct err *err)
{
	const struct magic *magic = find_magic(in->fd);
	struct stat st;

	if (fstat(in->fd, &st) < 0)
		return err_sys(err, ERR_SOURCE, "cannot look at the archive");
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_SOURCE, "it is not a file");
	if (st.st_size == 0)
		return err_set(err, ERR_SOURCE, "it is empty");
	in->size = (uint64_t)st.st_size;
	in->packing = magic ? magic->packing : PACKED_NOT;
	in->a = archive_read_new();
	if (in->packing == PACKED_GZIP)
		in->gz = gunzip_new(in->fd);
	if (in->packing == PACKED_OTHER && open_decompressor(in, magic, err) < 0)
		return -1;
	int r;
	if (in->packing == PACKED_ZIP) {
		archive_read_support_format_zip_seekable(in->a);
		r = archive_read_open_fd(in->a, in->fd, sizeof(in->buf));
	} else {
		archive_read_support_format_tar(in->a);
		r = archive_read_open(in->a, in, NULL, read_tar, NULL);
	}
	if (r == ARCHIVE_OK)
		return 0;
	if (in->err.kind != ERR_NONE) {
		*err = in->err;
		return -1;
	}
	return err_set(err, ERR_SOURCE,
		"it is not an archive that revsweep unpacks (tar, tar.gz, tar.bz2, tar.xz, "
		"tar.zst or zip), or not a whole one");
}

static void
close_input(struct input *in)
{
	archive_read_free(in->a);
	archive_read_free(in->raw);
	gunzip_free(in->gz);
}

/* 1: an entry, 0: no more. */
static int
next_entry(struct input *in, struct archive_entry **ret, struct err *err)
{
	int r = archive_read_next_header(in->a, ret);

	if (r == ARCHIVE_OK)
		return 1;
	return r == ARCHIVE_EOF ? 0 : read_error(in, err);
}

/* ---- one entry ---- */

/* Counts so many bytes that an entry says it has, or had more than it said. */
static int
count_bytes(struct unpacking *u, const char *path, uint64_t of_file, uint64_t more, struct err *err)
{
	char text[32], why[80];

	if (of_file > UNPACK_FILE_MAX) {
		snprintf(why, sizeof(why), "has %s (at most 1 GiB)",
			format_size((double)of_file, text, sizeof(text)));
		return unpack_refuse(u->sum.entries, path, why, err);
	}
	u->sum.bytes += more;
	if (u->sum.bytes > UNPACK_TOTAL_MAX)
		return err_set(
			err, ERR_SOURCE, "unsafe archive: it holds more than 2 GiB of files");
	return check_expansion(&u->in, u->sum.bytes, err);
}

static int
count_entry(struct unpacking *u, struct err *err)
{
	if (u->sum.entries + u->files.dirs_made <= UNPACK_ENTRIES_MAX)
		return 0;
	return err_set(err, ERR_SOURCE, "unsafe archive: more than %d files and directories",
		UNPACK_ENTRIES_MAX);
}

static int
put(int fd, const char *data, size_t n, const char *path, struct err *err)
{
	while (n) {
		ssize_t k = write(fd, data, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_sys(err, ERR_STORE, "cannot unpack '%.300s'", path);
		data += k;
		n -= (size_t)k;
	}
	return 0;
}

/* claimed: what is counted already. */
static int
copy_bytes(struct unpacking *u, int fd, const char *path, uint64_t claimed, struct err *err)
{
	uint64_t done = 0;
	la_ssize_t n;

	while ((n = archive_read_data(u->in.a, u->buf, sizeof(u->buf))) > 0) {
		uint64_t before = done > claimed ? done : claimed;

		done += (uint64_t)n;
		if (done > before && count_bytes(u, path, done, done - before, err) < 0)
			return -1;
		if (put(fd, u->buf, (size_t)n, path, err) < 0)
			return -1;
	}
	if (n == 0)
		return 0;
	read_error(&u->in, err);
	return err_wrap(err, "entry %zu '%.300s'", u->sum.entries, path);
}

static void
note_time(struct unpacking *u, struct archive_entry *entry)
{
	int64_t time = archive_entry_mtime_is_set(entry) ? archive_entry_mtime(entry) : 0;

	if (time >= TIME_FIRST && time <= TIME_LAST && time > u->sum.newest)
		u->sum.newest = time;
}

static int
unpack_regular(struct unpacking *u, struct archive_entry *entry, const char *path, struct err *err)
{
	bool known = archive_entry_size_is_set(entry) && archive_entry_size(entry) > 0;
	uint64_t claimed = known ? (uint64_t)archive_entry_size(entry) : 0;
	int fd;

	/* Before a byte of it is written. */
	if (count_bytes(u, path, claimed, claimed, err) < 0)
		return -1;
	if (unpack_file(&u->files, path, archive_entry_perm(entry) & 0111, &fd, err) < 0)
		return -1;
	int r = copy_bytes(u, fd, path, claimed, err);
	if (close(fd) < 0 && r == 0)
		r = err_sys(err, ERR_STORE, "cannot unpack '%.300s'", path);
	note_time(u, entry);
	return r;
}

static int
unpack_second_name(struct unpacking *u, const char *path, const char *to, struct err *err)
{
	scoped(str) target = STR_INIT;
	const char *problem = unpack_plain_path(to, &target);
	uint64_t size = 0;

	if (problem || !target.n)
		return unpack_refuse(u->sum.entries, path,
			"is a hard link to something that is no earlier file of it", err);
	if (unpack_hard_link(&u->files, path, target.p, &size, err) < 0)
		return -1;
	/* Whoever copies the tree copies it twice. */
	return count_bytes(u, path, 0, size, err);
}

static const char *
type_problem(struct archive_entry *entry)
{
	switch (archive_entry_filetype(entry)) {
	case AE_IFREG:
	case AE_IFDIR:
	case AE_IFLNK:
		return NULL;
	case AE_IFCHR:
	case AE_IFBLK:
		return "is a device";
	case AE_IFIFO:
		return "is a named pipe";
	case AE_IFSOCK:
		return "is a socket";
	default:
		return archive_entry_hardlink(entry) ? NULL : "is of an unknown kind";
	}
}

static int
unpack_entry(struct unpacking *u, struct archive_entry *entry, struct err *err)
{
	const char *raw = archive_entry_pathname(entry);
	scoped(str) path = STR_INIT;

	u->files.entry = ++u->sum.entries;
	if (!raw)
		return unpack_refuse(u->sum.entries, "", "has a name that cannot be read", err);
	const char *problem = unpack_plain_path(raw, &path);
	if (!problem)
		problem = type_problem(entry);
	bool dir = archive_entry_filetype(entry) == AE_IFDIR && !archive_entry_hardlink(entry);
	if (!problem && !path.n && !dir)
		problem = "has no name";
	if (problem)
		return unpack_refuse(u->sum.entries, raw, problem, err);
	if (count_entry(u, err) < 0)
		return -1;
	if (archive_entry_hardlink(entry))
		return unpack_second_name(u, path.p, archive_entry_hardlink(entry), err);
	if (dir)
		return unpack_dir(&u->files, path.p, err);
	if (archive_entry_filetype(entry) == AE_IFREG)
		return unpack_regular(u, entry, path.p, err);
	const char *target = archive_entry_symlink(entry);
	return unpack_note_link(&u->files, path.p, target ? target : "", err);
}

/* ---- the whole ---- */

static bool
is_null(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* A tar ends with blocks of zeros. Without them it was cut between two entries, or cut and joined
 * with something else; libarchive takes it as it is. Reads to the end, where checksums are. */
static int
check_tar_end(struct unpacking *u, struct err *err)
{
	struct input *in = &u->in;
	uint64_t used = (uint64_t)archive_filter_bytes(in->a, 0);
	size_t left = (size_t)(in->given - used);

	if (used - u->tar_end < TAR_BLOCK)
		return err_set(
			err, ERR_SOURCE, "the archive is cut short: it lacks the mark at its end");
	bool null = left <= in->last_n && is_null(in->last + in->last_n - left, left);
	do {
		if (!null)
			return err_set(err, ERR_SOURCE,
				"something else follows the end of the archive (two archives in "
				"one file?)");
		if (next_bytes(in, err) < 0)
			return -1;
		null = is_null(in->last, in->last_n);
	} while (in->last_n);
	return 0;
}

static int
unpack_all(struct unpacking *u, struct err *err)
{
	struct archive_entry *entry;
	int more;

	while ((more = next_entry(&u->in, &entry, err)) > 0) {
		if (unpack_entry(u, entry, err) < 0)
			return -1;
		if (archive_read_data_skip(u->in.a) < ARCHIVE_OK)
			return read_error(&u->in, err);
		u->tar_end = (uint64_t)archive_filter_bytes(u->in.a, 0);
	}
	if (more < 0)
		return -1;
	if (u->in.packing != PACKED_ZIP && check_tar_end(u, err) < 0)
		return -1;
	if (u->sum.entries == 0)
		return err_set(err, ERR_SOURCE, "there is nothing in the archive");
	if (unpack_make_links(&u->files, err) < 0)
		return -1;
	return count_entry(u, err);
}

int
unpack(int fd, int dest, struct unpacked *ret, struct err *err)
{
	/* Names are bytes; libarchive drops what the locale cannot say. */
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
	struct unpacking *u = xcalloc(1, sizeof(*u));

	u->in.fd = fd;
	u->files = (struct unpack_files)UNPACK_FILES_INIT(dest);
	int r = open_input(&u->in, err);
	if (r == 0)
		r = unpack_all(u, err);
	if (r == 0)
		*ret = u->sum;
	unpack_files_done(&u->files);
	close_input(&u->in);
	free(u);
	if (utf8) {
		uselocale(before);
		freelocale(utf8);
	}
	return r;
}

/* ---- writing one ---- */

struct pack {
	struct archive *a;
};

static int
pack_fail(struct pack *pack, struct err *err)
{
	const char *text = archive_error_string(pack->a);

	errno = archive_errno(pack->a) > 0 ? archive_errno(pack->a) : EIO;
	return err_sys(err, ERR_STORE, "cannot write the archive%s%.200s", text ? ": " : "",
		text ? text : "");
}

int
pack_open(int fd, struct pack **ret, struct err *err)
{
	struct pack *pack = xcalloc(1, sizeof(*pack));

	pack->a = archive_write_new();
	int r = pack->a ? 0 : err_set(err, ERR_RESOURCES, "out of memory for an archive");
	if (r == 0 && (archive_write_set_format_pax_restricted(pack->a) != ARCHIVE_OK ||
			      archive_write_add_filter_zstd(pack->a) != ARCHIVE_OK))
		r = err_set(err, ERR_ENVIRONMENT, "this libarchive writes no tar.zst");
	if (r == 0 && archive_write_open_fd(pack->a, fd) != ARCHIVE_OK)
		r = pack_fail(pack, err);
	if (r < 0) {
		archive_write_free(pack->a);
		free(pack);
		return -1;
	}
	*ret = pack;
	return 0;
}

int
pack_add(struct pack *pack, const char *name, const void *data, size_t n, struct err *err)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_size(entry, (int64_t)n);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, TIME_FIRST, 0);
	int r = archive_write_header(pack->a, entry);
	archive_entry_free(entry);
	if (r != ARCHIVE_OK || archive_write_data(pack->a, data, n) != (la_ssize_t)n)
		return pack_fail(pack, err);
	return 0;
}

int
pack_close(struct pack *pack, int ok, struct err *err)
{
	int r = 0;

	if (!pack)
		return 0;
	if (ok && archive_write_close(pack->a) != ARCHIVE_OK)
		r = pack_fail(pack, err);
	archive_write_free(pack->a);
	free(pack);
	return r;
}
