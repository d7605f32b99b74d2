/* `revsweep simulate WAY`: one file a way, one line each in cmd_simulate.c. */
#ifndef CLI_SIMULATE_H
#define CLI_SIMULATE_H

#include "cli/app.h"
#include "sweep/simulate.h"

struct simulate_way {
	const char *name;
	/* Prints what it found. */
	int (*run)(struct app *app, struct err *err);
};

extern const struct simulate_way simulate_way_compare, simulate_way_suite, simulate_way_cost,
	simulate_way_sweep, simulate_way_bisect;

/* simulate_options.c: what the ways have in common. Each checks its option; defaults are in the
 * help of the command. */
struct simulate_limits {
	struct gate gate; /* without --gate: JUDGE_DEFAULT_GATE */
	bool gated;       /* there was a --gate */
	double alpha, beta, shift;
	enum bench_clock clock;
	unsigned blocks, launches, replays, threads;
	uint64_t seed;
};
int simulate_limits(struct app *app, struct simulate_limits *ret, struct err *err);
/* "1%" or "-0.5%" as a distance on the log axis. */
int simulate_percent(const char *option, const char *text, double *ret, struct err *err);
int simulate_number(
	const char *option, const char *text, uint64_t max, unsigned *value, struct err *err);
/* "min,cpu_q25" as bits; NULL: all of them. */
int simulate_summaries(const char *text, unsigned *ret, struct err *err);

#endif
