/* `lines`: anything that prints `name value unit` lines, or `name,unit,value...` CSV lines. */
#include "harness/adapter.h"

#include "base/str.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_BYTES 500

/* One number of one bench. */
struct item {
	const char *name;
	double value;
	size_t line;
	struct launch_bench like; /* metric, unit, direction */
};

struct reading {
	struct arena *arena;
	vec(struct item) items;
	size_t line;
	struct outcome *outcome;
};

static void
reading_done(struct reading *r)
{
	vec_done(&r->items);
}

struct line_unit {
	const char *name;
	double factor;
	const char *metric, *unit;
};

static const struct line_unit units[] = {{"ns", 1e-9, "time", "s"}, {"us", 1e-6, "time", "s"},
	{"\xc2\xb5s", 1e-6, "time", "s"}, {"\xce\xbcs", 1e-6, "time", "s"},
	{"ms", 1e-3, "time", "s"}, {"s", 1, "time", "s"}, {"B", 1, "size", "B"},
	{"kB", 1e3, "size", "B"}, {"KB", 1e3, "size", "B"}, {"MB", 1e6, "size", "B"},
	{"GB", 1e9, "size", "B"}, {"TB", 1e12, "size", "B"}, {"KiB", 1024.0, "size", "B"},
	{"MiB", 1048576.0, "size", "B"}, {"GiB", 1073741824.0, "size", "B"},
	{"TiB", 1099511627776.0, "size", "B"}, {"instructions", 1, "instructions", "instructions"},
	{"allocations", 1, "allocations", "allocations"},
	{"allocs", 1, "allocations", "allocations"}};

static void
unit_of(struct reading *r, const char *text, struct item *item)
{
	item->like.metric = "value";
	item->like.unit = arena_strdup(r->arena, text);
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (strcmp(text, units[i].name) == 0) {
			item->like.metric = units[i].metric;
			item->like.unit = units[i].unit;
			item->value *= units[i].factor;
			return;
		}
	}
	if (strstr(text, "/s")) {
		item->like.metric = "throughput";
		item->like.direction = HIGHER_IS_BETTER;
	}
}

/* A decimal number, or a word for one that is not finite; numbers that a double cannot hold come
 * back as infinite or, when they are too small, as NAN. False for anything else. */
static bool
number_of(const char *text, double *ret)
{
	const char *body = text + (*text == '-' || *text == '+');
	char *end = NULL;

	if (strcasecmp(body, "nan") == 0 || strcasecmp(body, "inf") == 0 ||
		strcasecmp(body, "infinity") == 0) {
		*ret = (double)NAN;
		return true;
	}
	if (body[strspn(body, "0123456789.eE+-")] ||
		!(isdigit((unsigned char)body[0]) ||
			(body[0] == '.' && isdigit((unsigned char)body[1]))))
		return false;
	errno = 0;
	*ret = strtod(text, &end);
	if (errno == ERANGE && *ret == 0)
		*ret = (double)NAN;
	return !*end;
}

/* Takes a field off *pp: quoted ("" is a quote inside), or up to a character of `ends`. NULL for an
 * unfinished or an over-long one. */
static const char *
take_field(struct reading *r, const char **pp, const char *ends)
{
	scoped(str) text = STR_INIT;
	const char *p = *pp;

	if (*p != '"') {
		size_t n = strcspn(p, ends);
		*pp = p + n;
		while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
			n--;
		return arena_strndup(r->arena, p, n);
	}
	for (p++; *p; p++) {
		if (*p == '"' && p[1] != '"')
			break;
		p += *p == '"';
		str_addc(&text, *p);
	}
	if (*p != '"')
		return NULL;
	p++;
	p += *ends == ',' ? strspn(p, " \t") : 0;
	if (*p && !strchr(ends, *p))
		return NULL;
	*pp = p;
	return arena_strdup(r->arena, text.p);
}

static bool
add_item(struct reading *r, const char *name, const char *value, const char *unit)
{
	struct item item = {.name = name, .line = r->line};

	if (!*name || strlen(name) > NAME_MAX_BYTES || !number_of(value, &item.value))
		return false;
	unit_of(r, unit, &item);
	vec_add(&r->items, item);
	return true;
}

/* name,unit,value[,value...] */
static bool
csv_line(struct reading *r, const char *line)
{
	const char *p = line;
	size_t before = r->items.n;
	const char *name = take_field(r, &p, ",");

	if (!name || *p++ != ',')
		return false;
	p += strspn(p, " \t");
	const char *unit = take_field(r, &p, ",");
	if (!unit || *p != ',')
		return false;
	while (*p == ',') {
		p++;
		p += strspn(p, " \t");
		const char *value = take_field(r, &p, ",");
		if (!value || !add_item(r, name, value, unit)) {
			r->items.n = before;
			return false;
		}
	}
	return true;
}

/* name value [unit] */
static bool
blank_line(struct reading *r, const char *line)
{
	static const char blanks[] = " \t";
	const char *field[3] = {"", "", ""};
	const char *p = line;
	int n = 0;

	for (; *p; p += strspn(p, blanks)) {
		if (n == 3)
			return false;
		field[n] = take_field(r, &p, blanks);
		if (!field[n++])
			return false;
	}
	return n >= 2 && add_item(r, field[0], field[1], field[2]);
}

