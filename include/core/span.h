/* Spans: what was done when, by whom, to which revision. A timeline is made of them. */
#ifndef CORE_SPAN_H
#define CORE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum span_phase {
	SPAN_QUEUE,  /* a build that no worker has taken yet */
	SPAN_WAIT,   /* a worker waits for another revsweep, or for a lock of ours */
	SPAN_LOOKUP, /* is there such a build already? */
	SPAN_CHECKOUT,
	SPAN_BUILD, /* all steps but verify */
	SPAN_STEP,  /* one of them, within SPAN_BUILD */
	SPAN_VERIFY,
	SPAN_PUBLISH, /* digests, and all of it durable */
	SPAN_WARMUP,
	SPAN_LAUNCH,
	SPAN_JUDGE,
	SPAN_PHASES
};

struct span {
	enum span_phase phase;
	unsigned session; /* a sweep that goes on has one more; from 1 */
	unsigned worker;  /* from 1; 0: nobody works on it (yet) */
	int rev;          /* index in the plan; -1: no single one */
	unsigned layout;
	const char *suite; /* or NULL */
	const char *step;  /* what the recipe calls it, or NULL */
	/* Microseconds: of CLOCK_MONOTONIC where a span is made; since 1970, by the same clock
	 * since the beginning of its session, where it is stored. */
	int64_t start_us, end_us;
	const char *outcome;     /* as outcome_name(), or SPAN_CANCELLED, SPAN_ERROR */
	double cpu_s, rss_bytes; /* NAN: not known */
};

#define SPAN_CANCELLED "cancelled" /* the user stopped us, or another build did */
#define SPAN_ERROR "error"         /* ours: the sweep ended with it */

/* One run of the program on a sweep. */
struct span_session {
	unsigned number;  /* from 1 */
	unsigned workers; /* that could build at the same time; measuring is done by the first */
	int64_t start_us; /* since 1970 */
};

/* All that is known of when a sweep did what. */
struct timeline_input {
	const char *sweep;   /* its number */
	const char *command; /* "compare" */
	const struct span_session *sessions;
	size_t n_sessions;
	const struct span *spans;
	size_t n_spans;
	const char *const *labels; /* of the revisions */
	size_t n_revs;
};

/* "queue", "wait", "look-up", ...: as stored and as printed. */
const char *span_phase_name(enum span_phase phase);
/* False when there is no phase of that name. */
bool span_phase_of_name(const char *name, enum span_phase *ret);
/* Somebody does something meanwhile: neither queue nor wait. */
bool span_is_work(enum span_phase phase);
/* Of the measuring, which runs alone on the machine: warm-up, launch, judge. */
bool span_is_measuring(enum span_phase phase);
/* "ok" for a span of which nothing else is known. */
extern const char span_ok[];

#endif
