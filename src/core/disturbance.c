#include "core/disturbance.h"

const char *
disturbance_name(enum disturbance cause)
{
	static const char *const names[] = {
		[DISTURBED_BY_STEAL] = "steal",
		[DISTURBED_BY_THROTTLING] = "throttling",
		[DISTURBED_BY_OTHERS] = "others",
	};

	return names[cause];
}

const char *
disturbance_words(enum disturbance cause)
{
	static const char *const words[] = {
		[DISTURBED_BY_STEAL] = "stolen time",
		[DISTURBED_BY_THROTTLING] = "throttling",
		[DISTURBED_BY_OTHERS] = "other programs",
	};

	return words[cause];
}
