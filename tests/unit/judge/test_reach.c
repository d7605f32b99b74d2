#include "judge/reach.h"

#include "../check_main.h"

#include <math.h>

static const struct bench down = {.metric = "time", .unit = "s"};
static const struct bench up = {
	.metric = "throughput", .unit = "op/s", .direction = HIGHER_IS_BETTER};

START_TEST(less_noise_takes_fewer_blocks)
{
	struct gate percent = {.percent = true, .limit = 0.05}, absolute = {.limit = 0.0005};

	/* log(20 * 6) doublings is the least there is; then log(20 * 6) / (r^2 / 2). */
	ck_assert_double_eq(reach_blocks(&percent, &down, 1, 0, 0.05), 7);
	ck_assert_double_eq(reach_blocks(&percent, &down, 1, 0.01, 0.05), 7);
	double r = log1p(0.05) / 0.1;
	ck_assert_double_eq(
		reach_blocks(&percent, &down, 1, 0.1, 0.05), ceil(log(20 * 6) / (r * r / 2)));
	ck_assert(isnan(reach_blocks(&percent, &down, 1, NAN, 0.05)));
	percent.limit = 0;
	ck_assert(isinf(reach_blocks(&percent, &down, 1, 0.01, 0.05)));
	/* 0.5 ms of 10 ms are 5 %, of 1 us more than anything. */
	ck_assert_double_eq(
		reach_blocks(&absolute, &down, 0.01, 0.1, 0.05), ceil(log(20 * 6) / (r * r / 2)));
	ck_assert_double_eq(reach_blocks(&absolute, &down, 1e-6, 0.1, 0.05), 7);
	absolute.limit = 2; /* a rate of 1 cannot fall by 2 */
	ck_assert_double_eq(reach_blocks(&absolute, &up, 1, 0.1, 0.05), 7);
}
END_TEST

TEST_SUITE("judge/reach", less_noise_takes_fewer_blocks)
