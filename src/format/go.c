/* What `go test -bench` prints: a line for each round, "BenchmarkName-8  1000  1234 ns/op  16
 * B/op", after lines that say which package they are of. Outputs may be put one after another, as
 * people do for benchstat. */
#include "format/known.h"

#include "base/str.h"
#include "base/vec.h"
#include "format/gather.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES (1 << 16) /* what is longer is cut: no result is */

/* A line with numbers, its texts in the gathering's arena. */
struct measured {
	const char *package, *name; /* with its -N */
	const char *numbers;
	double iterations;
};

/* "--- FAIL: BenchmarkX" or "--- SKIP: BenchmarkX", and what stands below or above it. */
struct verdict {
	const char *package, *name, *why;
	enum outcome_kind kind;
};

struct unit_fact {
	const char *unit;
	bool higher;
};

struct reading {
	struct run *run;
	struct gather gather;
	const char *package;
	const char *pending;       /* a name whose numbers have not come yet */
	char *before;              /* the indented line before this one */
	struct verdict *explained; /* the verdict that the next indented line belongs to */
	vec(struct measured) measured;
	vec(struct verdict) verdicts;
	vec(struct unit_fact) units;
	bool known;
};

static void
reading_done(struct reading *r)
{
	free(r->before);
	vec_done(&r->measured);
	vec_done(&r->verdicts);
	vec_done(&r->units);
	gather_done(&r->gather);
}

static const char *
after(const char *line, const char *prefix)
{
	return str_starts(line, prefix) ? line + strlen(prefix) : NULL;
}

static const char *
trimmed(struct arena *arena, const char *text)
{
	text += strspn(text, " \t");
	size_t n = strlen(text);
	while (n && strchr(" \t\r\n", text[n - 1]))
		n--;
	return arena_strndup(arena, text, n);
}

/* ---- lines */

/* Benchmark, and not just a word that begins so ("Benchmarking ..."). */
static bool
is_name(const char *p)
{
	const char *rest = after(p, "Benchmark");

	return rest && !islower((unsigned char)*rest);
}

/* "  1000   1234 ns/op ...": what follows a name. */
static bool
take_numbers(struct reading *r, const char *name, const char *p)
{
	char *end = NULL;
	double iterations;

	p += strspn(p, " \t");
	if (!isdigit((unsigned char)*p))
		return false;
	iterations = strtod(p, &end);
	if (*end != ' ' && *end != '\t')
		return false;
	p = end + strspn(end, " \t");
	strtod(p, &end);
	if (end == p || (*end != ' ' && *end != '\t'))
		return false;
	vec_add(&r->measured,
		(struct measured){r->package, name, trimmed(&r->gather.arena, p), iterations});
	r->known = true;
	return true;
}

static void
add_verdict(struct reading *r, enum outcome_kind kind, const char *name, const char *why)
{
	struct verdict v = {.package = r->package,
		.name = trimmed(&r->gather.arena, name),
		.why = why,
		.kind = kind};

	vec_add(&r->verdicts, v);
}

/* A name whose numbers never came. */
static void
give_up_pending(struct reading *r, const char *why)
{
	if (r->pending)
		add_verdict(r, OUTCOME_FAILED, r->pending, why ? why : GO_DID_NOT_END);
	r->pending = NULL;
}

static bool
take_result(struct reading *r, const char *line)
{
	struct arena *arena = &r->gather.arena;
	size_t n = strcspn(line, " \t\r\n");

	if (!is_name(line))
		return r->pending && take_numbers(r, r->pending, line) ? (r->pending = NULL, true)
								       : false;
	const char *name = arena_strndup(arena, line, n), *rest = line + n;
	if (take_numbers(r, name, rest)) {
		r->pending = NULL;
		return true;
	}
	/* With -v a name stands alone when it begins, without the tab. */
	if (!*rest || !strchr(rest, '\t'))
		return true;
	give_up_pending(r, NULL);
	r->pending = name;
	rest += strspn(rest, " \t");
	if (str_starts(rest, "panic: "))
		give_up_pending(r, trimmed(arena, rest));
	return true;
}

/* "--- FAIL: BenchmarkX-8"; what was logged stands below it, or with -v above. */
static bool
take_verdict(struct reading *r, const char *line)
{
	const char *failed = after(line, "--- FAIL: "), *skipped = after(line, "--- SKIP: ");
	const char *name = failed ? failed : skipped;

	if (!name || !is_name(name))
		return false;
	r->known = true;
	give_up_pending(r, NULL);
	add_verdict(r, failed ? OUTCOME_FAILED : OUTCOME_SKIPPED, name,
		r->before ? trimmed(&r->gather.arena, r->before) : NULL);
	r->explained = &r->verdicts.v[r->verdicts.n - 1];
	return true;
}

