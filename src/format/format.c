#include "format/format.h"

#include "base/str.h"
#include "base/suggest.h"
#include "format/known.h"
#include "stats/median.h"
#include "stats/summary.h"
#include "sys/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static const struct format *const formats[] = {
	&format_asv,
	&format_criterion,
	&format_go,
	&format_google_benchmark,
	&format_hyperfine,
	&format_jmh,
	&format_nanobench,
	&format_peakbench,
	&format_pytest_benchmark,
};

const struct format *const *
format_all(size_t *ret_n)
{
	*ret_n = ARRAY_LEN(formats);
	return formats;
}

static void
list_names(struct str *out)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		str_addf(out, "%s%s", i ? ", " : "", formats[i]->name);
}

int
format_find(const char *name, const struct format **ret, struct err *err)
{
	const char *names[ARRAY_LEN(formats)];
	scoped(str) known = STR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		names[i] = formats[i]->name;
		if (strcmp(name, names[i]) == 0) {
			*ret = formats[i];
			return 0;
		}
	}
	list_names(&known);
	const char *near = suggest(name, names, ARRAY_LEN(names));
	if (near)
		return err_set(
			err, ERR_USAGE, "unknown format '%.60s': did you mean '%s'?", name, near);
	return err_set(err, ERR_USAGE, "unknown format '%.60s': known are %s", name, known.p);
}

/* The beginning of a file. */
static int
read_head(const char *path, char *head, size_t max, size_t *ret_n, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	ssize_t got = 0;

	if (fd < 0)
		return err_sys(err, ERR_USAGE, "cannot open '%.300s'", path);
	while (n < max && (got = read(fd, head + n, max - n)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		n += (size_t)got;
	}
	close(fd);
	if (got < 0)
		return err_sys(err, ERR_USAGE, "cannot read '%.300s'", path);
	*ret_n = n;
	return 0;
}

/* "DIR@NAME": one of several results in a directory. */
static bool
is_part_of_dir(const char *path)
{
	const char *at = strrchr(path, '@');
	scoped_free char *dir = at ? xstrndup(path, (size_t)(at - path)) : NULL;

	return dir && !fs_exists(path) && fs_is_dir(dir);
}

int
format_detect(const char *path, const struct format **ret, struct err *err)
{
	scoped_free char *head = xmalloc(FORMAT_HEAD);
	bool is_dir = fs_is_dir(path) || is_part_of_dir(path);
	size_t n = 0;
	int best = 0;

	if (!is_dir && read_head(path, head, FORMAT_HEAD, &n, err) < 0)
		return -1;
	if (!is_dir && n == 0)
		return err_set(err, ERR_USAGE, "'%.300s' is empty", path);
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		int score = formats[i]->looks(path, is_dir, head, n);

		if (score > best)
			*ret = formats[i];
		best = score > best ? score : best;
	}
	if (best)
		return 0;
	scoped(str) known = STR_INIT;
	list_names(&known);
	return err_set(
		err, ERR_USAGE, "'%.300s' is no result of a kind that is known: %s", path, known.p);
}

struct keeping {
	struct run *run;
	bool keep_data;
};

static int
keep(const struct run_bench *bench, void *arg, struct err *err)
{
	struct keeping *k = arg;

	(void)err;
	run_add(k->run, bench, k->keep_data);
	return 0;
}

int
format_read(const struct format *format, const char *path, bool keep_data, struct run *run,
	struct err *err)
{
	struct keeping k = {run, keep_data};
	struct run_sink sink = {keep, &k, false};

	run->facts.path = arena_strdup(&run->arena, path);
	run->facts.format = format->name;
	if (format->read(path, run, &sink, err) < 0)
		return err_wrap(err, "%.300s", path);
	return 0;
}

bool
format_holds(const char *head, size_t n, const char *text)
{
	return memmem(head, n, text, strlen(text)) != NULL;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The statistics of the rounds that the file does not give. */
static void
fill_stats(struct run_value *value, double *sorted)
{
	size_t n = value->n_data;
	struct stats_summary s;
	struct stats_fences fences;
	double stat[RUN_STAT_COUNT];

	stats_summary(value->data, n, &s);
	for (int i = 0; i < RUN_STAT_COUNT; i++)
		stat[i] = (double)NAN;
	stat[RUN_MIN] = s.min;
	stat[RUN_MAX] = s.max;
	stat[RUN_MEAN] = s.mean;
	stat[RUN_STDDEV] = s.stddev;
	stat[RUN_MEDIAN] = s.median;
	stat[RUN_IQR] = s.iqr;
	stat[RUN_ROUNDS] = (double)n;
	stat[RUN_TOTAL] = stats_sum(value->data, n);
	stat[RUN_OPS] = stat[RUN_TOTAL] > 0 ? (double)n / stat[RUN_TOTAL] : 0;
	qsort(sorted, n, sizeof(*sorted), by_value);
	if (isfinite(s.min)) {
		stats_quartiles(sorted, n, &stat[RUN_Q1], &stat[RUN_Q3]);
		stats_fences(sorted, n, stat[RUN_Q1], stat[RUN_Q3], s.mean, s.stddev, &fences);
		stat[RUN_LD15IQR] = fences.low;
		stat[RUN_HD15IQR] = fences.high;
		stat[RUN_IQR_OUTLIERS] = (double)fences.outside;
		stat[RUN_STDDEV_OUTLIERS] = (double)fences.deviating;
	}
	for (int i = 0; i < RUN_STAT_COUNT; i++)
		if (isnan(value->stat[i]))
			value->stat[i] = stat[i];
}

void
format_fill(struct run_value *value)
{
	size_t n = value->n_data;
	bool complete = true;

	if (n == 0)
		return;
	for (int i = RUN_MIN; i <= RUN_IQR; i++)
		complete &= !isnan(value->stat[i]);
	scoped_free double *copy = xreallocarray(NULL, n, sizeof(*copy));
	memcpy(copy, value->data, n * sizeof(*copy));
	value->log_error = stats_log_median_error(copy, n);
	if (!complete)
		fill_stats(value, copy);
}
