/* A sweep from the text that export.c writes: each record goes the way it went when it was new. */
#include "store_priv.h"

#include "core/host_json.h"
#include "core/run.h"
#include "ext/json.h"
#include "sys/fs.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RAW_MAX ((size_t)64 << 20)

struct import {
	struct store *store;
	int64_t sweep; /* 0: not begun */
	struct results results;
	struct arena arena;
	const struct json_val *record;
};

static const char *
hex_bytes(struct arena *arena, const char *hex)
{
	size_t n = strlen(hex) / 2;
	char *bytes = arena_alloc(arena, n + 1, 1);

	for (size_t i = 0; i < n; i++) {
		char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
		bytes[i] = (char)strtoul(pair, NULL, 16);
	}
	return bytes;
}

/* NULL when there is none. */
static const char *
text_of(struct import *im, const struct json_val *object, const char *key)
{
	const char *hex = json_text(json_get(object, arena_printf(&im->arena, "%s_hex", key)));

	if (hex)
		return hex_bytes(&im->arena, hex);
	return arena_strdup(&im->arena, json_text(json_get(object, key)));
}

static int64_t
int_of(const struct json_val *object, const char *key)
{
	double v = json_number(json_get(object, key));

	return isfinite(v) ? (int64_t)v : 0;
}

static uint64_t
u64_of(const struct json_val *object, const char *key)
{
	const char *text = json_text(json_get(object, key));

	return text ? strtoull(text, NULL, 10) : 0;
}

static struct outcome
outcome_of(struct import *im, const struct json_val *object)
{
	struct outcome ret = OUTCOME_INIT;
	const char *name = json_text(json_get(object, "outcome"));
	const char *detail = text_of(im, object, "detail");
	enum outcome_kind kind = outcome_of_name(name ? name : "");

	if (kind != OUTCOME_OK)
		outcome_set(&ret, kind, "%s", detail ? detail : "");
	return ret;
}

static int
take_sweep(struct import *im, struct err *err)
{
	const struct json_val *r = im->record;
	const char *command = text_of(im, r, "command"), *digest = text_of(im, r, "digest");
	const char *plan = text_of(im, r, "plan");
	struct store_sweep sweep = {
		.command = command,
		.digest = digest,
		.plan = plan,
		.seed = u64_of(r, "seed"),
		.created = int_of(r, "created"),
		.status = "running",
	};

	if (!command || !digest || !plan)
		return err_set(err, ERR_USAGE, "a sweep needs its command, digest and plan");
	return store_begin(im->store, &sweep, &im->sweep, err);
}

static int
take_rev(struct import *im, struct err *err)
{
	const struct json_val *r = im->record;
	size_t index = (size_t)int_of(r, "index");
	struct results_rev rev = {
		.rev =
			{
				.kind = (enum revspec_kind)int_of(r, "kind"),
				.spec = text_of(im, r, "spec"),
				.label = text_of(im, r, "label"),
				.id = text_of(im, r, "id"),
				.tree_id = text_of(im, r, "tree_id"),
				.path = text_of(im, r, "path"),
				.subject = text_of(im, r, "subject"),
				.author = text_of(im, r, "author"),
				.date = int_of(r, "date"),
			},
		.build = outcome_of(im, r),
		.build_log = text_of(im, r, "build_log"),
		.build_key = text_of(im, r, "build_key"),
		.same_as = (int)int_of(r, "same_as"),
	};

	if (index > im->results.revs.n)
		return err_set(err, ERR_USAGE, "revision %zu is missing", im->results.revs.n);
	if (index == im->results.revs.n)
		results_add_rev(&im->results, &rev.rev);
	return store_set_rev(im->store, im->sweep, index, &rev, err);
}

static int
take_host(struct import *im, struct err *err)
{
	struct host host;

	host_read_json(im->record, &host);
	return store_set_host(im->store, im->sweep, &host, err);
}

static const struct run_pair *
params_of(struct import *im, const struct json_val *list)
{
	size_t n = json_length(list), kept = 0;
	struct run_pair *params = arena_alloc(&im->arena, n + 1, sizeof(*params));

	for (size_t i = 0; i < n; i++) {
		struct run_pair pair = {.key = text_of(im, json_at(list, i), "key"),
			.value = text_of(im, json_at(list, i), "value")};

		if (pair.key && pair.value)
			params[kept++] = pair;
	}
	params[kept] = (struct run_pair){0};
	return kept ? params : NULL;
}

