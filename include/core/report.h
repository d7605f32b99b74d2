/* What a report is made of: verdicts in rows, and everything a reader needs to believe them. */
#ifndef CORE_REPORT_H
#define CORE_REPORT_H

#include "core/change.h"
#include "core/culprit.h"
#include "core/gate.h"
#include "core/profile.h"
#include "core/results.h"
#include "core/span.h"
#include "core/verdict.h"
#include "sys/host.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One bench in one revision, against the base. */
struct row {
	size_t bench, rev, base; /* indices into results */
	enum row_status status;
	enum verdict verdict;
	double value, base_value; /* median over launches of the judged summary; NAN when missing */
	double ratio, ratio_lo, ratio_hi; /* value over base_value, with its anytime interval */
	const struct gate *gate;          /* the one that decided; NULL: ungated */
	unsigned blocks;                  /* pairs of launches the verdict rests on */
	double noise;          /* robust relative spread of a pair: 0.01 is 1 %; NAN when unknown */
	double layout_noise;   /* spread of the change between builds that differ in their layout;
				  NAN when unknown (stats/layout.h) */
	double detectable;     /* smallest change this many blocks could show; NAN when unknown */
	bool slower, faster;   /* proven different from the base, whatever the gate says */
	bool classic_fails;    /* pytest-benchmark's rule would be red */
	bool exact;            /* deterministic: one launch says all */
	bool decided;          /* more blocks cannot change the verdict */
	double blocks_missing; /* predicted further blocks to a verdict; INFINITY when hopeless */
	const char *detail;    /* why it is not ok, or NULL */
	const char *caution; /* what to keep in mind about the gate of a row that is ok, or NULL */
	const char *log;     /* path, or NULL */
};

/* The end of a file that a row or a revision names as its log. */
struct report_log {
	const char *path, *text; /* foreign bytes */
	bool cut;                /* there is more before it */
};

struct report {
	const char *command; /* "compare" */
	const char *project; /* or NULL */
	const char *sweep;   /* id, or NULL when nothing is stored */
	const char *date;    /* ISO 8601, when it was measured */
	const char *judge;   /* "sequential", "classic" or "none" */
	const char *order;   /* "random", "sequential" or "duet" */
	unsigned rebuilds;   /* builds of each revision, each with another layout; 0, 1: just one */
	bool contended;      /* they ran at the same time: times are CPU times, good for ratios */
	const struct results *results;
	struct row *rows; /* worst first */
	size_t n_rows;
	bool series;            /* the revisions are one: `sweep` */
	struct change *changes; /* in it, by bench and revision */
	size_t n_changes;
	bool bisect;              /* they are a path: `bisect` */
	bool better;              /* on which an improvement is looked for */
	struct culprit *culprits; /* those that were looked into first */
	size_t n_culprits;
	const struct host *host;
	const char *const *settings; /* sentences about timer and calibration, NULL-terminated */
	double alpha, beta;
	size_t family;        /* hypotheses the alpha is shared by */
	enum verdict verdict; /* of the whole */
	int exit_code;
	double measured_s, built_s; /* wall time spent */
	const char *isolation;
	bool unfinished; /* stopped before its end: says how to go on */
	/* Only for those who show them. */
	const struct timeline_input *timeline; /* NULL: not known */
	const struct report_log *logs;
	size_t n_logs;
	const struct profile_view *profiles; /* NULL: nobody asked for any */
};

#endif
