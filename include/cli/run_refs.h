/* What people name as runs: files of any known format, folders of them, references into
 * pytest-benchmark's storage, and stored sweeps. */
#ifndef CLI_RUN_REFS_H
#define CLI_RUN_REFS_H

#include "cli/app.h"
#include "core/grid.h"

/* Reads all that the operands name, in their order, into the grid and gives each run a label of its
 * own. In this order an operand is: a file or a folder that is there; "12", "#12" or "12:LABEL", a
 * stored sweep or one of its revisions (four digits are a reference first); a reference such as
 * 0001 or a glob such as PLATFORM-GLOB/0009, as pytest-benchmark takes them, below --storage.
 *
 * Files of a folder come by the time of their commit or their date. One folder alone stands for its
 * last two runs, unless --all. --reference and --candidate choose two runs: by label, id, tag,
 * beginning of a commit, date or number (1 is the first, -1 the last); without a candidate it is
 * the last one that is not the reference, without a reference the one before the candidate.
 *
 * What cannot be read is warned about and left out, and ret_skipped counts it; it is ERR_USAGE when
 * nothing is left, and when an operand names nothing at all. */
int run_refs_load(struct app *app, struct grid *grid, size_t *ret_skipped, struct err *err);

#endif
