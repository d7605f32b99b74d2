#include "core/recipe.h"

#include "core/schema.h"

static const struct schema_key param_keys[] = {
	{"summary", SCHEMA_LINE, .offset = offsetof(struct recipe_param, summary)},
	{"default", SCHEMA_JOINED, .offset = offsetof(struct recipe_param, default_text)},
	{"required", SCHEMA_BOOL, .offset = offsetof(struct recipe_param, required)},
	{"program", SCHEMA_BOOL, .offset = offsetof(struct recipe_param, program)},
	{"file", SCHEMA_BOOL, .offset = offsetof(struct recipe_param, file)},
};

static const char *const when_words[] = {"always", "sources", "version", NULL};

static const struct schema_key step_keys[] = {
	{"name", SCHEMA_LINE, .offset = offsetof(struct recipe_step, name), .required = true},
	{"run", SCHEMA_TEXT, .offset = offsetof(struct recipe_step, script), .required = true},
	{"when", SCHEMA_ENUM, .offset = offsetof(struct recipe_step, when), .words = when_words},
};

static int
read_params(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	struct recipe *recipe = target;

	if (schema_want_map(schema, node, "'parameters'", err) < 0)
		return -1;
	struct recipe_param *params = arena_alloc(schema->arena, node->n + 1, sizeof(*params));
	for (size_t i = 0; i < node->n; i++) {
		params[i].name = node->keys[i]->text;
		params[i].default_text = "";
		params[i].summary = "";
		if (schema_want_param_name(schema, node->keys[i], err) < 0)
			return -1;
		if (yaml_is_null(node->items[i]))
			continue;
		if (schema_read(schema, node->items[i], "a parameter", param_keys,
			    ARRAY_LEN(param_keys), &params[i], err) < 0)
			return -1;
	}
	recipe->params = params;
	recipe->n_params = node->n;
	return 0;
}

static int
read_steps(const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	struct recipe *recipe = target;

	if (schema_want_list(schema, node, "steps", err) < 0)
		return -1;
	struct recipe_step *steps = arena_alloc(schema->arena, node->n + 1, sizeof(*steps));
	for (size_t i = 0; i < node->n; i++)
		if (schema_read(schema, node->items[i], "a step", step_keys, ARRAY_LEN(step_keys),
			    &steps[i], err) < 0)
			return -1;
	recipe->steps = steps;
	recipe->n_steps = node->n;
	return 0;
}

static const struct schema_key recipe_keys[] = {
	{"summary", SCHEMA_LINE, .offset = offsetof(struct recipe, summary)},
	{"rank", SCHEMA_COUNT, .offset = offsetof(struct recipe, rank)},
	{"detect", SCHEMA_PATHS, .offset = offsetof(struct recipe, detect)},
	{"needs", SCHEMA_TEXTS, .offset = offsetof(struct recipe, needs)},
	{"parameters", SCHEMA_CALL, .read = read_params},
	{"env", SCHEMA_ENV, .offset = offsetof(struct recipe, env),
		.count = offsetof(struct recipe, n_env)},
	{"pass_env", SCHEMA_NAMES, .offset = offsetof(struct recipe, pass_env)},
	{"steps", SCHEMA_CALL, .read = read_steps, .required = true},
	{"provides", SCHEMA_ENV, .offset = offsetof(struct recipe, provides),
		.count = offsetof(struct recipe, n_provides)},
	{"verify", SCHEMA_TEXT, .offset = offsetof(struct recipe, verify)},
	{"timeout", SCHEMA_DURATION, .offset = offsetof(struct recipe, timeout_s)},
};

int
recipe_of_yaml(const struct yaml_node *map, const char *name, const char *origin,
	struct arena *arena, struct recipe *ret, struct err *err)
{
	const struct schema schema = {origin, arena};
	struct recipe recipe = {
		.name = arena_strdup(arena, name),
		.summary = "",
		.origin = arena_strdup(arena, origin),
		.rank = RECIPE_RANK_LAST,
		.detect = schema_none,
		.needs = schema_none,
		.pass_env = schema_none,
	};

	if (schema_read(&schema, map, "a recipe", recipe_keys, ARRAY_LEN(recipe_keys), &recipe,
		    err) < 0)
		return -1;
	*ret = recipe;
	return 0;
}

bool
recipe_installs_versions(const struct recipe *recipe)
{
	for (size_t i = 0; i < recipe->n_steps; i++)
		if (recipe->steps[i].when == STEP_VERSION)
			return true;
	return false;
}

bool
recipe_step_runs(const struct recipe_step *step, bool is_version)
{
	return step->when == STEP_ALWAYS || (step->when == STEP_VERSION) == is_version;
}
