/* Answers that were given before, by address: the least recently used go when there are too many
 * bytes. From any thread.
 *
 * An answer has a tag, which names the state of what it tells of: one whose tag is right is right.
 * So that nobody has to ask for the tag at each request, it also has the pulse of the store as it
 * was when the tag was last found right: as long as the pulse is the same nothing changed. */
#ifndef SERVE_CACHE_H
#define SERVE_CACHE_H

#include "ext/httpd.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CACHE_TAG 48 /* an ETag with its quotes and a NUL, at most */

struct cache;
struct cache *cache_new(size_t max_bytes);
void cache_free(struct cache *cache); /* takes NULL */

struct cached {
	struct httpd_reply *reply; /* with a reference for the caller */
	char tag[CACHE_TAG];
	uint64_t pulse;
	int64_t until_ns; /* by clock_monotonic_ns(): right until then whatever the pulse; 0: no */
	int64_t made_ns, took_ns; /* when it was made, by that clock, and how long that took */
};
/* False when there is none. */
bool cache_find(struct cache *cache, const char *key, struct cached *ret);
/* Takes a reference of its own; replaces what was there. bytes: of the answer. */
void cache_put(struct cache *cache, const char *key, const struct cached *cached, size_t bytes);
/* The tag was found right at this pulse. */
void cache_confirm(struct cache *cache, const char *key, const char *tag, uint64_t pulse);
size_t cache_bytes(struct cache *cache);

#endif
