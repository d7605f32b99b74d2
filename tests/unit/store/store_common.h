/* What the tests of the store share: a directory to play in and sweeps with known numbers. */
#ifndef STORE_COMMON_H
#define STORE_COMMON_H

#include "base/mem.h"
#include "base/str.h"
#include "store/store.h"
#include "sys/fs.h"

#include "../check_main.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OK(call)                                                                                   \
	do {                                                                                       \
		struct err err_ = ERR_INIT, *err = &err_;                                          \
		ck_assert_msg((call) == 0, "%s", err_.text);                                       \
	} while (0)

#define FAILS(kind_, part, call)                                                                   \
	do {                                                                                       \
		struct err err_ = ERR_INIT, *err = &err_;                                          \
		ck_assert((call) == -1);                                                           \
		ck_assert_msg(err_.kind == (kind_) && strstr(err_.text, (part)),                   \
			"kind %d, text: %s", (int)err_.kind, err_.text);                           \
	} while (0)

static inline char *
temp_dir(void)
{
	const char *tmp = getenv("TMPDIR");
	scoped_free char *prefix = path_join(tmp ? tmp : "/tmp", "revsweep-store-");
	char *dir = NULL;

	OK(fs_temp_dir(prefix, &dir, err));
	return dir;
}

static inline void
temp_done(char *dir)
{
	OK(fs_remove(dir, err));
	free(dir);
}

static inline struct store *
open_store(const char *dir)
{
	struct store *s = NULL;

	OK(store_open(dir, STORE_WRITE, &s, err));
	return s;
}

/* Revisions "base", "head", ... and the benches "sort" and "scan" of the suite "fast". */
static inline void
fill_results(struct results *r, size_t revs)
{
	static const char *const marks[] = {"stable", "io"};

	results_init(r);
	for (size_t i = 0; i < revs; i++) {
		struct rev rev = {.kind = REVSPEC_GIT,
			.spec = "main",
			.label = i ? "head" : "base",
			.id = i ? "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
				: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			.tree_id = "cccc",
			.subject = "a \xff subject",
			.author = NULL,
			.date = 1700000000 + (int64_t)i};
		results_add_rev(r, &rev);
	}
	struct bench bench = {.suite = "fast",
		.name = "sort",
		.metric = "time",
		.unit = "s",
		.direction = LOWER_IS_BETTER,
		.clock = CLOCK_KIND_CPU,
		.group = "g",
		.marks = marks,
		.n_marks = 2};
	results_bench(r, &bench);
	bench.name = "scan \x1b[31m";
	bench.direction = HIGHER_IS_BETTER;
	bench.n_marks = 0;
	results_bench(r, &bench);
}

static inline int64_t
begin_sweep(struct store *s, const struct results *r)
{
	struct store_sweep sweep = {.command = "compare",
		.digest = "d1",
		.plan = "{\"x\": 1}",
		.seed = UINT64_MAX - 1,
		.created = 1700000000};
	int64_t id = 0;

	OK(store_begin(s, &sweep, &id, err));
	for (size_t i = 0; i < r->revs.n; i++)
		OK(store_set_rev(s, id, i, &r->revs.v[i], err));
	return id;
}

/* The number that this bench has in this place, so that a mix-up is seen. */
static inline double
value_of(size_t bench, size_t rev, unsigned block)
{
	return 1e-3 * (double)(bench + 1) + 1e-5 * (double)rev + 1e-7 * (double)block;
}

static inline struct sample
sample_of(size_t bench, size_t rev, unsigned block)
{
	struct sample s = {.rounds = 7, .iterations = 3};

	for (int i = 0; i < SUMMARY_COUNT; i++)
		s.v[i] = value_of(bench, rev, block) * (1 + 0.1 * i);
	s.v[SUMMARY_CPU_MEAN] = NAN;
	return s;
}

static inline struct store_launch
launch_of(size_t rev, unsigned block)
{
	return (struct store_launch){.rev = rev,
		.block = block,
		.position = (unsigned)rev,
		.outcome = OUTCOME_INIT,
		.started = 1700000000 + block,
		.wall_s = 0.5,
		.cpu_s = 0.4,
		.rss_bytes = 1e6,
		.load1 = NAN,
		.busy_cpus = -0.0,
		.steal_cpus = 0.25,
		.cpu_pressure = NAN,
		.minflt = 12,
		.hash_seed = UINT64_MAX,
		.pad = 4095};
}

/* Both benches of results, in one launch. */
static inline int
add_launch(struct store *s, int64_t id, const struct results *r, const struct store_launch *l,
	struct err *err)
{
	struct store_sample samples[2] = {0};
	char raw[64];

	for (size_t b = 0; b < 2; b++) {
		samples[1 - b].bench = b; /* the order is the store's affair */
		samples[1 - b].rev = l->rev;
		samples[1 - b].sample = sample_of(b, l->rev, l->block);
	}
	int n = snprintf(raw, sizeof(raw), "raw %zu %u", l->rev, l->block);
	return store_add_launch(s, id, l, r, samples, 2, raw, (size_t)n, err);
}

