/* The first blocks of a suite are a pilot: they tell how many rounds a launch of each bench is
 * worth, how many iterations a round has, and how many rounds pass before it is warm. From then on
 * that is fixed, and equal in all revisions. */
#include "sweep_priv.h"

#include "stats/order.h"
#include "stats/rounds.h"

#include <math.h>
#include <string.h>

/* The rounds of a launch, each over the launch's median. */
struct profile {
	const char *bench;
	double *values;
	size_t n;
};

struct pilot {
	vec(struct profile) profiles;
	double launch_s, rounds_s; /* of all launches; of their rounds */
	size_t launches;
	bool frozen;
	bool cannot_fix; /* some revision's harness */
	struct bench_rounds *fixed;
	size_t n_fixed;
};

/* What the pilot's launches say about a bench. */
struct sight {
	struct rounds_launch launches[PILOT_BLOCKS * PILOT_REVS_MAX];
	double rounds[PILOT_BLOCKS * PILOT_REVS_MAX], iterations[PILOT_BLOCKS * PILOT_REVS_MAX];
	double round_s;
	size_t n;
};

struct pilot *
pilot_new(struct arena *arena, size_t n_suites)
{
	return arena_alloc(arena, n_suites, sizeof(struct pilot));
}

static void
drop_profiles(struct pilot *p)
{
	for (size_t i = 0; i < p->profiles.n; i++)
		free(p->profiles.v[i].values);
	vec_done(&p->profiles);
}

void
pilot_done(struct pilot *pilots, size_t n_suites)
{
	for (size_t s = 0; pilots && s < n_suites; s++)
		drop_profiles(&pilots[s]);
}

void
pilot_apply(const struct pilot *pilots, size_t suite, struct launch_request *request)
{
	request->fixed = pilots[suite].fixed;
	request->n_fixed = pilots[suite].n_fixed;
}

/* ---- taking in launches */

static void
note_profile(struct pilot *p, const struct launch_bench *b, double median, struct arena *arena)
{
	struct profile profile = {arena_strdup(arena, b->name),
		xcalloc(b->n_values, sizeof(*profile.values)), b->n_values};

	for (size_t k = 0; k < b->n_values; k++)
		profile.values[k] = b->values[k] / median;
	vec_add(&p->profiles, profile);
}

static bool
is_timed(const char *metric, const char *unit)
{
	return strcmp(metric, "time") == 0 && strcmp(unit, "s") == 0;
}

void
pilot_note(struct pilot *pilots, size_t suite, const struct launch *launch, struct arena *arena)
{
	struct pilot *p = &pilots[suite];

	if (p->frozen)
		return;
	p->launch_s += launch->wall_s;
	p->launches++;
	p->cannot_fix |= launch->result.cannot_fix;
	for (size_t i = 0; i < launch->result.n_benches; i++) {
		const struct launch_bench *b = &launch->result.benches[i];
		const struct sample *s = &launch->samples[i];
		double median = s->v[SUMMARY_MEDIAN];

		if (!s->rounds || !is_timed(b->metric, b->unit) || !(median > 0))
			continue;
		p->rounds_s += s->v[SUMMARY_MEAN] * (double)s->rounds *
			       (double)(s->iterations ? s->iterations : 1);
		if (b->values && b->n_values == s->rounds)
			note_profile(p, b, median, arena);
	}
}

/* ---- conclusions */

static void
look_at(const struct results *results, size_t bench, struct sight *ret)
{
	*ret = (struct sight){0};
	for (size_t rev = 0; rev < results->revs.n && rev < PILOT_REVS_MAX; rev++) {
		const struct results_cell *cell = results_cell(results, bench, rev);
		size_t taken = 0;

		for (size_t i = 0; i < cell->n_blocks && taken < PILOT_BLOCKS; i++) {
			const struct sample *s = &cell->blocks[i];
			double mean = s->v[SUMMARY_MEAN], stddev = s->v[SUMMARY_STDDEV];

			if (s->rounds == 0 || !(mean > 0) || !isfinite(stddev))
				continue;
			ret->launches[ret->n] =
				(struct rounds_launch){rev, mean, stddev, (double)s->rounds};
			ret->rounds[ret->n] = (double)s->rounds;
			ret->iterations[ret->n] = (double)s->iterations;
			ret->round_s += mean * (double)(s->iterations ? s->iterations : 1);
			ret->n++;
			taken++;
		}
	}
	ret->round_s /= ret->n ? (double)ret->n : 1;
}