/* "goos: linux" */
static bool
take_fact(struct reading *r, const char *line)
{
	static const char *const machine[] = {"goos", "goarch", "cpu", "toolchain", "runner"};
	struct arena *arena = &r->run->arena;
	const char *text;

	if ((text = after(line, "pkg: "))) {
		give_up_pending(r, NULL);
		r->package = trimmed(&r->gather.arena, text);
		return r->known = true;
	}
	if ((text = after(line, "commit: ")))
		r->run->facts.commit = trimmed(arena, text);
	for (size_t i = 0; i < ARRAY_LEN(machine); i++) {
		size_t n = strlen(machine[i]);

		if (strncmp(line, machine[i], n) != 0 || line[n] != ':' || line[n + 1] != ' ')
			continue;
		if (i == 0) {
			give_up_pending(r, NULL);
			r->package = NULL;
		}
		run_machine(r->run, machine[i], trimmed(arena, line + n + 1));
		return r->known = true;
	}
	return text != NULL;
}

/* "Unit p99-ns better=lower": what benchstat is told of a custom unit. */
static bool
take_unit(struct reading *r, const char *line)
{
	const char *text = after(line, "Unit ");
	const char *better = text ? strstr(text, " better=") : NULL;

	if (!better)
		return text != NULL;
	better += strlen(" better=");
	vec_add(&r->units,
		(struct unit_fact){arena_strndup(&r->gather.arena, text, strcspn(text, " \t")),
			str_starts(better, "higher")});
	return true;
}

/* The last line of a package: "FAIL  example.org/x [build failed]", "FAIL  example.org/x  0.1s". */
static bool
take_end(struct reading *r, const char *line)
{
	const char *text = after(line, "FAIL\t");

	if (!text)
		return strcmp(line, "PASS") == 0 || str_starts(line, "ok  \t");
	r->known = true;
	give_up_pending(r, NULL);
	size_t n = strcspn(text, " \t");
	if (strstr(text + n, "[build failed]"))
		run_note(r->run, "package %.*s could not be built: its benchmarks are missing",
			(int)n, text);
	else if (strstr(text + n, "[setup failed]"))
		run_note(r->run, "package %.*s could not be loaded: its benchmarks are missing",
			(int)n, text);
	return true;
}

static void
take_line(struct reading *r, const char *line)
{
	struct verdict *explained = r->explained;
	bool indented = *line == ' ' || *line == '\t';

	r->explained = NULL;
	if (indented && explained)
		explained->why = trimmed(&r->gather.arena, line);
	const char *panic = after(line, "panic: ");
	if (panic)
		give_up_pending(r, trimmed(&r->gather.arena, line));
	if (!take_result(r, line) && !take_verdict(r, line) && !take_fact(r, line) &&
		!take_unit(r, line))
		take_end(r, line);
	free(r->before);
	r->before = indented ? xstrdup(line) : NULL;
}

static int
take_lines(struct reading *r, FILE *file, struct err *err)
{
	scoped_free char *line = xmalloc(LINE_MAX_BYTES);
	bool rest = false;

	while (fgets(line, LINE_MAX_BYTES, file)) {
		size_t n = strlen(line);
		bool whole = n && line[n - 1] == '\n';

		while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			line[--n] = '\0';
		if (!rest)
			take_line(r, line);
		rest = !whole;
	}
	if (ferror(file))
		return err_sys(err, ERR_USAGE, "cannot be read");
	give_up_pending(r, NULL);
	return 0;
}

/* ---- names */

/* The digits of "-8" at the end of a name, or NULL. */
static const char *
suffix_of(const char *name)
{
	size_t n = strlen(name), digits = 0;

	while (digits < n && isdigit((unsigned char)name[n - digits - 1]))
		digits++;
	if (!digits || digits + 1 >= n || name[n - digits - 1] != '-')
		return NULL;
	return name + n - digits;
}

/* Go adds -N to all names when they ran with N processors, unless N is 1. NULL unless all names of
 * the file end in the same: then it is a part of some names, or several N were asked for (-cpu). */
static const char *
common_suffix(const struct reading *r)
{
	const char *common = NULL;

	for (size_t i = 0; i < r->measured.n; i++) {
		const char *suffix = suffix_of(r->measured.v[i].name);

		if (!suffix || (common && strcmp(common, suffix) != 0))
			return NULL;
		common = suffix;
	}
	return common;
}

static struct gather_bench *
bench_of(struct reading *r, const char *package, const char *name, const char *suffix)
{
	struct arena *arena = &r->gather.arena;
	size_t n = strlen(name), k = suffix ? strlen(suffix) + 1 : 0;
	bool cut = k && n > k && name[n - k] == '-' && strcmp(name + n - k + 1, suffix) == 0;
	const char *plain = cut ? arena_strndup(arena, name, n - k) : name;
	const char *full = package ? arena_printf(arena, "%s.%s", package, plain) : plain;
	struct gather_bench *bench = gather_bench(&r->gather, full);

	bench->bench.name = plain;
	bench->bench.group = package;
	if (cut)
		bench->bench.param = suffix;
	return bench;
}

