/* Google Benchmark's JSON: each round a repetition, and the aggregates that its tools compare.
 * There is one clock to a benchmark here; it stands for both of theirs. */
#include "export_priv.h"

#include <math.h>
#include <string.h>

#define NS 1e9

/* What all rows of a benchmark have. */
struct family {
	const struct run_bench *bench;
	size_t index, repetitions;
	double iterations;
};

static void
put_number(struct jsonw *w, const char *key, double v)
{
	if (isnan(v))
		jsonw_null(w, key);
	else
		jsonw_number(w, key, v);
}

static void
open_row(struct jsonw *w, const struct family *f, const char *aggregate)
{
	scoped(str) name = STR_INIT;

	str_addf(&name, "%s%s%s", f->bench->fullname, aggregate ? "_" : "",
		aggregate ? aggregate : "");
	jsonw_open(w, NULL, '{');
	jsonw_text(w, "name", name.p);
	jsonw_int(w, "family_index", (int64_t)f->index);
	jsonw_int(w, "per_family_instance_index", 0);
	jsonw_text(w, "run_name", f->bench->fullname);
	jsonw_text(w, "run_type", aggregate ? "aggregate" : "iteration");
	jsonw_int(w, "repetitions", (int64_t)f->repetitions);
}

static void
close_row(struct jsonw *w, double iterations, double ns)
{
	jsonw_int(w, "iterations", iterations >= 1 && iterations < 1e15 ? (int64_t)iterations : 1);
	put_number(w, "real_time", ns);
	put_number(w, "cpu_time", ns);
	jsonw_text(w, "time_unit", "ns");
	jsonw_close(w, '}');
}

static void
put_aggregate(struct jsonw *w, const struct family *f, const char *name, double seconds)
{
	open_row(w, f, name);
	jsonw_int(w, "threads", 1);
	jsonw_text(w, "aggregate_name", name);
	jsonw_text(w, "aggregate_unit", "time");
	close_row(w, (double)f->repetitions, seconds * NS);
}

static void
put_bench(
	struct jsonw *w, const struct run_bench *bench, const struct run_value *time, size_t index)
{
	struct family f = {
		bench, index, time->n_data ? time->n_data : 1, time->stat[RUN_ITERATIONS]};

	for (size_t i = 0; i < f.repetitions; i++) {
		open_row(w, &f, NULL);
		jsonw_int(w, "repetition_index", (int64_t)i);
		jsonw_int(w, "threads", 1);
		close_row(w, f.iterations,
			NS * (time->n_data ? time->data[i] : time->stat[RUN_MEAN]));
	}
	if (time->n_data < 2)
		return;
	put_aggregate(w, &f, "mean", time->stat[RUN_MEAN]);
	put_aggregate(w, &f, "median", time->stat[RUN_MEDIAN]);
	put_aggregate(w, &f, "stddev", time->stat[RUN_STDDEV]);
}

static void
put_context(struct jsonw *w, const struct run *run)
{
	const char *host = run_machine_of(run, "node"), *cpus = run_machine_of(run, "cpu.count");

	jsonw_open(w, "context", '{');
	jsonw_text(w, "date", run->facts.date);
	jsonw_text(w, "host_name", host ? host : "unknown");
	jsonw_text(w, "executable", run->label);
	jsonw_int(w, "num_cpus", cpus ? strtol(cpus, NULL, 10) : 0);
	jsonw_text(w, "library_build_type", "release");
	jsonw_int(w, "json_schema_version", 1);
	jsonw_text(w, "revision", run->facts.commit);
	jsonw_text(
		w, "measured_by", run->facts.tool ? run->facts.tool : "revsweep " REVSWEEP_VERSION);
	jsonw_close(w, '}');
}

void
export_google_benchmark(
	const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss)
{
	const struct run *run = runs;
	struct jsonw w = {.out = out, .pretty = true};
	size_t index = 0;

	(void)n;
	jsonw_open(&w, NULL, '{');
	put_context(&w, run);
	jsonw_open(&w, "benchmarks", '[');
	for (size_t i = 0; i < run->benches.n; i++) {
		const struct run_value *time = export_time(&run->benches.v[i], NULL, ret_loss);

		if (time)
			put_bench(&w, &run->benches.v[i], time, index++);
	}
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	str_addc(out, '\n');
}
