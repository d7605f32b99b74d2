/* Outcomes: what became of a step in somebody's revision. Data, stored and reported; never an error
 * of ours. */
#ifndef CORE_OUTCOME_H
#define CORE_OUTCOME_H

enum outcome_kind {
	OUTCOME_OK,
	OUTCOME_FAILED,  /* exited with a failure */
	OUTCOME_CRASHED, /* killed by a signal that was not ours */
	OUTCOME_TIMED_OUT,
	OUTCOME_BAD_OUTPUT, /* ended well, but what it printed cannot be used */
	OUTCOME_SKIPPED,    /* left out on purpose, by the suite or by the plan */
};

struct outcome {
	enum outcome_kind kind;
	char detail[400]; /* one line for the report, foreign bytes as they are; "" when ok */
};

#define OUTCOME_INIT                                                                               \
	{                                                                                          \
		OUTCOME_OK, ""                                                                     \
	}

void outcome_set(struct outcome *o, enum outcome_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* "ok", "failed", "crashed", "timeout", "bad-output", "skipped": as stored and as in JSON. */
const char *outcome_name(enum outcome_kind kind);
/* The kind of a stored name; OUTCOME_FAILED for one we do not know. */
enum outcome_kind outcome_of_name(const char *name);

#endif