static struct store_sample
sample_of(struct import *im, const struct json_val *v)
{
	const struct json_val *marks = json_get(v, "marks");
	size_t n = json_length(marks);
	const char **names = arena_alloc(&im->arena, n + 1, sizeof(*names));
	struct store_sample s = {.rev = (size_t)int_of(v, "rev"),
		.outcome = outcome_of(im, v),
		.absent = json_is_true(json_get(v, "absent"))};
	struct bench bench = {
		.suite = text_of(im, v, "suite"),
		.name = text_of(im, v, "name"),
		.metric = text_of(im, v, "metric"),
		.unit = text_of(im, v, "unit"),
		.direction = (enum direction)int_of(v, "direction"),
		.clock = (enum bench_clock)int_of(v, "clock"),
		.group = text_of(im, v, "group"),
		.param = text_of(im, v, "param"),
		.params = params_of(im, json_get(v, "params")),
		.marks = names,
		.n_marks = n,
	};

	for (size_t i = 0; i < n; i++)
		names[i] = text_of(im, json_at(marks, i), "mark");
	s.bench = results_bench(&im->results, &bench);
	s.sample.rounds = u64_of(v, "rounds");
	s.sample.iterations = u64_of(v, "iterations");
	for (unsigned i = 0; i < SUMMARY_COUNT; i++)
		s.sample.v[i] = json_number(json_get(v, summary_name((enum summary)i)));
	return s;
}

static bool
names_all(const struct json_val *samples)
{
	for (size_t i = 0; i < json_length(samples); i++) {
		const struct json_val *v = json_at(samples, i);

		if (!(json_get(v, "name") || json_get(v, "name_hex")) ||
			!(json_get(v, "suite") || json_get(v, "suite_hex")) ||
			!json_get(v, "metric") || !json_get(v, "unit"))
			return false;
	}
	return true;
}

static unsigned
disturbances_of(const struct json_val *list)
{
	unsigned flags = 0;

	for (size_t i = 0; i < json_length(list); i++)
		for (unsigned k = 0; k < DISTURBANCE_COUNT; k++)
			if (str_eq(json_text(json_at(list, i)),
				    disturbance_name((enum disturbance)k)))
				flags |= 1U << k;
	return flags;
}

/* The raw output, if the store has it: such a text does not bring it along. */
static int
take_raw(struct import *im, const char *hex, struct str *ret, struct err *err)
{
	scoped_free char *path = store_blob_path(im->store, hex);

	if (!path)
		return 0;
	str_init(ret, RAW_MAX);
	if (fs_read(path, RAW_MAX, ret, err) < 0)
		return -1;
	if (!record_matches(ret, hex))
		return err_set(
			err, ERR_STORE, "store is damaged at '%s': it is not what it was", path);
	return 0;
}

static int
take_launch(struct import *im, struct err *err)
{
	const struct json_val *r = im->record, *list = json_get(r, "samples");
	size_t n = json_length(list);
	struct store_launch l = {
		.rev = (size_t)int_of(r, "rev"),
		.suite = (size_t)int_of(r, "suite"),
		.suite_name = text_of(im, r, "suite_name"),
		.block = (unsigned)int_of(r, "block"),
		.position = (unsigned)int_of(r, "position"),
		.attempt = (unsigned)int_of(r, "attempt"),
		.planned = (unsigned)int_of(r, "planned"),
		.layout = (unsigned)int_of(r, "layout"),
		.warmup = json_is_true(json_get(r, "warmup")),
		.discarded = json_is_true(json_get(r, "discarded")),
		.outcome = outcome_of(im, r),
		.started = int_of(r, "started"),
		.wall_s = json_number(json_get(r, "wall_s")),
		.cpu_s = json_number(json_get(r, "cpu_s")),
		.rss_bytes = json_number(json_get(r, "rss_bytes")),
		.load1 = json_number(json_get(r, "load1")),
		.busy_cpus = json_number(json_get(r, "busy_cpus")),
		.steal_cpus = json_number(json_get(r, "steal_cpus")),
		.cpu_pressure = json_number(json_get(r, "cpu_pressure")),
		.minflt = int_of(r, "minflt"),
		.majflt = int_of(r, "majflt"),
		.nvcsw = int_of(r, "nvcsw"),
		.nivcsw = int_of(r, "nivcsw"),
		.hash_seed = u64_of(r, "hash_seed"),
		.pad = (unsigned)int_of(r, "pad"),
		.disturbed = json_is_true(json_get(r, "disturbed")),
		.disturbed_by = disturbances_of(json_get(r, "disturbed_by")),
		.log = text_of(im, r, "log"),
	};

	scoped(str) raw = STR_INIT;

	if (!names_all(list))
		return err_set(err, ERR_USAGE, "a sample lacks its suite, name, metric or unit");
	if (take_raw(im, json_text(json_get(r, "raw")), &raw, err) < 0)
		return -1;
	struct store_sample *samples = arena_alloc(&im->arena, n, sizeof(*samples));
	for (size_t i = 0; i < n; i++)
		samples[i] = sample_of(im, json_at(list, i));
	return store_add_launch(im->store, im->sweep, &l, &im->results, samples, n,
		raw.n ? raw.p : NULL, raw.n, err);
}

