#include "cli/app.h"
#include "cli/command.h"

static const struct opt options[] = {OPT_END};

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	scoped(str) text = STR_INIT;

	*ret_exit = 0;
	str_add(&text, "revsweep " REVSWEEP_VERSION "\n");
	return app_print(app, &text, err);
}

static const char *const usage[] = {"", NULL};
static const char *const examples[] = {"Which version is this", "revsweep version", NULL};

const struct command cmd_version = {
	.name = "version",
	.summary = "print the version",
	.usage = usage,
	.description = "Prints the name and the version of the program.",
	.options = options,
	.examples = examples,
	.run = run,
};
