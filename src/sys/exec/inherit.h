/* All that a command inherits, set once, on ourselves. */
#ifndef EXEC_INHERIT_H
#define EXEC_INHERIT_H

#include "job.h"
#include "output.h"

/* Directory, output, limits, CPU, write policy. -1: end says what is the matter. */
int inherit_set(struct job *job, struct output *out, struct exec_end *end);

#endif
