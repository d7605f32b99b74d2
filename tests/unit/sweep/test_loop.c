/* What goes on between two blocks: what is still open, whether the launches starved, how many
 * rounds the next ones make. */
#include "../../../src/sweep/sweep_priv.h"

#include "../check_main.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BENCHES 6

static int
nothing(const struct suite *suite, struct err *err)
{
	(void)suite;
	(void)err;
	return 0;
}

static const struct harness selecting = {
	.name = "selecting", .selects = true, .fixes_rounds = true, .check = nothing};

/* Two revisions, one suite of BENCHES benches, gate median:5%. */
struct world {
	struct config config;
	struct suite suite;
	struct plan_suite plan_suite;
	struct gate gate;
	struct plan plan;
	struct rev revs[2];
	struct sweep sweep;
	struct carry carry;
	struct arm arms[2];
	unsigned blocks[1];
	struct loop loop;
};

static void
world_init(struct world *w)
{
	struct err err = ERR_INIT;
	char name[8];

	memset(w, 0, sizeof(*w));
	config_defaults(&w->config);
	w->config.measure.budget_s = 0;
	w->suite = (struct suite){.name = "s", .settings = SETTINGS_INIT};
	w->plan_suite = (struct plan_suite){
		.suite = &w->suite, .harness = &selecting, .settings = SETTINGS_INIT};
	w->revs[0].label = "main";
	w->revs[1].label = "topic";
	ck_assert_int_eq(gate_parse("median:5%", NULL, &w->carry.arena, &w->gate, &err), 0);
	w->plan = (struct plan){.config = &w->config,
		.revs = w->revs,
		.n_revs = 2,
		.suites = &w->plan_suite,
		.n_suites = 1,
		.terms = {.judge = JUDGE_SEQUENTIAL,
			.gates = &w->gate,
			.n_gates = 1,
			.alpha = 0.01,
			.beta = 0.05}};
	w->sweep.plan = &w->plan;
	w->carry.sweep = &w->sweep;
	w->arms[0].suite_dir = w->arms[1].suite_dir = "/";
	w->carry.arms = w->arms;
	w->carry.pilots = pilot_new(&w->carry.arena, 1);
	results_init(&w->sweep.results);
	for (size_t i = 0; i < 2; i++)
		results_add_rev(&w->sweep.results, &w->revs[i]);
	for (size_t i = 0; i < BENCHES; i++) {
		struct bench bench = {.suite = "s", .name = name, .metric = "time", .unit = "s"};

		snprintf(name, sizeof(name), "b%zu", i);
		results_bench(&w->sweep.results, &bench);
	}
	struct judge_policy policy = terms_policy(&w->plan.terms, BENCHES, false);
	w->loop = (struct loop){.carry = &w->carry,
		.blocks = w->blocks,
		.calm = calm_new(&w->carry.arena, 1),
		.judge = judge_new(&policy)};
}

static void
world_done(struct world *w)
{
	judge_free(w->loop.judge);
	pilot_done(w->carry.pilots, 1);
	arena_done(&w->loop.arena);
	arena_done(&w->carry.arena);
	results_done(&w->sweep.results);
}

static void
put(struct world *w, size_t bench, size_t rev, double median, double stddev)
{
	struct sample s = {.rounds = 20, .iterations = 10};

	for (size_t i = 0; i < SUMMARY_COUNT; i++)
		s.v[i] = median;
	s.v[SUMMARY_STDDEV] = stddev;
	results_set(&w->sweep.results, bench, rev, w->blocks[0], &s);
}

/* A block in which all benches but the first `at_limit` stay as they are. Those sit on the limit,
 * now a little above it and now a little below. */
static void
block(struct world *w, size_t at_limit)
{
	double wobble = w->blocks[0] % 2 ? 0.01 : -0.01;

	for (size_t b = 0; b < BENCHES; b++) {
		put(w, b, 0, 1e-3, 1e-5);
		put(w, b, 1, b < at_limit ? 1.05e-3 * (1 + wobble) : 1e-3, 1e-5);
	}
	w->blocks[0]++;
	outlook_renew(&w->loop);
}