static inline void
add_block(struct store *s, int64_t id, const struct results *r, unsigned block)
{
	for (size_t rev = 0; rev < r->revs.n; rev++) {
		struct store_launch l = launch_of(rev, block);
		OK(add_launch(s, id, r, &l, err));
	}
}

static inline void
dump_cell(struct str *out, const struct results_cell *c)
{
	str_addf(out, "cell %d %s %d %d\n", c->outcome.kind, c->outcome.detail, c->absent, c->seen);
	for (size_t k = 0; k < c->n_blocks; k++) {
		str_addf(
			out, " %zu %ju %u", k, (uintmax_t)c->blocks[k].rounds, c->blocks[k].layout);
		for (int i = 0; c->blocks[k].rounds && i < SUMMARY_COUNT; i++)
			str_addf(out, " %.17g", c->blocks[k].v[i]);
		str_addc(out, '\n');
	}
}

/* Everything that results hold, as text. */
static inline char *
dump_results(const struct results *r)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < r->revs.n; i++)
		str_addf(&out, "rev %s %s %s %d %s %d\n", r->revs.v[i].rev.label,
			r->revs.v[i].rev.id, r->revs.v[i].rev.subject, r->revs.v[i].build.kind,
			r->revs.v[i].build.detail, r->revs.v[i].same_as);
	for (size_t b = 0; b < r->benches.n; b++) {
		const struct bench *bench = &r->benches.v[b];

		str_addf(&out, "bench %s %s %s %s %d %d %s", bench->suite, bench->name,
			bench->metric, bench->unit, bench->direction, bench->clock,
			bench->group ? bench->group : "-");
		for (size_t m = 0; m < bench->n_marks; m++)
			str_addf(&out, " %s", bench->marks[m]);
		str_addc(&out, '\n');
		for (size_t v = 0; v < r->revs.n; v++)
			dump_cell(&out, results_cell(r, b, v));
	}
	str_addf(&out, "blocks %zu launches %u disturbed %u\n", r->n_blocks, r->launches,
		r->disturbed);
	for (size_t i = 0; i < DISTURBANCE_COUNT; i++)
		str_addf(&out, "disturbed by %zu %u\n", i, r->disturbed_by[i]);
	for (size_t i = 0; i < r->notes.n; i++)
		str_addf(&out, "note %s\n", r->notes.v[i]);
	return str_detach(&out);
}

/* Loads sweep id and expects this many counting launches and this next block. */
static inline void
expect_load(struct store *s, int64_t id, unsigned launches, unsigned next_block)
{
	struct results out;
	unsigned next = 0;

	results_init(&out);
	OK(store_load(s, id, &out, &next, err));
	ck_assert_uint_eq(next, next_block);
	ck_assert_uint_eq(out.n_blocks, next_block);
	ck_assert_uint_eq(out.launches, launches);
	results_done(&out);
}

static inline void
put_file(const char *path, const void *data, size_t n)
{
	FILE *f = fopen(path, "w");

	ck_assert(f != NULL);
	ck_assert_uint_eq(fwrite(data, 1, n, f), n);
	ck_assert_int_eq(fclose(f), 0);
}

static inline void
dump_launches(struct str *out, const struct store_launch_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct store_launch_row *l = &rows[i];

		str_addf(out, "launch %s %s %s %u %u %u %u %d%d%d %x %.17g %.17g %.17g %.17g %s\n",
			l->rev, l->suite, l->outcome, l->block, l->position, l->attempt, l->layout,
			l->warmup, l->discarded, l->disturbed, l->disturbed_by, l->wall_s, l->cpu_s,
			l->rss_bytes, l->cpu_pressure, l->blob ? l->blob : "-");
	}
}

static inline void
dump_timeline(struct str *out, const struct store_timeline *t)
{
	for (size_t i = 0; i < t->n_sessions; i++)
		str_addf(out, "session %u %u %jd\n", t->sessions[i].number, t->sessions[i].workers,
			(intmax_t)t->sessions[i].start_us);
	for (size_t i = 0; i < t->n_spans; i++) {
		const struct span *s = &t->spans[i];

		str_addf(out, "span %s %u %u %d %u %s %s %jd %jd %s %.17g %.17g\n",
			span_phase_name(s->phase), s->session, s->worker, s->rev, s->layout,
			s->suite ? s->suite : "-", s->step ? s->step : "-", (intmax_t)s->start_us,
			(intmax_t)s->end_us, s->outcome, s->cpu_s, s->rss_bytes);
	}
}

