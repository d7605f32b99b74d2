/* Everything that descends from this process. */
#ifndef EXEC_TREE_H
#define EXEC_TREE_H

#include <stdbool.h>
#include <stdint.h>

int64_t now_ns(void);

/* Orphans below us become our children, so that none can leave the tree. */
void tree_adopt_orphans(void);

/* Kills all descendants and reaps them; signals is a signalfd that tells of SIGCHLD. Adds the
 * number of those killed to *killed. False when some are still there after five seconds. */
bool tree_kill(int signals, unsigned *killed);

#endif
