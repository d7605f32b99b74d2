/* How many pairs a verdict takes, and what so many pairs can show. Rules of thumb for the tests of
 * stats/eprocess.h, found by replaying recorded noise; nothing is decided by them. noise is the
 * robust spread of a difference of a pair, threshold the log evidence a verdict needs. */
#ifndef STATS_PLAN_H
#define STATS_PLAN_H

#include <stddef.h>

/* Log evidence that a pair adds on average when the truth lies r spreads beyond the limit. */
double plan_growth(double r);
/* Pairs to a verdict, from the first, when the truth lies distance beyond the limit. INFINITY when
 * it does not. */
double plan_blocks(double threshold, double distance, double noise);
/* Pairs still to come when there is logw of evidence by now: whole, at least 1. A noise of NAN
 * means that it is not known yet, and the least possible number is told. */
double plan_remaining(double threshold, double logw, double distance, double noise);
/* The smallest effect that n pairs are likely to show; INFINITY when no effect could be shown. */
double plan_detectable(double threshold, size_t n, double noise);

#endif
