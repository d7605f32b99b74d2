/* The terms of a sweep: everything a report needs to know that is neither a revision nor a number.
 * Written into the stored plan and read back, so that a report made today and one made next year
 * from the store are the same. */
#ifndef SWEEP_TERMS_H
#define SWEEP_TERMS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "core/config.h"
#include "core/gate.h"
#include "judge/changes.h"
#include "judge/culprit.h"
#include "judge/judge.h"
#include "sys/host.h"

#include <stddef.h>

struct terms {
	const char *command;
	const char *project; /* or NULL */
	size_t base;         /* index of the revision that the others are compared with */
	enum judge_mode judge;
	const struct gate *gates;
	size_t n_gates;
	double alpha, beta;
	enum order order;
	unsigned rebuilds; /* builds of each revision, each with another layout; 0, 1: just one */
	bool improvements; /* gates hold improvements to the limit, too */
	bool changes;      /* looks for change points: `sweep` */
	bool previous;     /* gates hold each revision against the one before it */
	struct terms_bisect {
		bool on;             /* it is one: the revisions are a path from GOOD to BAD */
		bool better;         /* looks for an improvement */
		bool every;          /* looks into every bench that changed, not the worst only */
		const double *prior; /* by position; NULL: no commit is likelier than another */
		size_t n_prior;
		const size_t *skip; /* positions that are not to be tested */
		size_t n_skip;
	} bisect;
	unsigned blocks_first;  /* complete blocks that propose change points */
	const unsigned *series; /* by revision; NULL: all are one */
	size_t n_series;        /* entries of it */
	const char *isolation;
	const char *const *settings; /* sentences, NULL-terminated */
	struct host host;
};

/* "sequential", "classic", "none": as stored and as in reports. */
const char *terms_judge_name(enum judge_mode mode);
/* As members of the object that is open in w. */
void terms_write(const struct terms *terms, struct jsonw *w);
/* From the text of a stored plan. Errors are ERR_STORE. */
int terms_read(const char *plan, struct arena *arena, struct terms *ret, struct err *err);
/* Whether a gate is a ceiling: it holds without anything to compare with. */
bool terms_have_ceiling(const struct terms *terms);
/* How to judge under these terms. */
struct judge_policy terms_policy(const struct terms *terms, size_t family, bool final);
/* How to look for change points; the series is all of the results' revisions, in the arena. */
struct changes_policy terms_changes(
	const struct terms *terms, const struct results *results, struct arena *arena);

/* How to look for culprits. In the arena. */
struct culprit_policy terms_culprits(
	const struct terms *terms, const struct results *results, struct arena *arena);

#endif
