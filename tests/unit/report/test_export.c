/* Exports against what the json module of Python 3.12 writes of the same things, with the
 * statistics of pytest-benchmark 5.3.1. */
#include "report/export.h"

#include "format/known.h"
#include "sys/fs.h"

#include "../check_main.h"

#include <math.h>
#include <string.h>

static const double many[] = {0.001, 0.002, 0.0015, 0.25, 1e-05, 0.0011, 0.3, 0.0012, 0.0013};
static const double one[] = {2};

static struct run_value
value_of(const char *metric, const char *unit, const double *data, size_t n)
{
	struct run_value v = run_value_init();

	v.metric = metric;
	v.unit = unit;
	v.data = data;
	v.n_data = n;
	format_fill(&v);
	return v;
}

static void
add_first(struct run *run)
{
	static const struct run_pair params[] = {{"n", "10", false}, {"s", "10", true},
		{"none", "None", false}, {"yes", "True", false},
		{"list", "[1,{\"a\":2.5,\"b\":[]}]", false}, {NULL, NULL, false}};
	static const struct run_pair extra[] = {{"axis", "3", false}, {NULL, NULL, false}};
	static const struct run_pair groups[] = {{"K", "v", true}, {NULL, NULL, false}};
	static const struct run_pair options[] = {{"disable_gc", "False", false},
		{"timer", "process_time", true}, {"min_time", "5e-06", false}, {NULL, NULL, false}};
	static const char *const marks[] = {"stable", "slow", NULL};
	static const double peaks[] = {100, 90}, calls[] = {7, 8}, sums[] = {1000, 900},
			    rss[] = {5000, 6000};
	struct run_value values[] = {value_of("time", "s", many, ARRAY_LEN(many)),
		value_of("peak", "B", peaks, 2), value_of("allocations", "allocations", calls, 2),
		value_of("allocated", "B", sums, 2), value_of("rss", "B", rss, 2),
		value_of("instructions", "instructions", one, 1)};
	struct run_bench bench = {.name = "test_a[10-1]",
		.fullname = "t/x.py::test_a[10-1]",
		.group = "g",
		.param = "10-1",
		.params = params,
		.extra = extra,
		.groups = groups,
		.options = options,
		.marks = marks,
		.values = values,
		.n_values = ARRAY_LEN(values)};

	values[0].clock = CLOCK_KIND_CPU;
	values[0].stat[RUN_ITERATIONS] = 10;
	run_add(run, &bench, true);
}

/* A run with a benchmark of everything, one of little, and one that failed. */
static void
fill(struct run *run)
{
	static const char odd[] = "t/x.py::test \"\U0001f600\\\n";
	struct run_value single = value_of("time", "s", one, 1);
	struct run_bench little = {.name = odd + strlen("t/x.py::"),
		.fullname = odd,
		.values = &single,
		.n_values = 1};
	struct outcome outcome = OUTCOME_INIT;
	struct run_bench failed = {.name = "f", .fullname = "f", .outcome = &outcome};

	outcome_set(&outcome, OUTCOME_FAILED, "why");
	run->label = "v1";
	run->facts.tool = "pytest-benchmark 5.3.1";
	run->facts.id = "7/v1";
	run->facts.tag = "v1";
	run->facts.date = "2026-01-01T00:00:00.5";
	run->facts.time = run_time_of(run->facts.date);
	run->facts.commit = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	run->facts.commit_time = "2026-01-02T03:04:05+00:00";
	run->facts.project = "p";
	run_machine(run, "node", "n\u00e9");
	run_machine(run, "processor", "");
	run_machine_pair(
		run, &(struct run_pair){"python_build", "[\"main\",\"May  9 2026\"]", false});
	run_machine(run, "cpu.brand_raw", "X");
	run_machine_pair(run, &(struct run_pair){"cpu.count", "2", false});
	run_machine(run, "system", "Linux");
	run_machine_pair(run, &(struct run_pair){"cpu.flags", "[]", false});
	run_machine_pair(run, &(struct run_pair){"host.memory", "1024", false});
	add_first(run);
	run_add(run, &little, true);
	run_add(run, &failed, true);
}

static void
write_as(const char *name, const struct run *runs, size_t n, struct str *out,
	struct export_loss *ret_loss)
{
	const struct export_format *format = NULL;
	struct err err = ERR_INIT;

	*ret_loss = (struct export_loss){0};
	ck_assert_int_eq(export_format_find(name, &format, &err), 0);
	format->write(runs, n, out, ret_loss);
}

START_TEST(pytest_benchmark_to_the_byte)
{
	scoped_free char *path =
		xasprintf("%s/format/export-pytest-benchmark.json", getenv("TEST_DATA"));
	scoped(run) run = RUN_INIT;
	scoped(str) out = STR_INIT, want = STR_INIT;
	struct export_loss loss;
	struct err err = ERR_INIT;

	fill(&run);
	write_as("pytest-benchmark", &run, 1, &out, &loss);
	ck_assert_int_eq(fs_read(path, 1 << 20, &want, &err), 0);
	size_t same = 0;
	while (same < want.n && out.p[same] == want.p[same])
		same++;
	ck_assert_msg(out.n == want.n && same == want.n, "differs from '%.60s': '%.60s'",
		want.p + same, out.p + same);
	ck_assert_uint_eq(loss.benches, 1);
	ck_assert_uint_eq(loss.values, 1);
}
END_TEST

