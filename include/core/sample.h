/* What one launch says about one bench: the rounds of a launch are not independent, so a launch
 * counts as one observation, seen through several summaries. */
#ifndef CORE_SAMPLE_H
#define CORE_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

enum summary {
	SUMMARY_MIN,
	SUMMARY_Q25, /* linear interpolation between order statistics (Hyndman and Fan, type 7) */
	SUMMARY_MEDIAN,
	SUMMARY_MEAN,
	SUMMARY_MAX,
	SUMMARY_STDDEV,  /* n - 1; 0 for one round */
	SUMMARY_IQR,     /* pytest-benchmark's quartiles */
	SUMMARY_CPU_Q25, /* of the CPU time, where the harness measures both clocks */
	SUMMARY_CPU_MEDIAN,
	SUMMARY_CPU_MEAN,
	SUMMARY_COUNT
};

struct sample {
	double v[SUMMARY_COUNT]; /* in the unit of the bench; NAN where not measured */
	uint64_t rounds;
	uint64_t iterations; /* inner loop of a round; 0 when the harness does not say */
	unsigned layout;     /* of the build that was measured (build/build.h); 0: plain */
};

/* "min", "q25", "median", "mean", "max", "stddev", "iqr", "cpu_q25", ... */
const char *summary_name(enum summary s);

#endif
