#include "serve/cache.h"

#include "base/mem.h"
#include "base/str.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define SLOTS 1024
#define OVERHEAD 512 /* bytes of an entry beside its key and its answer */

struct entry {
	struct entry *prev, *next; /* in the ring: least recently used first */
	struct entry *chain;       /* of its slot */
	char *key;
	size_t bytes;
	struct cached cached;
};

struct cache {
	pthread_mutex_t lock;
	size_t bytes, max_bytes;
	struct entry ring;
	struct entry *slots[SLOTS];
};

struct cache *
cache_new(size_t max_bytes)
{
	struct cache *cache = xcalloc(1, sizeof(*cache));

	pthread_mutex_init(&cache->lock, NULL);
	cache->max_bytes = max_bytes;
	cache->ring.prev = cache->ring.next = &cache->ring;
	return cache;
}

/* FNV-1a. Whoever may ask at all gains nothing by making keys collide. */
static struct entry **
slot_of(struct cache *cache, const char *key)
{
	uint32_t hash = 2166136261u;

	while (*key)
		hash = (hash ^ (unsigned char)*key++) * 16777619u;
	return &cache->slots[hash % SLOTS];
}

static struct entry **
find(struct cache *cache, const char *key)
{
	struct entry **at = slot_of(cache, key);

	while (*at && strcmp((*at)->key, key) != 0)
		at = &(*at)->chain;
	return at;
}

static void
drop(struct cache *cache, struct entry **at)
{
	struct entry *entry = *at;

	*at = entry->chain;
	entry->prev->next = entry->next;
	entry->next->prev = entry->prev;
	cache->bytes -= entry->bytes;
	httpd_reply_unref(entry->cached.reply);
	free(entry->key);
	free(entry);
}

static void
make_last(struct cache *cache, struct entry *entry)
{
	entry->prev = cache->ring.prev;
	entry->next = &cache->ring;
	entry->prev->next = entry;
	cache->ring.prev = entry;
}

bool
cache_find(struct cache *cache, const char *key, struct cached *ret)
{
	pthread_mutex_lock(&cache->lock);
	struct entry *entry = *find(cache, key);

	if (entry) {
		entry->prev->next = entry->next;
		entry->next->prev = entry->prev;
		make_last(cache, entry);
		*ret = entry->cached;
		httpd_reply_ref(ret->reply);
	}
	pthread_mutex_unlock(&cache->lock);
	return entry;
}

void
cache_put(struct cache *cache, const char *key, const struct cached *cached, size_t bytes)
{
	size_t size = bytes + strlen(key) + OVERHEAD;

	pthread_mutex_lock(&cache->lock);
	struct entry **at = find(cache, key);

	if (*at)
		drop(cache, at);
	while (cache->bytes + size > cache->max_bytes && cache->ring.next != &cache->ring)
		drop(cache, find(cache, cache->ring.next->key));
	if (size <= cache->max_bytes) {
		struct entry *entry = xcalloc(1, sizeof(*entry));

		entry->key = xstrdup(key);
		entry->bytes = size;
		entry->cached = *cached;
		httpd_reply_ref(entry->cached.reply);
		at = slot_of(cache, key);
		entry->chain = *at;
		*at = entry;
		make_last(cache, entry);
		cache->bytes += size;
	}
	pthread_mutex_unlock(&cache->lock);
}

void
cache_confirm(struct cache *cache, const char *key, const char *tag, uint64_t pulse)
{
	pthread_mutex_lock(&cache->lock);
	struct entry *entry = *find(cache, key);

	if (entry && strcmp(entry->cached.tag, tag) == 0)
		entry->cached.pulse = pulse;
	pthread_mutex_unlock(&cache->lock);
}

size_t
cache_bytes(struct cache *cache)
{
	pthread_mutex_lock(&cache->lock);
	size_t bytes = cache->bytes;
	pthread_mutex_unlock(&cache->lock);
	return bytes;
}

void
cache_free(struct cache *cache)
{
	if (!cache)
		return;
	while (cache->ring.next != &cache->ring)
		drop(cache, find(cache, cache->ring.next->key));
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}
