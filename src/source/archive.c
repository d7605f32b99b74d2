#include "source/archive.h"

#include "base/str.h"
#include "ext/http.h"
#include "source/fetch.h"
#include "source/pins.h"
#include "source/tree.h"
#include "source/unpacker.h"
#include "sys/fs.h"
#include "sys/lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An archive whose bytes are known to be the ones that are wanted. */
struct archive {
	const struct source_archives *env;
	const char *name; /* as messages call it */
	const char *file;
	char hex[DIGEST_HEX];
	char *tree, *id, *lock, *tmp; /* in the cache */
};

/* What HEX.id holds. */
struct pinned {
	char tree[DIGEST_HEX];
	int64_t date;
};

/* ---- names ---- */

static const char *
file_name(const struct revspec *spec, struct arena *arena)
{
	bool url = strstr(spec->a, "://") != NULL;

	/* An address may go on with a query. */
	return path_base(arena_strndup(arena, spec->a, strcspn(spec->a, url ? "?" : "")));
}

const char *
archive_label(const struct revspec *spec, struct arena *arena)
{
	static const char *const suffixes[] = {".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".tgz",
		".tbz2", ".txz", ".tzst", ".tar", ".zip"};

	const char *base = file_name(spec, arena);

	if (spec->version)
		return arena_strdup(arena, spec->version);
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		if (str_ends(base, suffixes[i]) && strlen(base) > strlen(suffixes[i]))
			return arena_strndup(arena, base, strlen(base) - strlen(suffixes[i]));
	return *base ? base : spec->text;
}

static void
archive_name(struct archive *a)
{
	const char *cache = a->env->cache;

	a->tree = xasprintf("%s/%s.tree", cache, a->hex);
	a->id = xasprintf("%s/%s.id", cache, a->hex);
	a->lock = xasprintf("%s/%s.lock", cache, a->hex);
	a->tmp = xasprintf("%s/%s.tmp", cache, a->hex);
}

static void
archive_done(struct archive *a)
{
	free(a->tree);
	free(a->id);
	free(a->lock);
	free(a->tmp);
}

static void
say(const struct source_archives *env, const char *what, const char *name)
{
	scoped_free char *text = xasprintf("%s%.300s", what, name);

	if (env->say)
		env->say(text, env->arg);
}

static void
busy(const char *who, void *arg)
{
	say(arg, "waiting: ", who);
}

/* ---- the tree in the cache ---- */

/* Digest over a tree that lies at path, which is checked like any other. */
static int
digest_tree(const char *path, char hex[DIGEST_HEX], struct err *err)
{
	scoped(tree) tree = {0};

	if (tree_of_dir(path, &tree, err) < 0 || tree_check(&tree, err) < 0)
		return -1;
	return tree_digest(&tree, path, hex, err);
}

/* Whether the tree is there as it was unpacked. What is damaged counts as absent. */
static bool
is_unpacked(const struct archive *a, struct pinned *ret)
{
	scoped(str) text = STR_INIT;
	char hex[DIGEST_HEX];
	struct err ignored = ERR_INIT;
	struct pinned pinned;
	long long date = 0;

	if (fs_read(a->id, 200, &text, &ignored) < 0 ||
		sscanf(text.p, "%64[0-9a-f] %lld\n", pinned.tree, &date) != 2 ||
		digest_tree(a->tree, hex, &ignored) < 0 || strcmp(hex, pinned.tree) != 0)
		return false;
	pinned.date = date;
	*ret = pinned;
	return true;
}

/* The one directory that everything lies in, which archives of releases have, or the top itself. */
static int
find_top(const char *dest, char **ret, struct err *err)
{
	DIR *dir = opendir(dest);
	char *only = NULL;
	size_t n = 0;

	if (!dir)
		return err_sys(err, ERR_STORE, "cannot open directory '%s'", dest);
	for (struct dirent *e; (e = readdir(dir));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		free(only);
		only = path_join(dest, e->d_name);
		n++;
	}
	closedir(dir);
	struct stat st;
	if (n == 1 && lstat(only, &st) == 0 && S_ISDIR(st.st_mode)) {
		*ret = only;
		return 0;
	}
	free(only);
	*ret = xstrdup(dest);
	return 0;
}

