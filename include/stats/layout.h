/* How much of a difference is luck: two builds of one source whose code lies at other addresses can
 * differ in speed although nothing in them does. */
#ifndef STATS_LAYOUT_H
#define STATS_LAYOUT_H

#include <stddef.h>

#define LAYOUTS_LEAST 3 /* fewer say nothing about a spread */

/* Standard deviation, over layouts, of a difference between two revisions: what is left of the
 * spread of the medians of each layout when their own noise is taken away (0 when nothing is). d[i]
 * was measured in layout[i], in order of time. Rather too small than too large where a layout was
 * measured a few times only. NAN with fewer than LAYOUTS_LEAST layouts, or when none of them
 * was measured twice. */
double layout_noise(const double *d, const unsigned *layout, size_t n);

/* The least change, as a fraction, that is more than such luck and can be laid to the source. noise
 * on the log axis. */
double layout_least_claim(double noise);

#endif
