/* What the files of the server share. */
#ifndef SERVE_PRIV_H
#define SERVE_PRIV_H

#include "base/arena.h"
#include "base/jsonw.h"
#include "base/str.h"
#include "core/report.h"
#include "ext/json.h"
#include "serve/cache.h"
#include "serve/guard.h"
#include "serve/serve.h"
#include "serve/target.h"
#include "store/store.h"

/* ---- routes.c: what can be asked for */

/* What an answer tells of, and so when it is right no more. */
enum depends {
	ON_PROGRAM, /* never, while we run */
	ON_STORE,
	ON_SWEEP,  /* whose number comes first in the path */
	ON_RUNS,   /* the sweeps that base and candidate name */
	ON_MOMENT, /* after the route's time */
};

/* What a route is asked. */
struct asked {
	const struct serve_options *options;
	struct store *store;   /* NULL for routes that do not read it */
	struct loaded *loaded; /* of this thread, and so the next */
	struct profiled *profiled;
	struct arena *arena;
	const struct target *target;
	int64_t number[TARGET_NUMBERS_MAX];
	bool malformed; /* the route sets it when the error is that of the query */
	bool goes_on;   /* the sweep that is asked for is not finished */
};

enum route_flags {
	STORELESS = 1, /* it does not read the store */
	CHARTS = 2,    /* a page that draws some */
};

struct route {
	const char *path;   /* as of target_match() */
	const char *params; /* what may stand in the query, separated by spaces */
	enum depends depends;
	int64_t ms; /* ON_MOMENT: how long */
	unsigned flags;
	const char *type;
	int (*write)(struct asked *asked, struct str *out, struct err *err);
};
/* NULL when there is none; numbers of its path to ret. */
const struct route *route_find(const char *path, int64_t ret[TARGET_NUMBERS_MAX]);
/* ERR_USAGE names a parameter that the route does not know. */
int route_check_params(const struct route *route, const struct target *target, struct err *err);
/* A number in the query; ERR_USAGE (and malformed) when it is none, or more than most. */
int asked_number(struct asked *asked, const char *name, uint64_t otherwise, uint64_t most,
	uint64_t *ret, struct err *err);

/* ---- reply.c: answers with all headers that every answer has */

struct reply_extra {
	const char *type;              /* of the body */
	const char *tag;               /* ETag, or NULL: nobody may keep it */
	const char *location, *cookie; /* or NULL */
	bool allow;                    /* say which methods there are */
	bool charts;                   /* the page draws some */
};
/* Empties the body. */
struct httpd_reply *reply_new(unsigned status, struct str *body, const struct reply_extra *e);
/* A sentence about what is wrong, as a page or as JSON. */
struct httpd_reply *reply_error(unsigned status, bool json, const char *text);
struct httpd_reply *reply_redirect(const char *location, const char *cookie);
struct httpd_reply *reply_not_modified(const char *tag);

/* ---- reader.c: threads that read the store and make answers */

struct visit {
	struct httpd_request *request;
	const struct route *route;
	struct target target;
	struct arena arena; /* of the target */
	int64_t number[TARGET_NUMBERS_MAX];
	char *key;     /* the target as it came */
	char *if_none; /* If-None-Match, or NULL */
	bool json;
	int64_t came_ns;
};
void visit_free(struct visit *visit);

struct readers;
struct readers *readers_new(const struct serve_options *options, struct cache *cache);
int readers_start(struct readers *readers, struct err *err);
/* Whether an answer that was made before is right still, by what was last seen of the store. */
bool readers_trust(struct readers *readers, const struct route *route, const struct cached *cached);
/* Defers the request and takes the visit over. False: there is no room, or we are to stop; then
 * nothing has happened. */
bool readers_take(struct readers *readers, struct visit *visit);
/* Takes nothing any more, answers all that was taken, and ends the threads. Takes NULL. */
void readers_end(struct readers *readers);
void readers_free(struct readers *readers);
/* Whether the tag is one of an If-None-Match header. */
bool tag_matches(const char *tag, const char *if_none);

