/* How many rounds a launch should make, and how many of its first ones to drop.
 *
 * Kalibera and Jones, Rigorous Benchmarking in Reasonable Time, ISMM 2013: where most of the
 * variation lies between launches, more rounds in each only cost time. */
#ifndef STATS_ROUNDS_H
#define STATS_ROUNDS_H

#include <stdbool.h>
#include <stddef.h>

#define ROUNDS_LEAST 5
#define ROUNDS_MOST 100

/* One launch of a bench: mean and standard deviation (n - 1) of its rounds, which arm it was of. */
struct rounds_launch {
	size_t arm;
	double mean, stddev;
	double rounds;
};

/* Variances of the logs: of a round around its launch (pooled), and of launches of one arm around
 * each other beyond what their rounds explain (pooled over arms; 0 when no arm has two). */
void rounds_variances(
	const struct rounds_launch *launches, size_t n, double *ret_within, double *ret_between);

/* sqrt(launch cost / round cost * within / between), rounded up, from ROUNDS_LEAST to ROUNDS_MOST;
 * between counts as a tenth of within at least. But a launch measures for as long as it takes to be
 * started: what looks like variation between launches is also that of neighbouring moments, which
 * more rounds do reach, and blocks are limited. Costs in any unit, both positive. */
unsigned rounds_best(double launch_cost, double round_cost, double within, double between);

/* A profile holds the rounds of a launch in order, or their medians over several launches. The
 * least number of first rounds without which it is steady: the median of the next three lies within
 * one robust spread of the last half around its median. At most half of them; *ret_steady is false
 * when even that is too few. */
size_t rounds_warmup(const double *profile, size_t n, bool *ret_steady);

#endif
