#include "judge/contest.h"
#include "judge/judge.h"

#include "base/rng.h"

#include "../check_main.h"

#include <math.h>
#include <stdio.h>

static const struct contest_terms auto_5 = {.field = GATE_AUTO,
	.relative = true,
	.tau = 0.04879016416943205, /* log(1.05) */
	.beta = 0.05};

/* A launch: its location, and what rare slow rounds add to the mean. */
static struct sample
launch(double median, double mean)
{
	struct sample s = {.rounds = 16};

	for (size_t i = 0; i < SUMMARY_COUNT; i++)
		s.v[i] = NAN;
	s.v[SUMMARY_MIN] = 0.99 * median;
	s.v[SUMMARY_Q25] = 0.995 * median;
	s.v[SUMMARY_MEDIAN] = median;
	s.v[SUMMARY_MEAN] = mean;
	s.v[SUMMARY_MAX] = 2 * median;
	return s;
}

static double
noisy(struct rng *rng, double value, double spread)
{
	return value * exp(spread * ((double)rng_below(rng, 2001) / 1000 - 1));
}

/* n pairs whose heads are slower by these factors, with noise; decides after each. */
static void
play(struct contest *c, uint64_t seed, size_t n, double median, double mean, double proof)
{
	struct rng rng;

	rng_init(&rng, seed, 7);
	for (size_t i = 0; i < n; i++) {
		double b = noisy(&rng, 1e-3, 0.01), h = noisy(&rng, 1e-3 * median, 0.01);
		struct sample base = launch(b, 1.1 * b), head = launch(h, 1.1 * h * mean / median);

		contest_add(c, &base, &head);
		contest_decide(c, contest_worse(c) >= proof, contest_better(c) >= proof);
	}
}

START_TEST(says_what_is_true)
{
	static const struct {
		double median, mean;
		enum contest_side side;
	} cases[] = {{1, 1, CONTEST_WITHIN}, {1.1, 1.1, CONTEST_WORSE}, {0.9, 0.9, CONTEST_WITHIN},
		/* slow paths too rare for the median: only the tail hypothesis can see them */
		{1, 1.3, CONTEST_WORSE}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct contest c;

		contest_init(&c, &auto_5);
		play(&c, 5, 20, cases[i].median, cases[i].mean, log(100));
		ck_assert_int_eq(c.side, cases[i].side);
		ck_assert_uint_ge(c.decided_at, 5);
		ck_assert_uint_le(c.decided_at, 12);
		ck_assert(c.has_tail);
		contest_done(&c);
	}
}
END_TEST

START_TEST(reset_starts_anew)
{
	struct contest fresh, used;

	contest_init(&fresh, &auto_5);
	contest_init(&used, &auto_5);
	play(&used, 99, 30, 1.2, 1.2, log(100));
	contest_reset(&used);
	play(&fresh, 4, 25, 1.03, 1.03, log(100));
	play(&used, 4, 25, 1.03, 1.03, log(100));
	for (size_t l = 0; l < LIMIT_COUNT; l++) {
		ck_assert(fresh.above[l] == used.above[l]);
		ck_assert(fresh.most_below[l] == used.most_below[l]);
	}
	ck_assert(contest_worse(&fresh) == contest_worse(&used));
	ck_assert_int_eq(fresh.side, used.side);
	ck_assert_uint_eq(fresh.decided_at, used.decided_at);
	contest_done(&fresh);
	contest_done(&used);
}
END_TEST

START_TEST(a_summary_that_goes_missing_keeps_its_evidence)
{
	struct contest c;
	struct sample base = launch(1e-3, 1.1e-3), head = launch(1.2e-3, 1.3e-3);

	contest_init(&c, &auto_5);
	for (size_t i = 0; i < 5; i++)
		contest_add(&c, &base, &head);
	double min_evidence = c.series[0].at[LIMIT_TAU].plus;
	ck_assert_int_eq(c.series[0].of, SUMMARY_MIN);
	head.v[SUMMARY_MIN] = NAN;
	contest_add(&c, &base, &head);
	ck_assert(c.series[0].at[LIMIT_TAU].plus == min_evidence);
	ck_assert(isnan(c.series[0].d[5]) && isfinite(c.series[1].d[5]));
	ck_assert_int_eq(c.flaw, FLAW_NONE);
	ck_assert_uint_eq(c.n, 6);
	contest_done(&c);
}
END_TEST