/* ---- loaded.c: a sweep as it was judged last, for the next who asks for another part of it */

struct loaded;
struct loaded *loaded_new(void);
void loaded_free(struct loaded *loaded); /* takes NULL */
/* ERR_RESOURCES for a sweep that is too large to be read as a whole. */
int loaded_check(struct store *store, int64_t sweep, struct err *err);
/* The report and, through it, all samples; good until the next call. */
int loaded_get(struct loaded *loaded, struct store *store, int64_t sweep, const struct report **ret,
	struct err *err);

/* ---- profiled.c: the folder of profiles, read again when it is another one */

struct profiled;
/* dir: NULL when there is none. */
struct profiled *profiled_new(const char *dir);
void profiled_free(struct profiled *profiled); /* takes NULL */
/* Another number when the folder has changed; what follows is of that state or newer. */
uint64_t profiled_look(struct profiled *profiled);
/* What it says of the benchmarks of the report: in the arena, and good until the next call. A
 * folder that cannot be read any more is a note. NULL without one. */
const struct profile_view *profiled_get(
	struct profiled *profiled, const struct report *report, struct arena *arena);

/* ---- at_*.c: the routes. The JSON of each, and the page that is made of it. */

int at_sweeps_json(struct asked *asked, struct str *out, struct err *err);
int at_sweeps_page(struct asked *asked, struct str *out, struct err *err);
int at_sweep_json(struct asked *asked, struct str *out, struct err *err);
int at_sweep_page(struct asked *asked, struct str *out, struct err *err);
int at_state_json(struct asked *asked, struct str *out, struct err *err);
int at_benches_json(struct asked *asked, struct str *out, struct err *err);
int at_bench_json(struct asked *asked, struct str *out, struct err *err);
int at_bench_page(struct asked *asked, struct str *out, struct err *err);
int at_launches_json(struct asked *asked, struct str *out, struct err *err);
int at_launches_page(struct asked *asked, struct str *out, struct err *err);
#define CHARTS_SCRIPT "/charts.js"
#define CHARTS_STYLE "/charts.css"
int at_compare_charts(struct asked *asked, struct str *out, struct err *err);
int at_charts_page(struct asked *asked, struct str *out, struct err *err);
int at_charts_script(struct asked *asked, struct str *out, struct err *err);
int at_charts_style(struct asked *asked, struct str *out, struct err *err);
int at_timeline_json(struct asked *asked, struct str *out, struct err *err);
int at_timeline_page(struct asked *asked, struct str *out, struct err *err);
int at_log_json(struct asked *asked, struct str *out, struct err *err);
/* Whether a log lies where those of builds and launches do: stores are passed around, and may name
 * any file. */
bool log_is_ours(const struct asked *asked, const char *path);
int at_log_page(struct asked *asked, struct str *out, struct err *err);
int at_compare_json(struct asked *asked, struct str *out, struct err *err);
int at_compare_page(struct asked *asked, struct str *out, struct err *err);
int at_builds_json(struct asked *asked, struct str *out, struct err *err);
int at_builds_page(struct asked *asked, struct str *out, struct err *err);
int at_machine_json(struct asked *asked, struct str *out, struct err *err);
int at_machine_page(struct asked *asked, struct str *out, struct err *err);
int at_health_json(struct asked *asked, struct str *out, struct err *err);
int at_health_page(struct asked *asked, struct str *out, struct err *err);
int at_style(struct asked *asked, struct str *out, struct err *err);
/* The sweeps that a comparison is about, most of them at most. */
int compare_sweeps(struct asked *asked, int64_t *ret, size_t most, size_t *ret_n, struct err *err);
/* A document as an object that pages are made of. ERR_RESOURCES when it is too large for a page. */
int document_parse(const struct str *text, struct json **ret, struct err *err);

#endif
