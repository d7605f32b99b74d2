/* The whole tool at a glance. To add a command: one cmd_*.c with its table, one line here. */
#include "cli/command.h"

#include "base/suggest.h"

#include <string.h>

extern const struct command cmd_compare, cmd_sweep, cmd_bisect, cmd_run, cmd_diff, cmd_build,
	cmd_cache, cmd_measure, cmd_calibrate, cmd_init, cmd_recipes, cmd_doctor, cmd_log, cmd_show,
	cmd_report, cmd_plot, cmd_serve, cmd_replay, cmd_export, cmd_import, cmd_help, cmd_version,
	cmd_completion, cmd_simulate;

const struct command *const commands[] = {
	&cmd_compare,
	&cmd_sweep,
	&cmd_bisect,
	&cmd_run,
	&cmd_diff,
	&cmd_build,
	&cmd_measure,
	&cmd_calibrate,
	&cmd_init,
	&cmd_recipes,
	&cmd_doctor,
	&cmd_log,
	&cmd_show,
	&cmd_report,
	&cmd_plot,
	&cmd_serve,
	&cmd_cache,
	&cmd_replay,
	&cmd_export,
	&cmd_import,
	&cmd_help,
	&cmd_version,
	&cmd_completion,
	&cmd_simulate,
	NULL,
};

const struct command *
command_find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

int
command_unknown(const char *name, struct err *err)
{
	const char *names[ARRAY_LEN(commands)];
	size_t n = 0;

	for (const struct command *const *c = commands; *c; c++)
		if (!(*c)->hidden)
			names[n++] = (*c)->name;
	const char *near = suggest(name, names, n);
	if (near)
		return err_set(
			err, ERR_USAGE, "unknown command '%s' (did you mean '%s'?)", name, near);
	return err_set(
		err, ERR_USAGE, "unknown command '%s'; 'revsweep help' lists the commands", name);
}
