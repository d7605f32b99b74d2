/* What is known about metrics by their names. To add one: a line in the table of metric.c. */
#ifndef CORE_METRIC_H
#define CORE_METRIC_H

#include <stdbool.h>

/* For metrics that should be the same in every launch of one build, but for a ten-thousandth: how
 * many launches must agree before it is believed. 1 for counts of instructions and allocations and
 * for the answers of predicates; 3 for sizes, which may be of anything. 0 for all others. */
unsigned metric_exact_after(const char *metric);

/* Whether it is in the table: a time, an amount, a rate. Of others only their suite knows. */
bool metric_known(const char *metric);

#endif
