/* "did you mean": the nearest known word. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

/* Edit distance with transpositions (optimal string alignment), words up to 63 bytes; longer words
 * are infinitely far. */
size_t suggest_distance(const char *a, const char *b);
/* The nearest of n words when it is near enough to be meant (distance <= 1 + length / 4), or NULL.
 */
const char *suggest(const char *word, const char *const *known, size_t n);

#endif
