#include "cli/app.h"
#include "cli/command.h"

#include "base/escape.h"
#include "base/format.h"
#include "base/jsonw.h"
#include "base/parse.h"
#include "base/suggest.h"
#include "build/build.h"
#include "core/rev.h"
#include "measure/machine.h"
#include "sweep/pins.h"
#include "sys/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct opt options[] = {
	OPT(0, "max-size", OPT_TEXT, max_size, "SIZE",
		"prune: remove the oldest uses until the rest has at most this ('5GiB')", NULL),
	OPT(0, "max-age", OPT_TEXT, max_age, "TIME",
		"prune: remove what was not used for so long ('30d')", NULL),
	OPT('n', "dry-run", OPT_FLAG, dry_run, NULL, "prune: say what would go, and stop", NULL),
	OPT(0, "repair", OPT_FLAG, repair, NULL,
		"verify: put broken builds aside, so that they are built anew", NULL),
	OPT('f', "format", OPT_TEXT, format, "NAME", "text or json", "text json"),
	OPT('o', "output", OPT_TEXT, output, "FILE", "write there instead of to standard output",
		"@file"),
	OPT_END,
};

struct job {
	struct app *app;
	char *cache;
	struct cache_entry *list;
	size_t n;
	int64_t now;
	bool json;
};

static const char *
pinned_by(const struct sweep_pin *pins, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(pins[i].key, key) == 0)
			return pins[i].by;
	return NULL;
}

static int
read_cache(struct job *job, struct err *err)
{
	struct sweep_pin *pins = NULL;
	size_t n_pins = 0;

	job->now = clock_wall_s();
	if (cache_list(job->cache, &job->app->arena, &job->list, &job->n, err) < 0 ||
		sweep_pins(job->cache, &job->app->arena, &pins, &n_pins, err) < 0)
		return -1;
	for (size_t i = 0; i < job->n; i++)
		job->list[i].pinned = pinned_by(pins, n_pins, job->list[i].key);
	return 0;
}

/* ---- words */

/* "3 d", as coarse as one thinks of it. */
static const char *
ago(const struct job *job, int64_t when, char *buf, size_t n)
{
	int64_t s = job->now > when ? job->now - when : 0;

	if (when == 0)
		snprintf(buf, n, "?");
	else if (s < 60)
		snprintf(buf, n, "now");
	else if (s < 3600)
		snprintf(buf, n, "%jd min", (intmax_t)(s / 60));
	else if (s < 2 * 86400)
		snprintf(buf, n, "%jd h", (intmax_t)(s / 3600));
	else
		snprintf(buf, n, "%jd d", (intmax_t)(s / 86400));
	return buf;
}

static void
put_name(const struct cache_entry *e, struct str *out)
{
	if (e->project) {
		escape_text(out, e->project);
		str_addc(out, ' ');
	}
	if (e->label)
		escape_text(out, e->label);
	if (e->rev)
		str_addf(out, " %.*s", REV_SHORT, e->rev);
	if (!e->label)
		str_add(out, cache_state_name(e->state));
	else if (e->state != CACHE_BUILD)
		str_addf(out, " (%s)", cache_state_name(e->state));
}

static void
put_entry(const struct job *job, const struct cache_entry *e, struct str *out)
{
	char size[32], built[32], used[32];

	str_addf(out, "%.10s  %10s  built %7s ago, used %7s ago  ", e->key,
		e->busy ? "in work" : format_size((double)e->bytes, size, sizeof(size)),
		ago(job, e->built, built, sizeof(built)), ago(job, e->used, used, sizeof(used)));
	put_name(e, out);
	if (e->pinned) {
		str_add(out, "  needed by ");
		escape_text(out, e->pinned);
	}
	str_addc(out, '\n');
}

static uint64_t
total(const struct cache_entry *list, size_t n, const bool *chosen)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += !chosen || chosen[i] ? list[i].bytes : 0;
	return sum;
}

/* ---- list */

/* What lies in the cache and is no build. */
struct others {
	uint64_t suites, archives, shared;
};

