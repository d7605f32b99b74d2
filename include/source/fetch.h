/* Archives from the network into the cache. The stages outside source/ do not need this. */
#ifndef SOURCE_FETCH_H
#define SOURCE_FETCH_H

#include "base/err.h"
#include "ext/digest.h"
#include "source/source.h"

/* Downloads what is at the address to cache/HEX, unless it is there already. `want` is the checksum
 * that it must have (NULL: whatever comes) and `whose` where that is from, for messages. Nobody
 * else may fetch the same address meanwhile. ERR_SOURCE: also another checksum; nothing is kept
 * then. */
int fetch_archive(const struct source_archives *env, const char *url, const char *want,
	const char *whose, char hex[DIGEST_HEX], struct err *err);

#endif