static void
take_line(struct reading *r, char *line)
{
	r->line++;
	line += strspn(line, " \t");
	size_t n = strlen(line);
	while (n && strchr(" \t\r", line[n - 1]))
		line[--n] = '\0';
	if (!*line || *line == '#' || csv_line(r, line) || blank_line(r, line))
		return;
	outcome_set(r->outcome, OUTCOME_BAD_OUTPUT,
		"line %zu is neither 'name value unit' nor 'name,unit,value': %.200s", r->line,
		line);
}

static void
take_lines(struct reading *r, struct str *text)
{
	char *p = text->p, *end = text->p + text->n;

	if (memchr(p, '\0', text->n)) {
		outcome_set(r->outcome, OUTCOME_BAD_OUTPUT, "the output holds a NUL byte");
		return;
	}
	while (p < end && r->outcome->kind == OUTCOME_OK) {
		char *stop = memchr(p, '\n', (size_t)(end - p));
		if (stop)
			*stop = '\0';
		if (r->line == ADAPTER_BENCH_MAX) {
			outcome_set(r->outcome, OUTCOME_BAD_OUTPUT, "more than %d lines",
				ADAPTER_BENCH_MAX);
			return;
		}
		take_line(r, p);
		p = stop ? stop + 1 : end;
	}
	if (r->outcome->kind == OUTCOME_OK && r->items.n == 0)
		outcome_set(r->outcome, OUTCOME_BAD_OUTPUT,
			"empty result: no 'name value unit' line on stdout");
}

/* The rounds of one name: entries [from, to) of the sorted list. */
static struct launch_bench
bench_of(struct reading *r, const struct named *sorted, size_t from, size_t to)
{
	const struct item *first = &r->items.v[sorted[from].at];
	struct launch_bench bench = first->like;
	double *values = arena_alloc(r->arena, to - from, sizeof(*values));

	bench.name = first->name;
	bench.values = values;
	bench.n_values = to - from;
	for (size_t i = from; i < to; i++) {
		const struct item *item = &r->items.v[sorted[i].at];
		values[i - from] = item->value;
		if (bench.outcome.kind == OUTCOME_OK &&
			(strcmp(item->like.unit, bench.unit) != 0 ||
				strcmp(item->like.metric, bench.metric) != 0))
			outcome_set(&bench.outcome, OUTCOME_FAILED,
				"'%.150s' has another unit on line %zu than on line %zu",
				bench.name, item->line, first->line);
	}
	if (bench.outcome.kind == OUTCOME_OK)
		adapter_judge_values(&bench);
	return bench;
}

static int
by_place(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* The benches, in the order in which their names first came. */
static void
group(struct reading *r, struct launch_result *ret)
{
	size_t n = r->items.n, n_groups = 0;
	struct named *sorted = arena_alloc(r->arena, n, sizeof(*sorted));
	struct named *groups = arena_alloc(r->arena, n, sizeof(*groups));
	size_t *start = arena_alloc(r->arena, n, sizeof(*start));

	for (size_t i = 0; i < n; i++)
		sorted[i] = (struct named){r->items.v[i].name, i};
	named_sort(sorted, n);
	for (size_t i = 0; i < n; i++) {
		if (i && strcmp(sorted[i].name, sorted[i - 1].name) == 0)
			continue;
		start[sorted[i].at] = i;
		groups[n_groups++] = (struct named){sorted[i].name, sorted[i].at};
	}
	qsort(groups, n_groups, sizeof(*groups), by_place);
	ret->benches = arena_alloc(r->arena, n_groups, sizeof(*ret->benches));
	for (size_t g = 0; g < n_groups; g++) {
		size_t from = start[groups[g].at], to = from + 1;
		while (to < n && strcmp(sorted[to].name, sorted[from].name) == 0)
			to++;
		ret->benches[ret->n_benches++] = bench_of(r, sorted, from, to);
	}
}

static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	struct launch_result result = {.outcome = OUTCOME_INIT};
	scoped(reading) r = {.arena = arena, .outcome = &result.outcome};
	scoped(str) text = STR_INIT;

	(void)request;
	if (output->exit_code != 0) {
		if (adapter_failed(output, arena, &result.outcome, err) < 0)
			return -1;
		*ret = result;
		return 0;
	}
	if (adapter_read(output->stdout_path, ADAPTER_FILE_MAX, &text, r.outcome, err) < 0)
		return -1;
	if (r.outcome->kind == OUTCOME_OK)
		take_lines(&r, &text);
	if (r.outcome->kind == OUTCOME_OK)
		group(&r, &result);
	*ret = result;
	return 0;
}

static void
unsupported(
	const struct settings *settings, void (*note)(const char *sentence, void *arg), void *arg)
{
	if (settings->timer)
		note("timer is not used: the program measures by itself", arg);
	if (settings->min_time_s >= 0 || settings->max_time_s >= 0 || settings->min_rounds >= 0)
		note("min_time, max_time and min_rounds are not used: the program decides", arg);
	if (settings->calibration_precision >= 0)
		note("calibration_precision is not used: the program measures by itself", arg);
	if (settings->warmup >= 0 || settings->warmup_iterations >= 0)
		note("warmup is not used: the program decides", arg);
	if (settings->disable_gc > 0)
		note("disable_gc is not used: the program's runtime is out of reach", arg);
}

const struct harness harness_lines = {
	.name = "lines",
	.summary = "run a program that prints `name value unit` lines",
	.counts = true,
	.check = adapter_check_run,
	.unsupported = unsupported,
	.command = adapter_run_once,
	.read = read_output,
};
