/* The order of versions as people number them. */
#ifndef CORE_VERSION_H
#define CORE_VERSION_H

/* Like strcmp(), for names of tags and releases: numbers compare as numbers; what is called dev,
 * alpha, beta, rc and the like stands before its release, anything else that follows ("1.1.1a",
 * "1.0.post1", "1.0-2") after it and before the next number; "1.0" is "1.0.0", "v1" is "1", and
 * case and separators do not matter. 0 for equal texts only: what means the same is ordered by its
 * bytes. */
int version_compare(const char *a, const char *b);

#endif
