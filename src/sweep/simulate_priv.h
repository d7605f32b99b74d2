/* What the files of the simulation share. */
#ifndef SIMULATE_PRIV_H
#define SIMULATE_PRIV_H

#include "sweep/simulate.h"

#include "base/rng.h"

/* What became of a replay. */
struct replay_end {
	enum contest_side side;
	unsigned launches;
	bool held_always, held_then;
	double width;
};

/* One thread's work: a replay after another. */
struct replay {
	const struct simulate_plan *plan;
	const struct simulate_trace *trace;
	const double *values; /* the trace in seconds */
	size_t at;            /* first launch of the window */
	struct rng rng;
	struct contest contest;
	double *scratch; /* room for 2 * launches */
};

/* The launch `row` launches into the window, as one of the head or of the base: all that the judge
 * gets to see, and any summary of it. */
void replay_launch(const struct replay *replay, size_t row, bool head, struct sample *ret);
double replay_value(const struct replay *replay, size_t row, bool head, enum summary s);

/* simulate_rules.c */
typedef void replay_rule(struct replay *replay, struct replay_end *ret);
replay_rule *replay_rule_of(enum simulate_rule rule);
/* Whether the head fails pytest-benchmark's rule against the base: n launches each, one arm after
 * the other from the start of the window. */
bool replay_classic_fails(const struct replay *replay);

/* simulate_threads.c: calls work(from, to) on parts of 0..n until all are done. */
void simulate_spread(unsigned n, unsigned threads,
	void (*work)(unsigned from, unsigned to, void *arg), void *arg);

/* A launch as the judge gets to see it. */
void simulate_sample(const struct simulate_trace *trace, const double *values, size_t row,
	unsigned summaries, double factor, struct sample *ret);
/* The trace in seconds; the caller frees. */
double *simulate_values(const struct simulate_trace *trace);
int simulate_check(
	const struct simulate_trace *trace, unsigned summaries, size_t launches, struct err *err);

#endif
