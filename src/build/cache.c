/* Listing, thinning out and checking the builds' cache. */
#include "build/cache.h"

#include "internal.h"

#include "sys/clock.h"
#include "sys/fs.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *
cache_state_name(enum cache_state state)
{
	static const char *const names[] = {
		[CACHE_BUILD] = "build",
		[CACHE_FAILURE] = "failure",
		[CACHE_LITTER] = "litter",
		[CACHE_DAMAGED] = "damaged",
	};

	return names[state];
}

static int
add_size(const struct fs_entry *entry, void *arg, struct err *err)
{
	uint64_t *sum = arg;

	(void)err;
	if (entry->type == 'f')
		*sum += entry->size;
	return 0;
}

static int
size_of(const char *path, uint64_t *ret, struct err *err)
{
	*ret = 0;
	return fs_exists(path) ? fs_walk(path, add_size, ret, err) : 0;
}

static char *
lock_of(const char *cache, const char *key)
{
	return xasprintf("%s/locks/%s", cache, key);
}

/* ---- the list */

struct listing {
	const char *cache;
	struct arena *arena;
	vec(struct cache_entry) list;
};

static int
add_build(struct listing *l, const struct cached *c, struct err *err)
{
	scoped_free char *path = xasprintf("%s/builds/%s", l->cache, c->key);
	scoped_free char *lock_path = lock_of(l->cache, c->key);
	struct cache_entry entry = {
		.key = arena_strdup(l->arena, c->key),
		.state = c->kind == CACHED_BUILD     ? CACHE_BUILD
			 : c->kind == CACHED_FAILURE ? CACHE_FAILURE
						     : CACHE_LITTER,
		.project = c->project,
		.label = c->label,
		.rev = c->rev,
		.recipe = c->recipe,
		.built = c->built,
		.used = fs_mtime(lock_path),
		.wall_s = c->wall_s,
	};
	struct lock lock = LOCK_INIT;
	struct err held = ERR_INIT;

	if (!entry.used)
		entry.used = fs_mtime(path);
	/* Shared: that is no use, and leaves no mark. What is being built has no size yet. */
	entry.busy = lock_share(lock_path, false, &lock, &held) < 0;
	int r = entry.busy ? 0 : size_of(path, &entry.bytes, err);
	lock_done(&lock);
	if (r == 0)
		vec_add(&l->list, entry);
	return r;
}

static int
add_damaged(struct listing *l, struct err *err)
{
	scoped_free char *where = path_join(l->cache, "damaged");
	DIR *dir = opendir(where);
	struct dirent *found;
	int r = 0;

	if (!dir && errno != ENOENT)
		return err_sys(err, ERR_STORE, "cannot read directory '%s'", where);
	while (r == 0 && dir && (found = readdir(dir))) {
		scoped_free char *path = path_join(where, found->d_name);
		struct cache_entry entry = {.state = CACHE_DAMAGED};

		if (found->d_name[0] == '.')
			continue;
		entry.key = arena_strdup(l->arena, found->d_name);
		entry.built = entry.used = fs_mtime(path);
		r = size_of(path, &entry.bytes, err);
		vec_add(&l->list, entry);
	}
	if (dir)
		closedir(dir);
	return r;
}

static int
newest_first(const void *a, const void *b)
{
	const struct cache_entry *x = a, *y = b;

	if (x->used != y->used)
		return x->used > y->used ? -1 : 1;
	return strcmp(x->key, y->key);
}

int
cache_list(const char *cache, struct arena *arena, struct cache_entry **ret, size_t *ret_n,
	struct err *err)
{
	struct listing l = {.cache = cache, .arena = arena};
	scoped_free char *locks = path_join(cache, "locks");
	struct cached *cached = NULL;
	size_t n = 0;
	int r = fs_mkdir_p(locks, 0700, err);

	if (r == 0)
		r = cached_list(cache, arena, &cached, &n, err);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_build(&l, &cached[i], err);
	if (r == 0)
		r = add_damaged(&l, err);
	if (r == 0 && l.list.n)
		qsort(l.list.v, l.list.n, sizeof(*l.list.v), newest_first);
	if (r == 0) {
		*ret = arena_copy(arena, l.list.v, l.list.n, sizeof(*l.list.v));
		*ret_n = l.list.n;
	}
	vec_done(&l.list);
	return r;
}

int
cache_bytes_of(const char *cache, const char *name, uint64_t *ret, struct err *err)
{
	scoped_free char *dir = path_join(cache, name);

	return size_of(dir, ret, err);
}

/* ---- what can go */

