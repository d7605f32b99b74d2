/* The parameters of a recipe and the values that the user gave them. */
#include "internal.h"

#include "base/suggest.h"
#include "base/vec.h"
#include "sys/fs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int
refuse_unknown(const struct recipe *recipe, const char *name, struct err *err)
{
	vec(const char *) known = {0};
	scoped(str) all = STR_INIT;

	for (size_t i = 0; i < recipe->n_params; i++) {
		vec_add(&known, recipe->params[i].name);
		str_addf(&all, "%s%s", i ? ", " : "", recipe->params[i].name);
	}
	const char *near = suggest(name, known.v, known.n);
	vec_done(&known);
	if (near)
		return err_set(err, ERR_USAGE,
			"recipe '%s' has no parameter '%.60s' (did you mean '%s'?)", recipe->name,
			name, near);
	return err_set(err, ERR_USAGE, "recipe '%s' has no parameter '%.60s'; it has %s",
		recipe->name, name, all.n ? all.p : "none");
}

static const char *
shell_name(struct arena *arena, const char *name)
{
	char *upper = arena_printf(arena, "WITH_%s", name);

	for (char *p = upper; *p; p++)
		*p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
	return upper;
}

/* Programs that the user picks by name are those of the user's shell, unlike everything that a
 * build finds by itself. */
static int
find_program(const struct recipe *recipe, const struct recipe_param *param, const char *value,
	struct arena *arena, const char **ret, struct err *err)
{
	const char *path = getenv("PATH");

	if (strchr(value, '/') && value[0] != '/')
		return err_set(err, ERR_USAGE,
			"recipe '%s': '%s' must be a name or an absolute path, not '%.200s'",
			recipe->name, param->name, value);
	scoped_free char *found = fs_find_program(value, path ? path : "");
	if (!found)
		found = fs_find_program(value, "/usr/local/bin:/usr/bin:/bin");
	if (!found)
		return err_set(err, ERR_ENVIRONMENT,
			"recipe '%s' needs the program '%.200s' (its parameter '%s'), which is not "
			"on your PATH",
			recipe->name, value, param->name);
	scoped_free char *whole = path_absolute(found);
	*ret = arena_strdup(arena, whole);
	return 0;
}

/* The text of a file. It travels as an environment variable, and Linux takes none of 128 KiB. */
#define FILE_MAX ((size_t)100 << 10)

static int
read_file(const struct build_request *request, const struct recipe_param *param, const char *value,
	struct arena *arena, const char **ret, struct err *err)
{
	scoped_free char *path = path_join(request->dir ? request->dir : "", value);
	scoped(str) text = STR_INIT;

	if (fs_read(path, FILE_MAX, &text, err) < 0) {
		err->kind = ERR_USAGE;
		return err_wrap(
			err, "recipe '%s': parameter '%s'", request->recipe->name, param->name);
	}
	*ret = arena_strdup(arena, text.p);
	return 0;
}

static const char *
given(const struct build_request *request, const char *name)
{
	for (size_t i = 0; i < request->n_with; i++)
		if (strcmp(request->with[i].name, name) == 0)
			return request->with[i].value;
	return NULL;
}

int
params_resolve(const struct build_request *request, struct arena *arena, struct recipe_pair **ret,
	struct err *err)
{
	const struct recipe *recipe = request->recipe;
	struct recipe_pair *pairs = arena_alloc(arena, recipe->n_params + 1, sizeof(*pairs));

	for (size_t i = 0; i < request->n_with; i++) {
		size_t j = 0;

		while (j < recipe->n_params &&
			strcmp(recipe->params[j].name, request->with[i].name) != 0)
			j++;
		if (j == recipe->n_params)
			return refuse_unknown(recipe, request->with[i].name, err);
	}
	for (size_t i = 0; i < recipe->n_params; i++) {
		const struct recipe_param *param = &recipe->params[i];
		const char *value = given(request, param->name);

		if (!value)
			value = param->default_text;
		if (param->required && !*value)
			return err_set(err, ERR_USAGE,
				"recipe '%s' needs the parameter '%s': give it as 'with: {%s: "
				"...}'",
				recipe->name, param->name, param->name);
		if (param->program && *value &&
			find_program(recipe, param, value, arena, &value, err) < 0)
			return -1;
		if (param->file && *value &&
			read_file(request, param, value, arena, &value, err) < 0)
			return -1;
		pairs[i].name = shell_name(arena, param->name);
		pairs[i].value = value;
	}
	*ret = pairs;
	return 0;
}
