/* For formats in which the numbers of a bench stand in rows here and there: benches by their full
 * names, in the order in which they first came, each with its metrics and their rounds. */
#ifndef FORMAT_GATHER_H
#define FORMAT_GATHER_H

#include "base/arena.h"
#include "base/vec.h"
#include "core/run.h"

#include <stddef.h>

struct gather_value {
	struct run_value value; /* data is filled in by gather_send() */
	vec(double) data;
};

struct gather_bench {
	struct run_bench bench; /* values and outcome are filled in by gather_send() */
	struct outcome outcome;
	vec(struct gather_value) values;
};

struct gather {
	struct arena arena; /* owns the texts */
	vec(struct gather_bench) benches;
	size_t *slots; /* a hash table of places in benches, each plus 1 */
	size_t n_slots;
};

void gather_done(struct gather *g);
/* NULL when it has not come yet. Pointers to benches live until another one is made. */
struct gather_bench *gather_find(const struct gather *g, const char *fullname);
/* Made where it is missing: name and fullname are the text, everything else is empty. */
struct gather_bench *gather_bench(struct gather *g, const char *fullname);
/* The metric of like, made as it is where it is missing; texts of like outlive the gathering. The
 * pointer lives until another metric is made. */
struct gather_value *gather_value(struct gather_bench *bench, const struct run_value *like);
/* A round of that metric. */
void gather_round(struct gather_bench *bench, const struct run_value *like, double v);
/* Hands over all benches, statistics filled in. One without any metric has failed, unless its
 * outcome says more already; metrics that are aside (core/run.h) are not where there are no others.
 */
int gather_send(struct gather *g, const struct run_sink *sink, struct err *err);

#endif