START_TEST(what_never_varies_needs_no_proof)
{
	static const struct {
		double head;
		unsigned after;
		bool two_sided;
		size_t decided_at;
		enum contest_side side;
	} cases[] = {
		{1.06, 1, false, 1, CONTEST_WORSE},
		{1.04, 1, false, 1, CONTEST_WITHIN},
		{0.9, 1, true, 1, CONTEST_BETTER},
		{0.9, 1, false, 1, CONTEST_WITHIN},
		{1.06, 3, false, 3, CONTEST_WORSE},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct contest_terms terms = auto_5;
		struct contest c;

		terms.exact_after = cases[i].after;
		terms.two_sided = cases[i].two_sided;
		contest_init(&c, &terms);
		for (size_t n = 0; n < 4; n++) {
			struct sample base = launch(1e6, 1e6);
			struct sample head =
				launch(1e6 * cases[i].head * (1 + 1e-5 * (double)n), 1e6);

			contest_add(&c, &base, &head);
			contest_decide(&c, false, false);
		}
		ck_assert(c.exact);
		ck_assert_int_eq(c.side, cases[i].side);
		ck_assert_uint_eq(c.decided_at, cases[i].decided_at);
		contest_done(&c);
	}
}
END_TEST

/* A margin of a thousandth holds even where the gate allows nothing, and a metric that varies after
 * all is judged as any other. */
START_TEST(exactness_has_its_limits)
{
	struct contest_terms terms = auto_5;
	struct contest c;

	terms.exact_after = 1;
	terms.tau = 0;
	contest_init(&c, &terms);
	struct sample base = launch(1e6, 1e6), head = launch(1.0009e6, 1e6);
	contest_add(&c, &base, &head);
	contest_decide(&c, false, false);
	ck_assert_int_eq(c.side, CONTEST_WITHIN);
	contest_done(&c);

	terms.exact_after = 3;
	contest_init(&c, &terms);
	play(&c, 8, 4, 1.3, 1.3, log(1000));
	ck_assert(!c.exact);
	ck_assert_int_eq(c.side, CONTEST_OPEN);
	contest_done(&c);
}
END_TEST

/* A launch whose wall times tell one story and whose CPU times another. */
static struct sample
timed(double wall, double cpu)
{
	struct sample s = launch(wall, wall);

	s.v[SUMMARY_CPU_Q25] = 0.99 * cpu;
	s.v[SUMMARY_CPU_MEDIAN] = cpu;
	s.v[SUMMARY_CPU_MEAN] = 1.02 * cpu;
	return s;
}

static bool
judged_by(const struct contest *c, const enum summary *list, size_t n)
{
	bool same = c->k == n && !c->has_tail;

	for (size_t j = 0; same && j < n; j++)
		same = c->series[j].of == list[j];
	return same;
}

/* Pairs of these ratios by either clock, decided after each. */
static struct contest
compare_clocks(bool two_sided, double wall, double cpu, size_t n)
{
	struct contest_terms terms = auto_5;
	struct contest c;
	struct rng rng;

	rng_init(&rng, 11, 3);
	terms.two_sided = two_sided;
	contest_init(&c, &terms);
	for (size_t i = 0; i < n; i++) {
		double w = noisy(&rng, 1e-3, 0.02), t = noisy(&rng, 1e-3, 0.005);
		struct sample base = timed(w, t), head;

		head = timed(noisy(&rng, wall * 1e-3, 0.02), noisy(&rng, cpu * 1e-3, 0.005));
		contest_add(&c, &base, &head);
		contest_decide(&c, contest_worse(&c) >= log(2000), contest_better(&c) >= log(2000));
	}
	return c;
}

