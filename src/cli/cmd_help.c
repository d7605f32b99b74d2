#include "cli/app.h"
#include "cli/command.h"
#include "sys/term.h"

#include <string.h>

static const struct opt options[] = {
	OPT('a', "all", OPT_FLAG, all, NULL, "print the manual page's source (scdoc) instead",
		NULL),
	OPT_END,
};

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	const char *name = app->args.operands.n ? app->args.operands.v[0] : NULL;
	const struct command *c = name ? command_find(name) : NULL;
	scoped(str) text = STR_INIT;

	*ret_exit = 0;
	if (name && !c && strcmp(name, "revsweep") != 0)
		return command_unknown(name, err);
	if (app->args.all)
		help_man(c, &text);
	else if (c)
		help_command(c, term_width(1), &text);
	else
		help_overview(&text);
	return app_print(app, &text, err);
}

static const char *const usage[] = {"[COMMAND]", NULL};
static const char *const examples[] = {"What compare can do", "revsweep help compare", NULL};

const struct command cmd_help = {
	.name = "help",
	.summary = "list the commands, or explain one",
	.usage = usage,
	.description = "Prints the same as 'revsweep COMMAND --help'.",
	.options = options,
	.operands = "@command",
	.examples = examples,
	.run = run,
};