/* Whole and durable before it has its name; HEX.id after that. */
static int
publish_tree(const struct archive *a, const char *top, struct pinned *pinned, struct err *err)
{
	scoped_free char *text = NULL;

	if (digest_tree(top, pinned->tree, err) < 0 || fs_sync(top, err) < 0 ||
		fs_remove(a->tree, err) < 0)
		return -1;
	if (rename(top, a->tree) < 0)
		return err_sys(err, ERR_STORE, "cannot rename '%s'", top);
	text = xasprintf("%s %lld\n", pinned->tree, (long long)pinned->date);
	if (fs_fsync_dir(a->env->cache, err) < 0)
		return -1;
	return fs_write_atomic(a->id, text, strlen(text), err);
}

/* Under the lock: nobody else touches tmp, and what lies there was left by somebody who died. */
static int
unpack_tree(const struct archive *a, struct pinned *ret, struct err *err)
{
	scoped_free char *dest = path_join(a->tmp, "tree"), *top = NULL;
	struct err later = ERR_INIT;
	struct pinned pinned = {0};

	say(a->env, "unpacking ", a->name);
	int r = fs_remove(a->tmp, err);
	if (r == 0 && unlink(a->id) < 0 && errno != ENOENT)
		r = err_sys(err, ERR_STORE, "cannot remove '%s'", a->id);
	if (r == 0)
		r = fs_mkdir_p(dest, 0700, err);
	if (r == 0)
		r = unpacker_run(a->file, a->hex, a->tmp, dest, &pinned.date, err);
	if (r == 0)
		r = find_top(dest, &top, err);
	if (r == 0)
		r = publish_tree(a, top, &pinned, err);
	if (fs_remove(a->tmp, r == 0 ? err : &later) < 0)
		r = -1;
	if (r == 0)
		*ret = pinned;
	return r;
}

static int
need_tree(const struct archive *a, struct pinned *ret, struct err *err)
{
	struct lock lock = LOCK_INIT;

	if (is_unpacked(a, ret))
		return 0;
	if (fs_mkdir_p(a->env->cache, 0700, err) < 0 ||
		lock_await(a->lock, false, busy, (void *)a->env, &lock, err) < 0)
		return -1;
	int r = is_unpacked(a, ret) ? 0 : unpack_tree(a, ret, err);
	lock_done(&lock);
	return r;
}

/* ---- where archives come from ---- */

static int
check_checksum(const struct revspec *spec, const char *hex, struct err *err)
{
	if (!spec->b || strcmp(spec->b, hex) == 0)
		return 0;
	return err_set(err, ERR_SOURCE,
		"checksum mismatch: want sha256=%s, got sha256=%s; nothing was unpacked", spec->b,
		hex);
}

