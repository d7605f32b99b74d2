#include "measure/schedule.h"

#include "sys/proc.h"

#include "../check_main.h"

#include <stdbool.h>
#include <string.h>

START_TEST(a_block_can_be_drawn_again)
{
	uint32_t a[50], b[50];
	struct block_plan p, q;
	unsigned same_order = 0, same_seed = 0;

	for (unsigned block = 0; block < 100; block++) {
		bool seen[50] = {false};

		schedule_block(7, block, 0, 50, a, &p);
		schedule_block(7, block, 0, 50, b, &q);
		ck_assert_mem_eq(a, b, sizeof(a));
		ck_assert_uint_eq(p.hash_seed, q.hash_seed);
		ck_assert_uint_eq(p.pad, q.pad);
		ck_assert_uint_le(p.hash_seed, UINT32_MAX);
		ck_assert_uint_lt(p.pad, 4096);
		for (int i = 0; i < 50; i++) {
			ck_assert_uint_lt(a[i], 50);
			ck_assert(!seen[a[i]]);
			seen[a[i]] = true;
		}
		/* what the arms share does not depend on how many they are */
		schedule_block(7, block, 0, 2, b, &q);
		ck_assert_uint_eq(p.hash_seed, q.hash_seed);
		ck_assert_uint_eq(p.cpu_draw, q.cpu_draw);
		ck_assert_uint_eq(p.layout, q.layout);
		ck_assert_uint_ge(p.layout, 1);
		ck_assert_uint_le(p.layout, PROC_LAYOUTS);
		/* another try, another block and another sweep are other draws */
		schedule_block(7, block, 1, 50, b, &q);
		same_order += memcmp(a, b, sizeof(a)) == 0;
		same_seed += p.hash_seed == q.hash_seed;
		schedule_block(7, block + 1, 0, 50, b, &q);
		same_order += memcmp(a, b, sizeof(a)) == 0;
		same_seed += p.hash_seed == q.hash_seed;
		schedule_block(8, block, 0, 50, b, &q);
		same_order += memcmp(a, b, sizeof(a)) == 0;
		same_seed += p.hash_seed == q.hash_seed;
	}
	ck_assert_uint_eq(same_order, 0);
	ck_assert_uint_eq(same_seed, 0);
}
END_TEST

/* Pearson's chi-squared over all permutations of three, and over 16 ranges of the padding; upper
 * 0.1 % points for 5 and 15 degrees of freedom: 20.515 and 37.697 (NIST handbook, 1.3.6.7.4). The
 * seed is fixed, so that the test either always passes or never. */
START_TEST(orders_and_padding_are_uniform)
{
	double orders[27] = {0}, pads[16] = {0}, chi = 0, chi_pad = 0;
	const int n = 6000;

	for (int block = 0; block < n; block++) {
		struct block_plan plan;
		uint32_t o[3];

		schedule_block(20261121, (unsigned)block, 0, 3, o, &plan);
		orders[o[0] * 9 + o[1] * 3 + o[2]]++;
		pads[plan.pad / 256]++;
	}
	for (int i = 0; i < 27; i++)
		if (orders[i] > 0)
			chi += (orders[i] - n / 6.) * (orders[i] - n / 6.) / (n / 6.);
	for (int i = 0; i < 16; i++)
		chi_pad += (pads[i] - n / 16.) * (pads[i] - n / 16.) / (n / 16.);
	ck_assert_double_lt(chi, 20.515);
	ck_assert_double_lt(chi_pad, 37.697);
}
END_TEST

START_TEST(layouts_take_turns)
{
	static const unsigned two_suites[] = {0, 0, 1, 1, 2, 2, 0, 0};

	for (unsigned block = 0; block < 8; block++) {
		ck_assert_uint_eq(schedule_layout(block, 1, 0), 0);
		ck_assert_uint_eq(schedule_layout(block, 1, 1), 0);
		ck_assert_uint_eq(schedule_layout(block, 1, 3), block % 3);
		ck_assert_uint_eq(schedule_layout(block, 2, 3), two_suites[block]);
	}
	/* Whichever suites still go on, a suite sees every layout. */
	for (unsigned suites = 1; suites < 6; suites++)
		for (unsigned going_on = 1; going_on <= suites; going_on++)
			for (unsigned first = 0; first < suites; first++) {
				unsigned seen = 0;

				for (unsigned k = 0; k < 4 * suites; k++)
					seen |= 1U
						<< schedule_layout(first + k * going_on, suites, 4);
				ck_assert_uint_eq(seen, 15);
			}
}
END_TEST

TEST_SUITE("measure/schedule", a_block_can_be_drawn_again, layouts_take_turns,
	orders_and_padding_are_uniform)
