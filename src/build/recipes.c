#include "build/recipes.h"

#include "base/str.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "sys/fs.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
recipes_dir(char **ret, struct err *err)
{
	static const char *const beside[] = {"../share/revsweep/recipes", "recipes"};
	const char *given = getenv("REVSWEEP_RECIPES");
	char self[PATH_MAX] = "";

	if (given && *given) {
		if (!fs_is_dir(given))
			return err_set(err, ERR_ENVIRONMENT,
				"REVSWEEP_RECIPES names '%s', which is not a directory", given);
		*ret = path_absolute(given);
		return 0;
	}
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return err_sys(err, ERR_ENVIRONMENT, "cannot find where revsweep is installed");
	scoped_free char *bin = path_dir(self);
	for (size_t i = 0; i < ARRAY_LEN(beside); i++) {
		scoped_free char *joined = path_join(bin, beside[i]);
		scoped_free char *dir = path_absolute(joined);

		if (fs_is_dir(dir)) {
			*ret = steal(&dir);
			return 0;
		}
	}
	return err_set(err, ERR_ENVIRONMENT,
		"the shipped recipes are neither in '%s/%s' nor in '%s/%s'; set REVSWEEP_RECIPES",
		bin, beside[0], bin, beside[1]);
}

static int
load_file(const char *path, struct arena *arena, struct recipe *ret, struct err *err)
{
	scoped(str) text = STR_INIT;
	struct yaml_node *root = NULL;
	const char *base = path_base(path);
	size_t n = strlen(base) - (str_ends(base, ".yml") ? 4 : 0);

	if (fs_read(path, YAML_TEXT_MAX, &text, err) < 0 ||
		yaml_parse(text.p, text.n, path, arena, &root, err) < 0)
		return -1;
	return recipe_of_yaml(root, arena_strndup(arena, base, n), path, arena, ret, err);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
	char **v;
	size_t n, cap;
};

static void
names_done(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->v[i]);
	vec_done(names);
}

/* The names of all NAME.yml in dir, sorted. */
static int
list_names(const char *path, struct names *ret, struct err *err)
{
	DIR *dir = opendir(path);

	if (!dir)
		return err_sys(err, ERR_ENVIRONMENT, "cannot list recipes in '%s'", path);
	for (struct dirent *e; (e = readdir(dir));)
		if (e->d_name[0] != '.' && str_ends(e->d_name, ".yml"))
			vec_add(ret, xstrndup(e->d_name, strlen(e->d_name) - 4));
	closedir(dir);
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_text);
	return 0;
}

int
recipes_load(const char *name_or_path, const char *base_dir, struct arena *arena,
	struct recipe *ret, struct err *err)
{
	if (strchr(name_or_path, '/')) {
		scoped_free char *path = path_join(base_dir ? base_dir : "", name_or_path);
		return load_file(path, arena, ret, err);
	}
	scoped_free char *dir = NULL;
	scoped(names) names = {0};
	scoped(str) all = STR_INIT;
	if (recipes_dir(&dir, err) < 0 || list_names(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (strcmp(names.v[i], name_or_path) == 0) {
			scoped_free char *path = xasprintf("%s/%s.yml", dir, names.v[i]);
			return load_file(path, arena, ret, err);
		}
		str_addf(&all, "%s%s", i ? ", " : "", names.v[i]);
	}
	const char *near = suggest(name_or_path, (const char *const *)names.v, names.n);
	if (near)
		return err_set(err, ERR_USAGE, "no recipe '%.100s' (did you mean '%s'?)",
			name_or_path, near);
	if (str_ends(name_or_path, ".yml") || str_ends(name_or_path, ".yaml"))
		return err_set(err, ERR_USAGE,
			"no recipe '%.100s'; write './%.100s' for a file of your own", name_or_path,
			name_or_path);
	return err_set(err, ERR_USAGE, "no recipe '%.100s'; there are %s", name_or_path, all.p);
}

int
recipes_all(struct arena *arena, struct recipe **ret, size_t *ret_n, struct err *err)
{
	scoped_free char *dir = NULL;
	scoped(names) names = {0};

	if (recipes_dir(&dir, err) < 0 || list_names(dir, &names, err) < 0)
		return -1;
	struct recipe *all = arena_alloc(arena, names.n + 1, sizeof(*all));
	for (size_t i = 0; i < names.n; i++) {
		scoped_free char *path = xasprintf("%s/%s.yml", dir, names.v[i]);

		if (load_file(path, arena, &all[i], err) < 0)
			return -1;
	}
	*ret = all;
	*ret_n = names.n;
	return 0;
}

static int
by_rank(const void *a, const void *b)
{
	const struct recipe *x = a, *y = b;

	return x->rank != y->rank ? (x->rank > y->rank) - (x->rank < y->rank)
				  : strcmp(x->name, y->name);
}

int
recipe_book_load(struct recipe_book *book, const char *name_or_path, const char *base_dir,
	struct recipe *ret, struct err *err)
{
	if (!str_eq(book->name, name_or_path) || !str_eq(book->base_dir, base_dir)) {
		if (recipes_load(name_or_path, base_dir, book->arena, &book->loaded, err) < 0)
			return -1;
		book->name = arena_strdup(book->arena, name_or_path);
		book->base_dir = arena_strdup(book->arena, base_dir);
	}
	*ret = book->loaded;
	return 0;
}

static int
read_shipped(struct recipe_book *book, struct err *err)
{
	struct recipe *all = NULL;
	size_t n = 0;

	if (book->shipped)
		return 0;
	if (recipes_all(book->arena, &all, &n, err) < 0)
		return -1;
	qsort(all, n, sizeof(*all), by_rank);
	book->shipped = all;
	book->n_shipped = n;
	return 0;
}

int
recipe_book_detect(struct recipe_book *book, bool (*has)(const char *path, void *arg), void *arg,
	struct recipe *ret, struct err *err)
{
	scoped(str) wanted = STR_INIT;

	if (read_shipped(book, err) < 0)
		return -1;
	for (size_t i = 0; i < book->n_shipped; i++) {
		const struct recipe *recipe = &book->shipped[i];

		if (strcmp(recipe->name, "none") == 0)
			continue;
		for (size_t j = 0; recipe->detect[j]; j++) {
			if (has(recipe->detect[j], arg)) {
				*ret = *recipe;
				return 0;
			}
			str_addf(&wanted, "%s%s", wanted.n ? ", " : "", recipe->detect[j]);
		}
	}
	return err_set(err, ERR_USAGE,
		"cannot tell how to build this: the tree has none of %s; name a recipe ('recipe:' "
		"in revsweep.yml; 'none' if there is nothing to build)",
		wanted.p);
}

int
recipes_check_versions(const struct recipe *recipe, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct recipe *all = NULL;
	scoped(str) able = STR_INIT;
	size_t n = 0;

	if (recipe_installs_versions(recipe))
		return 0;
	int r = recipes_all(&arena, &all, &n, err);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (recipe_installs_versions(&all[i]))
			str_addf(&able, "%s%s", able.n ? ", " : "", all[i].name);
	arena_done(&arena);
	if (r < 0)
		return -1;
	return err_set(err, ERR_USAGE,
		"recipe '%s' cannot install releases (version:); those that can are %s, and a "
		"recipe of your own with a step 'when: version'",
		recipe->name, able.p);
}
