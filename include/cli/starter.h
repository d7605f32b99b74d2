/* The text of a first revsweep.yml. */
#ifndef CLI_STARTER_H
#define CLI_STARTER_H

#include "base/str.h"
#include "cli/carry.h"
#include "cli/detect.h"

/* What was carried over comes first; what was detected stands for what nobody said. */
void starter_write(const struct detected *found, const struct carried *carried, struct str *out);

#endif
