/* Whole suites through the judge, with one alpha for all their benches; and what judging costs. */
#include "simulate_priv.h"

#include "base/mem.h"
#include "base/str.h"
#include "core/results.h"
#include "judge/judge.h"
#include "sys/clock.h"

#include <math.h>
#include <stdatomic.h>

#define STREAM 0x52u

/* One bench of a suite. */
struct member {
	const struct simulate_kind *kind;
	const double *values;
	struct replay noise; /* its window */
	bool slower;
	unsigned decided_at; /* blocks; 0: not yet */
	enum verdict verdict;
};

struct suite_end {
	bool false_alarm, classic_false_alarm;
	unsigned same_pass, slower_found, slower_passed, blocks;
};

struct suites {
	const struct simulate_suite *suite;
	struct simulate_plan plan;   /* the base of every member: no shift of its own */
	const double *const *values; /* by kind */
	unsigned n;                  /* benches of a suite */
	struct suite_end *ends;
};

static void
add_benches(struct results *results, unsigned n)
{
	struct rev revs[] = {{.label = "base"}, {.label = "head"}};
	scoped(str) name = STR_INIT;

	results_add_rev(results, &revs[0]);
	results_add_rev(results, &revs[1]);
	for (unsigned i = 0; i < n; i++) {
		str_clear(&name);
		str_addf(&name, "%04u", i);
		struct bench bench = {.suite = "s", .name = name.p, .metric = "time", .unit = "s"};
		results_bench(results, &bench);
	}
}

/* Draws the windows, and who is slower. */
static void
draw(const struct suites *s, struct rng *rng, struct member *members)
{
	const struct simulate_suite *suite = s->suite;
	scoped_free uint32_t *order = xcalloc(s->n, sizeof(*order));
	size_t rows =
		2 * (size_t)(suite->blocks > suite->launches ? suite->blocks : suite->launches);
	unsigned i = 0;

	for (size_t k = 0; k < suite->n_kinds; k++) {
		const struct simulate_kind *kind = &suite->kinds[k];

		for (unsigned j = 0; j < kind->benches; j++, i++) {
			members[i] = (struct member){.kind = kind, .values = s->values[k]};
			members[i].noise = (struct replay){.plan = &s->plan,
				.trace = kind->trace,
				.values = s->values[k],
				.at = (size_t)rng_below(rng, kind->trace->n - rows + 1)};
		}
	}
	rng_permutation(rng, order, s->n);
	for (unsigned j = 0; j < suite->slower; j++)
		members[order[j]].slower = true;
}

/* A suite run is one launch of every bench, so that one coin orders them all. */
static void
add_block(const struct suites *s, struct member *members, unsigned block, size_t head,
	struct results *results)
{
	for (unsigned i = 0; i < s->n; i++) {
		const struct member *m = &members[i];
		double factor = m->slower ? exp(s->suite->shift) : 1;
		size_t at = m->noise.at + 2 * (size_t)block;
		struct sample sample;

		if (m->decided_at)
			continue;
		simulate_sample(
			m->kind->trace, m->values, at + 1 - head, m->kind->summaries, 1, &sample);
		results_set(results, i, 0, block, &sample);
		simulate_sample(
			m->kind->trace, m->values, at + head, m->kind->summaries, factor, &sample);
		results_set(results, i, 1, block, &sample);
	}
	results->n_blocks = block + 1;
}

/* Notes new verdicts; returns the number of benches still without one. */
static unsigned
note_verdicts(const struct judge *judge, const struct results *results, unsigned blocks,
	struct member *members)
{
	struct arena arena = ARENA_INIT;
	struct row *rows = NULL;
	size_t n = 0;
	unsigned open = 0;

	judge_outlook(judge, results, &arena, &rows, &n);
	for (size_t i = 0; i < n; i++) {
		struct member *m = &members[rows[i].bench];

		if (!m->decided_at && rows[i].decided)
			m->decided_at = blocks;
		m->verdict = rows[i].verdict;
		open += !rows[i].decided;
	}
	arena_done(&arena);
	return open;
}

static void
measure(const struct suites *s, struct rng *rng, struct member *members)
{
	const struct simulate_suite *suite = s->suite;
	struct judge_policy policy = {.gates = suite->gate,
		.n_gates = 1,
		.alpha = suite->alpha,
		.beta = suite->beta,
		.family = s->n};
	struct judge *judge = judge_new(&policy);
	struct results results;
	unsigned open = s->n;

	results_init(&results);
	add_benches(&results, s->n);
	for (unsigned b = 0; b < suite->blocks && open > 0; b++) {
		add_block(s, members, b, (size_t)rng_below(rng, 2), &results);
		judge_follow(judge, &results);
		open = note_verdicts(judge, &results, b + 1, members);
	}
	results_done(&results);
	judge_free(judge);
}

static void
end_of(const struct suites *s, struct member *members, struct suite_end *ret)
{
	scoped_free double *scratch = xcalloc(2 * (size_t)s->suite->launches, sizeof(*scratch));

	for (unsigned i = 0; i < s->n; i++) {
		struct member *m = &members[i];
		bool red = m->verdict == VERDICT_REGRESSED, pass = m->verdict == VERDICT_PASS;

		m->noise.scratch = scratch;
		ret->false_alarm |= !m->slower && red;
		ret->classic_false_alarm |= !m->slower && replay_classic_fails(&m->noise);
		ret->same_pass += !m->slower && pass;
		ret->slower_found += m->slower && red;
		ret->slower_passed += m->slower && pass;
		ret->blocks += m->decided_at ? m->decided_at : s->suite->blocks;
	}
}

