/* Recorded noise: reading it, and a launch of it as the judge sees launches. */
#include "simulate_priv.h"

#include "base/parse.h"
#include "base/str.h"
#include "base/vec.h"
#include "sys/fs.h"

#include <math.h>
#include <string.h>

#define FILE_MAX ((size_t)16 << 20) /* bytes */
#define COLUMNS_MAX 64
#define UNIT 1e-5 /* of the numbers in a trace, on the log axis */

/* The summary that a column is, SUMMARY_COUNT for those that are not read. */
static enum summary
summary_of(const char *name, size_t n, enum bench_clock clock)
{
	static const struct {
		const char *name;
		enum summary own, cpu; /* of the harness's clock; of the CPU clock beside it */
	} columns[] = {
		{"_min", SUMMARY_MIN, SUMMARY_COUNT},
		{"_q25", SUMMARY_Q25, SUMMARY_CPU_Q25},
		{"_med", SUMMARY_MEDIAN, SUMMARY_CPU_MEDIAN},
		{"_mean", SUMMARY_MEAN, SUMMARY_CPU_MEAN},
	};
	char own = clock == CLOCK_KIND_CPU ? 'c' : 'w';

	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		if (strlen(columns[i].name) != n - 1 ||
			strncmp(columns[i].name, name + 1, n - 1) != 0)
			continue;
		if (name[0] == own)
			return columns[i].own;
		if (name[0] == 'c')
			return columns[i].cpu;
	}
	return SUMMARY_COUNT;
}

/* The columns of a table: which summary each of them is. */
struct columns {
	enum summary of[COLUMNS_MAX];
	size_t n;
	bool single; /* means are all there is: launches of one round */
	bool paired;
};

static int
read_names(const char *line, enum bench_clock clock, struct columns *ret, struct err *err)
{
	bool any = false;

	ret->n = 0;
	ret->single = true;
	ret->paired = false;
	for (const char *p = line;; p++) {
		size_t n = strcspn(p, ",");

		if (ret->n == COLUMNS_MAX)
			return err_set(err, ERR_USAGE, "more than %d columns", COLUMNS_MAX);
		ret->paired = ret->paired || (n == 4 && strncmp(p, "pair", n) == 0);
		enum summary s = n > 1 ? summary_of(p, n, clock) : SUMMARY_COUNT;
		ret->of[ret->n++] = s;
		any = any || s != SUMMARY_COUNT;
		ret->single = ret->single &&
			      (s == SUMMARY_COUNT || s == SUMMARY_MEAN || s == SUMMARY_CPU_MEAN);
		p += n;
		if (!*p)
			break;
	}
	if (!any)
		return err_set(err, ERR_USAGE,
			"no column is called w_min, w_q25, w_med, w_mean, c_q25, c_med or c_mean");
	return 0;
}

/* All summaries of one round are the same number. */
static void
fill_single(double *row)
{
	static const enum summary own[] = {SUMMARY_MIN, SUMMARY_Q25, SUMMARY_MEDIAN, SUMMARY_MAX};

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		row[own[i]] = row[SUMMARY_MEAN];
	row[SUMMARY_CPU_Q25] = row[SUMMARY_CPU_MEDIAN] = row[SUMMARY_CPU_MEAN];
}

static int
read_row(char *line, const struct columns *columns, double *ret_row, struct err *err)
{
	size_t column = 0;

	for (size_t s = 0; s < SUMMARY_COUNT; s++)
		ret_row[s] = NAN;
	for (char *p = line; column < columns->n; column++) {
		size_t n = strcspn(p, ",");
		bool last = !p[n];
		double x;

		p[n] = '\0';
		if (columns->of[column] != SUMMARY_COUNT) {
			if (parse_double(p, &x, err) < 0)
				return -1;
			ret_row[columns->of[column]] = x * UNIT;
		}
		if (last != (column + 1 == columns->n))
			return err_set(err, ERR_USAGE, "should have %zu columns", columns->n);
		p += n + 1;
	}
	if (columns->single)
		fill_single(ret_row);
	return 0;
}

static int
read_table(char *text, enum bench_clock clock, struct simulate_trace *ret, struct err *err)
{
	struct columns columns = {.n = 0};
	vec(double) rows = {0};
	unsigned number = 0;
	int r = 0;

	for (char *line = text; r == 0 && *line; number++) {
		size_t n = strcspn(line, "\n");
		double row[SUMMARY_COUNT];
		char *next = line + n + (line[n] == '\n');

		line[n] = '\0';
		r = number == 0 ? read_names(line, clock, &columns, err)
				: read_row(line, &columns, row, err);
		if (r < 0)
			err_wrap(err, "line %u", number + 1);
		for (size_t s = 0; r == 0 && number > 0 && s < SUMMARY_COUNT; s++)
			vec_add(&rows, row[s]);
		line = next;
	}
	if (r == 0 && rows.n == 0)
		r = err_set(err, ERR_USAGE, "holds no launches");
	ret->n = rows.n / SUMMARY_COUNT;
	ret->rounds = columns.single ? 1 : 16;
	ret->paired = columns.paired;
	ret->log_time = rows.v;
	return r;
}

int
simulate_trace_read(
	const char *path, enum bench_clock clock, struct simulate_trace *ret, struct err *err)
{
	struct simulate_trace trace = {0};
	scoped(str) text = STR_INIT;

	if (fs_read(path, FILE_MAX, &text, err) < 0)
		return -1;
	if (read_table(text.p, clock, &trace, err) < 0) {
		simulate_trace_done(&trace);
		return err_wrap(err, "%s", path);
	}
	const char *base = path_base(path);
	trace.name = xstrndup(base, strlen(base) - (str_ends(base, ".csv") ? 4 : 0));
	*ret = trace;
	return 0;
}

void
simulate_trace_done(struct simulate_trace *trace)
{
	free(trace->name);
	free(trace->log_time);
	*trace = (struct simulate_trace){0};
}

double *
simulate_values(const struct simulate_trace *trace)
{
	double *values = xcalloc(trace->n * SUMMARY_COUNT, sizeof(*values));

	for (size_t i = 0; i < trace->n * SUMMARY_COUNT; i++)
		values[i] = SIMULATE_LAUNCH_S * exp(trace->log_time[i]);
	return values;
}

void
simulate_sample(const struct simulate_trace *trace, const double *values, size_t row,
	unsigned summaries, double factor, struct sample *ret)
{
	*ret = (struct sample){.rounds = trace->rounds, .iterations = 1};
	for (size_t s = 0; s < SUMMARY_COUNT; s++)
		ret->v[s] = summaries >> s & 1 ? values[row * SUMMARY_COUNT + s] * factor : NAN;
}

int
simulate_check(
	const struct simulate_trace *trace, unsigned summaries, size_t launches, struct err *err)
{
	bool any = false;

	for (size_t s = 0; s < SUMMARY_COUNT; s++)
		any = any || ((summaries >> s & 1) && isfinite(trace->log_time[s]));
	if (!any)
		return err_set(
			err, ERR_USAGE, "trace '%s' has none of these summaries", trace->name);
	if (trace->n < launches)
		return err_set(err, ERR_USAGE,
			"trace '%s' has %zu launches, fewer than the %zu of a replay", trace->name,
			trace->n, launches);
	return 0;
}
