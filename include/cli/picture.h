/* Where a bisect stands: a line for logs, and a picture of the path for terminals. */
#ifndef CLI_PICTURE_H
#define CLI_PICTURE_H

#include "base/str.h"
#include "sweep/sweep.h"

#define PICTURE_LINES 3

/* "look at 1a2b3c4d5e: 23 of 100 commits hold 99%, 5 built": what is about to be done. */
void picture_sentence(const struct bisect_view *view, struct str *out);
/* The path from GOOD to BAD, so many columns wide: how likely each part of it holds the culprit,
 * which commits were tested, and what comes next. PICTURE_LINES of lines, which are initialised. */
void picture_draw(const struct bisect_view *view, int width, struct str *lines);

#endif
