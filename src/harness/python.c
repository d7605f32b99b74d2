/* What the Python harnesses share. */
#include "harness/python.h"

#include "base/jsonw.h"
#include "base/str.h"
#include "harness/adapter.h"
#include "harness/pytest_benchmark.h"
#include "sys/fs.h"

#include <stdint.h>
#include <string.h>

/* Which benches: the scripts leave out all others. Node ids as arguments would make pytest refuse
 * to start over one that this revision does not have. */
static int
write_only(const struct launch_request *request, struct err *err)
{
	scoped_free char *path = path_join(request->out_dir, "only");
	scoped(str) text = STR_INIT;

	for (const char *const *name = request->only; *name; name++)
		str_addn(&text, *name, strlen(*name) + 1);
	return fs_write_atomic(path, text.p, text.n, err);
}

/* Rounds and iterations that the scripts set, whatever options and marks say. */
static int
write_fixed(const struct launch_request *request, struct err *err)
{
	scoped_free char *path = path_join(request->out_dir, "fixed");
	scoped(str) text = STR_INIT;
	struct jsonw w = {.out = &text};

	jsonw_open(&w, NULL, '{');
	for (size_t i = 0; i < request->n_fixed; i++) {
		const struct bench_rounds *fixed = &request->fixed[i];

		jsonw_open(&w, fixed->name, '[');
		jsonw_int(&w, NULL, fixed->rounds);
		jsonw_int(&w, NULL, (int64_t)fixed->iterations);
		jsonw_int(&w, NULL, fixed->skip);
		jsonw_close(&w, ']');
	}
	jsonw_close(&w, '}');
	return fs_write_atomic(path, text.p, text.n, err);
}

int
python_prepare(const struct launch_request *request, struct err *err)
{
	scoped_free char *path = path_join(request->out_dir, "revsweep_pytest.py");

	if (fs_write_atomic(path, revsweep_pytest_py, revsweep_pytest_py_size, err) < 0)
		return -1;
	if (request->only && *request->only && write_only(request, err) < 0)
		return -1;
	if (request->n_fixed && !request->quick)
		return write_fixed(request, err);
	return 0;
}

const struct recipe_pair *
python_env(const struct launch_request *request, struct arena *arena)
{
	struct recipe_pair *env = arena_alloc(arena, PYTHON_ENV, sizeof(*env));

	env[0] = (struct recipe_pair){"REVSWEEP_REV", arena_strdup(arena, request->rev_id)};
	env[1] = (struct recipe_pair){"REVSWEEP_PREFIX", arena_strdup(arena, request->prefix)};
	env[2] = (struct recipe_pair){"REVSWEEP_SUITE", arena_strdup(arena, request->suite_dir)};
	return env;
}

int
python_load(const struct launch_output *output, const char *name, struct outcome *outcome,
	struct json **ret, struct err *err)
{
	scoped_free char *path = path_join(output->out_dir, name);
	scoped(str) text = STR_INIT;
	struct err bad = ERR_INIT;

	if (adapter_read(path, JSON_TEXT_MAX, &text, outcome, err) < 0)
		return -1;
	if (outcome->kind != OUTCOME_OK)
		return 0;
	if (text.n == 0)
		outcome_set(outcome, OUTCOME_BAD_OUTPUT, "'%s' is empty", name);
	else if (json_parse(text.p, text.n, ret, &bad) < 0)
		outcome_set(outcome, OUTCOME_BAD_OUTPUT, "%s:%.300s", name, bad.text);
	return 0;
}

void
python_judge_origins(const struct json *record, struct outcome *outcome)
{
	const struct json_val *list = json_get(json_root(record), "origins");

	for (size_t i = 0; i < json_length(list); i++) {
		const char *module = json_text(json_get(json_at(list, i), "module"));
		const char *file = json_text(json_get(json_at(list, i), "file"));

		if (!module || !file || json_is_true(json_get(json_at(list, i), "inside")))
			continue;
		outcome_set(outcome, OUTCOME_FAILED,
			"module '%.60s' was imported from %.200s, not from the prefix: the "
			"checkout shadows it",
			module, file);
		return;
	}
}
