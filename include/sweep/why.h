/* What changed inside between a culprit and its parent: how it is found out.
 *
 * Names with a number each are gathered for both sides, and the two sides are compared. Everything
 * that is read here was written by programs of somebody's revision, or could have been: readers
 * take any text, and stay within bounds. */
#ifndef SWEEP_WHY_H
#define SWEEP_WHY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "core/report.h"
#include "core/why.h"
#include "sweep/sweep.h"

struct why_value {
	const char *name, *of; /* of: may be NULL */
	int64_t value;         /* >= 0 */
};

/* What one of the two builds has. */
struct why_side {
	struct arena arena; /* owns the names */
	vec(struct why_value) list;
	/* By callgrind: all instructions, those of programs that interpret others, and the name of
	 * the one that executed most of them, or NULL. */
	int64_t total, interpreted, most;
	const char *interpreter;
};
void why_side_done(struct why_side *side);

/* Adds up what has the same name; sorted by name afterwards. */
void why_side_merge(struct why_side *side);
/* The WHY_SHOWN largest differences, in the arena. Merges both. */
void why_differences(
	struct why_side *before, struct why_side *after, struct arena *arena, struct why_list *ret);

/* One output file of callgrind (one process): adds what each function executed itself. False when
 * the text is none. */
bool why_read_callgrind(const char *text, struct why_side *side);
/* What `nm -S` prints about a file: adds its symbols with their sizes. How many there were. */
size_t why_read_nm(const char *text, const char *file, struct why_side *side);
/* All regular files of a prefix by their path in it. */
int why_read_files(const char *prefix, struct why_side *side, struct err *err);

/* Looks into the first culprit of a report that was found, and hangs what is known on it; nothing
 * when none was. The builds are those that were measured; each is launched once more under
 * callgrind and, where the machine counts instructions, under perf. What cannot be told is said in
 * the notes: -1 is for a stop alone. In the arena. */
int sweep_why(struct sweep *sweep, struct report *report, struct arena *arena, struct err *err);

/* How long a launch under callgrind may take, for one that may take timeout_s (0: the default). */
double sweep_why_limit_s(double timeout_s);

#endif
