/* Result files of other tools as stored sweeps: each one sweep of the command "import", with one
 * revision that was measured in one block. */
#ifndef SWEEP_IMPORTS_H
#define SWEEP_IMPORTS_H

#include "base/vec.h"
#include "core/run.h"
#include "core/sample.h"
#include "ext/digest.h"
#include "format/format.h"
#include "store/store.h"

#include <stdbool.h>

/* A file that was read: its runs' benches without their rounds, and what was made of these. */
struct import_file {
	const char *path, *label; /* in the run's arena */
	const struct format *format;
	struct run run;
	vec(struct sample) samples; /* by bench and metric, in the order of the run */
	char digest[DIGEST_HEX];    /* of the file; of a directory, of what was read */
};
void import_file_done(struct import_file *file);

/* Reads a file of that format, one bench at a time. The label is pytest-park's tag, the beginning
 * of the commit's id, or the name of the file; of other characters than a label may have, each is a
 * dash. ERR_USAGE when it is damaged or holds no benchmark. ret is to be done with in any case. */
int import_read(
	const char *path, const struct format *format, struct import_file *ret, struct err *err);
/* The order of revisions: by the time of the commit, the date, and the label as a version; what has
 * no commit time goes by its date. */
int import_compare(const struct import_file *a, const struct import_file *b);
/* Stores it, the file itself included unless that is large (then what can be said without the
 * rounds of it). One that is there already is left alone: *ret_known. */
int import_store(struct store *store, const struct import_file *file, int64_t *ret_sweep,
	bool *ret_known, struct err *err);

#endif
