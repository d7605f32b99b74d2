/* The user's thresholds. pytest-benchmark's and benchmem's texts read as they are:
 *
 *	mean:5%  min:10%  median:0.0005  stddev:1ms  auto:2.5%     time, relative or absolute
 *	peak:10%  peak:5MiB  allocated:1GB  allocations:5  rss:10% time:1ms
 *
 * A bare number is in seconds for a time, in bytes or counts otherwise. The limit is strict: equal
 * is not beyond. These limit growth; a ceiling limits the thing itself, and needs no base:
 *
 *	peak <= 100MiB  allocations <= 1000  time<=1s
 *
 * It holds for the worst there was: the longest round, the pass that took most memory. */
#ifndef CORE_GATE_H
#define CORE_GATE_H

#include "base/arena.h"
#include "base/err.h"
#include "core/bench.h"

#include <stdbool.h>

enum gate_field {
	GATE_AUTO, /* the summaries that tell the revisions apart soonest */
	GATE_MIN,
	GATE_MAX,
	GATE_MEAN,
	GATE_MEDIAN,
	GATE_STDDEV,
	GATE_IQR,
};

struct gate_term; /* one condition of a where text */

struct gate {
	const char *text;   /* as written: "mean:5%" */
	const char *where;  /* as written, or NULL: every bench */
	const char *metric; /* "time", "peak", ... */
	enum gate_field field;
	bool percent;
	bool ceiling; /* for the value itself, not for its growth */
	double limit; /* 0.05 for 5 %, or in the unit of the metric */
	const struct gate_term *terms;
	size_t n_terms;
};

/* where: conditions joined by commas, all of which must hold: `mark=stable`, `name=*sort*`,
 * `group=io`, `suite=fast`, `param=*-1000`, with shell globs; `!` in front negates one. A text
 * without "=" is a glob over names. where may be NULL. Errors are ERR_USAGE and say what a gate
 * looks like; NaN, infinite and negative limits are refused. */
int gate_parse(const char *text, const char *where, struct arena *arena, struct gate *ret,
	struct err *err);
bool gate_matches(const struct gate *gate, const struct bench *bench);
const char *gate_field_name(enum gate_field field);

#endif