static void
work(unsigned from, unsigned to, void *arg)
{
	const struct suites *s = arg;
	scoped_free struct member *members = xcalloc(s->n, sizeof(*members));

	for (unsigned i = from; i < to; i++) {
		struct rng rng;

		rng_init(&rng, s->suite->seed, ((uint64_t)i << 8) | STREAM);
		draw(s, &rng, members);
		measure(s, &rng, members);
		end_of(s, members, &s->ends[i]);
	}
}

static void
tally(const struct suites *s, struct simulate_suite_tally *ret)
{
	unsigned replays = s->suite->replays;

	*ret = (struct simulate_suite_tally){.replays = replays,
		.slower = replays * s->suite->slower,
		.same = replays * (s->n - s->suite->slower)};
	for (unsigned i = 0; i < replays; i++) {
		const struct suite_end *end = &s->ends[i];

		ret->false_alarms += end->false_alarm;
		ret->classic_false_alarms += end->classic_false_alarm;
		ret->same_pass += end->same_pass;
		ret->slower_found += end->slower_found;
		ret->slower_passed += end->slower_passed;
		ret->blocks += end->blocks;
	}
	ret->blocks /= (double)replays * s->n;
}

/* Values by kind, and the number of benches. */
static int
prepare(const struct simulate_suite *suite, double **values, unsigned *ret_n, struct err *err)
{
	size_t rows =
		2 * (size_t)(suite->blocks > suite->launches ? suite->blocks : suite->launches);

	*ret_n = 0;
	for (size_t k = 0; k < suite->n_kinds; k++) {
		const struct simulate_kind *kind = &suite->kinds[k];

		if (simulate_check(kind->trace, kind->summaries, rows, err) < 0)
			return -1;
		values[k] = simulate_values(kind->trace);
		*ret_n += kind->benches;
	}
	if (suite->slower > *ret_n)
		return err_set(err, ERR_USAGE, "%u benches cannot be slower in a suite of %u",
			suite->slower, *ret_n);
	return 0;
}

int
simulate_suite(
	const struct simulate_suite *suite, struct simulate_suite_tally *ret, struct err *err)
{
	scoped_free double **values = xcalloc(suite->n_kinds, sizeof(*values));
	struct suites s = {.suite = suite, .values = (const double *const *)values};
	int r = prepare(suite, values, &s.n, err);

	if (r == 0) {
		s.plan = (struct simulate_plan){.launches = suite->launches,
			.terms = {.field = GATE_MEAN,
				.relative = true,
				.tau = log1p(suite->gate->limit)}};
		s.ends = xcalloc(suite->replays, sizeof(*s.ends));
		simulate_spread(suite->replays, suite->threads, work, &s);
		tally(&s, ret);
		free(s.ends);
	}
	for (size_t k = 0; k < suite->n_kinds; k++)
		free(values[k]);
	return r;
}

/* ---- cost */

/* Right at the limit, so that nothing is decided: every bench costs its share in every block. */
static void
add_undecided(
	struct results *results, unsigned benches, unsigned block, struct rng *rng, double at_limit)
{
	for (unsigned i = 0; i < 2 * benches; i++) {
		struct sample sample = {.rounds = 16, .iterations = 1};

		for (size_t s = 0; s < SUMMARY_COUNT; s++)
			sample.v[s] = SIMULATE_LAUNCH_S * (i % 2 ? at_limit : 1) *
				      exp(0.01 * (rng_unit(rng) - 0.5));
		results_set(results, i / 2, i % 2, block, &sample);
	}
	results->n_blocks = block + 1;
}

void
simulate_cost(unsigned benches, unsigned blocks, double *ret_mean_s, double *ret_last_s)
{
	struct gate gate = {.text = "auto:5%",
		.metric = "time",
		.field = GATE_AUTO,
		.percent = true,
		.limit = 0.05};
	struct judge_policy policy = {
		.gates = &gate, .n_gates = 1, .alpha = 0.01, .beta = 0.05, .family = benches};
	struct judge *judge = judge_new(&policy);
	int64_t sum = 0, took = 0;
	struct results results;
	struct rng rng;

	rng_init(&rng, 1, STREAM);
	results_init(&results);
	add_benches(&results, benches);
	for (unsigned b = 0; b < blocks; b++) {
		struct arena arena = ARENA_INIT;
		struct row *rows = NULL;
		size_t n = 0;

		add_undecided(&results, benches, b, &rng, 1.05);
		int64_t start = clock_monotonic_ns();
		judge_follow(judge, &results);
		judge_outlook(judge, &results, &arena, &rows, &n);
		took = clock_monotonic_ns() - start;
		sum += took;
		arena_done(&arena);
	}
	results_done(&results);
	judge_free(judge);
	*ret_mean_s = (double)sum / 1e9 / blocks;
	*ret_last_s = (double)took / 1e9;
}
