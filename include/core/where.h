/* Which benches are meant: conditions KEY=VALUE, `!` in front negates. KEY is name, group, suite,
 * metric, mark, func (the name without parameters) or one of its parameters (core/dims.h); VALUE is
 * a glob, and numbers are equal when they mean the same ("1e3" is "1000"). A text without "=" is
 * looked for in names. */
#ifndef CORE_WHERE_H
#define CORE_WHERE_H

#include "core/bench.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether all conditions hold. */
bool where_matches(const char *const *conditions, size_t n, const struct bench *bench);

#endif
