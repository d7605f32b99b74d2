#include "core/change.h"

const char *
change_state_name(enum change_state s)
{
	static const char *const names[] = {
		[CHANGE_OPEN] = "open",
		[CHANGE_CONFIRMED] = "confirmed",
		[CHANGE_REJECTED] = "rejected",
	};

	return names[s];
}
