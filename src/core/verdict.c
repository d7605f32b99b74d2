#include "core/verdict.h"

const char *
verdict_name(enum verdict v)
{
	static const char *const names[] = {
		"regressed", "improved", "pass", "inconclusive", "identical", "ungated"};

	return names[v];
}

const char *
status_name(enum row_status s)
{
	static const char *const names[] = {
		"ok", "new", "removed", "failed", "crashed", "timeout", "unbuilt", "skipped"};

	return names[s];
}

bool
status_is_failure(enum row_status s)
{
	return s == STATUS_FAILED || s == STATUS_CRASHED || s == STATUS_TIMEOUT ||
	       s == STATUS_UNBUILT;
}