/* ---- numbers */

static struct run_value
metric_of(struct reading *r, const char *unit, double *factor)
{
	static const struct {
		const char *name, *metric, *unit;
		double factor;
		bool aside;
	} known[] = {{"ns/op", "time", "s", 1e-9, false}, {"MB/s", "throughput", "B/s", 1e6, true},
		{"B/op", "allocated", "B", 1, true},
		{"allocs/op", "allocations", "allocations", 1, true}};
	struct run_value value = run_value_init();

	*factor = 1;
	if (str_ends(unit, "/s"))
		value.direction = HIGHER_IS_BETTER;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(unit, known[i].name) != 0)
			continue;
		value.metric = known[i].metric;
		value.unit = known[i].unit;
		value.aside = known[i].aside;
		*factor = known[i].factor;
		return value;
	}
	value.metric = value.unit = unit;
	value.aside = value.direction == LOWER_IS_BETTER;
	for (size_t i = 0; i < r->units.n; i++) {
		if (strcmp(r->units.v[i].unit, unit) != 0)
			continue;
		value.direction = r->units.v[i].higher ? HIGHER_IS_BETTER : LOWER_IS_BETTER;
		value.aside = false;
	}
	return value;
}

/* "1234 ns/op  16 B/op": pairs, up to the first that is none. */
static void
add_numbers(struct reading *r, struct gather_bench *bench, const struct measured *m)
{
	const char *p = m->numbers;

	while (*p) {
		char *end = NULL;
		double factor, v = strtod(p, &end);

		if (end == p)
			return;
		p = end + strspn(end, " \t");
		size_t n = strcspn(p, " \t");
		if (!n)
			return;
		const char *unit = arena_strndup(&r->gather.arena, p, n);
		struct run_value like = metric_of(r, unit, &factor);
		p += n;
		p += strspn(p, " \t");
		struct run_value *value = &gather_value(bench, &like)->value;
		if (isnan(value->stat[RUN_ITERATIONS]))
			value->stat[RUN_ITERATIONS] = m->iterations;
		gather_round(bench, &like, v * factor);
	}
}

/* A parent of sub-benchmarks fails with any of them and has no numbers itself. */
static bool
is_parent(const struct reading *r, const struct verdict *v)
{
	size_t n = strlen(v->name);

	for (size_t i = 0; i < r->measured.n; i++)
		if (strncmp(r->measured.v[i].name, v->name, n) == 0 &&
			r->measured.v[i].name[n] == '/' &&
			str_eq(r->measured.v[i].package, v->package))
			return true;
	for (size_t i = 0; i < r->verdicts.n; i++)
		if (strncmp(r->verdicts.v[i].name, v->name, n) == 0 &&
			r->verdicts.v[i].name[n] == '/' &&
			str_eq(r->verdicts.v[i].package, v->package))
			return true;
	return false;
}

static void
gather(struct reading *r)
{
	const char *suffix = common_suffix(r);

	for (size_t i = 0; i < r->measured.n; i++) {
		const struct measured *m = &r->measured.v[i];

		add_numbers(r, bench_of(r, m->package, m->name, suffix), m);
	}
	for (size_t i = 0; i < r->verdicts.n; i++) {
		const struct verdict *v = &r->verdicts.v[i];

		if (is_parent(r, v))
			continue;
		struct gather_bench *bench = bench_of(r, v->package, v->name, suffix);
		if (bench->outcome.kind == OUTCOME_OK)
			outcome_set(&bench->outcome, v->kind, "%s",
				v->why                       ? v->why
				: v->kind == OUTCOME_SKIPPED ? "it skipped itself"
							     : "it failed");
	}
}

static int
read_file(const char *path, struct run *run, const struct run_sink *sink, struct err *err)
{
	scoped(reading) r = {.run = run};
	FILE *file = fopen(path, "re");

	if (!file)
		return err_sys(err, ERR_USAGE, "cannot be opened");
	int result = take_lines(&r, file, err);
	fclose(file);
	if (result < 0)
		return -1;
	if (!r.known)
		return err_set(
			err, ERR_USAGE, "not printed by `go test -bench`: no line is a result");
	run->facts.tool = "go test";
	gather(&r);
	return gather_send(&r.gather, sink, err);
}

static int
looks(const char *path, bool is_dir, const char *head, size_t n)
{
	(void)path;
	if (is_dir || *head == '{' || *head == '[')
		return 0;
	if (format_holds(head, n, "goos: ") && format_holds(head, n, "goarch: "))
		return 90;
	return format_holds(head, n, "Benchmark") && format_holds(head, n, " ns/op") ? 70 : 0;
}

const struct format format_go = {
	.name = "go",
	.summary = "what `go test -bench` prints",
	.looks = looks,
	.read = read_file,
};