/* What a reader gets to know, as text; NULL when it is an error, of the right kind. */
static inline char *
read_all(const char *dir, enum store_mode mode)
{
	struct store *s = NULL;
	struct err err = ERR_INIT;
	struct results r;
	struct arena a = ARENA_INIT;
	struct store_sweep sweep = {0};
	struct host host;
	unsigned next;
	bool known;
	char *text = NULL;
	const char *fact = NULL;
	struct store_launch_row *rows = NULL;
	size_t n_rows = 0;
	struct store_timeline timeline = {0};

	results_init(&r);
	if (store_open(dir, mode, &s, &err) == 0 && store_get(s, 1, &a, &sweep, &err) == 0 &&
		store_load(s, 1, &r, &next, &err) == 0 &&
		store_get_host(s, 1, &host, &known, &err) == 0 &&
		store_fact(s, 1, "key", &a, &fact, &err) == 0 &&
		store_timeline(s, 1, &a, &timeline, &err) == 0 &&
		store_launches(s, 1, &a, &rows, &n_rows, &err) == 0) {
		scoped_free char *results = dump_results(&r);
		scoped(str) launches = STR_INIT;

		dump_launches(&launches, rows, n_rows);
		dump_timeline(&launches, &timeline);
		text = xasprintf("%s %s %s %s %s\n%s%s", sweep.status, sweep.plan,
			sweep.summary ? sweep.summary : "", known ? host.cpu : "", fact ? fact : "",
			results, launches.p);
	} else {
		ck_assert_msg(err.kind == ERR_STORE || err.kind == ERR_USAGE, "kind %d: %s",
			err.kind, err.text);
	}
	store_close(s);
	results_done(&r);
	arena_done(&a);
	return text;
}

/* Four blocks, one of them measured twice, and a fifth in which a revision crashed. Also what
 * tests/data/store/ holds. */
static inline void
make_sample_store(const char *dir)
{
	struct store *s = open_store(dir);
	struct host host = {.cpu = "cpu"};
	struct results r;

	fill_results(&r, 2);
	int64_t id = begin_sweep(s, &r);
	OK(store_set_host(s, id, &host, err));
	for (unsigned block = 0; block < 4; block++)
		add_block(s, id, &r, block);
	OK(store_discard_block(s, id, 3, err));
	add_block(s, id, &r, 3);
	struct store_launch l = launch_of(0, 4);
	OK(add_launch(s, id, &r, &l, err));
	l = launch_of(1, 4);
	l.suite_name = "fast";
	l.log = "/logs/7";
	l.disturbed = true;
	outcome_set(&l.outcome, OUTCOME_CRASHED, "signal SIGSEGV (11)");
	OK(store_add_launch(s, id, &l, &r, NULL, 0, NULL, 0, err));
	OK(store_finish(s, id, 0, "fine", "{}", err));
	results_done(&r);
	store_close(s);
}

/* What version 3 had no room for: two sessions, the second of which ended early. */
static inline void
add_timeline(const char *dir)
{
	static const struct span_session first = {1, 4, 1700000000000000},
					 second = {2, 1, 1700000100000000};
	const struct span spans[] = {
		{.phase = SPAN_QUEUE,
			.rev = 0,
			.start_us = 1700000000000100,
			.end_us = 1700000000000200,
			.outcome = "ok",
			.cpu_s = NAN,
			.rss_bytes = NAN},
		{.phase = SPAN_STEP,
			.worker = 4,
			.rev = 1,
			.layout = 2,
			.step = "compile \xff",
			.start_us = 1700000000000200,
			.end_us = 1700000001000200,
			.outcome = "failed",
			.cpu_s = 0.75,
			.rss_bytes = 1e6},
		{.phase = SPAN_LAUNCH,
			.worker = 1,
			.rev = 1,
			.suite = "fast",
			.start_us = 1700000002000000,
			.end_us = 1700000003000000,
			.outcome = "ok",
			.cpu_s = 0.5,
			.rss_bytes = 2e6},
	};
	struct store *s = open_store(dir);

	OK(store_add_spans(s, 1, &first, NULL, 0, err));
	OK(store_add_spans(s, 1, &first, spans, 2, err));
	OK(store_add_spans(s, 1, &first, &spans[2], 1, err));
	OK(store_add_spans(s, 1, &second, NULL, 0, err));
	store_close(s);
}

/* What version 2 had no room for. */
static inline void
add_layout(const char *dir)
{
	struct store *s = open_store(dir);
	struct store_launch l = launch_of(0, 6);
	struct results r;

	fill_results(&r, 2);
	l.layout = 2;
	OK(add_launch(s, 1, &r, &l, err));
	results_done(&r);
	store_close(s);
}

/* What version 1 had no room for. */
static inline void
add_newer(const char *dir)
{
	struct store *s = open_store(dir);
	struct store_launch l = launch_of(0, 5);
	struct results r;

	fill_results(&r, 2);
	l.cpu_pressure = 0.125;
	l.disturbed = true;
	l.disturbed_by = 1u << DISTURBED_BY_THROTTLING | 1u << DISTURBED_BY_OTHERS;
	OK(add_launch(s, 1, &r, &l, err));
	results_done(&r);

	OK(store_set_fact(s, 1, "key", "first", err));
	OK(store_add_note(s, 1, "one note", err));
	OK(store_set_fact(s, 1, "key", "second", err));
	OK(store_add_note(s, 1, "another \xff note", err));
	store_close(s);
}

#endif