/* A file needs no checksum: its digest is what it is called by. One that is given is checked. */
static int
use_file(struct archive *a, const struct revspec *spec, struct err *err)
{
	int fd = open(a->file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	int r = 0;

	if (fd < 0)
		return err_sys(err, ERR_SOURCE, "cannot open '%.300s'", a->file);
	if (fstat(fd, &st) < 0)
		r = err_sys(err, ERR_SOURCE, "cannot look at '%.300s'", a->file);
	else if (S_ISDIR(st.st_mode))
		r = err_set(err, ERR_SOURCE,
			"'%.300s' is a directory: write dir:%.300s for sources that are unpacked "
			"already",
			a->file, spec->a);
	else if (!S_ISREG(st.st_mode))
		r = err_set(err, ERR_SOURCE, "'%.300s' is not a file", a->file);
	else if (digest_of_fd(fd, a->hex) < 0)
		r = err_sys(err, ERR_SOURCE, "cannot read '%.300s'", a->file);
	close(fd);
	return r < 0 ? r : check_checksum(spec, a->hex, err);
}

static void
fill_in(const struct archive *a, const struct revspec *spec, const struct pinned *pinned,
	struct arena *arena, struct rev *rev)
{
	rev->kind = REVSPEC_ARCHIVE;
	rev->id = arena_strdup(arena, a->hex);
	rev->tree_id = arena_strdup(arena, pinned->tree);
	rev->path = arena_strdup(arena, a->tree);
	rev->date = pinned->date;
	rev->subject = file_name(spec, arena);
}

static int
resolve_file(struct archive *a, const char *dir, const struct revspec *spec, struct pinned *ret,
	struct err *err)
{
	scoped_free char *joined = path_join(dir, spec->a);
	scoped_free char *path = path_absolute(joined);

	a->file = path;
	if (use_file(a, spec, err) < 0)
		return -1;
	archive_name(a);
	return need_tree(a, ret, err);
}

static int
pin(const struct archive *a, const char *url, struct err *err)
{
	scoped_free char *path = path_join(a->env->cache, "pins.lock");
	struct lock lock = LOCK_INIT;

	if (lock_await(path, false, busy, (void *)a->env, &lock, err) < 0)
		return -1;
	int r = pins_add(a->env->lock_file, url, a->hex, err);
	lock_done(&lock);
	if (r == 0)
		say(a->env, "pinned in " LOCK_FILE_NAME ": ", url);
	return r;
}

/* The checksum that was typed, or else the one that is pinned. */
static int
find_checksum(
	struct archive *a, const struct revspec *spec, const char **ret_whose, struct err *err)
{
	bool pinned = false;

	*ret_whose = spec->b ? "given" : NULL;
	if (spec->b)
		memcpy(a->hex, spec->b, sizeof(a->hex));
	else if (pins_find(a->env->lock_file, spec->a, &pinned, a->hex, err) < 0)
		return -1;
	if (pinned)
		*ret_whose = "pinned in " LOCK_FILE_NAME;
	if (*ret_whose || a->env->trust_first_use)
		return 0;
	return err_set(err, ERR_SOURCE,
		"a download needs a checksum: add #sha256=HEX, or pin what comes now with "
		"--trust-first-use");
}

/* With the address to ourselves. */
static int
resolve_locked(struct archive *a, const struct revspec *spec, struct pinned *ret, struct err *err)
{
	const char *whose;

	if (find_checksum(a, spec, &whose, err) < 0)
		return -1;
	if (whose) {
		archive_name(a);
		if (is_unpacked(a, ret))
			return 0;
	}
	if (fetch_archive(a->env, spec->a, whose ? a->hex : NULL, whose, a->hex, err) < 0)
		return -1;
	if (!whose)
		archive_name(a);
	scoped_free char *path = path_join(a->env->cache, a->hex);
	a->file = path;
	if (need_tree(a, ret, err) < 0)
		return -1;
	/* What cannot be unpacked is not trusted either. */
	return whose ? 0 : pin(a, spec->a, err);
}

static int
resolve_address(struct archive *a, const struct revspec *spec, struct pinned *ret, struct err *err)
{
	struct lock lock = LOCK_INIT;
	char name[DIGEST_HEX];

	if (http_check_url(spec->a, a->env->allow_http, err) < 0 ||
		fs_mkdir_p(a->env->cache, 0700, err) < 0)
		return -1;
	digest_of(spec->a, strlen(spec->a), name);
	scoped_free char *path = xasprintf("%s/url-%s.lock", a->env->cache, name);
	if (lock_await(path, false, busy, (void *)a->env, &lock, err) < 0)
		return -1;
	int r = resolve_locked(a, spec, ret, err);
	lock_done(&lock);
	return r;
}

int
archive_resolve(const struct source_archives *archives, const char *dir, const struct revspec *spec,
	struct arena *arena, struct rev *ret, struct err *err)
{
	scoped(archive) a = {.env = archives, .name = spec->a};
	struct pinned pinned = {0};

	if (!archives->cache)
		return err_set(err, ERR_INTERNAL, "there is no place for archives");
	int r = strstr(spec->a, "://") ? resolve_address(&a, spec, &pinned, err)
				       : resolve_file(&a, dir, spec, &pinned, err);
	if (r < 0)
		return err_wrap(err, "'%.200s'", spec->text);
	fill_in(&a, spec, &pinned, arena, ret);
	return 0;
}
