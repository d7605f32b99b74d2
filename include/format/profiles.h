/* A folder of profiles, as pytest-park takes them: each file below it whose name ends in ".json" is
 *
 *	{"run_id": "v1.2", "cases": [
 *		{"case_key": "tests/t.py::sort|n=10", "function": "cmp", "file": "sort.py",
 *			"line": 7, "total_time": 0.25}, ...]}
 *
 * run_id (a text or a number) is the file's name without ".json" where it is missing, null or "". A
 * case is one function of one benchmark: case_key, or fullname where there is none, names the
 * benchmark (core/profile.h); function is a text; file a text, and line a whole number >= 0, or
 * both are missing or null; total_time is in seconds, finite and >= 0. Whatever else stands there
 * is passed over.
 *
 * A case that is none of that is left out; so is a function that its run and case have already (the
 * first one counts). A note says how many of a file were, and what is wrong with the first. A file
 * that is no JSON, or has no list "cases", or is a link or no regular file, is left out whole, and
 * a note names it and says why. So does one for what goes past the limits. */
#ifndef FORMAT_PROFILES_H
#define FORMAT_PROFILES_H

#include "base/err.h"
#include "core/profile.h"
#include "ext/json_stream.h"

#include <stdint.h>

#define PROFILES_ENTRIES_MAX 100000                  /* of the folder, of any kind */
#define PROFILES_FILES_MAX 10000                     /* that end in .json */
#define PROFILES_FILE_BYTES_MAX ((uint64_t)64 << 20) /* of one */
#define PROFILES_BYTES_MAX ((uint64_t)256 << 20)     /* of all */
#define PROFILES_CASES_MAX 200000                    /* of all */
#define PROFILES_KEYS_MAX 10000                      /* and as many runs */
#define PROFILES_TEXT_MAX 1000                       /* bytes of a name */

/* Files in byte order of their paths. ERR_USAGE when there is no such folder, or it is no folder of
 * profiles but has more in it than PROFILES_ENTRIES_MAX; an error, too, when what is in it cannot
 * be listed. ret is zeroed before, and for profiles_done() also after an error. */
int profiles_read(const char *dir, struct profiles *ret, struct err *err);

/* One document. name: of its file, for run_id and notes. */
void profiles_read_one(struct profiles *p, const char *name, struct json_stream *js);

/* Another number whenever a file of the folder has another size or time, is gone or is new. Costs a
 * look at each. */
uint64_t profiles_state(const char *dir);

#endif
