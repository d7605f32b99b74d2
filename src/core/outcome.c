#include "core/outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
outcome_set(struct outcome *o, enum outcome_kind kind, const char *fmt, ...)
{
	va_list ap;

	o->kind = kind;
	va_start(ap, fmt);
	vsnprintf(o->detail, sizeof(o->detail), fmt, ap);
	va_end(ap);
}

static const char *const names[] = {
	[OUTCOME_OK] = "ok",
	[OUTCOME_FAILED] = "failed",
	[OUTCOME_CRASHED] = "crashed",
	[OUTCOME_TIMED_OUT] = "timeout",
	[OUTCOME_BAD_OUTPUT] = "bad-output",
	[OUTCOME_SKIPPED] = "skipped",
};

const char *
outcome_name(enum outcome_kind kind)
{
	return names[kind];
}

enum outcome_kind
outcome_of_name(const char *name)
{
	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum outcome_kind)i;
	return OUTCOME_FAILED;
}
