#ifndef CORE_VERDICT_H
#define CORE_VERDICT_H

#include <stdbool.h>

enum verdict {
	VERDICT_REGRESSED,
	VERDICT_IMPROVED,
	VERDICT_PASS,
	VERDICT_INCONCLUSIVE,
	VERDICT_IDENTICAL, /* byte-identical builds: not measured */
	VERDICT_UNGATED,   /* no gate speaks about it */
};

enum row_status {
	STATUS_OK,
	STATUS_NEW,     /* the base has no such bench */
	STATUS_REMOVED, /* only the base has it */
	STATUS_FAILED,
	STATUS_CRASHED,
	STATUS_TIMEOUT,
	STATUS_UNBUILT, /* the revision did not build */
	STATUS_SKIPPED,
};

const char *verdict_name(enum verdict v);   /* "regressed", "improved", "pass", ... */
const char *status_name(enum row_status s); /* "ok", "new", "removed", ... */
/* Rows that mean exit code 3: something the user wanted measured was not. */
bool status_is_failure(enum row_status s);

#endif
