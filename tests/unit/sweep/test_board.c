/* What is left of builds that are under way. */
#include "sweep/board.h"

#include "../check_main.h"

#include <math.h>

#define N 3
#define SLACK 60 /* seconds that this test may hang for: durations are hours */

static const double hours[N] = {36000, 72000, 7200};

/* Three builds, the first of which is in the cache; then 1 to 2 hours of measuring. */
struct world {
	struct build_estimate builds[N];
	size_t order[N];
	struct forecaster f;
};

static void
world_init(struct world *w)
{
	*w = (struct world){.order = {1, 0, 2}};
	for (size_t i = 0; i < N; i++)
		w->builds[i] = (struct build_estimate){.seen_s = &hours[i], .n_seen = 1};
	w->builds[0].state = BUILD_STORED;
	w->f = (struct forecaster){
		.builds = w->builds,
		.order = w->order,
		.n_builds = N,
		.workers = 2,
		.of_measuring = {.least_s = {3600, 3700}, .most_s = {7000, 7200}},
	};
}

static struct board_view
look(struct board *board)
{
	struct board_view view;

	board_look(board, &view);
	return view;
}

static void
end(struct board *board, size_t i, enum outcome_kind kind, double wall_s, bool reused)
{
	struct build build = {.outcome = {.kind = kind}, .wall_s = wall_s, .reused = reused};

	board_end(board, i, &build);
}

START_TEST(what_is_over_takes_no_more_time)
{
	struct world w;

	world_init(&w);
	struct board *board = board_new(&w.f, true);
	struct board_view v = look(board);
	ck_assert_uint_eq(v.total, N);
	ck_assert_double_eq(v.builds_s.p50, 72000);
	ck_assert_double_eq(v.all_s.p50, 75600);
	ck_assert_double_eq(v.all_s.p90, 79200);
	end(board, 0, OUTCOME_OK, 1, true);
	board_begin(board, 1);
	board_begin(board, 2);
	ck_assert_double_eq_tol(look(board).builds_s.p50, 72000, SLACK);
	end(board, 1, OUTCOME_FAILED, 1, false);
	v = look(board);
	ck_assert_double_eq_tol(v.builds_s.p90, 7200, SLACK);
	ck_assert_uint_eq(v.built, 1);
	ck_assert_uint_eq(v.failed, 1);
	end(board, 2, OUTCOME_OK, 1, false);
	v = look(board);
	ck_assert_double_eq(v.builds_s.p50, 0);
	ck_assert_double_eq(v.all_s.p90, 7200);
	board_free(board);
}
END_TEST

START_TEST(what_is_built_now_tells_of_the_rest)
{
	struct world w;

	world_init(&w);
	w.builds[1].n_seen = w.builds[2].n_seen = 0;
	struct board *board = board_new(&w.f, false);
	ck_assert(isnan(look(board).builds_s.p50));
	ck_assert(isnan(look(board).all_s.p90));
	end(board, 0, OUTCOME_OK, 5, true); /* when that was built nobody knows */
	ck_assert(isnan(look(board).builds_s.p50));
	end(board, 1, OUTCOME_OK, 500, false);
	ck_assert_double_eq(look(board).builds_s.p50, 500);
	ck_assert_double_eq(look(board).all_s.p50, 500);
	board_free(board);
}
END_TEST

START_TEST(measuring_may_have_no_known_end)
{
	struct world w;

	world_init(&w);
	w.f.of_measuring.endless = true;
	struct board *board = board_new(&w.f, true);
	ck_assert_double_eq(look(board).all_s.p50, 75600);
	ck_assert(isnan(look(board).all_s.p90));
	w.f.of_measuring.new_one = "suite";
	ck_assert(isnan(look(board).all_s.p50));
	ck_assert_double_eq(look(board).builds_s.p50, 72000);
	board_free(board);
}
END_TEST

TEST_SUITE("sweep/board", what_is_over_takes_no_more_time, what_is_built_now_tells_of_the_rest,
	measuring_may_have_no_known_end)
