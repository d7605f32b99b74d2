#include "sweep/bundle.h"

#include "base/str.h"
#include "ext/json.h"
#include "ext/pack.h"
#include "source/unpacker.h"
#include "sys/fs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RECORDS "records.jsonl"
#define RECORDS_MAX ((size_t)1 << 30)
#define BLOB_MAX ((size_t)64 << 20)

/* ---- writing */

static bool
is_first(const struct store_launch_row *rows, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(rows[k].blob, rows[i].blob))
			return false;
	return true;
}

static int
add_blob(struct store *store, struct pack *pack, const char *hex, struct err *err)
{
	scoped_free char *path = store_blob_path(store, hex);
	scoped_free char *name = xasprintf("blobs/%s", hex);
	scoped(str) data = STR_INIT;
	char got[DIGEST_HEX];

	if (!path)
		return 0; /* what is gone cannot go along, and its record says so there, too */
	str_init(&data, BLOB_MAX);
	if (fs_read(path, BLOB_MAX, &data, err) < 0)
		return -1;
	digest_of(data.p, data.n, got);
	if (strcmp(got, hex) != 0)
		return err_set(
			err, ERR_STORE, "store is damaged at '%s': it is not what it was", path);
	return pack_add(pack, name, data.p, data.n, err);
}

static int
add_all(struct store *store, int64_t sweep, struct pack *pack, struct err *err)
{
	struct arena arena = ARENA_INIT;
	scoped(str) records = STR_INIT;
	struct store_launch_row *rows = NULL;
	size_t n = 0;

	str_init(&records, RECORDS_MAX);
	int r = store_export(store, sweep, &records, err);
	if (r == 0 && records.full)
		r = err_set(err, ERR_RESOURCES, "the records of the sweep are larger than %zu MiB",
			RECORDS_MAX >> 20);
	if (r == 0)
		r = store_launches(store, sweep, &arena, &rows, &n, err);
	if (r == 0)
		r = pack_add(pack, RECORDS, records.p, records.n, err);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (rows[i].blob && is_first(rows, i))
			r = add_blob(store, pack, rows[i].blob, err);
	arena_done(&arena);
	return r;
}

int
bundle_write(struct store *store, int64_t sweep, const char *path, struct err *err)
{
	scoped_free char *tmp = xasprintf("%s.tmp%ld", path, (long)getpid());
	scoped_free char *dir = path_dir(path);
	struct pack *pack = NULL;
	int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd < 0)
		return err_sys(err, ERR_STORE, "cannot write in '%s'", dir);
	int r = pack_open(fd, &pack, err);
	if (r == 0)
		r = add_all(store, sweep, pack, err);
	if (pack_close(pack, r == 0, err) < 0)
		r = -1;
	if (r == 0 && fsync(fd) < 0)
		r = err_sys(err, ERR_STORE, "cannot write '%s'", tmp);
	close(fd);
	if (r == 0 && rename(tmp, path) < 0)
		r = err_sys(err, ERR_STORE, "cannot write '%s'", path);
	if (r < 0) {
		unlink(tmp);
		return -1;
	}
	return fs_fsync_dir(dir, err);
}

/* ---- reading */

bool
bundle_is(const char *path)
{
	static const char magic[] = "\x28\xb5\x2f\xfd";
	char head[4] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	bool is = read(fd, head, sizeof(head)) == sizeof(head) &&
		  memcmp(head, magic, sizeof(head)) == 0;
	close(fd);
	return is;
}

struct keeping {
	struct store *store;
	const char *dir;
};

static int
keep_blob(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct keeping *k = arg;
	scoped_free char *path = path_join(k->dir, entry->path);
	scoped(str) data = STR_INIT;
	char got[DIGEST_HEX];

	if (entry->type != 'f')
		return err_set(
			err, ERR_USAGE, "'%.100s' does not belong into a bundle", entry->path);
	str_init(&data, BLOB_MAX);
	if (fs_read(path, BLOB_MAX, &data, err) < 0)
		return -1;
	digest_of(data.p, data.n, got);
	if (strcmp(got, entry->path) != 0)
		return err_set(err, ERR_SOURCE,
			"the bundle is damaged: '%.100s' is not what it was", entry->path);
	return store_keep(k->store, data.p, data.n, got, err);
}

