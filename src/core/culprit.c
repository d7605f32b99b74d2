#include "core/culprit.h"

const char *
culprit_state_name(enum culprit_state s)
{
	static const char *const names[] = {
		[CULPRIT_VERIFYING] = "verifying",
		[CULPRIT_NOT_SHOWN] = "not-shown",
		[CULPRIT_PASSED_BY] = "passed-by",
		[CULPRIT_SEARCHING] = "searching",
		[CULPRIT_CONFIRMING] = "confirming",
		[CULPRIT_FOUND] = "found",
		[CULPRIT_SPREAD] = "spread",
	};

	return names[s];
}
