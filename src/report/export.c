#include "export_priv.h"

#include "base/escape.h"
#include "base/suggest.h"
#include "ext/json.h"
#include "ext/json_stream.h"

#include <ctype.h>
#include <string.h>

static const struct export_format formats[] = {
	{"pytest-benchmark", "pytest-benchmark's JSON, with benchmem's memory passes", "json", true,
		true, export_pytest_benchmark},
	{"hyperfine", "hyperfine's JSON, a result for each benchmark and revision", "json", false,
		false, export_hyperfine},
	{"google-benchmark", "Google Benchmark's JSON", "json", true, false,
		export_google_benchmark},
	{"csv", "the columns of pytest-benchmark compare --csv", "csv", false, false, export_csv},
	{"csv-benchmem", "a line a benchmark, as benchmem compare --csv", "csv", false, false,
		export_csv_benchmem},
	{"openmetrics", "gauges for Prometheus and its like", "txt", false, false,
		export_openmetrics},
};

const struct export_format *
export_formats(size_t *ret_n)
{
	*ret_n = ARRAY_LEN(formats);
	return formats;
}

int
export_format_find(const char *name, const struct export_format **ret, struct err *err)
{
	const char *names[ARRAY_LEN(formats)];
	scoped(str) known = STR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		names[i] = formats[i].name;
		str_addf(&known, "%s%s", i ? ", " : "", names[i]);
		if (strcmp(name, names[i]) != 0)
			continue;
		*ret = &formats[i];
		return 0;
	}
	const char *near = suggest(name, names, ARRAY_LEN(names));
	if (near)
		return err_set(
			err, ERR_USAGE, "unknown format '%.60s': did you mean '%s'?", name, near);
	return err_set(err, ERR_USAGE, "unknown format '%.60s': known are %s", name, known.p);
}

const struct run_value *
export_time(const struct run_bench *bench, const char *const *also, struct export_loss *ret_loss)
{
	const struct run_value *time = run_value_of(bench, "time");
	size_t kept = time != NULL;

	if (!time || strcmp(time->unit, "s") != 0) {
		ret_loss->benches++;
		return NULL;
	}
	for (; also && *also; also++)
		kept += run_value_of(bench, *also) != NULL;
	ret_loss->values += bench->n_values - kept;
	return time;
}

/* The value that is due, member by member, so that it is laid out like all else. */
static void
rewrite(struct jsonw *w, const char *key, struct json_stream *js, struct arena *arena)
{
	enum json_kind kind = json_kind(js);
	scoped(str) raw = STR_INIT;

	switch (kind) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		jsonw_open(w, key, kind == JSON_OBJECT ? '{' : '[');
		for (json_enter(js); json_next(js);) {
			const char *name =
				kind == JSON_OBJECT ? arena_strdup(arena, json_key(js)) : NULL;
			rewrite(w, name, js, arena);
		}
		jsonw_close(w, kind == JSON_OBJECT ? '}' : ']');
		break;
	case JSON_TEXT:
		jsonw_text(w, key, json_take_text(js, arena));
		break;
	case JSON_NUMBER:
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		json_take_raw(js, &raw);
		jsonw_raw(w, key, raw.p);
		break;
	case JSON_NONE:
		break;
	}
}

static bool
is_json(const char *text)
{
	struct err ignored = ERR_INIT;
	struct json *doc = NULL;
	bool is = json_parse(text, strlen(text), &doc, &ignored) == 0;

	json_free(doc);
	return is;
}

void
export_pair(struct jsonw *w, const char *key, const struct run_pair *pair)
{
	const char *text = pair->value;

	if (str_eq(text, "None") && !pair->is_text) {
		jsonw_null(w, key);
	} else if (!pair->is_text && (str_eq(text, "True") || str_eq(text, "False"))) {
		jsonw_bool(w, key, *text == 'T');
	} else if (!text || pair->is_text || !is_json(text)) {
		jsonw_text(w, key, text);
	} else {
		struct arena arena = ARENA_INIT;
		struct json_stream *js = json_stream_of(text, strlen(text));

		rewrite(w, key, js, &arena);
		json_stream_close(js);
		arena_done(&arena);
	}
}

/* Python's csv module: quotes where there is a comma, a quote or the end of a line. A text that a
 * spreadsheet would run gets an apostrophe, which Python's does not have. */
void
export_csv_field(struct str *out, const char *text)
{
	scoped(str) safe = STR_INIT;

	escape_terminal(&safe, text, strlen(text));
	escape_csv(out, safe.p);
}

/* ---- names in a storage */

static void
add_safe(struct str *out, const char *text)
{
	for (const char *p = text; *p; p++)
		str_addc(out, isalnum((unsigned char)*p) || strchr("._+-", *p) ? *p : '-');
}

void
export_storage_names(const struct run *run, struct str *ret_dir, struct str *ret_file)
{
	const char *system = run_machine_of(run, "system");
	const char *python = run_machine_of(run, "python_implementation");
	const char *version = run_machine_of(run, "python_version");
	const char *machine = run_machine_of(run, "machine");

	add_safe(ret_dir, system && *system ? system : "unknown");
	str_addc(ret_dir, '-');
	if (python && version) {
		size_t end = strcspn(version, ".");

		end += version[end] ? 1 + strcspn(version + end + 1, ".") : 0;
		scoped_free char *minor = xstrndup(version, end);
		add_safe(ret_dir, python);
		str_addc(ret_dir, '-');
		add_safe(ret_dir, minor);
		str_add(ret_dir, machine && strstr(machine, "64") ? "-64bit" : "-32bit");
	} else {
		add_safe(ret_dir, machine && *machine ? machine : "unknown");
	}
	add_safe(ret_file, run->label ? run->label : "run");
	str_add(ret_file, ".json");
}