static int
take_discard(struct import *im, struct err *err)
{
	return store_discard_block(
		im->store, im->sweep, (unsigned)int_of(im->record, "block"), err);
}

static int
take_fact(struct import *im, struct err *err)
{
	const char *key = text_of(im, im->record, "key"), *text = text_of(im, im->record, "text");

	if (!key || !text)
		return err_set(err, ERR_USAGE, "a fact needs its key and text");
	if (strcmp(key, STORE_NOTE) == 0)
		return store_add_note(im->store, im->sweep, text, err);
	return store_set_fact(im->store, im->sweep, key, text, err);
}

static int
take_spans(struct import *im, struct err *err)
{
	const struct json_val *r = im->record, *list = json_get(r, "spans");
	size_t n = json_length(list);
	struct span *spans = arena_alloc(&im->arena, n, sizeof(*spans));
	struct span_session session = {
		.number = (unsigned)int_of(r, "session"),
		.workers = (unsigned)int_of(r, "workers"),
		.start_us = int_of(r, "start_us"),
	};

	for (size_t i = 0; i < n; i++) {
		const struct json_val *v = json_at(list, i);
		const char *outcome = text_of(im, v, "outcome");

		spans[i] = (struct span){
			.worker = (unsigned)int_of(v, "worker"),
			.rev = (int)int_of(v, "rev"),
			.layout = (unsigned)int_of(v, "layout"),
			.suite = text_of(im, v, "suite"),
			.step = text_of(im, v, "step"),
			.start_us = int_of(v, "start_us"),
			.end_us = int_of(v, "end_us"),
			.outcome = outcome ? outcome : span_ok,
			.cpu_s = json_number(json_get(v, "cpu_s")),
			.rss_bytes = json_number(json_get(v, "rss_bytes")),
		};
		if (!span_phase_of_name(json_text(json_get(v, "phase")), &spans[i].phase))
			return err_set(err, ERR_USAGE, "a span lacks its phase");
	}
	return store_add_spans(im->store, im->sweep, &session, spans, n, err);
}

static int
take_finish(struct import *im, struct err *err)
{
	const char *summary = text_of(im, im->record, "summary");

	return store_finish(im->store, im->sweep, (int)int_of(im->record, "exit_code"), summary,
		text_of(im, im->record, "report"), err);
}

static const struct {
	const char *name;
	int (*take)(struct import *im, struct err *err);
} kinds[] = {
	{"sweep", take_sweep},
	{"rev", take_rev},
	{"host", take_host},
	{"launch", take_launch},
	{"discard", take_discard},
	{"fact", take_fact},
	{"spans", take_spans},
	{"finish", take_finish},
};

static int
take_record(struct import *im, struct err *err)
{
	const char *kind = json_text(json_get(im->record, "revsweep"));

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (!str_eq(kind, kinds[i].name))
			continue;
		if ((im->sweep == 0) != (i == 0))
			return err_set(err, ERR_USAGE,
				i == 0 ? "a second sweep" : "the sweep must come first");
		return kinds[i].take(im, err);
	}
	return err_set(err, ERR_USAGE, "no record of revsweep's");
}

int
store_import(struct store *store, const char *text, size_t n, int64_t *ret_id, struct err *err)
{
	struct import im = {.store = store};
	size_t line = 1;
	int r = 0;

	results_init(&im.results);
	for (const char *p = text; r == 0 && p < text + n; line++) {
		const char *end = memchr(p, '\n', (size_t)(text + n - p));
		size_t k = end ? (size_t)(end - p) : (size_t)(text + n - p);
		struct json *doc = NULL;

		r = json_parse(p, k, &doc, err);
		if (r == 0) {
			im.record = json_root(doc);
			r = take_record(&im, err);
		}
		json_free(doc);
		p += k + 1;
		if (r < 0)
			err_wrap(err, "line %zu", line);
	}
	if (r == 0 && im.sweep == 0)
		r = err_set(err, ERR_USAGE, "it holds no sweep");
	*ret_id = im.sweep;
	results_done(&im.results);
	arena_done(&im.arena);
	return r;
}
