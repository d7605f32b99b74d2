/* Every launch of a sweep, and when things were done. */
#include "page.h"
#include "serve_priv.h"

#include "sweep/sweep.h"

#include <inttypes.h>
#include <math.h>

#define LIMIT 1000
#define LIMIT_MAX 10000
#define LANES_WIDTH 120

static void
put_disturbances(unsigned by, struct jsonw *w)
{
	jsonw_open(w, "disturbed_by", '[');
	for (unsigned i = 0; i < DISTURBANCE_COUNT; i++)
		if (by >> i & 1)
			jsonw_text(w, NULL, disturbance_name((enum disturbance)i));
	jsonw_close(w, ']');
}

static void
put_launch(const struct store_launch_row *l, struct jsonw *w)
{
	jsonw_open(w, NULL, '{');
	jsonw_int(w, "launch", l->id);
	jsonw_text(w, "rev", l->rev);
	jsonw_text(w, "suite", l->suite);
	jsonw_int(w, "block", l->block);
	jsonw_int(w, "position", l->position);
	jsonw_int(w, "attempt", l->attempt);
	jsonw_int(w, "layout", l->layout);
	jsonw_bool(w, "warmup", l->warmup);
	jsonw_bool(w, "discarded", l->discarded);
	jsonw_bool(w, "counts", l->counts);
	jsonw_text(w, "outcome", l->outcome);
	jsonw_text(w, "detail", l->detail && *l->detail ? l->detail : NULL);
	jsonw_int(w, "started", l->started);
	jsonw_number(w, "wall_s", l->wall_s);
	jsonw_number(w, "cpu_s", l->cpu_s);
	jsonw_number(w, "rss_bytes", l->rss_bytes);
	jsonw_number(w, "cpu_pressure", l->cpu_pressure);
	jsonw_int(w, "minflt", l->minflt);
	jsonw_int(w, "majflt", l->majflt);
	jsonw_int(w, "nvcsw", l->nvcsw);
	jsonw_int(w, "nivcsw", l->nivcsw);
	jsonw_bool(w, "disturbed", l->disturbed);
	put_disturbances(l->disturbed_by, w);
	jsonw_close(w, '}');
}

int
at_launches_json(struct asked *asked, struct str *out, struct err *err)
{
	struct jsonw w = {.out = out, .pretty = true};
	struct store_launch_row *rows = NULL;
	uint64_t limit = 0, offset = 0;
	size_t n = 0;

	if (asked_number(asked, "limit", LIMIT, LIMIT_MAX, &limit, err) < 0 ||
		asked_number(asked, "offset", 0, INT64_MAX, &offset, err) < 0 ||
		loaded_check(asked->store, asked->number[0], err) < 0 ||
		store_launches(asked->store, asked->number[0], asked->arena, &rows, &n, err) < 0)
		return -1;
	jsonw_open(&w, NULL, '{');
	jsonw_int(&w, "sweep", asked->number[0]);
	jsonw_int(&w, "total", (int64_t)n);
	jsonw_int(&w, "limit", (int64_t)limit);
	jsonw_int(&w, "offset", (int64_t)offset);
	jsonw_open(&w, "launches", '[');
	for (size_t i = offset < n ? (size_t)offset : n; i < n && i - offset < limit; i++)
		put_launch(&rows[i], &w);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	str_addc(out, '\n');
	return 0;
}

int
at_timeline_json(struct asked *asked, struct str *out, struct err *err)
{
	struct timeline_input input;
	struct store_sweep sweep;

	if (store_get(asked->store, asked->number[0], asked->arena, &sweep, err) < 0 ||
		sweep_timeline(asked->store, &sweep, asked->arena, &input, err) < 0)
		return -1;
	timeline_json(&input, out);
	return 0;
}

/* ---- the pages */

