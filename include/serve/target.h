/* What is asked for: the target of a request ("/sweep/12/bench/3?limit=50") into words. Pure.
 *
 * Every address that exists is made of plain words and numbers, so that nothing in a path is ever
 * decoded: what holds anything else is refused. No path is one of a file. */
#ifndef SERVE_TARGET_H
#define SERVE_TARGET_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TARGET_MAX 4096 /* bytes */
#define TARGET_PARAMS_MAX 32
#define TARGET_NUMBERS_MAX 2 /* in a path */

struct target_param {
	const char *name;
	const char *value; /* decoded: UTF-8 without control characters */
};

struct target {
	const char *path; /* "/", or words of [a-z0-9._-] with a slash before each */
	const struct target_param *params;
	size_t n_params;
};

/* In the arena. ERR_USAGE says what is wrong with it. */
int target_parse(const char *text, struct arena *arena, struct target *ret, struct err *err);
/* The first of that name, or NULL. */
const char *target_param(const struct target *target, const char *name);

/* Whether the path has the form of a pattern, "/sweep/:/bench/:", in which a colon stands for a
 * number from 0 on without leading zeros; the numbers go to ret. */
bool target_match(const char *pattern, const char *path, int64_t ret[TARGET_NUMBERS_MAX]);

/* Adds text as a value in a query. */
void target_encode(struct str *out, const char *text);

#endif
