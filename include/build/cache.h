/* The builds' cache as a place that grows: what lies in it, who needs it, what can go.
 *
 * A build is used by whoever holds its lock (a builder, for as long as it builds), and by sweeps
 * that are not finished: each names its builds in a file CACHE/pins/NAME, before anybody else can
 * take the lock. Whether such a sweep still counts is known by its store, not here. */
#ifndef BUILD_CACHE_H
#define BUILD_CACHE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cache_state {
	CACHE_BUILD,
	CACHE_FAILURE, /* a remembered one: its log */
	CACHE_LITTER,  /* what an interrupted build left */
	CACHE_DAMAGED, /* put aside when it was found to be damaged */
};

struct cache_entry {
	const char *key; /* the name of its directory */
	enum cache_state state;
	const char *project, *label, *rev, *recipe; /* NULL where it does not say */
	uint64_t bytes;
	int64_t built, used; /* seconds since 1970; used: when a builder last found or made it */
	double wall_s;       /* that it took to build; 0: not known */
	bool busy;           /* somebody holds its lock */
	const char *pinned;  /* by whom, in words; filled in by the caller */
};

/* Everything, by last use, newest first. */
int cache_list(const char *cache, struct arena *arena, struct cache_entry **ret, size_t *ret_n,
	struct err *err);
/* "build", "failure", "litter", "damaged" */
const char *cache_state_name(enum cache_state state);
/* As an object in the array that is open in w. */
void cache_write_json(const struct cache_entry *entry, struct jsonw *w);
/* Bytes below another directory of the cache: "suites", "archives". */
int cache_bytes_of(const char *cache, const char *name, uint64_t *ret, struct err *err);

/* Which of a list to remove: what was last used before `before`, then the oldest uses until the
 * rest (what is kept included) has at most max_bytes. Never what is busy or pinned. */
void cache_choose(
	const struct cache_entry *list, size_t n, uint64_t max_bytes, int64_t before, bool *ret);

/* Removes an entry: 1. It is in use by now: 0. pinned is asked when the lock is held. */
int cache_remove(const char *cache, const struct cache_entry *entry,
	int (*pinned)(void *arg, const char *key, struct err *err), void *arg, struct err *err);

enum cache_health { CACHE_SOUND, CACHE_BROKEN, CACHE_BUSY };
/* Compares a build with its manifest, file by file and byte by byte; why says what is wrong.
 * repair: a broken one that nobody has pinned is put aside, and the next builder makes it anew. */
int cache_verify(const char *cache, const struct cache_entry *entry, bool repair,
	enum cache_health *ret, struct str *why, struct err *err);

/* ---- pins */

/* The pins of one sweep that is being carried out. */
struct cache_pins;
/* store: its directory. The pins of an earlier session are kept. */
int cache_pins_open(const char *cache, const char *store, int64_t sweep, struct cache_pins **ret,
	struct err *err);
/* From any thread. */
int cache_pins_add(struct cache_pins *pins, const char *key, struct err *err);
/* done: the sweep needs none of them any more. Takes NULL. */
void cache_pins_close(struct cache_pins *pins, bool done);

struct cache_pin {
	const char *path;  /* of its file */
	const char *store; /* directory */
	int64_t sweep;
	const char *const *keys;
	size_t n_keys;
};
/* Of all sweeps, whether they still count or not. */
int cache_pins_read(const char *cache, struct arena *arena, struct cache_pin **ret, size_t *ret_n,
	struct err *err);
/* For one that does not count any more. */
int cache_pin_drop(const struct cache_pin *pin, struct err *err);

#endif
