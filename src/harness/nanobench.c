/* `nanobench`: a program that renders its results with ankerl::nanobench::templates::json(). */
#include "harness/adapter.h"

#include "base/str.h"
#include "format/known.h"
#include "sys/fs.h"

#include <string.h>

static void
unsupported(
	const struct settings *settings, void (*note)(const char *sentence, void *arg), void *arg)
{
	if (settings->timer)
		note("the timer is not used: nanobench reads a steady clock", arg);
	if (settings->min_time_s >= 0 || settings->max_time_s >= 0 || settings->min_rounds >= 0)
		note("min_time, max_time and min_rounds are not used: the program sets its epochs",
			arg);
	if (settings->calibration_precision >= 0)
		note("calibration_precision is not used: the program sets its epochs", arg);
	if (settings->warmup >= 0 || settings->warmup_iterations >= 0)
		note("warmup is not used: the program decides", arg);
	if (settings->disable_gc > 0)
		note("disable_gc is not used: there is no garbage collector to stop", arg);
}

/* There are no options, so that the program decides where its results go: to a file of its own in
 * the directory where it is started, or to standard output. */
static int
command(const struct launch_request *request, struct arena *arena, struct launch_command *ret,
	struct err *err)
{
	struct recipe_pair *env = arena_alloc(arena, 1, sizeof(*env));

	if (adapter_run_once(request, arena, ret, err) < 0)
		return -1;
	*env = (struct recipe_pair){
		"REVSWEEP_RESULT", arena_printf(arena, "%s/result.json", request->out_dir)};
	ret->env = env;
	ret->n_env = 1;
	if (!ret->cwd)
		ret->cwd = arena_strdup(arena, request->out_dir);
	return 0;
}

struct reading {
	const struct launch_request *request;
	const char *dir;
	struct arena *arena;
	struct launch_result *ret;
	size_t files;
};

static int
take_file(struct reading *r, const char *path, struct err *err)
{
	struct adapter_source source = {.format = &format_nanobench, .path = path};

	r->files++;
	if (r->ret->outcome.kind != OUTCOME_OK)
		return 0;
	return adapter_take_run(&source, r->request, r->arena, r->ret, err);
}

static int
visit(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct reading *r = arg;

	if (entry->type != 'f' || !str_ends(entry->path, ".json"))
		return 0;
	return take_file(r, arena_printf(r->arena, "%s/%s", r->dir, entry->path), err);
}

/* Without a file: what was printed may be the JSON. */
static int
take_printed(struct reading *r, const char *path, struct err *err)
{
	struct outcome *outcome = &r->ret->outcome;

	if (take_file(r, path, err) < 0)
		return -1;
	if (outcome->kind != OUTCOME_OK)
		outcome_set(outcome, OUTCOME_BAD_OUTPUT,
			"it left no .json file where it was started (nor at $REVSWEEP_RESULT), and "
			"what it printed is no JSON of nanobench's");
	return 0;
}

static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	struct launch_result result = {.outcome = OUTCOME_INIT};
	struct reading r = {
		.request = request, .dir = output->out_dir, .arena = arena, .ret = &result};

	if (output->exit_code != 0) {
		if (adapter_failed(output, arena, &result.outcome, err) < 0)
			return -1;
		*ret = result;
		return 0;
	}
	if (fs_walk(output->out_dir, visit, &r, err) < 0)
		return -1;
	if (r.files == 0 && take_printed(&r, output->stdout_path, err) < 0)
		return -1;
	if (result.outcome.kind == OUTCOME_OK && result.n_benches == 0)
		outcome_set(
			&result.outcome, OUTCOME_BAD_OUTPUT, "empty result: no benchmark was run");
	*ret = result;
	return 0;
}

const struct harness harness_nanobench = {
	.name = "nanobench",
	.summary = "a program with nanobench that writes its JSON",
	.result_file = "result.json",
	.check = adapter_check_run,
	.unsupported = unsupported,
	.command = command,
	.read = read_output,
};