static size_t
count(const char *const *names)
{
	size_t n = 0;

	while (names && names[n])
		n++;
	return n;
}

START_TEST(decided_benches_are_left_out)
{
	struct world w;

	world_init(&w);
	for (int i = 0; i < 8; i++) {
		ck_assert(outlook_goes_on(&w.loop, 0));
		block(&w, 2);
	}
	/* Four are within the gate; two of six are open, and only they run. */
	ck_assert(outlook_goes_on(&w.loop, 0));
	const char *const *names = outlook_benches(&w.loop, 0);
	ck_assert_uint_eq(count(names), 2);
	ck_assert_str_eq(names[0], "b0");
	ck_assert_str_eq(names[1], "b1");
	world_done(&w);
	world_init(&w);
	for (int i = 0; i < 8; i++)
		block(&w, 0);
	ck_assert(!outlook_goes_on(&w.loop, 0)); /* all decided */
	world_done(&w);
}
END_TEST

START_TEST(hopeless_ones_wait_for_the_others)
{
	struct world w;

	world_init(&w);
	for (int i = 0; i < 14; i++)
		block(&w, 1);
	ck_assert(outlook_goes_on(&w.loop, 0)); /* nobody else needs the time */
	ck_assert_uint_eq(count(outlook_benches(&w.loop, 0)), 1);
	/* Another bench comes to life: it goes first, alone. */
	w.loop.rows[3].decided = false;
	w.loop.rows[3].blocks_missing = 2;
	const char *const *names = outlook_benches(&w.loop, 0);
	ck_assert_uint_eq(count(names), 1);
	ck_assert_str_eq(names[0], "b3");
	/* A budget that is spent ends everything. */
	w.config.measure.budget_s = 1e-9;
	ck_assert(!outlook_goes_on(&w.loop, 0));
	world_done(&w);
}
END_TEST

START_TEST(a_block_without_processor_is_noticed)
{
	struct calm *calm;
	struct arena arena = ARENA_INIT;
	const struct launch_seen well[] = {
		{.wall_s = 1, .cpu_share = 0.98}, {.wall_s = 1, .cpu_share = 0.96}};
	struct launch_seen hungry[] = {{.wall_s = 1, .cpu_share = 0.3, .disturbed = true},
		{.wall_s = 1, .cpu_share = 0.35}};
	const struct launch_seen one[] = {{.wall_s = 1, .cpu_share = 0.2, .disturbed = true},
		{.wall_s = 1, .cpu_share = 0.97}};

	calm = calm_new(&arena, 2);
	ck_assert(!calm_starved(calm, 1, hungry, 2)); /* nothing to compare with yet */
	ck_assert(!calm_starved(calm, 0, well, 2));
	ck_assert(calm_starved(calm, 0, hungry, 2));
	ck_assert(calm_starved(calm, 0, hungry, 2)); /* and is not what is usual now */
	ck_assert(!calm_starved(calm, 0, one, 2));
	hungry[0].wall_s = 0.01; /* too short to tell */
	ck_assert(!calm_starved(calm, 0, hungry, 2));
	hungry[0].wall_s = 1;
	/* Without a sign of others it is the program that waits. */
	hungry[0].disturbed = false;
	ck_assert(!calm_starved(calm, 0, hungry, 2));
	arena_done(&arena);
}
END_TEST

/* A launch of 20 rounds of 10 iterations of 1 ms, the first `cold` of them slow; 200 ms in all and
 * 2 s around them. */
static void
note(struct world *w, size_t cold)
{
	double values[20];
	struct launch_bench bench = {
		.name = "b0", .metric = "time", .unit = "s", .values = values, .n_values = 20};
	struct sample sample = {.rounds = 20, .iterations = 10};
	struct launch launch = {.wall_s = 2.2};

	for (size_t i = 0; i < 20; i++)
		values[i] = i < cold ? 3e-3 : 1e-3 + 1e-6 * (double)(i % 3);
	sample.v[SUMMARY_MEDIAN] = sample.v[SUMMARY_MEAN] = 1e-3;
	launch.result.benches = &bench;
	launch.result.n_benches = 1;
	launch.samples = &sample;
	pilot_note(w->carry.pilots, 0, &launch, &w->carry.arena);
}

