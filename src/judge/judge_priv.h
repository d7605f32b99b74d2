/* What the files of judge/ share. Scratch memory comes from an arena that dies with the row. */
#ifndef JUDGE_PRIV_H
#define JUDGE_PRIV_H

#include "judge/contest.h"
#include "judge/judge.h"

#include "base/vec.h"

/* What one bench is judged by: two cells and what must be known about them. */
struct duel {
	const struct results *results;
	const struct judge_policy *policy;
	const struct bench *bench;
	const struct results_cell *base, *head;
	double proof;          /* log(hypotheses / alpha) */
	bool brief;            /* only what measuring needs to know: no values, no estimates */
	bool two_sided;        /* no gates: improvements are looked for as well */
	struct arena *scratch; /* for numbers */
	struct arena *arena;   /* for texts in rows */
};

/* One gate on one bench in one revision; without a gate nothing is at stake. */
struct trial {
	size_t bench, rev;
	const struct gate *gate; /* NULL: none speaks about it */
	struct contest contest;
};

/* trials.c: the family, block by block. */
struct judge {
	struct judge_policy policy;
	vec(struct trial) trials; /* by bench, then revision, then gate */
	size_t benches;           /* that have their trials */
	size_t blocks;            /* taken in */
};
void judge_init(struct judge *judge, const struct judge_policy *policy);
void judge_done(struct judge *judge);
/* log(hypotheses / alpha): what evidence must reach that is not helped by others. */
double judge_proof(const struct judge *judge);

/* What a gate's field means for a bench. */
enum gate_field judge_field(enum gate_field field, const struct bench *bench);

/* ceiling.c: holds the worst of the head to a limit of its own. */
void ceiling_row(const struct duel *duel, const struct gate *gate, struct row *row);
/* The same of a row that was settled without any comparison: new, or of the base's build. */
void ceiling_settled(
	const struct duel *duel, const struct trial *trials, size_t n, struct row *row);

/* pairs.c */
/* The median over launches of the summary that a person reads for this field; NAN without any. */
double pairs_value(const struct duel *duel, const struct results_cell *cell, enum gate_field field);
/* Whether a bench's values depend on how much of a processor it gets. */
bool pairs_are_timed(const struct bench *bench);
/* What a duet lacks whose harness has a wall clock only. */
extern const char pairs_no_cpu_time[];
/* Why a bench that lacks the summaries of this field cannot be compared. */
const char *pairs_lack(const struct duel *duel, enum gate_field field);
/* The series of a contest on the log axis, positive where the head is worse, as far as every value
 * of both sides is positive: k arrays of n. */
struct log_pairs {
	size_t n, k;
	const double *d[SUMMARY_COUNT];
	double noise[SUMMARY_COUNT]; /* robust spread */
	size_t best;                 /* the least noisy: estimates come from it */
	const unsigned *layouts;     /* of the base; NULL: of one and the same */
};
void pairs_logs(const struct duel *duel, const struct contest *contest, struct log_pairs *ret);

/* fresh.c: pairs that are to prove one change. */
/* Whether more pairs could not prove it: from the eighth on when the evidence is below 1/20 and the
 * median pair below the limit. */
bool fresh_is_futile(const struct contest *contest);
/* Ratio with an interval of level 1 - 2 beta, to the power of sign (1 or -1); NAN without numbers.
 */
struct fresh_size {
	double ratio, lo, hi;
};
struct fresh_size fresh_size(const struct contest *contest, double beta, double sign);

/* sequential.c: the verdict of a trial and all of the row that follows from it. -1 with the detail
 * set when the bench cannot be held to this gate. */
int sequential_row(const struct duel *duel, const struct trial *trial, struct row *row);
/* Values, ratio, interval and noise. */
void sequential_estimate(const struct duel *duel, const struct trial *trial, struct row *row);

/* classic.c */
int classic_judge(const struct duel *duel, const struct gate *gate, struct row *row);
/* Whether current lies beyond what the gate allows over base, where larger is worse. */
bool classic_exceeds(const struct gate *gate, double base, double current);
bool classic_fails(const struct duel *duel, const struct gate *gate);

/* status.c: what can be said about a row without comparing numbers: builds, failures, new and
 * removed benches, identical builds. Fills in duel's cells. */
enum status_found {
	STATUS_NO_ROW,  /* neither side has it: nothing to say */
	STATUS_SETTLED, /* the row is complete */
	STATUS_COMPARE, /* the numbers decide */
};
enum status_found status_find(struct duel *duel, struct row *row);
/* Revisions with the same build share one measurement, which stands with any of them. */
const struct results_cell *status_cell(const struct results *results, size_t bench, size_t rev);
bool status_same_build(const struct results *results, size_t a, size_t b);

/* order.c: worst first. */
void order_rows(const struct results *results, struct row *rows, size_t n);
/* 0 is the worst verdict. */
int order_severity(enum verdict v);

#endif
