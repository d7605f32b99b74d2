/* A launch's rounds in a few numbers: launch_sample(). */
#include "measure/launch.h"

#include "stats/summary.h"

#include <math.h>

void
launch_sample(const struct launch_bench *bench, struct sample *ret)
{
	struct stats_summary wall, cpu;

	if (bench->has_summary) {
		*ret = bench->summary;
		return;
	}
	for (int i = 0; i < SUMMARY_COUNT; i++)
		ret->v[i] = NAN;
	ret->rounds = bench->n_values;
	ret->iterations = bench->iterations;
	if (!bench->n_values)
		return;
	stats_summary(bench->values, bench->n_values, &wall);
	ret->v[SUMMARY_MIN] = wall.min;
	ret->v[SUMMARY_Q25] = wall.q25;
	ret->v[SUMMARY_MEDIAN] = wall.median;
	ret->v[SUMMARY_MEAN] = wall.mean;
	ret->v[SUMMARY_MAX] = wall.max;
	ret->v[SUMMARY_STDDEV] = wall.stddev;
	ret->v[SUMMARY_IQR] = wall.iqr;
	if (!bench->cpu_values)
		return;
	stats_summary(bench->cpu_values, bench->n_values, &cpu);
	ret->v[SUMMARY_CPU_Q25] = cpu.q25;
	ret->v[SUMMARY_CPU_MEDIAN] = cpu.median;
	ret->v[SUMMARY_CPU_MEAN] = cpu.mean;
}
