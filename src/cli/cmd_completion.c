#include "cli/app.h"
#include "cli/command.h"

#include "build/recipes.h"
#include "cli/complete.h"
#include "report/report.h"

#include <string.h>

static const struct opt options[] = {OPT_END};

/* What a table only names: recipes, commands, formats and kinds of revisions. */
static void
add_known(struct app *app, const char *what, struct str *out)
{
	struct err err = ERR_INIT;
	struct recipe *recipes = NULL;
	size_t n = 0;

	if (str_eq(what, "@command"))
		for (const struct command *const *c = commands; *c; c++)
			if (!(*c)->hidden)
				str_addf(out, "%s\n", (*c)->name);
	if (str_eq(what, "@rev")) {
		str_add(out, "worktree\n");
		for (size_t i = 0; revspec_kind_name(i); i++)
			str_addf(out, "%s:\n", revspec_kind_name(i));
	}
	if (str_eq(what, "@format")) {
		const struct report_format *formats = report_formats(&n);

		for (size_t i = 0; i < n; i++)
			str_addf(out, "%s\n", formats[i].name);
	}
	/* A completion that finds nothing says nothing. */
	if (str_eq(what, "@recipe") && recipes_all(&app->arena, &recipes, &n, &err) == 0)
		for (size_t i = 0; i < n; i++)
			str_addf(out, "%s\n", recipes[i].name);
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	const char *what = app->args.operands.n ? app->args.operands.v[0] : "";
	scoped(str) text = STR_INIT;

	*ret_exit = 0;
	if (strcmp(what, "words") == 0)
		add_known(app,
			complete_words(app->args.operands.v + 1, app->args.operands.n - 1, &text),
			&text);
	else if (help_completion(what, &text, err) < 0)
		return -1;
	return app_print(app, &text, err);
}

static const char *const usage[] = {"bash|zsh|fish", NULL};
static const char *const examples[] = {"In ~/.bashrc", "eval \"$(revsweep completion bash)\"",
	"In fish", "revsweep completion fish | source", NULL};

const struct command cmd_completion = {
	.name = "completion",
	.summary = "print a completion script for a shell",
	.usage = usage,
	.description = "Prints a script that completes commands, options and their values. It asks "
		       "revsweep itself, so that it never gets out of date.",
	.options = options,
	.operands = "bash zsh fish",
	.examples = examples,
	.run = run,
};
