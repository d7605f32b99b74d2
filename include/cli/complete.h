#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "base/str.h"

#include <stddef.h>

/* One candidate a line for the word after words[0..n-1] of a command line (without "revsweep").
 * "@file" and "@dir" ask the shell for its own. Returns what was asked for when that needs somebody
 * who knows more ("@rev", "@recipe", "@command"), or what stood in a table, or NULL. */
const char *complete_words(const char *const *words, size_t n, struct str *out);

#endif
