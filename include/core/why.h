/* What changed inside, between two builds: for whoever is to mend a culprit. */
#ifndef CORE_WHY_H
#define CORE_WHY_H

#include <stddef.h>
#include <stdint.h>

#define WHY_ABSENT (-1)
#define WHY_SHOWN 10 /* of each list */

struct why_change {
	const char *name;
	const char *of;        /* the file of a symbol; or NULL */
	int64_t before, after; /* WHY_ABSENT: it is not there */
};

/* By the size of the difference, the largest first. */
struct why_list {
	const struct why_change *v;
	size_t n;
	size_t differ; /* n of so many that differ */
};

/* What is looked at, and may not be there to be seen. */
enum why_part { WHY_FUNCTIONS, WHY_FILES, WHY_SYMBOLS, WHY_PERF };
#define WHY_PARTS 4

struct why {
	/* Instructions that each function executed itself, in one launch, over all its processes.
	 */
	struct why_list functions;
	int64_t executed_before, executed_after; /* by all of them; WHY_ABSENT: not known */
	struct why_list files;                   /* installed ones, in bytes */
	struct why_list symbols; /* of programs and libraries that both have, in bytes */
	const char *const *perf; /* lines of perf diff, NULL-terminated; NULL: there are none */
	/* By enum why_part: what cannot be told and why, and what to keep in mind; sentences,
	 * NULL-terminated, or NULL. */
	const char *const *notes[WHY_PARTS];
};

#endif