/* Two arrays are none: benchmem's reader would fall over them. */
START_TEST(memory_is_whole_or_not_there)
{
	static const double passes[] = {1, 2};
	struct run_value values[] = {value_of("time", "s", many, 3),
		value_of("peak", "B", passes, 2), value_of("allocations", "allocations", passes, 2),
		value_of("rss", "B", passes, 2)};
	struct run_bench bench = {.name = "a", .fullname = "a", .values = values, .n_values = 4};
	scoped(run) run = RUN_INIT;
	scoped(str) out = STR_INIT;
	struct export_loss loss;

	run.label = "x";
	run_add(&run, &bench, true);
	write_as("pytest-benchmark", &run, 1, &out, &loss);
	ck_assert_ptr_null(strstr(out.p, "benchmem"));
	ck_assert_uint_eq(loss.values, 3);
}
END_TEST

START_TEST(names_of_a_storage)
{
	scoped(run) run = RUN_INIT;
	scoped(str) dir = STR_INIT, file = STR_INIT;

	run.label = "../a:b c";
	run_machine(&run, "system", "Linux");
	run_machine(&run, "machine", "x86_64");
	export_storage_names(&run, &dir, &file);
	ck_assert_str_eq(dir.p, "Linux-x86_64");
	ck_assert_str_eq(file.p, "..-a-b-c.json");
	str_clear(&dir);
	run_machine(&run, "python_implementation", "CPython");
	run_machine(&run, "python_version", "3.11.7");
	export_storage_names(&run, &dir, &file);
	ck_assert_str_eq(dir.p, "Linux-CPython-3.11-64bit");
}
END_TEST

/* The order of columns is pytest-benchmark's; a single round has a whole zero for its deviation. */
START_TEST(tables)
{
	scoped(run) run = RUN_INIT;
	scoped(str) out = STR_INIT, other = STR_INIT;
	struct export_loss loss;

	fill(&run);
	write_as("csv", &run, 1, &out, &loss);
	ck_assert(str_starts(out.p, "name,param:list,param:n,param:none,param:s,param:yes,min,max,"
				    "mean,stddev,median,iqr,outliers,ops,rounds,iterations\r\n"
				    "t/x.py::test_a[10-1],\"[1,{\"\"a\"\":2.5,\"\"b\"\":[]}]\",10,"
				    "None,10,True,1e-05,0.3,"));
	ck_assert(strstr(out.p, ",2.0,2.0,2.0,0,2.0,0.0,0;0,0.5,1,"));
	write_as("csv-benchmem", &run, 1, &other, &loss);
	ck_assert(str_starts(other.p, "id,time:min:v1,time:max:v1,time:mean:v1,time:median:v1,"
				      "time:iqr:v1,time:stddev:v1,peak:min:v1,"));
}
END_TEST

START_TEST(openmetrics_is_escaped_and_ends)
{
	scoped(run) run = RUN_INIT;
	scoped(str) out = STR_INIT;
	struct export_loss loss;
	static const double x[] = {1};
	struct run_value values[] = {
		value_of("ops total", "1/s", x, 1), value_of("ops_total", "1:s", x, 1)};
	struct run_bench bench = {
		.name = "b", .fullname = "b\xff", .values = values, .n_values = 2};

	fill(&run);
	run_add(&run, &bench, true);
	write_as("openmetrics", &run, 1, &out, &loss);
	ck_assert(
		strstr(out.p, "{benchmark=\"t/x.py::test \\\"\U0001f600\\\\\\n\",revision=\"v1\""));
	ck_assert(strstr(out.p, "# TYPE revsweep_ops_total_1_s gauge\n# UNIT "
				"revsweep_ops_total_1_s 1_s\n"));
	ck_assert(strstr(out.p, "# TYPE revsweep_ops_total_1_s_value gauge\n# HELP"));
	ck_assert(strstr(out.p, "benchmark=\"b\xef\xbf\xbd\""));
	ck_assert(str_ends(out.p, "\n# EOF\n"));
}
END_TEST

START_TEST(formats_are_suggested)
{
	const struct export_format *format = NULL;
	struct err err = ERR_INIT;
	size_t n = 0;

	ck_assert_int_eq(export_format_find("hyperfin", &format, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "did you mean 'hyperfine'?"));
	export_formats(&n);
	ck_assert_uint_eq(n, 6);
}
END_TEST

TEST_SUITE("report/export", pytest_benchmark_to_the_byte, memory_is_whole_or_not_there,
	names_of_a_storage, tables, openmetrics_is_escaped_and_ends, formats_are_suggested)