static const struct column launches[] = {
	{"launch", "launch", COLUMN_COUNT, NULL},
	{"revision", "rev", COLUMN_TEXT, NULL},
	{"suite", "suite", COLUMN_TEXT, NULL},
	{"block", "block", COLUMN_COUNT, NULL},
	{"position", "position", COLUMN_COUNT, NULL},
	{"warm-up", "warmup", COLUMN_TEXT, NULL},
	{"counts", "counts", COLUMN_TEXT, NULL},
	{"outcome", "outcome", COLUMN_TEXT, NULL},
	{"started", "started", COLUMN_TIME, NULL},
	{"wall", "wall_s", COLUMN_SECONDS, NULL},
	{"CPU", "cpu_s", COLUMN_SECONDS, NULL},
	{"memory", "rss_bytes", COLUMN_BYTES, NULL},
	{"CPU pressure", "cpu_pressure", COLUMN_SHARE, NULL},
	{"disturbed by", "disturbed_by", COLUMN_TEXT, NULL},
	{"why", "detail", COLUMN_TEXT, NULL},
};

static void
begin_part(struct page *page, int64_t sweep, const char *what)
{
	scoped(str) title = STR_INIT;
	scoped(str) url = STR_INIT;

	str_addf(&title, "#%" PRId64 " %s", sweep, what);
	page_begin(page, title.p);
	str_addf(&url, "/sweep/%" PRId64, sweep);
	page_open(page, "p", "turns");
	page_link(page, url.p, "the whole sweep");
	page_close(page, "p");
}

/* "1 to 1000 of 4321", with a way to the rest. */
static void
put_turns(struct page *page, const struct json_val *doc, int64_t sweep)
{
	double total = json_number(json_get(doc, "total"));
	double limit = json_number(json_get(doc, "limit"));
	double offset = json_number(json_get(doc, "offset"));
	scoped(str) url = STR_INIT;

	if (offset + limit >= total)
		return;
	str_addf(&url, "/sweep/%" PRId64 "/launches?limit=%.0f&offset=%.0f", sweep, limit,
		offset + limit);
	page_open(page, "p", "turns");
	page_link(page, url.p, "further ones");
	page_close(page, "p");
}

int
at_launches_page(struct asked *asked, struct str *out, struct err *err)
{
	struct page page = {.out = out};
	scoped(str) text = STR_INIT;
	struct json *doc = NULL;

	if (at_launches_json(asked, &text, err) < 0 || document_parse(&text, &doc, err) < 0)
		return -1;
	begin_part(&page, asked->number[0], "launches");
	page_table(&page, NULL, json_get(json_root(doc), "launches"), launches, ARRAY_LEN(launches),
		NULL);
	put_turns(&page, json_root(doc), asked->number[0]);
	page_end(&page);
	json_free(doc);
	return 0;
}

static void
put_lanes(struct page *page, const struct timeline_input *input, enum timeline_lanes lanes,
	const char *title)
{
	struct report_style style = {.width = LANES_WIDTH};
	scoped(str) text = STR_INIT;

	timeline_text(input, lanes, &style, &text);
	page_element(page, "h2", NULL, title);
	page_element(page, "pre", NULL, text.p);
}

int
at_timeline_page(struct asked *asked, struct str *out, struct err *err)
{
	struct page page = {.out = out};
	struct timeline_input input;
	struct store_sweep sweep;

	if (store_get(asked->store, asked->number[0], asked->arena, &sweep, err) < 0 ||
		sweep_timeline(asked->store, &sweep, asked->arena, &input, err) < 0)
		return -1;
	begin_part(&page, sweep.id, "timeline");
	if (input.n_sessions) {
		put_lanes(&page, &input, LANES_BY_WORKER, "By worker");
		put_lanes(&page, &input, LANES_BY_REVISION, "By revision");
	} else {
		page_element(&page, "p", NULL, "An older revsweep measured it: nothing is known.");
	}
	page_end(&page);
	return 0;
}