void
cache_write_json(const struct cache_entry *e, struct jsonw *w)
{
	char date[40];

	jsonw_open(w, NULL, '{');
	jsonw_text(w, "key", e->key);
	jsonw_text(w, "state", cache_state_name(e->state));
	jsonw_text(w, "project", e->project);
	jsonw_text(w, "label", e->label);
	jsonw_text(w, "rev", e->rev);
	jsonw_text(w, "recipe", e->recipe);
	jsonw_int(w, "bytes", (int64_t)e->bytes);
	jsonw_text(w, "built", e->built ? clock_iso8601(e->built, date, sizeof(date)) : NULL);
	jsonw_text(w, "used", e->used ? clock_iso8601(e->used, date, sizeof(date)) : NULL);
	jsonw_number(w, "wall_s", e->wall_s > 0 ? e->wall_s : (double)NAN);
	jsonw_bool(w, "busy", e->busy);
	jsonw_text(w, "pinned", e->pinned);
	jsonw_close(w, '}');
}

static bool
may_go(const struct cache_entry *entry)
{
	return !entry->busy && !entry->pinned;
}

void
cache_choose(
	const struct cache_entry *list, size_t n, uint64_t max_bytes, int64_t before, bool *ret)
{
	uint64_t left = 0;

	for (size_t i = 0; i < n; i++) {
		ret[i] = may_go(&list[i]) && list[i].used < before;
		left += ret[i] ? 0 : list[i].bytes;
	}
	while (left > max_bytes) {
		const struct cache_entry *oldest = NULL;

		for (size_t i = 0; i < n; i++)
			if (!ret[i] && may_go(&list[i]) && (!oldest || list[i].used < oldest->used))
				oldest = &list[i];
		if (!oldest)
			return;
		ret[oldest - list] = true;
		left -= oldest->bytes;
	}
}

/* Under the lock: without its manifest it is litter to everybody, whatever happens next. */
static int
remove_locked(const char *cache, const struct cache_entry *entry,
	int (*pinned)(void *arg, const char *key, struct err *err), void *arg, struct err *err)
{
	scoped_free char *dir = xasprintf("%s/builds/%s", cache, entry->key);
	scoped_free char *manifest = path_join(dir, "MANIFEST.json");
	int r = pinned ? pinned(arg, entry->key, err) : 0;

	if (r != 0)
		return r < 0 ? -1 : 0;
	if (fs_remove(manifest, err) < 0 || fs_remove(dir, err) < 0)
		return -1;
	return 1;
}

int
cache_remove(const char *cache, const struct cache_entry *entry,
	int (*pinned)(void *arg, const char *key, struct err *err), void *arg, struct err *err)
{
	struct lock lock = LOCK_INIT;
	struct err held = ERR_INIT;

	if (entry->state == CACHE_DAMAGED) {
		scoped_free char *dir = xasprintf("%s/damaged/%s", cache, entry->key);
		return fs_remove(dir, err) < 0 ? -1 : 1;
	}
	scoped_free char *path = lock_of(cache, entry->key);
	if (lock_take(path, false, &lock, &held) < 0) {
		if (held.kind == ERR_BUSY)
			return 0;
		*err = held;
		return -1;
	}
	int r = remove_locked(cache, entry, pinned, arg, err);
	lock_done(&lock);
	return r;
}

/* ---- health */

/* More than a builder looks at: every byte. */
static enum cache_health
examine(const struct entry *entry, struct build *build, struct str *why)
{
	struct err err = ERR_INIT;
	char digest[65];

	if (manifest_read(entry, build, why) <= 0) {
		if (!why->n)
			str_add(why, "its manifest is gone");
		return CACHE_BROKEN;
	}
	if (content_digest(entry->prefix, entry->dir, digest, &err) < 0) {
		str_add(why, err.text);
		return CACHE_BROKEN;
	}
	if (strcmp(digest, build->digest) == 0)
		return CACHE_SOUND;
	str_add(why, "the contents of its files changed");
	return CACHE_BROKEN;
}

int
cache_verify(const char *cache, const struct cache_entry *what, bool repair, enum cache_health *ret,
	struct str *why, struct err *err)
{
	struct build build = {.outcome = OUTCOME_INIT};
	struct entry entry;
	struct err held = ERR_INIT;
	int r = 0;

	*ret = CACHE_BUSY;
	if (entry_open(cache, what->key, NULL, &entry, &held) < 0) {
		if (held.kind == ERR_BUSY)
			return 0;
		*err = held;
		return -1;
	}
	memcpy(build.key, what->key, sizeof(build.key));
	*ret = examine(&entry, &build, why);
	if (*ret == CACHE_BROKEN && repair && !what->pinned)
		r = entry_quarantine(&entry, cache, what->key, err);
	build_done(&build);
	entry_done(&entry);
	return r;
}
