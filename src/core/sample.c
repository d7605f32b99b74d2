#include "core/sample.h"

const char *
summary_name(enum summary s)
{
	static const char *const names[SUMMARY_COUNT] = {"min", "q25", "median", "mean", "max",
		"stddev", "iqr", "cpu_q25", "cpu_median", "cpu_mean"};

	return names[s];
}
