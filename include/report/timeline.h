/* The timeline of a sweep: what its spans add up to, and how they look. Pure.
 *
 * A job is the build of one revision (in one layout). Jobs run beside each other, each on one
 * worker; what has a suite (its checkout, warm-ups, launches) and judging is serial: nothing else
 * of ours runs meanwhile, and it begins when all jobs are over. */
#ifndef REPORT_TIMELINE_H
#define REPORT_TIMELINE_H

#include "base/arena.h"
#include "core/span.h"
#include "report/report.h"

struct timeline_worker {
	double busy_s;    /* at work: spans that overlap count once */
	double present_s; /* wall time of the sessions that had this worker */
};

struct timeline_figures {
	double wall_s; /* of the sessions, each from its begin to the end of its last span */
	struct timeline_worker *workers;
	unsigned n_workers;            /* most of any session */
	double busy_s, present_s;      /* of all workers; utilisation is their ratio */
	double job_s, serial_s;        /* work: of the jobs, and of what is serial */
	double jobs_busy_s, jobs_at_s; /* the same two as above, only while there are jobs */
	double wait_s;                 /* for other revsweeps and for locks */
	/* No schedule could be shorter: in each session, the longest job, or all jobs shared evenly
	 * by the workers, whichever is more, and then what is serial. */
	double bound_s;
	double longest_s; /* of the jobs */
	/* The job that was longest the only one at work, and for how long; -1: there is none. */
	int held_rev;
	unsigned held_layout;
	double held_s;
};

/* Seconds; a share of nothing is 0. In the arena. */
void timeline_figures(
	const struct timeline_input *input, struct arena *arena, struct timeline_figures *ret);

enum timeline_lanes { LANES_BY_WORKER, LANES_BY_REVISION };

/* Lanes, one letter or block for the phase that takes most of each column, then the figures. */
void timeline_text(const struct timeline_input *input, enum timeline_lanes lanes,
	const struct report_style *style, struct str *out);
/* Spans and figures. */
void timeline_json(const struct timeline_input *input, struct str *out);
/* The same, as members of an object that is open. */
struct jsonw;
void timeline_write(const struct timeline_input *input, struct jsonw *w);

#endif