START_TEST(the_pilot_fixes_rounds)
{
	struct world w;
	struct launch_request request = {0};

	world_init(&w);
	pilot_apply(w.carry.pilots, 0, &request);
	ck_assert_uint_eq(request.n_fixed, 0);
	for (int i = 0; i < 2; i++) {
		block(&w, 0);
		note(&w, 3);
		note(&w, 3);
	}
	pilot_freeze(&w.carry, 0);
	pilot_apply(w.carry.pilots, 0, &request);
	ck_assert_uint_eq(request.n_fixed, BENCHES);
	const struct bench_rounds *b0 = &request.fixed[0];
	ck_assert_str_eq(b0->name, "b0");
	ck_assert_uint_eq(b0->iterations, 10);
	/* The median of the next three is warm; and what came before the first is gone. */
	ck_assert_uint_eq(b0->skip, 2 + 1);
	/* 2 s spare over 6 benches are 33 rounds of 10 ms, more than the 20 that the settings let
	 * the pilot make; 18 of them are left. */
	ck_assert_uint_eq(b0->rounds, 18);
	ck_assert_uint_eq(request.fixed[1].rounds, 20);
	ck_assert_uint_eq(request.fixed[1].skip, 1);
	world_done(&w);
}
END_TEST

static void
set_digests(struct carry *carry, const char *digests)
{
	for (size_t i = 0; digests[i]; i++) {
		snprintf(
			carry->builds[i].digest, sizeof(carry->builds[i].digest), "%c", digests[i]);
		carry->builds[i].outcome = (struct outcome)OUTCOME_INIT;
	}
}

/* Builds by layout and revision as one letter each, and the layouts of blocks 0 to 3 for the first
 * revision and the second. */
START_TEST(layouts_with_the_same_files_are_one)
{
	static const struct {
		const char *digests;
		bool apart;
		unsigned base[4], head[4];
		const char *note;
	} cases[] = {
		{"abcdef", false, {0, 1, 2, 0}, {0, 1, 2, 0}, NULL},
		{"abcdef", true, {0, 1, 2, 0}, {1, 2, 0, 1}, NULL},
		{"ababab", false, {0, 0, 0, 0}, {0, 0, 0, 0},
			"the recipe does not vary the layout: all 3 builds of 'main' hold the same "
			"files"},
		{"abcdab", false, {0, 1, 0, 0}, {0, 1, 0, 0},
			"only 2 of the 3 builds of 'main' differ"},
		/* one of them does */
		{"abacad", false, {0, 1, 2, 0}, {0, 1, 2, 0},
			"the recipe does not vary the layout"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world w;
		struct build builds[6] = {0};
		unsigned layouts[3];

		world_init(&w);
		w.plan.terms.rebuilds = 3;
		w.plan.apart = cases[i].apart;
		w.carry.builds = builds;
		w.carry.layouts = layouts;
		set_digests(&w.carry, cases[i].digests);
		layouts_compare(&w.carry);
		for (unsigned block = 0; block < 4; block++) {
			ck_assert_uint_eq(carry_layout(&w.carry, 0, block), cases[i].base[block]);
			ck_assert_uint_eq(carry_layout(&w.carry, 1, block), cases[i].head[block]);
		}
		ck_assert_int_eq(w.sweep.results.notes.n > 0, cases[i].note != NULL);
		if (cases[i].note)
			ck_assert_ptr_nonnull(strstr(w.sweep.results.notes.v[0], cases[i].note));
		ck_assert_ptr_eq(carry_build(&w.carry, 1, 2), &builds[5]);
		world_done(&w);
	}
}
END_TEST

TEST_SUITE("sweep/loop", decided_benches_are_left_out, hopeless_ones_wait_for_the_others,
	a_block_without_processor_is_noticed, layouts_with_the_same_files_are_one,
	the_pilot_fixes_rounds)
