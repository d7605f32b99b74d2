/* A stored sweep as one file to carry to another machine: a tar.zst of its records (records.jsonl,
 * as `show --records` prints them) and of the raw outputs of its launches (blobs/SHA256). */
#ifndef SWEEP_BUNDLE_H
#define SWEEP_BUNDLE_H

#include "store/store.h"

#include <stdbool.h>

/* Writes it, or nothing. */
int bundle_write(struct store *store, int64_t sweep, const char *path, struct err *err);
/* Whether the file looks like one; what it holds is seen when it is read. */
bool bundle_is(const char *path);
/* Takes the sweep in under a number of its own. One that is there already, as far as it got then,
 * is left alone: *ret_known. ERR_SOURCE for a damaged or unsafe archive, ERR_USAGE for one that
 * holds something else. */
int bundle_read(struct store *store, const char *path, int64_t *ret_sweep, bool *ret_known,
	struct err *err);

#endif
