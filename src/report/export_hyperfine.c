/* hyperfine's JSON (--export-json), of any number of runs: one result for each benchmark and run,
 * told apart by the parameter "revision" as hyperfine's own parameter scans are. What hyperfine
 * knows of a command and nobody here does (user and system time, exit codes) is left out. */
#include "export_priv.h"

#include <math.h>

static void
put_number(struct jsonw *w, const char *key, double v)
{
	if (isnan(v))
		jsonw_null(w, key);
	else
		jsonw_number(w, key, v);
}

static void
put_result(struct jsonw *w, const struct run *run, const struct run_bench *bench,
	const struct run_value *time)
{
	bool single = time->stat[RUN_ROUNDS] == 1;

	jsonw_open(w, NULL, '{');
	jsonw_text(w, "command", bench->fullname);
	put_number(w, "mean", time->stat[RUN_MEAN]);
	put_number(w, "stddev", single ? (double)NAN : time->stat[RUN_STDDEV]);
	put_number(w, "median", time->stat[RUN_MEDIAN]);
	put_number(w, "min", time->stat[RUN_MIN]);
	put_number(w, "max", time->stat[RUN_MAX]);
	if (time->n_data) {
		jsonw_open(w, "times", '[');
		for (size_t i = 0; i < time->n_data; i++)
			put_number(w, NULL, time->data[i]);
		jsonw_close(w, ']');
	}
	jsonw_open(w, "parameters", '{');
	jsonw_text(w, "revision", run->label);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

void
export_hyperfine(const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss)
{
	struct jsonw w = {.out = out, .pretty = true};

	jsonw_open(&w, NULL, '{');
	jsonw_open(&w, "results", '[');
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < runs[i].benches.n; k++) {
			const struct run_bench *bench = &runs[i].benches.v[k];
			const struct run_value *time = export_time(bench, NULL, ret_loss);

			if (time)
				put_result(&w, &runs[i], bench, time);
		}
	}
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	str_addc(out, '\n');
}
