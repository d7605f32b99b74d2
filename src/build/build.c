#include "build/build.h"

#include "internal.h"

#include "base/format.h"
#include "sys/clock.h"
#include "sys/fs.h"
#include "sys/stop.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define RESERVE_BYTES ((uint64_t)1 << 30) /* of disk, before a build begins */
#define WAIT_NS 1000000                   /* shorter waits are none to speak of */
#define FULL_BYTES ((uint64_t)16 << 20)   /* less than this after a failure: the disk's fault */

int
build_cache_dir(char **ret, struct err *err)
{
	const char *own = getenv("REVSWEEP_CACHE"), *xdg = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");

	if (own && *own)
		*ret = path_absolute(own);
	else if (xdg && xdg[0] == '/')
		*ret = xasprintf("%s/revsweep", xdg);
	else if (home && home[0] == '/')
		*ret = xasprintf("%s/.cache/revsweep", home);
	else
		return err_set(err, ERR_ENVIRONMENT,
			"there is no place for builds: set REVSWEEP_CACHE, XDG_CACHE_HOME or HOME");
	if (fs_mkdir_p(*ret, 0700, err) == 0)
		return 0;
	free(*ret);
	return -1;
}

void
build_done(struct build *build)
{
	free(build->prefix);
	free(build->log);
	free((char *)build->failed_step);
	free(build->note);
	memset(build, 0, sizeof(*build));
}

static int
check_space(const char *path, uint64_t need, struct err *err)
{
	uint64_t have = 0;
	char a[32], b[32];

	if (fs_free_bytes(path, &have, err) < 0)
		return -1;
	if (have >= need)
		return 0;
	return err_set(err, ERR_RESOURCES,
		"no space left for builds on '%s': need %s, have %s; free some, or name another "
		"place in REVSWEEP_CACHE",
		path, format_size((double)need, a, sizeof(a)),
		format_size((double)have, b, sizeof(b)));
}

/* Everything that can be refused before a build begins. */
static int
check(const struct build_request *request, struct arena *arena, struct recipe_pair **ret_params,
	struct err *err)
{
	struct env env;

	if (request->rev->kind == REVSPEC_PREFIX)
		return 0;
	if (request->isolation == ISOLATION_SANDBOX)
		return err_set(err, ERR_ENVIRONMENT,
			"isolation 'sandbox' is not available for builds; use 'prefix'");
	if (params_resolve(request, arena, ret_params, err) < 0)
		return -1;
	step_env(request, *ret_params, NULL, &env);
	int r = tools_check(request, &env, arena, err);
	env_done(&env);
	return r;
}

int
build_check(const struct build_request *request, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct recipe_pair *params = NULL;
	int r = check(request, &arena, &params, err);

	arena_done(&arena);
	return r;
}

int
build_key(const struct build_request *request, char ret[65], struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct recipe_pair *params = NULL;
	int r = check(request, &arena, &params, err);

	if (r == 0)
		r = key_compute(request, params, &arena, ret, err);
	arena_done(&arena);
	return r;
}

/* A prefix that somebody else made. */
static int
use_prefix(const struct build_request *request, struct build *ret, struct err *err)
{
	const char *path = request->rev->path;
	struct build build = {.outcome = OUTCOME_INIT, .reused = true};

	if (content_digest(path, path, build.digest, err) < 0)
		return err_wrap(err, "prefix '%s'", path);
	memcpy(build.key, build.digest, sizeof(build.key));
	build.prefix = xstrdup(path);
	*ret = build;
	return 0;
}

/* Finds a stored build or failure: 1. Clears the way for a new one: 0. */
static int
look_up(const struct build_request *request, const struct entry *entry, struct build *build,
	struct err *err)
{
	scoped(str) why = STR_INIT;
	int found = manifest_read(entry, build, &why);

	if (found > 0 || (found == 0 && !request->rebuild &&
				 failure_read(entry, step_timeout(request), build))) {
		build->reused = true;
		return 1;
	}
	if (found < 0) {
		build->note = xasprintf("the stored build of %s was damaged (%s); it was put aside "
					"and is built again",
			request->rev->label, why.p);
		return entry_quarantine(entry, request->cache, build->key, err);
	}
	return entry_clear(entry, false, err);
}

static int
checkout(const struct build_request *request, const struct entry *entry, struct err *err)
{
	static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

	if (request->progress)
		request->progress(request->arg, request, "checkout");
	int64_t start = clock_monotonic_ns();
	pthread_mutex_lock(&one_at_a_time);
	if (clock_monotonic_ns() - start > WAIT_NS) {
		span_tell(request, SPAN_WAIT, start, span_ok);
		start = clock_monotonic_ns();
	}
	int r = request->checkout(request->arg, request->rev, entry->src, err);
	pthread_mutex_unlock(&one_at_a_time);
	span_tell(request, SPAN_CHECKOUT, start, span_word(r, err));
	return r;
}

