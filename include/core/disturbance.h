/* What disturbed a launch, as flags: 1u << enum disturbance. */
#ifndef CORE_DISTURBANCE_H
#define CORE_DISTURBANCE_H

enum disturbance {
	DISTURBED_BY_STEAL,      /* the hypervisor ran somebody else */
	DISTURBED_BY_THROTTLING, /* a quota on our cgroup was spent */
	DISTURBED_BY_OTHERS,     /* other programs used the processors */
	DISTURBANCE_COUNT
};

/* "steal", "throttling", "others": as stored and as in JSON. */
const char *disturbance_name(enum disturbance cause);
/* For people: "stolen time", "throttling", "other programs". */
const char *disturbance_words(enum disturbance cause);

#endif
