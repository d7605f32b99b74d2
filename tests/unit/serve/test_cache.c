#include "serve/cache.h"

#include "base/mem.h"

#include "../check_main.h"

#include <stdio.h>
#include <string.h>

static void
put(struct cache *cache, const char *key, const char *tag, uint64_t pulse, size_t bytes)
{
	struct cached cached = {
		.reply = httpd_reply_new(200, xstrdup("body"), 4, NULL), .pulse = pulse};

	snprintf(cached.tag, sizeof(cached.tag), "%s", tag);
	cache_put(cache, key, &cached, bytes);
	httpd_reply_unref(cached.reply);
}

static bool
has(struct cache *cache, const char *key, const char *tag, uint64_t pulse)
{
	struct cached cached;

	if (!cache_find(cache, key, &cached))
		return false;
	httpd_reply_unref(cached.reply);
	return strcmp(cached.tag, tag) == 0 && cached.pulse == pulse;
}

START_TEST(the_newest_counts)
{
	struct cache *cache = cache_new(100000);

	ck_assert(!has(cache, "/", "a", 1));
	put(cache, "/", "a", 1, 10);
	ck_assert(has(cache, "/", "a", 1));
	put(cache, "/", "b", 2, 10);
	ck_assert(has(cache, "/", "b", 2));
	cache_confirm(cache, "/", "a", 3);
	ck_assert(has(cache, "/", "b", 2));
	cache_confirm(cache, "/", "b", 3);
	ck_assert(has(cache, "/", "b", 3));
	cache_confirm(cache, "/none", "b", 3);
	cache_free(cache);
	cache_free(NULL);
}
END_TEST

START_TEST(bytes_have_a_limit)
{
	struct cache *cache = cache_new(100000);
	char key[32];

	for (unsigned i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "/sweep/%u", i);
		put(cache, key, "t", i, 9000);
		ck_assert(has(cache, "/sweep/0", "t", 0)); /* so that it is not the oldest */
		ck_assert(cache_bytes(cache) <= 100000);
	}
	ck_assert(has(cache, "/sweep/4999", "t", 4999));
	ck_assert(has(cache, "/sweep/4995", "t", 4995));
	ck_assert(!has(cache, "/sweep/1", "t", 1));
	put(cache, "/large", "t", 1, 200000);
	ck_assert(!has(cache, "/large", "t", 1));
	ck_assert_uint_lt(cache_bytes(cache), 100001);
	cache_free(cache);
}
END_TEST

TEST_SUITE("serve/cache", the_newest_counts, bytes_have_a_limit)
