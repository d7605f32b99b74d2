/* What the files of judge/ share. Scratch memory comes from an arena that dies with the row. */
#ifndef JUDGE_PRIV_H
#define JUDGE_PRIV_H

#include "judge/judge.h"

/* What one bench is judged by: two cells and what must be known about them. */
struct duel {
	const struct results *results;
	const struct judge_policy *policy;
	const struct bench *bench;
	const struct results_cell *base, *head;
	double family;         /* hypotheses, at least 1 */
	bool two_sided;        /* no gates: improvements are looked for as well */
	struct arena *scratch; /* for numbers */
	struct arena *arena;   /* for texts in rows */
};

/* The blocks that both sides have, seen through the summaries that a gate's field stands for. */
struct pairs {
	size_t n, k;
	enum summary of[SUMMARY_COUNT];
	double *base[SUMMARY_COUNT], *head[SUMMARY_COUNT]; /* k series of n values */
};

/* pairs.c. relative: only summaries whose ratio means something are taken. 0, or -1 with *ret_why,
 * a sentence for the row, when there are pairs but nothing in them can be compared. */
int pairs_take(const struct duel *duel, enum gate_field field, bool relative, struct pairs *ret,
	const char **ret_why);
/* log(head / base), 0 where both are 0. */
double pairs_log(const struct pairs *pairs, size_t summary, size_t i);
bool pairs_positive(const struct pairs *pairs, size_t summary);
/* The median over launches of the summary that a person reads for this field; NAN without any. */
double pairs_value(const struct results_cell *cell, enum gate_field field, struct arena *scratch);
bool cell_has_samples(const struct results_cell *cell);

/* sequential.c: the row's verdict by one gate, all of the row that follows from it. -1 with the
 * detail set when the bench cannot be held to this gate. */
int sequential_judge(const struct duel *duel, const struct gate *gate, struct row *row);
/* Ratio, interval and noise only, by field auto. */
void sequential_estimate(const struct duel *duel, struct row *row);

/* classic.c */
int classic_judge(const struct duel *duel, const struct gate *gate, struct row *row);
bool classic_fails(const struct duel *duel, const struct gate *gate);

/* status.c: what can be said about a row without comparing numbers: builds, failures, new and
 * removed benches, identical builds. Fills in duel's cells. */
enum status_found {
	STATUS_NO_ROW,  /* neither side has it: nothing to say */
	STATUS_SETTLED, /* the row is complete */
	STATUS_COMPARE, /* the numbers decide */
};
enum status_found status_find(struct duel *duel, struct row *row);
bool status_same_build(const struct results *results, size_t a, size_t b);

/* order.c: worst first. */
void order_rows(const struct results *results, struct row *rows, size_t n);
/* 0 is the worst verdict. */
int order_severity(enum verdict v);

#endif