static size_t
count_lines(const struct str *text)
{
	size_t n = 0;

	for (const char *p = text->p; (p = memchr(p, '\n', (size_t)(text->p + text->n - p))); p++)
		n++;
	return n;
}

/* The seed is drawn, so that plan, seed and time are those of one sweep only; what is stored of it
 * only ever grows, so that as many records are the same records. */
static int
is_known(struct store *store, const struct str *records, int64_t *ret_sweep, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct json *doc = NULL;
	struct store_sweep *list = NULL;
	size_t n = 0;

	*ret_sweep = 0;
	if (json_parse(records->p, strcspn(records->p, "\n"), &doc, err) < 0)
		return err_wrap(err, RECORDS ":1");
	const struct json_val *first = json_root(doc);
	const char *digest = json_text(json_get(first, "digest"));
	const char *seed = json_text(json_get(first, "seed"));
	int r = store_list(store, 0, &arena, &list, &n, err);
	for (size_t i = 0; r == 0 && i < n && !*ret_sweep; i++) {
		scoped(str) have = STR_INIT;

		if (!str_eq(list[i].digest, digest) || !seed ||
			list[i].seed != strtoull(seed, NULL, 10) ||
			(double)list[i].created != json_number(json_get(first, "created")))
			continue;
		str_init(&have, RECORDS_MAX);
		r = store_export(store, list[i].id, &have, err);
		if (r == 0 && count_lines(&have) == count_lines(records))
			*ret_sweep = list[i].id;
	}
	json_free(doc);
	arena_done(&arena);
	return r;
}

static int
take_in(struct store *store, const char *tree, int64_t *ret_sweep, bool *ret_known, struct err *err)
{
	scoped_free char *blobs = path_join(tree, "blobs"), *path = path_join(tree, RECORDS);
	struct keeping k = {store, blobs};
	scoped(str) records = STR_INIT;

	if (!fs_exists(path))
		return err_set(
			err, ERR_USAGE, "it is no bundle: 'revsweep export --bundle' writes them");
	str_init(&records, RECORDS_MAX);
	if (fs_read(path, RECORDS_MAX, &records, err) < 0 ||
		is_known(store, &records, ret_sweep, err) < 0)
		return -1;
	*ret_known = *ret_sweep != 0;
	if (*ret_known)
		return 0;
	if (fs_exists(blobs) && fs_walk(blobs, keep_blob, &k, err) < 0)
		return -1;
	return store_import(store, records.p, records.n, ret_sweep, err);
}

static int
unpack_into(const char *path, const char *dir, const char *tree, struct err *err)
{
	char hex[DIGEST_HEX];
	int64_t date;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, ERR_USAGE, "cannot open it");
	int r = digest_of_fd(fd, hex);
	if (r < 0)
		err_sys(err, ERR_USAGE, "cannot read it");
	close(fd);
	if (r == 0)
		r = fs_mkdir_p(tree, 0700, err);
	scoped_free char *full = path_absolute(path);
	return r < 0 ? -1 : unpacker_run(full, hex, dir, tree, &date, err);
}

int
bundle_read(
	struct store *store, const char *path, int64_t *ret_sweep, bool *ret_known, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	scoped_free char *prefix = path_join(tmp && *tmp ? tmp : "/tmp", "revsweep-bundle-");
	scoped_free char *dir = NULL;
	struct err later = ERR_INIT;

	if (fs_temp_dir(prefix, &dir, err) < 0)
		return -1;
	scoped_free char *tree = path_join(dir, "tree");
	int r = unpack_into(path, dir, tree, err);
	if (r == 0)
		r = take_in(store, tree, ret_sweep, ret_known, err);
	if (r < 0)
		err_wrap(err, "%.300s", path);
	if (fs_remove(dir, r == 0 ? err : &later) < 0)
		return -1;
	return r;
}
