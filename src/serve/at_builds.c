/* The builds' cache. */
#include "page.h"
#include "serve_priv.h"

#include "build/cache.h"

#include <inttypes.h>
#include <string.h>

/* As its file says. Whether the sweep still counts only its store knows, which may be another one:
 * that is not asked here, where nothing is to be opened or tidied. */
static void
mark_pinned(struct asked *asked, struct cache_entry *list, size_t n, const struct cache_pin *pin)
{
	for (size_t k = 0; k < pin->n_keys; k++)
		for (size_t i = 0; i < n; i++)
			if (strcmp(list[i].key, pin->keys[k]) == 0)
				list[i].pinned = arena_printf(asked->arena,
					"sweep #%" PRId64 " of '%s'", pin->sweep, pin->store);
}

/* What lies in the cache beside builds. */
static int
put_others(struct asked *asked, struct jsonw *w, struct err *err)
{
	static const char *const names[][2] = {{"suites", "suites_bytes"},
		{"archives", "archives_bytes"}, {"shared", "shared_bytes"}};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		uint64_t bytes = 0;

		if (cache_bytes_of(asked->options->cache, names[i][0], &bytes, err) < 0)
			return -1;
		jsonw_int(w, names[i][1], (int64_t)bytes);
	}
	return 0;
}

int
at_builds_json(struct asked *asked, struct str *out, struct err *err)
{
	struct jsonw w = {.out = out, .pretty = true};
	struct cache_entry *list = NULL;
	struct cache_pin *pins = NULL;
	size_t n = 0, n_pins = 0;
	uint64_t bytes = 0;

	if (cache_list(asked->options->cache, asked->arena, &list, &n, err) < 0 ||
		cache_pins_read(asked->options->cache, asked->arena, &pins, &n_pins, err) < 0)
		return -1;
	for (size_t i = 0; i < n_pins; i++)
		mark_pinned(asked, list, n, &pins[i]);
	for (size_t i = 0; i < n; i++)
		bytes += list[i].bytes;
	jsonw_open(&w, NULL, '{');
	jsonw_text(&w, "cache", asked->options->cache);
	jsonw_int(&w, "bytes", (int64_t)bytes);
	if (put_others(asked, &w, err) < 0)
		return -1;
	jsonw_open(&w, "builds", '[');
	for (size_t i = 0; i < n; i++)
		cache_write_json(&list[i], &w);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	str_addc(out, '\n');
	return 0;
}

static const struct column facts[] = {
	{"where", "cache", COLUMN_TEXT, NULL},
	{"in all", "bytes", COLUMN_BYTES, NULL},
};
static const struct column builds[] = {
	{"key", "key", COLUMN_ID, NULL},
	{"project", "project", COLUMN_TEXT, NULL},
	{"revision", "label", COLUMN_TEXT, NULL},
	{"id", "rev", COLUMN_ID, NULL},
	{"state", "state", COLUMN_TEXT, NULL},
	{"recipe", "recipe", COLUMN_TEXT, NULL},
	{"size", "bytes", COLUMN_BYTES, NULL},
	{"took", "wall_s", COLUMN_SECONDS, NULL},
	{"built", "built", COLUMN_TEXT, NULL},
	{"used", "used", COLUMN_TEXT, NULL},
	{"in work", "busy", COLUMN_TEXT, NULL},
	{"needed by", "pinned", COLUMN_TEXT, NULL},
};

int
at_builds_page(struct asked *asked, struct str *out, struct err *err)
{
	struct page page = {.out = out};
	scoped(str) text = STR_INIT;
	struct json *doc = NULL;

	if (at_builds_json(asked, &text, err) < 0 || document_parse(&text, &doc, err) < 0)
		return -1;
	page_begin(&page, "Builds");
	page_facts(&page, json_root(doc), facts, ARRAY_LEN(facts));
	page_table(
		&page, NULL, json_get(json_root(doc), "builds"), builds, ARRAY_LEN(builds), NULL);
	page_end(&page);
	json_free(doc);
	return 0;
}