/* Leaves only the prefix, or after a failure only the log, and says so durably. */
static int
publish(const struct build_request *request, const struct entry *entry, const struct steps_end *end,
	struct build *build, struct err *err)
{
	const char *const litter[] = {entry->src, entry->build, entry->home, entry->tmp};

	if (end->failed_step) {
		/* A full disk fails builds that are not at fault. */
		if (check_space(entry->dir, FULL_BYTES, err) < 0 ||
			entry_clear(entry, true, err) < 0)
			return -1;
		build->failed_step = xstrdup(end->failed_step);
		/* What a registry does not have today, or a network not bring, it may tomorrow. */
		if (end->lost || request->rev->kind == REVSPEC_VERSION)
			return 0;
		return failure_publish(request, entry, build, err);
	}
	for (size_t i = 0; i < ARRAY_LEN(litter); i++)
		if (fs_remove(litter[i], err) < 0)
			return -1;
	if (content_digest(entry->prefix, entry->dir, build->digest, err) < 0)
		return -1;
	return manifest_publish(request, entry, build, err);
}

static int
build_new(const struct build_request *request, const struct recipe_pair *params,
	const struct entry *entry, struct build *build, struct err *err)
{
	int64_t start = clock_monotonic_ns();
	struct steps_end end = {0};

	if (check_space(request->cache, RESERVE_BYTES, err) < 0 || entry_prepare(entry, err) < 0 ||
		(entry->shared && fs_mkdir_p(entry->shared, 0700, err) < 0) ||
		log_line(entry->log, err, "revsweep: %s (%s) by recipe '%s'", request->rev->label,
			request->rev->id, request->recipe->name) < 0 ||
		checkout(request, entry, err) < 0 ||
		steps_run(request, params, entry, &end, err) < 0)
		return -1;
	build->outcome = end.outcome;
	build->confined = end.confined;
	int64_t built = clock_monotonic_ns();
	build->wall_s = (double)(built - start) * 1e-9;
	int r = publish(request, entry, &end, build, err);
	span_tell(request, SPAN_PUBLISH, built, span_word(r, err));
	return r;
}

/* The entry under its lock, and whoever asked knows that this key is in use. */
static int
open_entry(const struct build_request *request, const char *key, struct entry *ret, struct err *err)
{
	int64_t start = clock_monotonic_ns();
	int r = entry_open(request->cache, key, request, ret, err);

	if (r < 0 || clock_monotonic_ns() - start > WAIT_NS)
		span_tell(request, SPAN_WAIT, start, span_word(r, err));
	if (r == 0 && request->using && request->using(request->arg, key, err) < 0) {
		entry_done(ret);
		return -1;
	}
	return r;
}

static int
look_up_timed(const struct build_request *request, const struct entry *entry, struct build *build,
	struct err *err)
{
	int64_t start = clock_monotonic_ns();
	int r = look_up(request, entry, build, err);

	span_tell(request, SPAN_LOOKUP, start, span_word(r, err));
	return r;
}

static int
find_or_build(const struct build_request *request, const struct recipe_pair *params,
	struct build *build, struct err *err)
{
	struct entry entry = {.lock = LOCK_INIT};

	if (open_entry(request, build->key, &entry, err) < 0)
		return -1;
	if (recipe_uses(request, "SHARED"))
		entry.shared = xasprintf("%s/shared/%s", request->cache, request->recipe->name);
	build->prefix = xstrdup(entry.prefix);
	build->log = xstrdup(entry.log);
	int r = look_up_timed(request, &entry, build, err);
	if (r == 0) {
		r = build_new(request, params, &entry, build, err);
		if (r < 0) {
			/* What an unfinished build leaves is of no use; if it cannot be removed
			 * either, the next builder will. */
			struct err second = ERR_INIT;
			(void)entry_clear(&entry, false, &second);
		}
	}
	entry_done(&entry);
	return r < 0 ? -1 : 0;
}

int
build_run(const struct build_request *request, struct build *ret, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct recipe_pair *params = NULL;
	struct build build = {.outcome = OUTCOME_INIT};

	if (request->rev->kind == REVSPEC_PREFIX)
		return use_prefix(request, ret, err);
	int64_t start = clock_monotonic_ns();
	int r = check(request, &arena, &params, err);
	if (r == 0)
		r = key_compute(request, params, &arena, build.key, err);
	span_tell(request, SPAN_LOOKUP, start, span_word(r, err));
	if (r == 0)
		r = find_or_build(request, params, &build, err);
	arena_done(&arena);
	if (r == 0 && request->progress)
		request->progress(request->arg, request, NULL);
	if (r == 0)
		*ret = build;
	else
		build_done(&build);
	return r < 0 ? err_wrap(err, "build of %s", request->rev->label) : 0;
}