static void
say_list(const struct job *job, const struct others *others, struct str *out)
{
	char size[32], suites[32], archives[32], shared[32];

	for (size_t i = 0; i < job->n; i++)
		put_entry(job, &job->list[i], out);
	str_addf(out,
		"%zu build%s, %s; and suites, %s, archives, %s, and what builds share, %s, in '",
		job->n, job->n == 1 ? "" : "s",
		format_size((double)total(job->list, job->n, NULL), size, sizeof(size)),
		format_size((double)others->suites, suites, sizeof(suites)),
		format_size((double)others->archives, archives, sizeof(archives)),
		format_size((double)others->shared, shared, sizeof(shared)));
	escape_text(out, job->cache);
	str_add(out, "'\n");
}

static void
say_list_json(const struct job *job, const struct others *others, struct str *out)
{
	struct jsonw w = {.out = out, .pretty = true};

	jsonw_open(&w, NULL, '{');
	jsonw_text(&w, "cache", job->cache);
	jsonw_int(&w, "bytes", (int64_t)total(job->list, job->n, NULL));
	jsonw_int(&w, "suites_bytes", (int64_t)others->suites);
	jsonw_int(&w, "archives_bytes", (int64_t)others->archives);
	jsonw_int(&w, "shared_bytes", (int64_t)others->shared);
	jsonw_open(&w, "builds", '[');
	for (size_t i = 0; i < job->n; i++)
		cache_write_json(&job->list[i], &w);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	str_addc(out, '\n');
}

static int
list_cache(struct job *job, int *ret_exit, struct err *err)
{
	scoped(str) text = STR_INIT;
	struct others others;

	*ret_exit = 0;
	if (cache_bytes_of(job->cache, "suites", &others.suites, err) < 0 ||
		cache_bytes_of(job->cache, "archives", &others.archives, err) < 0 ||
		cache_bytes_of(job->cache, "shared", &others.shared, err) < 0)
		return -1;
	if (job->json)
		say_list_json(job, &others, &text);
	else
		say_list(job, &others, &text);
	return app_print(job->app, &text, err);
}

/* ---- prune */

static void
waiting(const char *who, void *arg)
{
	app_say(arg, "waiting: %s", who);
}

/* Asked under the lock: somebody may have come meanwhile. */
static int
is_pinned(void *arg, const char *key, struct err *err)
{
	struct job *job = arg;
	struct arena arena = ARENA_INIT;
	struct sweep_pin *pins = NULL;
	size_t n = 0;
	int r = sweep_pins(job->cache, &arena, &pins, &n, err);

	if (r == 0 && pinned_by(pins, n, key))
		r = 1;
	arena_done(&arena);
	return r;
}

static int
limits(const struct app *app, int64_t now, uint64_t *ret_bytes, int64_t *ret_before,
	struct err *err)
{
	double bytes = 0, age_s = 0;

	if (!app->args.max_size && !app->args.max_age)
		return err_set(err, ERR_USAGE,
			"how much is to stay? 'cache prune' needs --max-size, --max-age or both");
	if (app->args.max_size && parse_size(app->args.max_size, &bytes, err) < 0)
		return err_wrap(err, "--max-size");
	if (app->args.max_age && parse_duration(app->args.max_age, &age_s, err) < 0)
		return err_wrap(err, "--max-age");
	*ret_bytes = app->args.max_size && bytes < 1e18 ? (uint64_t)bytes : UINT64_MAX;
	*ret_before = app->args.max_age && age_s < (double)now ? now - (int64_t)age_s : 0;
	return 0;
}

/* Removes what is chosen; what turns out to be in use is not chosen any more. */
static int
remove_chosen(struct job *job, bool *chosen, struct err *err)
{
	struct lock lock = LOCK_INIT;
	int r = machine_share(job->cache, waiting, job->app, &lock, err);

	for (size_t i = 0; r == 0 && i < job->n; i++) {
		int gone = !chosen[i]
				   ? 0
				   : cache_remove(job->cache, &job->list[i], is_pinned, job, err);

		chosen[i] = gone > 0;
		r = gone < 0 ? -1 : 0;
	}
	lock_done(&lock);
	return r;
}