START_TEST(more_cpu_time_in_less_time_is_no_regression)
{
	static const struct {
		bool two_sided;
		double wall, cpu;
		enum contest_side side;
	} cases[] = {{false, 1.1, 1.1, CONTEST_WORSE}, {false, 0.6, 1.1, CONTEST_WITHIN},
		{true, 0.6, 1.1, CONTEST_BETTER}, {false, 1, 1.1, CONTEST_WITHIN},
		{true, 1, 1.1, CONTEST_OPEN}, {false, 1.1, 1, CONTEST_WORSE}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct contest c =
			compare_clocks(cases[i].two_sided, cases[i].wall, cases[i].cpu, 40);

		ck_assert_msg(c.side == cases[i].side, "case %zu: %d", i, (int)c.side);
		contest_done(&c);
	}
}
END_TEST

START_TEST(a_duet_is_judged_by_cpu_times_alone)
{
	static const enum summary wall[] = {SUMMARY_CPU_Q25, SUMMARY_CPU_MEDIAN, SUMMARY_CPU_MEAN};
	static const enum summary cpu[] = {SUMMARY_Q25, SUMMARY_MEDIAN, SUMMARY_MEAN};
	static const enum gate_field fields[] = {GATE_AUTO, GATE_MIN, GATE_MEAN, GATE_STDDEV};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		struct contest_terms terms = auto_5;
		struct contest c;

		terms.field = fields[i];
		terms.contended = true;
		ck_assert_int_eq(contest_duet_summary(terms.clock), SUMMARY_CPU_MEDIAN);
		contest_init(&c, &terms);
		for (size_t n = 0; n < 12; n++) {
			/* wall times twice as long, CPU times the same */
			struct sample base = timed(1e-3, 1e-3), head = timed(2e-3, 1e-3);

			contest_add(&c, &base, &head);
			contest_decide(&c, contest_worse(&c) >= log(100), false);
		}
		ck_assert(judged_by(&c, wall, 3));
		ck_assert_int_eq(c.side, CONTEST_WITHIN);
		contest_done(&c);
		contest_init(&c, &terms);
		for (size_t n = 0; n < 12; n++) {
			/* and the other way round */
			struct sample base = timed(1e-3, 1e-3), head = timed(1e-3, 1.1e-3);

			contest_add(&c, &base, &head);
			contest_decide(&c, contest_worse(&c) >= log(100), false);
		}
		ck_assert_int_eq(c.side, CONTEST_WORSE);
		contest_done(&c);
		/* a bench that is timed by the CPU clock has its times where others have wall times
		 */
		terms.clock = CLOCK_KIND_CPU;
		ck_assert_int_eq(contest_duet_summary(terms.clock), SUMMARY_MEDIAN);
		contest_init(&c, &terms);
		struct sample one = launch(1e-3, 1e-3);
		contest_add(&c, &one, &one);
		ck_assert(judged_by(&c, cpu, 3));
		contest_done(&c);
	}
}
END_TEST

START_TEST(a_duet_without_cpu_times_is_flawed)
{
	struct contest_terms terms = auto_5;
	struct sample both = timed(1e-3, 1e-3), wall = launch(1e-3, 1e-3), single = both;
	struct contest c;

	terms.contended = true;
	contest_init(&c, &terms);
	contest_add(&c, &both, &wall);
	ck_assert_int_eq(c.flaw, FLAW_ABSENT);
	ck_assert_uint_eq(c.k, 0);
	contest_done(&c);
	single.rounds = 1;
	contest_init(&c, &terms);
	contest_add(&c, &single, &single);
	ck_assert(judged_by(&c, (enum summary[]){SUMMARY_CPU_MEDIAN}, 1));
	ck_assert_int_eq(c.flaw, FLAW_NONE);
	contest_done(&c);
	terms.clock = CLOCK_KIND_CPU;
	contest_init(&c, &terms);
	contest_add(&c, &single, &single);
	ck_assert(judged_by(&c, (enum summary[]){SUMMARY_MEDIAN}, 1));
	contest_done(&c);
}
END_TEST

/* ---- families */

#define BENCHES 6

static void
fill(struct results *r, size_t bench, size_t block, double factor, struct rng *rng)
{
	struct sample base = launch(noisy(rng, 1e-3, 0.02), 2e-3);
	struct sample head = launch(noisy(rng, 1e-3 * factor, 0.02), 2e-3 * factor);

	results_set(r, bench, 0, block, &base);
	results_set(r, bench, 1, block, &head);
}

