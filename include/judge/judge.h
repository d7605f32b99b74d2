/* From results and gates to verdicts. Pure. */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "base/arena.h"
#include "core/gate.h"
#include "core/report.h"
#include "core/results.h"

#include <stdbool.h>
#include <stddef.h>

enum judge_mode {
	JUDGE_SEQUENTIAL, /* paired, anytime valid (src/decisions/) */
	JUDGE_CLASSIC,    /* pytest-benchmark's rule to the letter, on medians over launches */
	JUDGE_NONE,       /* rows of values, the base's own among them; no verdict */
};

struct judge_policy {
	enum judge_mode mode;
	const struct gate *gates; /* none: every bench is held to JUDGE_DEFAULT_GATE, both ways */
	size_t n_gates;
	double alpha;   /* of the whole family, in (0, 1) */
	double beta;    /* a bench */
	bool two_sided; /* gates hold improvements to the limit, too, as they always do unasked */
	/* The two revisions of a pair ran at the same time: times are compared by the CPU clock
	 * alone, whatever summary a gate names, and rows hold its medians. */
	bool contended;
	/* The revisions are a series: the base is the first one that was built, nothing is held to
	 * anything without gates, and pairs that were measured by themselves, for change points,
	 * are none of the evidence. */
	bool series;
	size_t family; /* hypotheses planned before block 1; 0: as many as the results hold now */
	size_t base;   /* index of the base revision */
	bool previous; /* instead, each revision is held against the one before it that was built */
	bool final;    /* no further block will come: a bench never seen on one side is decided */
};

#define JUDGE_DEFAULT_GATE "auto:2%"
#define JUDGE_EXACT_GATE "auto:0.1%" /* of deterministic metrics */

/* What a revision is compared with: itself when there is nothing. */
size_t judge_base(const struct results *results, const struct judge_policy *policy, size_t rev);
/* Number of (bench, revision, gate) hypotheses that results hold; without gates every bench counts
 * twice, for slower and for faster. Identical and unbuilt revisions pose no hypothesis. */
size_t judge_family(const struct results *results, const struct judge_policy *policy);
/* Rows for every bench and every revision but the base, worst first: failures and regressions by
 * ratio, then inconclusive, improved, pass, identical, ungated, new, removed, skipped. A bench that
 * neither side has gives no row. ratio_lo..ratio_hi is an anytime interval of level 1 - 2 beta, so
 * that "pass" and "the interval lies below the limit" are nearly the same; its ends are 0 and
 * INFINITY as long as there are too few blocks, NAN in classic mode. In the arena, which must live
 * as long as the rows; gates are pointed to. */
void judge_rows(const struct results *results, const struct judge_policy *policy,
	struct arena *arena, struct row **ret_rows, size_t *ret_n);

/* The same while results grow, without looking at any block twice. */
struct judge;

struct judge *judge_new(const struct judge_policy *policy);
void judge_free(struct judge *judge);
/* Takes in the blocks that were added since. The results are the same ones every time. A family of
 * 0 is counted the first time. */
void judge_follow(struct judge *judge, const struct results *results);
/* As judge_rows() of what was taken in, in order of benches, without estimates: status, verdict,
 * decided and blocks_missing. */
void judge_outlook(const struct judge *judge, const struct results *results, struct arena *arena,
	struct row **ret_rows, size_t *ret_n);

/* The verdict of the whole: the worst of the rows that are gated, where inconclusive is worse than
 * pass and pass worse than improved. A failure leaves its gate without an answer: inconclusive. */
enum verdict judge_overall(const struct row *rows, size_t n);
/* 1 regression, 3 failed cells, 9 inconclusive when strict, else 0; the worst wins: a regression is
 * said before a failure. */
int judge_exit_code(const struct row *rows, size_t n, bool strict);

#endif
