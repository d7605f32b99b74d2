/* How often are verdicts right? Replays recorded noise, to which a known shift is added, through
 * the judge, and through the rules that others use.
 *
 * A trace is the noise of a machine: launches of one program, one after another. A replay cuts a
 * window out of it; two adjacent launches are a pair, a fair coin decides which of them is called
 * the head, and the head is made slower by the shift. Everything is drawn from seed and number of
 * the replay: a figure is the same on every machine and with any number of threads. */
#ifndef SWEEP_SIMULATE_H
#define SWEEP_SIMULATE_H

#include "base/err.h"
#include "core/gate.h"
#include "core/sample.h"
#include "judge/contest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- traces */

#define SIMULATE_LAUNCH_S 1e-3 /* what a launch of a trace took that says 0 */

struct simulate_trace {
	char *name;       /* of the file, without directory and ".csv" */
	size_t n;         /* launches */
	uint64_t rounds;  /* a launch: 1 where there is nothing but a mean */
	bool paired;      /* duets: the launches 2i and 2i + 1 ran together */
	double *log_time; /* n rows of SUMMARY_COUNT; NAN where not measured */
};

/* Comma-separated values under a line of names: w_min, w_q25, w_med, w_mean of the wall clock,
 * c_... of the CPU clock, as 1e5 times the logarithm of the time; "pair" says that each two
 * launches are a duet; other columns are not read. clock says which of the two is the harness's
 * own. Errors are ERR_USAGE with the number of the line. */
int simulate_trace_read(
	const char *path, enum bench_clock clock, struct simulate_trace *ret, struct err *err);
void simulate_trace_done(struct simulate_trace *trace);

/* ---- one comparison */

enum simulate_rule {
	RULE_OURS,
	RULE_CLASSIC,     /* pytest-benchmark's: one figure an arm, measured one after the other */
	RULE_MANNWHITNEY, /* as asv compares: launch medians, p < 0.002 and beyond the limit */
	RULE_TTEST_PEEK,  /* broken: Student's paired t at 0.01 after every block */
	RULE_FIXED_ORDER, /* broken: ours, but the head always runs second */
	RULE_COUNT
};

const char *simulate_rule_name(enum simulate_rule rule);

struct simulate_plan {
	struct contest_terms terms;
	double alpha;
	size_t hypotheses;  /* among which alpha is shared */
	unsigned summaries; /* bit s: the judge gets to see summary s */
	double shift;       /* of the head, on the log axis */
	double drift;       /* from each launch to the next, on the log axis */
	unsigned blocks;    /* at most */
	unsigned launches;  /* an arm, for rules that fix their number beforehand */
	double interval;    /* level of the intervals that are tried, or 0 for none */
	uint64_t seed;
	unsigned replays;
	unsigned threads;
};

struct simulate_tally {
	unsigned replays;
	unsigned worse, better, within, open; /* verdicts; open: none within the blocks */
	/* Launches of both arms until there was a verdict; INFINITY where that many replays had
	 * none. */
	double launches_p50, launches_p95;
	/* With intervals, of the rule that makes them: those that held the truth after every block,
	 * and those that held it when the verdict was given, with their median width there (log
	 * axis). */
	unsigned held_always, held_then;
	double width;
};

/* ERR_USAGE when the trace is too short for the plan or holds no summary that is asked for. */
int simulate_compare(const struct simulate_plan *plan, const struct simulate_trace *trace,
	enum simulate_rule rule, struct simulate_tally *ret, struct err *err);

/* The upper or lower end (side 1 or -1) of Wilson's interval for a share: at most 1 % of such ends
 * are passed by the truth. E. B. Wilson, J. Am. Stat. Assoc. 22, 1927. */
double simulate_bound(unsigned hits, unsigned of, int side);

/* ---- a suite of benchmarks under one alpha */

/* Benches of this kind, each with noise of its own. */
struct simulate_kind {
	const struct simulate_trace *trace;
	unsigned summaries;
	unsigned benches;
};

struct simulate_suite {
	const struct simulate_kind *kinds;
	size_t n_kinds;
	const struct gate *gate;
	double alpha, beta;
	double shift;      /* of the heads of `slower` benches, drawn anew for every replay */
	unsigned slower;   /* benches */
	unsigned blocks;   /* at most */
	unsigned launches; /* an arm, for the classic rule */
	uint64_t seed;
	unsigned replays, threads;
};

struct simulate_suite_tally {
	unsigned replays;
	unsigned false_alarms;         /* suites with at least one */
	unsigned classic_false_alarms; /* by pytest-benchmark's rule on the same windows */
	/* Benches of all suites: without the shift, and with it. */
	unsigned same, same_pass, slower, slower_found, slower_passed;
	double blocks; /* mean, a bench: until its verdict, or all there are */
};

int simulate_suite(
	const struct simulate_suite *suite, struct simulate_suite_tally *ret, struct err *err);

/* ---- a series of revisions */

/* One bench, whose level changes by `shift` on the log axis at one revision, drawn for each replay;
 * 0: nowhere. */
struct simulate_series {
	const struct simulate_trace *trace;
	enum bench_clock clock;
	unsigned summaries;
	unsigned revs, blocks_first;
	double alpha, beta, shift;
	uint64_t seed;
	unsigned replays, threads;
};

struct simulate_series_tally {
	unsigned replays;
	unsigned exact;              /* series whose change was confirmed where it is */
	unsigned wrong;              /* series with a confirmed change elsewhere */
	double candidates, launches; /* mean of a series */
};

int simulate_series(
	const struct simulate_series *series, struct simulate_series_tally *ret, struct err *err);

/* ---- a bisect */

enum simulate_finder {
	FINDER_OURS,
	FINDER_GIT, /* `git bisect run` with a mean of so many launches and a limit half-way */
	FINDER_ASV, /* `asv find`: on into the half with the larger step */
	FINDER_BERNOULLI, /* launches are good or bad by a limit half-way: a posterior of those */
	FINDER_COUNT
};

const char *simulate_finder_name(enum simulate_finder finder);

/* Commits 0..commits of a path, where the level rises by `shift` on the log axis with one that is
 * drawn for each replay; 0: nowhere. */
struct simulate_bisect {
	const struct simulate_trace *trace;
	enum bench_clock clock;
	unsigned summaries;
	unsigned commits;
	double alpha, beta, shift;
	double layout;       /* sd of a build's own offset, on the log axis */
	double unbuildable;  /* share of the commits between the ends */
	unsigned build_cost; /* of a build, in launches: as long the trace goes on */
	unsigned repeats;    /* launches a commit of FINDER_GIT */
	enum simulate_finder finder;
	uint64_t seed;
	unsigned replays, threads;
};

struct simulate_bisect_tally {
	unsigned replays;
	unsigned right;     /* named the culprit, alone */
	unsigned wrong;     /* named commits without it */
	unsigned among;     /* named several that cannot be told apart, and it is one of them */
	unsigned unsure;    /* named nobody, but gave a set */
	unsigned not_shown; /* said that nothing changed */
	unsigned several;   /* said that there is more than one change */
	unsigned held;      /* of those with a name or a set: it was in */
	double set;         /* mean size of what was named, or of the set */
	double builds, launches, failed_builds; /* mean; builds: failed ones count */
};

int simulate_bisect(
	const struct simulate_bisect *bisect, struct simulate_bisect_tally *ret, struct err *err);

/* What a decision costs: seconds a block for so many benches with a gate each, at this block and on
 * average over those before it, while no bench is decided. Of the machine it runs on. */
void simulate_cost(unsigned benches, unsigned blocks, double *ret_mean_s, double *ret_last_s);

#endif