static void
make_results(struct results *r)
{
	static const char *const labels[] = {"main", "topic"};
	char name[8];

	results_init(r);
	for (size_t i = 0; i < 2; i++) {
		struct rev rev = {.spec = labels[i], .label = labels[i], .id = labels[i]};
		results_add_rev(r, &rev);
	}
	for (size_t i = 0; i < BENCHES; i++) {
		struct bench bench = {.suite = "s", .name = name, .metric = "time", .unit = "s"};

		snprintf(name, sizeof(name), "b%zu", i);
		results_bench(r, &bench);
	}
}

static const struct row *
row_of(const struct row *rows, size_t n, size_t bench)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].bench == bench)
			return &rows[i];
	return NULL;
}

START_TEST(block_by_block_and_at_once_say_the_same)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct judge_policy policy = {.alpha = 0.01, .beta = 0.05, .family = 2 * BENCHES};
		struct judge *judge = judge_new(&policy);
		struct arena arena = ARENA_INIT;
		struct results r;
		struct row *outlook, *rows;
		struct rng rng;
		size_t n, m;

		rng_init(&rng, seed, 3);
		make_results(&r);
		for (size_t block = 0; block < 15; block++) {
			for (size_t b = 0; b < BENCHES; b++)
				if (rng_below(&rng, 8)) /* some are not in every block */
					fill(&r, b, block, 0.97 + 0.02 * (double)b, &rng);
			r.n_blocks++;
			judge_follow(judge, &r);
			judge_outlook(judge, &r, &arena, &outlook, &n);
			judge_rows(&r, &policy, &arena, &rows, &m);
			ck_assert_uint_eq(n, m);
			for (size_t b = 0; b < BENCHES; b++) {
				const struct row *x = row_of(outlook, n, b),
						 *y = row_of(rows, m, b);

				ck_assert_msg(x->verdict == y->verdict &&
						      x->decided == y->decided &&
						      x->blocks_missing == y->blocks_missing,
					"seed %d, block %zu, bench %zu", (int)seed, block, b);
			}
		}
		judge_free(judge);
		arena_done(&arena);
		results_done(&r);
	}
}
END_TEST

/* Holm: what is proven leaves fewer hypotheses to share the alpha with. */
START_TEST(proven_hypotheses_help_the_others)
{
	struct gate gate;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct judge_policy policy = {
		.gates = &gate, .n_gates = 1, .alpha = 0.01, .beta = 0.05, .family = BENCHES};
	struct results r;
	struct row *rows;
	size_t n;

	ck_assert_int_eq(gate_parse("median:5%", NULL, &arena, &gate, &err), 0);
	make_results(&r);
	/* A pair adds at most log 2: 8 pairs hold 5.5, between log(1/.01) = 4.6 and log(6/.01) =
	 * 6.4, which takes 10. */
	for (size_t block = 0; block < 11; block++)
		for (size_t b = 0; b < BENCHES; b++) {
			struct sample base = launch(1e-3, 1e-3), head = launch(2e-3, 2e-3);

			if (b == 0 && block >= 8)
				continue;
			results_set(&r, b, 0, block, &base);
			results_set(&r, b, 1, block, &head);
		}
	judge_rows(&r, &policy, &arena, &rows, &n);
	ck_assert_int_eq(row_of(rows, n, 0)->verdict, VERDICT_REGRESSED);
	policy.family = 200; /* 195 of them are not proven */
	judge_rows(&r, &policy, &arena, &rows, &n);
	ck_assert_int_eq(row_of(rows, n, 0)->verdict, VERDICT_INCONCLUSIVE);
	results_done(&r);
	arena_done(&arena);
}
END_TEST

TEST_SUITE("judge/contest", says_what_is_true, reset_starts_anew,
	a_summary_that_goes_missing_keeps_its_evidence, what_never_varies_needs_no_proof,
	exactness_has_its_limits, more_cpu_time_in_less_time_is_no_regression,
	a_duet_is_judged_by_cpu_times_alone, a_duet_without_cpu_times_is_flawed,
	block_by_block_and_at_once_say_the_same, proven_hypotheses_help_the_others)
