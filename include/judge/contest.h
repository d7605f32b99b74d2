/* One bench of one revision against the base under one limit: evidence pair by pair, until one side
 * of the limit has enough of it. What was said stays said, so that a contest fed block by block
 * while measuring and one fed at once from the store say the same, bit for bit. Pure. */
#ifndef JUDGE_CONTEST_H
#define JUDGE_CONTEST_H

#include "core/bench.h"
#include "core/gate.h"
#include "core/sample.h"
#include "stats/eprocess.h"

#include <stdbool.h>
#include <stddef.h>

struct contest_terms {
	enum gate_field field;
	bool relative; /* tau is on the log axis; else in the unit of the metric */
	double tau;    /* log(1.05) for 5 %, 0.0005 for 0.5 ms; at least 0 */
	enum direction direction;
	enum bench_clock clock;
	unsigned
		exact_after; /* metric_exact_after(): so many pairs that agree decide; 0: none do */
	bool two_sided;      /* an improvement beyond the limit is looked for as well */
	bool contended;      /* both ran at the same time: by CPU times, whatever the field */
	double beta;         /* a "within" is wrong with at most this probability */
};

enum contest_side { CONTEST_OPEN, CONTEST_WORSE, CONTEST_BETTER, CONTEST_WITHIN };

enum contest_limit { LIMIT_TAU, LIMIT_BETTER /* -tau */, LIMIT_ZERO, LIMIT_COUNT };

/* What the numbers lack that were to be compared. */
enum contest_flaw {
	FLAW_NONE,
	FLAW_ABSENT,       /* the launches do not have the summary */
	FLAW_NOT_POSITIVE, /* zero or negative values, which have no ratio */
};

/* A summary of the launches: its differences, positive where the head is worse. */
struct contest_series {
	enum summary of;
	double *d; /* one a pair, in order of time; NAN where the pair could not be compared */
	struct eprocess_past past;
	struct eprocess at[LIMIT_COUNT];
};

struct contest {
	struct contest_terms terms;
	struct contest_series series[SUMMARY_COUNT];
	size_t k; /* of them are mixed, each with the same weight */
	/* The mean over rounds of a gate on `auto`, where it is not mixed in: rare slow paths show
	 * there and nowhere else. A hypothesis of its own, with a fifth of the alpha. */
	struct contest_series tail;
	bool has_tail;
	size_t n, cap; /* pairs */
	/* Log evidence of the mixture: now, and the most there was. */
	double above[LIMIT_COUNT], below[LIMIT_COUNT];
	double most_above[LIMIT_COUNT], most_below[LIMIT_COUNT];
	double tail_above, tail_most;
	enum contest_side side;
	size_t decided_at; /* pairs it took; 0 while open */
	enum contest_flaw flaw;
	bool on_limit; /* every difference so far was exactly tau */
	bool exact;    /* deterministic, and all pairs so far agree */
};

void contest_init(struct contest *contest, const struct contest_terms *terms);
void contest_done(struct contest *contest);
/* Forgets all pairs and keeps its memory. */
void contest_reset(struct contest *contest);

/* The next pair of launches. The summaries that are compared are chosen at the first one: those
 * that the field stands for and that both launches have. Where a later pair lacks one, its evidence
 * stays as it is. */
void contest_add(struct contest *contest, const struct sample *base, const struct sample *head);

/* Evidence for "beyond the limit", the tail's included, and for an improvement as large: to be held
 * against log(hypotheses / alpha). */
double contest_worse(const struct contest *contest);
double contest_better(const struct contest *contest);
/* Decides if the newest pair allows it; worse and better tell whether these two hypotheses are
 * proven by the rule of their family. The first decision stays. */
void contest_decide(struct contest *contest, bool worse, bool better);

/* The least noisy of the mixed series, or SIZE_MAX when there is none. */
size_t contest_best(const struct contest *contest);
/* Pairs still missing to a decision, by what was seen so far; proof is log(hypotheses / alpha).
 * INFINITY when no number of them will do. */
double contest_missing(const struct contest *contest, double proof);

/* The summary that a person reads for this field. */
enum summary contest_summary(enum gate_field field);
/* The same of a contended time, whatever the field. */
enum summary contest_duet_summary(enum bench_clock clock);

#endif
