/* What a sweep is doing, on stderr: one line that moves on a terminal, one line a step elsewhere.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/app.h"
#include "sweep/sweep.h"

struct progress;

/* Nothing is ever shown under -q. */
struct progress *progress_new(const struct app *app);
struct sweep_progress progress_hook(struct progress *p);
/* Takes the moving line away. */
void progress_free(struct progress *p);

#endif
