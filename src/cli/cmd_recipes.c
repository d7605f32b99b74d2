#include "cli/app.h"
#include "cli/command.h"

#include "base/escape.h"
#include "build/recipes.h"
#include "sys/fs.h"

static const struct opt options[] = {OPT_END};

static void
add_recipe(const struct recipe *r, struct str *out)
{
	str_addf(out, "%-12s %s%s\n", r->name, r->summary,
		recipe_installs_versions(r) ? "; and releases (version:)" : "");
	for (size_t i = 0; i < r->n_params; i++)
		str_addf(out, "    --with %s=...  %s%s\n", r->params[i].name, r->params[i].summary,
			r->params[i].required ? " (required)" : "");
}

/* The file of one recipe as it is: something to copy. */
static int
print_file(struct app *app, const char *name, struct str *out, struct err *err)
{
	struct recipe recipe;
	scoped(str) raw = STR_INIT;

	if (recipes_load(name, ".", &app->arena, &recipe, err) < 0)
		return -1;
	if (fs_read(recipe.origin, YAML_TEXT_MAX, &raw, err) < 0)
		return -1;
	str_addn(out, raw.p, raw.n);
	return 0;
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	scoped(str) text = STR_INIT;
	struct recipe *all = NULL;
	size_t n = 0;

	*ret_exit = 0;
	if (app->args.operands.n) {
		if (print_file(app, app->args.operands.v[0], &text, err) < 0)
			return -1;
		return app_print(app, &text, err);
	}
	if (recipes_all(&app->arena, &all, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		add_recipe(&all[i], &text);
	return app_print(app, &text, err);
}

static const char *const usage[] = {"[NAME]", NULL};
static const char *const examples[] = {"What can be built", "revsweep recipes",
	"A recipe of one's own, from a shipped one", "revsweep recipes cmake > my-recipe.yml",
	NULL};

const struct command cmd_recipes = {
	.name = "recipes",
	.summary = "list the recipes and their parameters, or print one",
	.usage = usage,
	.description = "A recipe says how a tree is built and installed into a prefix, and proves "
		       "afterwards that what will be measured comes from there. With a name, "
		       "prints the recipe's file: to read, or to copy and change "
		       "(recipe: ./my-recipe.yml).",
	.options = options,
	.operands = "@recipe",
	.examples = examples,
	.run = run,
};
