#include "core/metric.h"

#include "base/str.h"

#include <stddef.h>

static const struct {
	const char *name;
	unsigned exact_after;
} metrics[] = {
	{"time", 0},
	{"throughput", 0},
	{"rss", 0},
	{"peak", 0},
	{"instructions", 1},
	{"allocations", 1},
	{"allocated", 1},
	{"size", 3},
	{"predicate", 1},
};

unsigned
metric_exact_after(const char *metric)
{
	for (size_t i = 0; i < ARRAY_LEN(metrics); i++)
		if (str_eq(metric, metrics[i].name))
			return metrics[i].exact_after;
	return 0;
}

bool
metric_known(const char *metric)
{
	for (size_t i = 0; i < ARRAY_LEN(metrics); i++)
		if (str_eq(metric, metrics[i].name))
			return true;
	return false;
}
