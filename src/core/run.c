#include "core/run.h"

#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const stat_names[RUN_STAT_COUNT] = {
	[RUN_MIN] = "min",
	[RUN_MAX] = "max",
	[RUN_MEAN] = "mean",
	[RUN_STDDEV] = "stddev",
	[RUN_MEDIAN] = "median",
	[RUN_IQR] = "iqr",
	[RUN_Q1] = "q1",
	[RUN_Q3] = "q3",
	[RUN_LD15IQR] = "ld15iqr",
	[RUN_HD15IQR] = "hd15iqr",
	[RUN_OPS] = "ops",
	[RUN_TOTAL] = "total",
	[RUN_ROUNDS] = "rounds",
	[RUN_ITERATIONS] = "iterations",
	[RUN_STDDEV_OUTLIERS] = "stddev_outliers",
	[RUN_IQR_OUTLIERS] = "iqr_outliers",
};

const char *
run_stat_name(enum run_stat stat)
{
	return stat_names[stat];
}

void
run_done(struct run *run)
{
	vec_done(&run->facts.machine);
	vec_done(&run->facts.notes);
	vec_done(&run->benches);
	arena_done(&run->arena);
}

void
run_note(struct run *run, const char *fmt, ...)
{
	scoped(str) text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	vec_add(&run->facts.notes, arena_strdup(&run->arena, text.p));
}

void
run_machine_pair(struct run *run, const struct run_pair *pair)
{
	struct run_pair copy = {.key = arena_strdup(&run->arena, pair->key),
		.value = arena_strdup(&run->arena, pair->value),
		.is_text = pair->is_text};

	for (size_t i = 0; i < run->facts.machine.n; i++) {
		if (strcmp(run->facts.machine.v[i].key, pair->key) != 0)
			continue;
		run->facts.machine.v[i] = copy;
		return;
	}
	vec_add(&run->facts.machine, copy);
}

void
run_machine(struct run *run, const char *key, const char *value)
{
	run_machine_pair(run, &(struct run_pair){.key = key, .value = value, .is_text = true});
}

const char *
run_machine_of(const struct run *run, const char *key)
{
	for (size_t i = 0; i < run->facts.machine.n; i++)
		if (strcmp(run->facts.machine.v[i].key, key) == 0)
			return run->facts.machine.v[i].value;
	return NULL;
}

struct run_value
run_value_init(void)
{
	struct run_value value = {.metric = "time", .unit = "s"};

	for (int i = 0; i < RUN_STAT_COUNT; i++)
		value.stat[i] = (double)NAN;
	value.headline = value.log_error = (double)NAN;
	return value;
}

const struct run_value *
run_value_of(const struct run_bench *bench, const char *metric)
{
	for (size_t i = 0; i < bench->n_values; i++)
		if (strcmp(bench->values[i].metric, metric) == 0)
			return &bench->values[i];
	return NULL;
}

const char *
run_pair_get(const struct run_pair *pairs, const char *key)
{
	for (; pairs && pairs->key; pairs++)
		if (strcmp(pairs->key, key) == 0)
			return pairs->value;
	return NULL;
}

/* "+02:00", "-0530", "Z" or nothing, in seconds; false for anything else. */
static bool
offset_of(const char *p, double *ret)
{
	int h = 0, m = 0, n = 0;

	*ret = 0;
	if (!*p || strcmp(p, "Z") == 0)
		return true;
	if (*p != '+' && *p != '-')
		return false;
	if ((sscanf(p + 1, "%2d:%2d%n", &h, &m, &n) != 2 || p[1 + n]) &&
		(sscanf(p + 1, "%2d%2d%n", &h, &m, &n) != 2 || p[1 + n]))
		return false;
	*ret = (*p == '-' ? -1 : 1) * (h * 3600.0 + m * 60.0);
	return true;
}

double
run_time_of(const char *date)
{
	struct tm tm = {0};
	double seconds = 0, offset = 0;
	int n = 0;

	if (!date || sscanf(date, "%4d-%2d-%2d%*1[T ]%2d:%2d%n", &tm.tm_year, &tm.tm_mon,
			     &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &n) != 5)
		return (double)NAN;
	const char *p = date + n;
	if (*p == ':') {
		char *end = NULL;

		seconds = strtod(p + 1, &end);
		if (end == p + 1 || !(seconds >= 0 && seconds < 61))
			return (double)NAN;
		p = end;
	}
	if (tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31 ||
		tm.tm_hour > 23 || tm.tm_min > 59 || !offset_of(p, &offset))
		return (double)NAN;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return (double)timegm(&tm) + seconds - offset;
}

const struct run_pair *
run_copy_pairs(struct arena *arena, const struct run_pair *pairs)
{
	size_t n = 0;

	if (!pairs || !pairs->key)
		return NULL;
	while (pairs[n].key)
		n++;
	struct run_pair *copy = arena_alloc(arena, n + 1, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = (struct run_pair){.key = arena_strdup(arena, pairs[i].key),
			.value = arena_strdup(arena, pairs[i].value),
			.is_text = pairs[i].is_text};
	return copy;
}

const char *const *
run_copy_texts(struct arena *arena, const char *const *texts)
{
	size_t n = 0;

	if (!texts || !*texts)
		return NULL;
	while (texts[n])
		n++;
	const char **copy = arena_alloc(arena, n + 1, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = arena_strdup(arena, texts[i]);
	return copy;
}

static const struct run_value *
copy_values(struct arena *arena, const struct run_bench *bench, bool keep_data)
{
	struct run_value *copy = arena_alloc(arena, bench->n_values, sizeof(*copy));

	for (size_t i = 0; i < bench->n_values; i++) {
		copy[i] = bench->values[i];
		copy[i].metric = arena_strdup(arena, copy[i].metric);
		copy[i].unit = arena_strdup(arena, copy[i].unit);
		if (keep_data)
			copy[i].data = arena_copy(
				arena, copy[i].data, copy[i].n_data, sizeof(*copy[i].data));
		else
			copy[i].data = NULL;
		copy[i].n_data = keep_data ? copy[i].n_data : 0;
	}
	return copy;
}

void
run_add(struct run *run, const struct run_bench *bench, bool keep_data)
{
	struct arena *arena = &run->arena;
	struct run_bench copy = *bench;

	copy.name = arena_strdup(arena, bench->name);
	copy.fullname = arena_strdup(arena, bench->fullname);
	copy.group = arena_strdup(arena, bench->group);
	copy.param = arena_strdup(arena, bench->param);
	copy.params = run_copy_pairs(arena, bench->params);
	copy.extra = run_copy_pairs(arena, bench->extra);
	copy.groups = run_copy_pairs(arena, bench->groups);
	copy.options = run_copy_pairs(arena, bench->options);
	copy.marks = run_copy_texts(arena, bench->marks);
	copy.values = copy_values(arena, bench, keep_data);
	if (bench->outcome)
		copy.outcome = arena_copy(arena, bench->outcome, 1, sizeof(*bench->outcome));
	vec_add(&run->benches, copy);
}