static void
say_pruned(const struct job *job, const bool *chosen, struct str *out)
{
	uint64_t gone = total(job->list, job->n, chosen);
	uint64_t left = total(job->list, job->n, NULL) - gone;
	size_t n = 0, pinned = 0;
	char a[32], b[32];

	for (size_t i = 0; i < job->n; i++) {
		n += chosen[i];
		pinned += !chosen[i] && (job->list[i].pinned || job->list[i].busy);
		if (chosen[i])
			put_entry(job, &job->list[i], out);
	}
	str_addf(out, "%s %zu of %zu builds, %s; %s %s",
		job->app->args.dry_run ? "would remove" : "removed", n, job->n,
		format_size((double)gone, a, sizeof(a)), format_size((double)left, b, sizeof(b)),
		job->app->args.dry_run ? "would stay" : "stay");
	if (pinned)
		str_addf(out, ", of which %zu build%s in use", pinned,
			pinned == 1 ? " is" : "s are");
	str_addc(out, '\n');
}

static void
say_pruned_json(const struct job *job, const bool *chosen, struct str *out)
{
	struct jsonw w = {.out = out, .pretty = true};
	uint64_t gone = total(job->list, job->n, chosen);

	jsonw_open(&w, NULL, '{');
	jsonw_bool(&w, "dry_run", job->app->args.dry_run);
	jsonw_int(&w, "removed_bytes", (int64_t)gone);
	jsonw_int(&w, "bytes", (int64_t)(total(job->list, job->n, NULL) - gone));
	jsonw_open(&w, "removed", '[');
	for (size_t i = 0; i < job->n; i++)
		if (chosen[i])
			cache_write_json(&job->list[i], &w);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	str_addc(out, '\n');
}

static int
prune_cache(struct job *job, int *ret_exit, struct err *err)
{
	bool *chosen = arena_alloc(&job->app->arena, job->n, sizeof(*chosen));
	scoped(str) text = STR_INIT;
	uint64_t max_bytes = UINT64_MAX;
	int64_t before = 0;

	*ret_exit = 0;
	if (limits(job->app, job->now, &max_bytes, &before, err) < 0)
		return -1;
	cache_choose(job->list, job->n, max_bytes, before, chosen);
	if (!job->app->args.dry_run && remove_chosen(job, chosen, err) < 0)
		return -1;
	if (job->json)
		say_pruned_json(job, chosen, &text);
	else
		say_pruned(job, chosen, &text);
	return app_print(job->app, &text, err);
}

/* ---- verify */

static const char *
health_name(enum cache_health health)
{
	static const char *const names[] = {
		[CACHE_SOUND] = "sound", [CACHE_BROKEN] = "broken", [CACHE_BUSY] = "busy"};

	return names[health];
}

static void
say_health(const struct job *job, const struct cache_entry *e, enum cache_health health,
	const char *why, struct jsonw *w)
{
	struct str *out = w->out;

	if (job->json) {
		jsonw_open(w, NULL, '{');
		jsonw_text(w, "key", e->key);
		jsonw_text(w, "health", health_name(health));
		jsonw_text(w, "why", *why ? why : NULL);
		jsonw_close(w, '}');
		return;
	}
	if (health == CACHE_SOUND)
		return;
	str_addf(out, "%.10s  %s  ", e->key, health_name(health));
	put_name(e, out);
	if (*why) {
		str_add(out, ": ");
		escape_text(out, why);
	}
	if (health == CACHE_BROKEN && job->app->args.repair)
		str_add(out, e->pinned ? "; kept, as it is in use" : "; put aside");
	str_addc(out, '\n');
}

static int
verify_all(struct job *job, size_t seen[3], struct jsonw *w, struct err *err)
{
	struct lock lock = LOCK_INIT;
	int r = machine_share(job->cache, waiting, job->app, &lock, err);

	for (size_t i = 0; r == 0 && i < job->n; i++) {
		const struct cache_entry *e = &job->list[i];
		enum cache_health health = CACHE_BUSY;
		scoped(str) why = STR_INIT;

		if (e->state != CACHE_BUILD)
			continue;
		r = cache_verify(job->cache, e, job->app->args.repair, &health, &why, err);
		seen[health]++;
		say_health(job, e, health, why.p, w);
	}
	lock_done(&lock);
	return r;
}

