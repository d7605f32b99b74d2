/* Timelines small enough to be added up by hand. */
#include "report/timeline.h"

#include "base/escape.h"
#include "sys/fs.h"

#include "../check_main.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define START INT64_C(1700000000000000)
#define S INT64_C(1000000) /* a second */

static const char *const labels[] = {"v1", "v2", "a-branch-with-quite-a-long-name"};

/* From and to in seconds since the beginning of the session. */
static struct span
span(enum span_phase phase, unsigned session, unsigned worker, int rev, double from, double to)
{
	int64_t begin = START + (int64_t)(session - 1) * 3600 * S;

	return (struct span){
		.phase = phase,
		.session = session,
		.worker = worker,
		.rev = rev,
		.start_us = begin + (int64_t)(from * 1e6),
		.end_us = begin + (int64_t)(to * 1e6),
		.suite = span_is_measuring(phase) ? "s" : NULL,
		.outcome = "ok",
		.cpu_s = NAN,
		.rss_bytes = NAN,
	};
}

static struct timeline_input
input_of(const struct span_session *sessions, size_t n_sessions, const struct span *spans, size_t n)
{
	return (struct timeline_input){
		.sweep = "7",
		.command = "compare",
		.sessions = sessions,
		.n_sessions = n_sessions,
		.spans = spans,
		.n_spans = n,
		.labels = labels,
		.n_revs = ARRAY_LEN(labels),
	};
}

static void
near(double got, double want, const char *what)
{
	ck_assert_msg(fabs(got - want) < 1e-9, "%s is %.9g, not %.9g", what, got, want);
}
#define NEAR(f, member, want) near((f).member, want, #member)

/*	worker 1  ccBBBBBBBB..mmmm
 *	worker 2  BBBB~~v.........     ~ waits
 *	worker 3  (idle)
 *	seconds   0         10    16  */
static const struct span_session one_session[] = {{1, 3, START}};

static size_t
one(struct span *v)
{
	size_t n = 0;

	v[n++] = span(SPAN_QUEUE, 1, 0, 1, 0, 0.5);
	v[n++] = span(SPAN_CHECKOUT, 1, 1, 0, 0, 2);
	v[n++] = span(SPAN_STEP, 1, 1, 0, 2, 9);
	v[n++] = span(SPAN_BUILD, 1, 1, 0, 2, 10);
	v[n++] = span(SPAN_BUILD, 1, 2, 1, 0, 4);
	v[n++] = span(SPAN_WAIT, 1, 2, 1, 4, 6);
	v[n++] = span(SPAN_VERIFY, 1, 2, 1, 6, 7);
	v[n++] = span(SPAN_WARMUP, 1, 1, 0, 12, 13);
	v[n++] = span(SPAN_LAUNCH, 1, 1, 0, 13, 16);
	v[n++] = span(SPAN_LAUNCH, 1, 1, 1, 13, 15); /* a duet */
	return n;
}

START_TEST(one_session_by_hand)
{
	struct span v[16];
	struct arena arena = ARENA_INIT;
	struct timeline_figures f;
	struct timeline_input input = input_of(one_session, 1, v, one(v));

	timeline_figures(&input, &arena, &f);
	NEAR(f, wall_s, 16);
	ck_assert_uint_eq(f.n_workers, 3);
	NEAR(f, workers[0].busy_s, 10 + 4);
	NEAR(f, workers[1].busy_s, 4 + 1);
	NEAR(f, workers[2].busy_s, 0);
	NEAR(f, workers[2].present_s, 16);
	NEAR(f, busy_s, 19);
	NEAR(f, present_s, 48);
	NEAR(f, job_s, 10 + 5);
	NEAR(f, serial_s, 4);
	NEAR(f, longest_s, 10);
	NEAR(f, jobs_busy_s, 15);
	NEAR(f, jobs_at_s, 3 * 10);
	NEAR(f, wait_s, 2);
	NEAR(f, bound_s, 10 + 4); /* the longest, which is more than 15 / 3 */
	/* The build of v1 is alone from 4 to 6 and from 7 to 10. */
	ck_assert_int_eq(f.held_rev, 0);
	NEAR(f, held_s, 5);
	arena_done(&arena);
}
END_TEST

START_TEST(even_share_is_a_bound_too)
{
	static const struct span_session two[] = {{1, 2, START}};
	struct span v[4];
	struct arena arena = ARENA_INIT;
	struct timeline_figures f;

	for (int i = 0; i < 3; i++)
		v[i] = span(SPAN_BUILD, 1, i == 1 ? 2 : 1, i, i == 2 ? 4 : 0, i == 2 ? 8 : 4);
	struct timeline_input input = input_of(two, 1, v, 3);
	timeline_figures(&input, &arena, &f);
	NEAR(f, wall_s, 8);
	NEAR(f, bound_s, 6); /* 12 seconds of work, two workers */
	ck_assert_int_eq(f.held_rev, 2);
	NEAR(f, held_s, 4);
	arena_done(&arena);
}
END_TEST

