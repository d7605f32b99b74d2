/* One bench of a bisect: what was seen of it, and what follows. culprit.c asks many of them. */
#ifndef JUDGE_HUNT_H
#define JUDGE_HUNT_H

#include "judge/contest.h"
#include "judge/culprit.h"
#include "judge_priv.h"

#include "base/vec.h"
#include "stats/bisection.h"

struct looks {
	vec(double) x; /* levels over that of GOOD, positive where the change was looked for */
};

struct hunt {
	const struct results *results;
	const struct culprit_policy *policy;
	size_t bench, last; /* position of BAD */
	enum culprit_state state;
	const char *obstacle;
	bool exact, symptom, several;
	struct contest verify, confirm;
	struct fresh_size whole, own;
	/* from the search on */
	enum summary of;
	bool relative;
	double origin; /* exact: what GOOD reads */
	struct bisection_noise noise;
	double step;   /* from GOOD to BAD: noise.step is that of lo..hi */
	size_t lo, hi; /* the change lies between; a path with several has narrowed them */
	double lo_level, hi_level;
	struct looks *looks; /* by position, of the one that is measured for its build */
	unsigned n_looks;
	double *log_prior, *log_odds, *posterior;
	size_t *owner; /* by position: who is measured for it, as far as its build is known */
	size_t now;    /* the block before which things are looked at */
	size_t from, to;
	double mass;
};

void hunt_init(struct hunt *hunt, const struct results *results,
	const struct culprit_policy *policy, size_t bench, size_t last);
void hunt_done(struct hunt *hunt);

/* ---- what both parts need */
#define HUNT_SD_MIN 1e-5 /* of a look; nothing is steadier than that */
/* 1 or -1: a difference times this is positive where the change was looked for. */
double hunt_sign(const struct hunt *hunt);
/* A contest for this bench, begun anew. */
void hunt_contest(const struct hunt *hunt, struct contest *contest);
/* The launches before and after what may be the change. proof: log(hypotheses / alpha). */
void hunt_feed(const struct hunt *hunt, struct contest *contest, const struct sample *before,
	const struct sample *after, double proof);
/* Of a position, or of who is measured for it. */
const struct results_cell *hunt_cell(const struct hunt *hunt, size_t position);
/* NULL: it was not in that block. */
const struct sample *hunt_sample(const struct hunt *hunt, size_t position, size_t block);

/* ---- verification (hunt_verify.c) */
/* The block, if it is a pair of both ends. proof: log(hypotheses / alpha). */
void hunt_verify(struct hunt *hunt, size_t block, double proof);
/* Whether no further pair of both ends is wanted, proven or not. */
bool hunt_is_verified(const struct hunt *hunt);
/* The change is proven: goes on to search. */
void hunt_begin(struct hunt *hunt);

/* ---- search */
/* The block: a look, or evidence for the change at from..to. */
void hunt_take(struct hunt *hunt, size_t block, double proof);
/* Follows what is known before `block`: the posterior, and whether to search or confirm. */
void hunt_settle(struct hunt *hunt, size_t block);
/* Whether launches of it can tell; what is not built yet is believed to. */
bool hunt_is_testable(const struct hunt *hunt, size_t position);
/* Whether there is anything to be learnt at a position that is behind the change with this
 * probability. */
bool hunt_is_open_at(const struct hunt *hunt, size_t position, double behind);
/* Of exact counts: no launch has told its level yet. */
bool hunt_lacks_look_at(const struct hunt *hunt, size_t position);
size_t hunt_looks_at(const struct hunt *hunt, size_t position);
/* Over that of GOOD; NAN without looks, where it is neither end. */
double hunt_level_at(const struct hunt *hunt, size_t position);
/* More than one change can be seen in all the looks. */
bool hunt_sees_several(const struct hunt *hunt);

#endif
