/* Where the time of benchmarks goes: seconds by function, as a profiler saw them in one run. Read
 * from a folder by format/profiles.h, matched with a sweep here, shown by pages. */
#ifndef CORE_PROFILE_H
#define CORE_PROFILE_H

#include "base/arena.h"
#include "base/index.h"
#include "base/vec.h"
#include "core/results.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROFILE_NOTES_MAX 50

struct profile_function {
	const char *name;
	const char *file; /* "" when nobody says */
	int64_t line;     /* 0 when nobody says */
};

/* One function of one case in one run: places in the arrays below. */
struct profile_line {
	size_t run, key, function;
	double seconds; /* finite, >= 0 */
};

struct profile_texts {
	vec(const char *) list; /* each once */
	struct index by_text;
};

/* Zeroed it is empty. */
struct profiles {
	struct arena arena;                     /* owns every text */
	struct profile_texts runs;              /* as their files call them */
	struct profile_texts keys;              /* of cases: "fullname" or "fullname|k=v,..." */
	vec(struct profile_function) functions; /* each once */
	vec(struct profile_line) lines;         /* each function of a case and run once */
	vec(const char *) notes;                /* what was left out, and why: foreign bytes */
	size_t unsaid;                          /* notes past PROFILE_NOTES_MAX */
	struct index by_function, by_line;
};

void profiles_done(struct profiles *p);
/* Copies the texts. False: that run has this function of this case already; the first one counts.
 */
bool profiles_add(struct profiles *p, const char *run, const char *key,
	const struct profile_function *function, double seconds);
void profiles_note(struct profiles *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- whose they are */

/* A profile is of a benchmark, not of one of its metrics: bench is the first of that suite and
 * name. */
struct profile_at {
	size_t bench, rev, function;
	double seconds;
};

/* Texts and functions are those of the profiles, or in the arena. */
struct profile_view {
	const struct profile_function *functions;
	const struct profile_at *lines; /* in the order in which they were read */
	size_t n_functions, n_lines;
	const char *const *notes; /* those of the profiles, and what belongs to nothing here */
	size_t n_notes;
};

/* What of the profiles is about these results.
 *
 * A run is the revision whose label it is, whose full id, or of whose id alone it is the beginning
 * (7 hexadecimal digits or more).
 *
 * A case is the benchmark whose name its key is, or "SUITE/NAME"; parameters behind a bar must not
 * contradict its own (core/dims.h) then. Or the key without them is the name without its own, and
 * they are the same: by key and value, or by value where nobody knows the key. Where nothing is
 * found that way, a "path::" in front of either is left out. A case that could be several
 * benchmarks is none of them.
 *
 * Where several runs are one revision, or several keys one benchmark, what was read first counts.
 * What belongs to nothing is counted and named in a note. sweep: its number for them, or NULL. */
void profiles_match(const struct profiles *p, const struct results *results, const char *sweep,
	struct arena *arena, struct profile_view *ret);

#endif
