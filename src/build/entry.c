/* The directory of one build in the cache. */
#include "internal.h"

#include "sys/fs.h"
#include "sys/stop.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOOK_MS 100 /* between looks at a lock that somebody else holds */

static bool
is_cancelled(int fd, int wait_ms)
{
	struct pollfd p = {.fd = fd > 0 ? fd : -1, .events = POLLIN};

	return poll(&p, 1, wait_ms) > 0;
}

static int
take_lock(const char *path, const struct build_request *request, struct lock *ret, struct err *err)
{
	if (!request)
		return lock_share(path, false, ret, err);
	for (;;) {
		struct err held = ERR_INIT;

		if (lock_take(path, false, ret, &held) == 0)
			return 0;
		if (held.kind != ERR_BUSY) {
			*err = held;
			return -1;
		}
		if (stop_requested() || is_cancelled(request->cancel_fd, LOOK_MS))
			return err_set(err, ERR_STOPPED, "stopped while waiting: %s", held.text);
	}
}

int
entry_open(const char *cache, const char *key, const struct build_request *request,
	struct entry *ret, struct err *err)
{
	scoped_free char *builds = path_join(cache, "builds");
	scoped_free char *locks = path_join(cache, "locks");
	scoped_free char *lock_path = path_join(locks, key);
	struct lock lock = LOCK_INIT;

	if (fs_mkdir_p(builds, 0700, err) < 0 || fs_mkdir_p(locks, 0700, err) < 0 ||
		take_lock(lock_path, request, &lock, err) < 0)
		return -1;
	char *dir = path_join(builds, key);
	*ret = (struct entry){
		.dir = dir,
		.src = path_join(dir, "src"),
		.build = path_join(dir, "build"),
		.home = path_join(dir, "home"),
		.tmp = path_join(dir, "tmp"),
		.prefix = path_join(dir, "prefix"),
		.log = path_join(dir, "log"),
		.manifest = path_join(dir, "MANIFEST.json"),
		.files = path_join(dir, "FILES"),
		.failed = path_join(dir, "FAILED.json"),
		.lock = lock,
	};
	return 0;
}

void
entry_done(struct entry *entry)
{
	char **const all[] = {&entry->dir, &entry->src, &entry->build, &entry->home, &entry->tmp,
		&entry->prefix, &entry->log, &entry->manifest, &entry->files, &entry->failed,
		&entry->shared};

	if (!entry->dir)
		return;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		free(*all[i]);
		*all[i] = NULL;
	}
	lock_done(&entry->lock);
}

int
entry_clear(const struct entry *entry, bool keep_log, struct err *err)
{
	const char *const parts[] = {entry->manifest, entry->failed, entry->files, entry->prefix,
		entry->src, entry->build, entry->home, entry->tmp};

	if (!keep_log)
		return fs_remove(entry->dir, err);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (fs_remove(parts[i], err) < 0)
			return -1;
	return 0;
}

int
entry_prepare(const struct entry *entry, struct err *err)
{
	const char *const dirs[] = {
		entry->src, entry->build, entry->home, entry->tmp, entry->prefix};

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		if (fs_mkdir_p(dirs[i], 0755, err) < 0)
			return -1;
	return 0;
}

int
entry_quarantine(const struct entry *entry, const char *cache, const char *key, struct err *err)
{
	scoped_free char *dir = path_join(cache, "damaged");

	if (fs_mkdir_p(dir, 0700, err) < 0)
		return -1;
	for (int i = 1; i < 1000; i++) {
		scoped_free char *to = xasprintf("%s/%s-%d", dir, key, i);

		if (fs_exists(to))
			continue;
		if (rename(entry->dir, to) == 0)
			return 0;
		return err_sys(
			err, ERR_STORE, "cannot move the damaged '%s' to '%s'", entry->dir, to);
	}
	return err_set(err, ERR_STORE, "'%s' is full; remove it", dir);
}