static int
verify_cache(struct job *job, int *ret_exit, struct err *err)
{
	scoped(str) text = STR_INIT;
	struct jsonw w = {.out = &text, .pretty = true};
	size_t seen[3] = {0};

	if (job->json)
		jsonw_open(&w, NULL, '[');
	if (verify_all(job, seen, &w, err) < 0)
		return -1;
	if (job->json) {
		jsonw_close(&w, ']');
		str_addc(&text, '\n');
	} else {
		str_addf(&text, "%zu build%s sound, %zu broken", seen[CACHE_SOUND],
			seen[CACHE_SOUND] == 1 ? " is" : "s are", seen[CACHE_BROKEN]);
		if (seen[CACHE_BUSY])
			str_addf(&text, ", %zu being built", seen[CACHE_BUSY]);
		str_add(&text, seen[CACHE_BROKEN] && !job->app->args.repair
				       ? "; --repair puts them aside\n"
				       : "\n");
	}
	*ret_exit = seen[CACHE_BROKEN] ? 5 : 0;
	return app_print(job->app, &text, err);
}

/* ---- all */

static const struct {
	const char *name;
	int (*run)(struct job *job, int *ret_exit, struct err *err);
} verbs[] = {{"list", list_cache}, {"prune", prune_cache}, {"verify", verify_cache}};

static int
find_verb(const struct app *app, size_t *ret, struct err *err)
{
	const char *names[ARRAY_LEN(verbs)];
	const char *name = app->args.operands.n ? app->args.operands.v[0] : "list";

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		names[i] = verbs[i].name;
		*ret = i;
		if (strcmp(name, names[i]) == 0)
			return 0;
	}
	const char *meant = suggest(name, names, ARRAY_LEN(names));
	if (meant)
		return err_set(
			err, ERR_USAGE, "cache knows no '%s' (did you mean '%s'?)", name, meant);
	return err_set(err, ERR_USAGE, "cache knows list, prune and verify, not '%s'", name);
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	const char *format = app->args.format ? app->args.format : "text";
	struct job job = {.app = app, .json = strcmp(format, "json") == 0};
	size_t verb = 0;

	if (!job.json && strcmp(format, "text") != 0)
		return err_set(err, ERR_USAGE, "unknown format '%s' (text or json)", format);
	if (app_enter(app, err) < 0 || find_verb(app, &verb, err) < 0 ||
		build_cache_dir(&job.cache, err) < 0)
		return -1;
	int r = read_cache(&job, err);
	if (r == 0)
		r = verbs[verb].run(&job, ret_exit, err);
	free(job.cache);
	return r;
}

static const char *const usage[] = {
	"[OPTIONS] [list]", "[OPTIONS] prune", "[OPTIONS] verify", NULL};
static const char *const examples[] = {"What the builds take, and who needs them", "revsweep cache",
	"Keep 5 GiB of what was used in the last 30 days",
	"revsweep cache prune --max-size 5GiB --max-age 30d", "Is everything as it was built?",
	"revsweep cache verify", NULL};

const struct command cmd_cache = {
	.name = "cache",
	.summary = "list, thin out or check the builds that are kept",
	.usage = usage,
	.description =
		"Builds are kept in REVSWEEP_CACHE, $XDG_CACHE_HOME/revsweep or ~/.cache/revsweep, "
		"for all projects and stores together. Without an operand lists them, the latest "
		"use first: size, when it was built and last used, project, revision, and the "
		"unfinished sweep that needs it, if any.\n\n"
		"prune removes builds, remembered failures, and what interrupted builds left: "
		"first what was not used for --max-age, then the oldest uses until the rest takes "
		"no more than --max-size. What an unfinished sweep of any store needs, or what is "
		"being built, always stays; a store that is gone needs nothing.\n\n"
		"verify compares every build with its manifest, byte by byte. Exit code 5 when one "
		"is broken.",
	.options = options,
	.operands = "list prune verify",
	.examples = examples,
	.run = run,
};
