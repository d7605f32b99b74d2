/* What a sweep is doing, on stderr. On a terminal: while building a line for each worker and a
 * summary, then one line, all drawn again in place; and a line that stays for each build that
 * failed. Elsewhere one line a step. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/app.h"
#include "sweep/sweep.h"

struct progress;

/* Nothing is ever shown under -q. */
struct progress *progress_new(const struct app *app);
struct sweep_progress progress_hook(struct progress *p);
/* Takes away what moves. */
void progress_free(struct progress *p);

#endif
