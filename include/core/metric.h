/* What is known about metrics by their names. To add one: a line in the table of metric.c. */
#ifndef CORE_METRIC_H
#define CORE_METRIC_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

/* What must be done to a suite to learn a metric of it. Each pass has launches of its own, those of
 * the first one alone are timed. */
enum metric_pass {
	PASS_TIME,         /* ordinary launches; what they bring beside times is free */
	PASS_MEMORY,       /* allocations are counted */
	PASS_INSTRUCTIONS, /* executed instructions are counted */
	PASS_BUILD,        /* the build is looked at; nothing is launched */
	PASS_COUNT
};

/* "time", "memory", "instructions", "build". */
const char *metric_pass_name(enum metric_pass pass);

/* By which pass a metric is measured; PASS_TIME for those that only harnesses know. */
enum metric_pass metric_pass(const char *metric);
/* For metrics that should be the same in every launch of one build, but for a ten-thousandth: how
 * many launches must agree before it is believed. 1 for counts of instructions and allocations and
 * for the answers of predicates; 2 for the most memory that was allocated at once; 3 for sizes,
 * which may be of anything. 0 for all others. */
unsigned metric_exact_after(const char *metric);
/* Whether without a gate a thousandth is held to be a change: of counts, and of sizes. */
bool metric_is_fine(const char *metric);
/* Whether a launch that took several passes at it is judged by the least of them: memory, which
 * code needs at least, and caches make it more. */
bool metric_by_least(const char *metric);

/* "time,peak, rss": names as metric_check() takes them, separated by commas; each once.
 * NULL-terminated, in the arena. ERR_USAGE with a suggestion. */
int metric_list_parse(
	const char *text, struct arena *arena, const char *const **ret, struct err *err);
/* ERR_USAGE, with a suggestion, for a name that is nearly one of the table. Any other is a counter
 * of the suite's own ("p99-ns", "widgets/op"). */
int metric_check(const char *metric, struct err *err);

/* Whether it is in the table: a time, an amount, a rate. Of others only their suite knows. */
bool metric_known(const char *metric);

#endif