/* A second session an hour later, with another number of workers. */
static const struct span_session sessions[] = {{1, 3, START}, {2, 1, START + 3600 * S}};

START_TEST(what_lies_between_sessions_counts_for_nothing)
{
	struct span v[16];
	struct arena arena = ARENA_INIT;
	struct timeline_figures f;
	size_t n = one(v);

	v[n++] = span(SPAN_LOOKUP, 2, 1, 0, 0, 1);
	v[n++] = span(SPAN_LAUNCH, 2, 1, 0, 1, 4);
	struct timeline_input input = input_of(sessions, 2, v, n);
	timeline_figures(&input, &arena, &f);
	NEAR(f, wall_s, 20);
	NEAR(f, workers[0].present_s, 20);
	NEAR(f, workers[1].present_s, 16);
	NEAR(f, present_s, 3 * 16 + 4);
	NEAR(f, busy_s, 19 + 4);
	NEAR(f, serial_s, 4 + 3);
	NEAR(f, bound_s, 14 + 4);
	arena_done(&arena);
}
END_TEST

START_TEST(nothing_is_safe)
{
	struct arena arena = ARENA_INIT;
	struct timeline_figures f;
	struct timeline_input input = input_of(one_session, 1, NULL, 0);
	struct report_style style = {.width = 80};
	scoped(str) out = STR_INIT;

	timeline_figures(&input, &arena, &f);
	ck_assert_uint_eq(f.n_workers, 3);
	NEAR(f, wall_s, 0);
	ck_assert_int_eq(f.held_rev, -1);
	timeline_text(&input, LANES_BY_WORKER, &style, &out);
	timeline_json(&input, &out);
	ck_assert_ptr_nonnull(strstr(out.p, "used      0% of the time of 3 workers"));
	ck_assert_ptr_nonnull(strstr(out.p, "\"utilisation\": 0,"));
	input.n_sessions = 0;
	timeline_figures(&input, &arena, &f);
	ck_assert_uint_eq(f.n_workers, 0);
	timeline_text(&input, LANES_BY_REVISION, &style, &out);
	arena_done(&arena);
}
END_TEST

/* ---- drawings */

/* Compares with tests/data/report/NAME; UPDATE_GOLDEN=1 writes that file instead. */
static void
expect_golden(const char *name, const struct str *got)
{
	const char *data = getenv("TEST_DATA");
	scoped(str) want = STR_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(data != NULL, "TEST_DATA is not set");
	scoped_free char *path = xasprintf("%s/report/%s", data, name);
	if (getenv("UPDATE_GOLDEN")) {
		ck_assert_msg(fs_write_atomic(path, got->p, got->n, &err) == 0, "%s", err.text);
		return;
	}
	ck_assert_msg(fs_read(path, 1 << 20, &want, &err) == 0, "%s", err.text);
	ck_assert_str_eq(got->p, want.p);
}

static void
expect_width(const char *text, int width)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		scoped_free char *line = xstrndup(text, n);

		ck_assert_msg(text_width(line) <= width, "more than %d columns: %s", width, line);
		text += n + (text[n] == '\n');
	}
}

static void
expect_drawing(const char *name, enum timeline_lanes lanes, int width, bool ascii)
{
	struct span v[16];
	size_t n = one(v);

	v[n++] = span(SPAN_LOOKUP, 2, 1, 0, 0, 1);
	v[n++] = span(SPAN_LAUNCH, 2, 1, 0, 1, 4);
	struct timeline_input input = input_of(sessions, 2, v, n);
	struct report_style style = {.width = width, .ascii = ascii};
	scoped(str) out = STR_INIT;

	timeline_text(&input, lanes, &style, &out);
	expect_width(out.p, width);
	for (size_t i = 0; ascii && i < out.n; i++)
		ck_assert_msg((unsigned char)out.p[i] < 0x80, "not ASCII: %s", out.p);
	expect_golden(name, &out);
}

START_TEST(drawings)
{
	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	expect_drawing("timeline-80.txt", LANES_BY_WORKER, 80, false);
	expect_drawing("timeline-ascii.txt", LANES_BY_WORKER, 80, true);
	expect_drawing("timeline-200.txt", LANES_BY_WORKER, 200, false);
	expect_drawing("timeline-by-revision.txt", LANES_BY_REVISION, 120, false);
}
END_TEST

START_TEST(for_programs)
{
	struct span v[16];
	struct timeline_input input = input_of(one_session, 1, v, one(v));
	scoped(str) out = STR_INIT;

	timeline_json(&input, &out);
	expect_golden("timeline.json", &out);
}
END_TEST

TEST_SUITE("report/timeline", one_session_by_hand, even_share_is_a_bound_too,
	what_lies_between_sessions_counts_for_nothing, nothing_is_safe, drawings, for_programs)
