/* OpenMetrics text: a family of gauges for each metric and unit, a series for each benchmark,
 * revision and statistic. Samples bear no time of their own, which collectors of text files refuse;
 * when a revision was measured is a gauge. */
#include "export_priv.h"

#include "base/escape.h"
#include "base/format.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const enum run_stat shown[] = {
	RUN_MIN, RUN_MAX, RUN_MEAN, RUN_STDDEV, RUN_MEDIAN, RUN_Q1, RUN_Q3};

struct family {
	const char *metric, *unit; /* as runs have them */
	char name[120];            /* "revsweep_time_seconds" */
	bool has_unit;             /* which it ends with then */
};

struct families {
	vec(struct family) list;
};

static void
families_done(struct families *families)
{
	vec_done(&families->list);
}

static void
add_word(struct str *out, const char *word)
{
	for (const char *p = word; *p && out->n < 100; p++)
		str_addc(out, isalnum((unsigned char)*p) ? *p : '_');
}

static void
add_unit(struct str *out, const char *unit)
{
	add_word(out, strcmp(unit, "s") == 0 ? "seconds" : strcmp(unit, "B") == 0 ? "bytes" : unit);
}

/* Ends that the format gives a meaning of their own. */
static bool
is_reserved(const char *name)
{
	static const char *const ends[] = {
		"_total", "_created", "_count", "_sum", "_bucket", "_gcount", "_gsum", "_info"};

	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (str_ends(name, ends[i]))
			return true;
	return false;
}

static bool
is_taken(const struct families *families, const char *name)
{
	for (size_t i = 0; i < families->list.n; i++)
		if (strcmp(families->list.v[i].name, name) == 0)
			return true;
	return false;
}

static void
add_family(struct families *families, const struct run_value *v)
{
	struct family f = {.metric = v->metric, .unit = v->unit};
	scoped(str) name = STR_INIT;

	str_add(&name, "revsweep_");
	add_word(&name, v->metric);
	f.has_unit = *v->unit && strcmp(v->unit, v->metric) != 0;
	if (f.has_unit) {
		str_addc(&name, '_');
		add_unit(&name, v->unit);
	}
	while (is_reserved(name.p) || is_taken(families, name.p)) {
		str_add(&name, "_value");
		f.has_unit = false;
	}
	snprintf(f.name, sizeof(f.name), "%s", name.p);
	vec_add(&families->list, f);
}

static bool
is_of(const struct family *f, const struct run_value *v)
{
	return strcmp(f->metric, v->metric) == 0 && strcmp(f->unit, v->unit) == 0;
}

static void
collect(const struct run *run, struct families *families)
{
	for (size_t i = 0; i < run->benches.n; i++) {
		const struct run_bench *bench = &run->benches.v[i];

		for (size_t k = 0; k < bench->n_values; k++) {
			bool known = false;

			for (size_t j = 0; j < families->list.n && !known; j++)
				known = is_of(&families->list.v[j], &bench->values[k]);
			if (!known)
				add_family(families, &bench->values[k]);
		}
	}
}

/* ---- lines */

static void
add_label(struct str *out, const char *name, const char *value)
{
	size_t n = strlen(value);

	str_addf(out, "%s%s=\"", out->n && out->p[out->n - 1] == '{' ? "" : ",", name);
	for (size_t i = 0; i < n;) {
		unsigned c;
		size_t len = utf8_decode(value + i, n - i, &c);

		if (value[i] == '\n')
			str_add(out, "\\n");
		else if (value[i] == '"' || value[i] == '\\')
			str_addf(out, "\\%c", value[i]);
		else if (len == 0)
			str_add(out, "\xef\xbf\xbd"); /* no UTF-8 */
		else
			str_addn(out, value + i, len);
		i += len ? len : 1;
	}
	str_addc(out, '"');
}

static void
add_head(struct str *out, const char *name, const char *unit, const char *help)
{
	str_addf(out, "# TYPE %s gauge\n", name);
	if (unit)
		str_addf(out, "# UNIT %s %s\n", name, unit);
	str_addf(out, "# HELP %s %s\n", name, help);
}

static void
add_revision(struct str *out, const struct run *run)
{
	add_label(out, "revision", run->label);
	add_label(out, "commit", run->facts.commit ? run->facts.commit : "");
}

static void
add_number(struct str *out, double v)
{
	char buf[40];

	str_addf(out, "} %s\n",
		isinf(v) ? v > 0 ? "+Inf" : "-Inf" : format_python_float(v, buf, sizeof(buf)));
}

static void
add_value(const struct run *run, const struct run_bench *bench, const struct family *f,
	const struct run_value *v, struct str *out)
{
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		if (isnan(v->stat[shown[i]]))
			continue;
		str_addf(out, "%s{", f->name);
		add_label(out, "benchmark", bench->fullname);
		add_revision(out, run);
		add_label(out, "stat", run_stat_name(shown[i]));
		add_number(out, v->stat[shown[i]]);
	}
}

static void
add_family_lines(const struct run *runs, size_t n, const struct family *f, struct str *out)
{
	scoped(str) unit = STR_INIT;

	add_unit(&unit, f->unit);
	add_head(out, f->name, f->has_unit ? unit.p : NULL,
		"What the benchmark took, over the rounds of all launches.");
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < runs[i].benches.n; k++) {
			const struct run_bench *bench = &runs[i].benches.v[k];

			for (size_t j = 0; j < bench->n_values; j++)
				if (is_of(f, &bench->values[j]))
					add_value(&runs[i], bench, f, &bench->values[j], out);
		}
	}
}

static void
add_rounds(const struct run *runs, size_t n, struct str *out)
{
	add_head(out, "revsweep_rounds", NULL, "How many rounds the statistics rest on.");
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < runs[i].benches.n; k++) {
			const struct run_bench *bench = &runs[i].benches.v[k];

			for (size_t j = 0; j < bench->n_values; j++) {
				if (isnan(bench->values[j].stat[RUN_ROUNDS]))
					continue;
				str_add(out, "revsweep_rounds{");
				add_label(out, "benchmark", bench->fullname);
				add_revision(out, &runs[i]);
				add_label(out, "metric", bench->values[j].metric);
				add_number(out, bench->values[j].stat[RUN_ROUNDS]);
			}
		}
	}
}

static void
add_times(const struct run *runs, size_t n, struct str *out)
{
	add_head(out, "revsweep_measured_timestamp_seconds", "seconds",
		"When the revision was measured, since 1970.");
	for (size_t i = 0; i < n; i++) {
		if (isnan(runs[i].facts.time))
			continue;
		str_add(out, "revsweep_measured_timestamp_seconds{");
		add_revision(out, &runs[i]);
		add_number(out, runs[i].facts.time);
	}
}

void
export_openmetrics(const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss)
{
	scoped(families) families = {0};

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < runs[i].benches.n; k++)
			ret_loss->benches += runs[i].benches.v[k].n_values == 0;
	for (size_t i = 0; i < n; i++)
		collect(&runs[i], &families);
	for (size_t i = 0; i < families.list.n; i++)
		add_family_lines(runs, n, &families.list.v[i], out);
	add_rounds(runs, n, out);
	add_times(runs, n, out);
	str_add(out, "# EOF\n");
}
