/* The list of sweeps, newest first. */
#include "page.h"
#include "serve_priv.h"

#include "sys/clock.h"

#include <string.h>

#define LIMIT 50
#define LIMIT_MAX 1000

static void
put_head(struct asked *asked, const struct store_head *head, struct jsonw *w)
{
	char date[32];

	jsonw_open(w, NULL, '{');
	jsonw_int(w, "sweep", head->id);
	jsonw_text(w, "date", clock_iso8601(head->created, date, sizeof(date)));
	jsonw_text(w, "command", head->command);
	jsonw_text(w, "status", head->done ? "done" : "running");
	jsonw_bool(w, "working", !head->done && store_is_worked_on(asked->store, head->id));
	if (head->done)
		jsonw_int(w, "exit", head->exit_code);
	else
		jsonw_null(w, "exit");
	jsonw_text(w, "summary", head->summary);
	jsonw_int(w, "launches", head->launches);
	jsonw_close(w, '}');
}

static int
read_filter(struct asked *asked, struct store_filter *ret, struct err *err)
{
	*ret = (struct store_filter){
		.command = target_param(asked->target, "command"),
		.status = target_param(asked->target, "status"),
		.text = target_param(asked->target, "q"),
	};
	if (asked_number(asked, "limit", LIMIT, LIMIT_MAX, &ret->limit, err) < 0 ||
		asked_number(asked, "offset", 0, INT64_MAX, &ret->offset, err) < 0)
		return -1;
	if (!ret->limit)
		ret->limit = LIMIT;
	if (!ret->status || strcmp(ret->status, "done") == 0 || strcmp(ret->status, "running") == 0)
		return 0;
	asked->malformed = true;
	return err_set(err, ERR_USAGE, "status is done or running, not '%s'", ret->status);
}

int
at_sweeps_json(struct asked *asked, struct str *out, struct err *err)
{
	struct jsonw w = {.out = out, .pretty = true};
	struct store_filter filter;
	struct store_head *heads = NULL;
	uint64_t total = 0;
	size_t n = 0;

	if (read_filter(asked, &filter, err) < 0 ||
		store_heads(asked->store, &filter, asked->arena, &heads, &n, &total, err) < 0)
		return -1;
	jsonw_open(&w, NULL, '{');
	jsonw_int(&w, "total", (int64_t)total);
	jsonw_int(&w, "limit", (int64_t)filter.limit);
	jsonw_int(&w, "offset", (int64_t)filter.offset);
	jsonw_open(&w, "sweeps", '[');
	for (size_t i = 0; i < n; i++)
		put_head(asked, &heads[i], &w);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	str_addc(out, '\n');
	return 0;
}

/* ---- the page */

static void
link_sweep(const struct json_val *row, size_t i, const void *arg, struct str *url)
{
	(void)i;
	(void)arg;
	str_addf(url, "/sweep/%.0f", json_number(json_get(row, "sweep")));
}

static void
link_charts(const struct json_val *row, size_t i, const void *arg, struct str *url)
{
	link_sweep(row, i, arg, url);
	str_add(url, "/charts");
}

static const struct column columns[] = {
	{"sweep", "sweep", COLUMN_COUNT, link_sweep},
	{"date", "date", COLUMN_TEXT, NULL},
	{"command", "command", COLUMN_TEXT, NULL},
	{"status", "status", COLUMN_TEXT, NULL},
	{"exit", "exit", COLUMN_COUNT, NULL},
	{"launches", "launches", COLUMN_COUNT, NULL},
	{"summary", "summary", COLUMN_TEXT, link_charts},
};

/* The same list from another place on. */
static void
put_turn(struct page *page, const struct target *target, double offset, const char *text)
{
	scoped(str) url = STR_INIT;

	str_addf(&url, "/?offset=%.0f", offset);
	for (size_t i = 0; i < target->n_params; i++) {
		if (strcmp(target->params[i].name, "offset") == 0)
			continue;
		str_addf(&url, "&%s=", target->params[i].name);
		target_encode(&url, target->params[i].value);
	}
	page_link(page, url.p, text);
}

static void
put_turns(struct page *page, const struct target *target, const struct json_val *list)
{
	double total = json_number(json_get(list, "total"));
	double limit = json_number(json_get(list, "limit"));
	double offset = json_number(json_get(list, "offset"));

	page_open(page, "p", "turns");
	if (offset > 0)
		put_turn(page, target, offset > limit ? offset - limit : 0, "newer");
	if (offset + limit < total)
		put_turn(page, target, offset + limit, "older");
	page_close(page, "p");
}

static bool
any_working(const struct json_val *sweeps)
{
	for (size_t i = 0; i < json_length(sweeps); i++)
		if (json_is_true(json_get(json_at(sweeps, i), "working")))
			return true;
	return false;
}

int
at_sweeps_page(struct asked *asked, struct str *out, struct err *err)
{
	struct page page = {.out = out};
	scoped(str) text = STR_INIT;
	struct json *doc = NULL;

	if (at_sweeps_json(asked, &text, err) < 0 || document_parse(&text, &doc, err) < 0)
		return -1;
	const struct json_val *sweeps = json_get(json_root(doc), "sweeps");
	page.live = any_working(sweeps);
	page_begin(&page, asked->options->project ? asked->options->project : "Sweeps");
	page_table(
		&page, NULL, json_get(json_root(doc), "sweeps"), columns, ARRAY_LEN(columns), NULL);
	put_turns(&page, asked->target, json_root(doc));
	page_end(&page);
	json_free(doc);
	return 0;
}