/* Medians over launches, round by round, as far as all launches go. */
static size_t
warmup_of(const struct pilot *p, const char *bench, bool *ret_steady)
{
	size_t rounds = SIZE_MAX, n = 0;

	*ret_steady = true;
	for (size_t i = 0; i < p->profiles.n; i++) {
		if (strcmp(p->profiles.v[i].bench, bench) != 0)
			continue;
		rounds = p->profiles.v[i].n < rounds ? p->profiles.v[i].n : rounds;
		n++;
	}
	if (n == 0 || rounds == 0)
		return 0;
	scoped_free double *profile = xcalloc(rounds, sizeof(*profile));
	scoped_free double *column = xcalloc(n, sizeof(*column));
	for (size_t k = 0; k < rounds; k++) {
		size_t at = 0;

		for (size_t i = 0; i < p->profiles.n; i++)
			if (strcmp(p->profiles.v[i].bench, bench) == 0)
				column[at++] = p->profiles.v[i].values[k];
		profile[k] = stats_median(column, n);
	}
	return rounds_warmup(profile, rounds, ret_steady);
}

/* The pilot's rounds came after the calibration of a harness or the warm-up execution of a command;
 * rounds that are fixed come first, and the first of short ones is still cold. */
#define SHORT_S 0.05

/* The settings are an upper limit: the pilot's launches made as many rounds as they allow. */
static struct bench_rounds
conclude(const struct pilot *p, const struct settings *settings, const char *bench,
	double launch_cost_s, const struct sight *sight, bool *ret_steady)
{
	double within, between, most = stats_median(sight->rounds, sight->n);
	size_t skip = warmup_of(p, bench, ret_steady);
	size_t cold = sight->round_s < SHORT_S && settings->warmup != 0 ? 1 : 0;

	rounds_variances(sight->launches, sight->n, &within, &between);
	double rounds = rounds_best(launch_cost_s, sight->round_s, within, between);
	if (settings->min_rounds > 0)
		rounds = fmax(rounds, settings->min_rounds);
	rounds = fmax(1, fmin(rounds, most - (double)skip));
	return (struct bench_rounds){
		.name = bench,
		.rounds = (unsigned)rounds,
		.iterations = (uint64_t)stats_median(sight->iterations, sight->n),
		.skip = (unsigned)(skip + cold),
	};
}

static void
note_unsteady(struct carry *carry, const char *bench)
{
	scoped_free char *sentence = xasprintf(
		"'%s' gets no steadier within a launch: its first rounds are not dropped", bench);

	results_note(&carry->sweep->results, sentence);
}

bool
pilot_freeze(struct carry *carry, size_t suite)
{
	const struct plan_suite *ps = &carry->sweep->plan->suites[suite];
	const struct results *results = &carry->sweep->results;
	struct pilot *p = &carry->pilots[suite];
	vec(struct bench_rounds) fixed = {0};
	size_t benches = 0;

	if (p->frozen || !ps->harness->fixes_rounds || ps->pass != PASS_TIME ||
		carry->sweep->plan->terms.judge == JUDGE_CLASSIC)
		return false;
	p->frozen = true;
	for (size_t b = 0; b < results->benches.n; b++)
		benches += plan_suite_has(carry->sweep->plan, suite, &results->benches.v[b]);
	double spare_s = fmax(0, p->launch_s - p->rounds_s);
	for (size_t b = 0; b < results->benches.n && p->launches > 0 && !p->cannot_fix; b++) {
		const struct bench *bench = &results->benches.v[b];
		double cost_s = spare_s / (double)p->launches / (double)benches;
		struct sight sight;
		bool steady;

		if (!plan_suite_has(carry->sweep->plan, suite, bench) ||
			!is_timed(bench->metric, bench->unit))
			continue;
		look_at(results, b, &sight);
		if (sight.n == 0)
			continue;
		struct bench_rounds one =
			conclude(p, &ps->settings, bench->name, cost_s, &sight, &steady);
		if (!steady) {
			one.skip = one.skip > 0;
			note_unsteady(carry, bench->name);
		}
		vec_add(&fixed, one);
	}
	p->n_fixed = fixed.n;
	p->fixed = arena_copy(&carry->arena, fixed.v, fixed.n, sizeof(*fixed.v));
	vec_done(&fixed);
	drop_profiles(p);
	return true;
}

void
pilot_set(struct pilot *pilots, size_t suite, struct bench_rounds *fixed, size_t n)
{
	pilots[suite].frozen = true;
	pilots[suite].fixed = fixed;
	pilots[suite].n_fixed = n;
}
