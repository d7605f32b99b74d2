/* revsweep.lock: which bytes an address held when it was first used. It lies beside revsweep.yml
 *and is meant to be committed:
 *
 *	# comment
 *	sha256=HEX ADDRESS
 *
 * sorted by address. The stages outside source/ do not need this. */
#ifndef SOURCE_PINS_H
#define SOURCE_PINS_H

#include "base/err.h"
#include "ext/digest.h"

#include <stdbool.h>

/* What the file says about an address. A file that is not there says nothing; a malformed line is
 * ERR_USAGE with its number. */
int pins_find(
	const char *path, const char *url, bool *ret_found, char hex[DIGEST_HEX], struct err *err);
/* Writes it anew, with one more address (or another digest for it). Not to be called by two
 * processes at once. */
int pins_add(const char *path, const char *url, const char *hex, struct err *err);

#endif
