/* The machine we run on, the state of the store, and what is not data. */
#include "page.h"
#include "serve_priv.h"

#include "sys/fs.h"
#include "sys/host.h"

#include <math.h>

extern const unsigned char serve_style_css[];
extern const size_t serve_style_css_size;

static void
put_free(struct jsonw *w, const char *key, const char *path)
{
	struct err ignored = ERR_INIT; /* unknown is an answer */
	uint64_t bytes = 0;

	if (fs_free_bytes(path, &bytes, &ignored) == 0)
		jsonw_int(w, key, (int64_t)bytes);
	else
		jsonw_null(w, key);
}

int
at_machine_json(struct asked *asked, struct str *out, struct err *err)
{
	struct jsonw w = {.out = out, .pretty = true};
	struct host host;
	struct host_load load;

	(void)err;
	host_read(&host);
	host_load_read(&load);
	jsonw_open(&w, NULL, '{');
	jsonw_open(&w, "host", '{');
	host_write(&host, &w);
	jsonw_close(&w, '}');
	jsonw_number(&w, "load1", load.load1);
	jsonw_text(&w, "store", asked->options->store);
	put_free(&w, "store_free_bytes", asked->options->store);
	jsonw_text(&w, "cache", asked->options->cache);
	put_free(&w, "cache_free_bytes", asked->options->cache);
	jsonw_text(&w, "version", REVSWEEP_VERSION);
	jsonw_close(&w, '}');
	str_addc(out, '\n');
	return 0;
}

int
at_health_json(struct asked *asked, struct str *out, struct err *err)
{
	struct jsonw w = {.out = out, .pretty = true};
	struct store_filter filter = {.limit = 1};
	struct store_head *heads = NULL;
	uint64_t total = 0;
	size_t n = 0;

	if (store_heads(asked->store, &filter, asked->arena, &heads, &n, &total, err) < 0)
		return -1;
	jsonw_open(&w, NULL, '{');
	jsonw_text(&w, "status", "ok");
	jsonw_text(&w, "version", REVSWEEP_VERSION);
	jsonw_text(&w, "store", asked->options->store);
	jsonw_int(&w, "sweeps", (int64_t)total);
	jsonw_close(&w, '}');
	str_addc(out, '\n');
	return 0;
}

int
at_style(struct asked *asked, struct str *out, struct err *err)
{
	(void)asked;
	(void)err;
	str_addn(out, (const char *)serve_style_css, serve_style_css_size);
	return 0;
}

/* ---- the pages */

static const struct column host_facts[] = {
	{"name", "name", COLUMN_TEXT, NULL},
	{"system", "os", COLUMN_TEXT, NULL},
	{"kernel", "kernel", COLUMN_TEXT, NULL},
	{"processor", "cpu", COLUMN_TEXT, NULL},
	{"processors", "cpus", COLUMN_COUNT, NULL},
	{"memory", "memory", COLUMN_BYTES, NULL},
	{"governor", "governor", COLUMN_TEXT, NULL},
	{"turbo", "turbo", COLUMN_TEXT, NULL},
	{"virtual", "virtual", COLUMN_TEXT, NULL},
};
static const struct column facts[] = {
	{"store", "store", COLUMN_TEXT, NULL},
	{"free there", "store_free_bytes", COLUMN_BYTES, NULL},
	{"builds", "cache", COLUMN_TEXT, NULL},
	{"free there", "cache_free_bytes", COLUMN_BYTES, NULL},
	{"revsweep", "version", COLUMN_TEXT, NULL},
};
static const struct column health[] = {
	{"status", "status", COLUMN_TEXT, NULL},
	{"store", "store", COLUMN_TEXT, NULL},
	{"sweeps", "sweeps", COLUMN_COUNT, NULL},
	{"revsweep", "version", COLUMN_TEXT, NULL},
};

int
at_machine_page(struct asked *asked, struct str *out, struct err *err)
{
	struct page page = {.out = out};
	scoped(str) text = STR_INIT;
	struct json *doc = NULL;

	if (at_machine_json(asked, &text, err) < 0 || document_parse(&text, &doc, err) < 0)
		return -1;
	page_begin(&page, "Machine");
	page_facts(&page, json_get(json_root(doc), "host"), host_facts, ARRAY_LEN(host_facts));
	page_facts(&page, json_root(doc), facts, ARRAY_LEN(facts));
	page_end(&page);
	json_free(doc);
	return 0;
}

int
at_health_page(struct asked *asked, struct str *out, struct err *err)
{
	struct page page = {.out = out};
	scoped(str) text = STR_INIT;
	struct json *doc = NULL;

	if (at_health_json(asked, &text, err) < 0 || document_parse(&text, &doc, err) < 0)
		return -1;
	page_begin(&page, "Health");
	page_facts(&page, json_root(doc), health, ARRAY_LEN(health));
	page_end(&page);
	json_free(doc);
	return 0;
}
