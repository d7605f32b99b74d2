/* The shipped recipes, and how recipes are found. */
#include "build/recipes.h"

#include "base/str.h"
#include "sys/fs.h"
#include "sys/proc.h"

#include "../check_main.h"

#include <stdio.h>
#include <string.h>

static const char *const shipped[] = {"autotools", "cargo", "cmake", "go", "make", "maven", "meson",
	"none", "npm", "python-venv"};

START_TEST(every_shipped_recipe_loads)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct recipe *all = NULL;
	size_t n = 0;

	ck_assert_msg(recipes_all(&a, &all, &n, &err) == 0, "%s", err.text);
	for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
		struct recipe r;
		ck_assert_msg(recipes_load(shipped[i], NULL, &a, &r, &err) == 0, "%s", err.text);
	}
	ck_assert_uint_ge(n, ARRAY_LEN(shipped));
	for (size_t i = 0; i < n; i++) {
		ck_assert(*all[i].summary);
		ck_assert_uint_gt(all[i].n_steps, 0);
		ck_assert_ptr_nonnull(all[i].verify);
		ck_assert_int_lt(all[i].rank, RECIPE_RANK_LAST);
		for (size_t j = 0; j < all[i].n_params; j++)
			ck_assert_msg(*all[i].params[j].summary, "%s: %s", all[i].name,
				all[i].params[j].name);
		ck_assert(i == 0 || strcmp(all[i - 1].name, all[i].name) < 0);
	}
	arena_done(&a);
}
END_TEST

struct tree {
	const char *const *files;
};

static bool
has(const char *path, void *arg)
{
	const struct tree *tree = arg;

	for (size_t i = 0; tree->files[i]; i++)
		if (strcmp(tree->files[i], path) == 0)
			return true;
	return false;
}

START_TEST(trees_suggest_recipes)
{
	static const struct {
		const char *files[4], *recipe;
	} table[] = {
		{{"Makefile"}, "make"},
		{{"Makefile", "configure.ac"}, "autotools"},
		{{"configure", "CMakeLists.txt"}, "cmake"},
		{{"CMakeLists.txt", "meson.build"}, "meson"},
		{{"meson.build", "pyproject.toml", "Makefile"}, "python-venv"},
		{{"setup.py"}, "python-venv"},
		{{"Cargo.toml", "pyproject.toml"}, "python-venv"},
		{{"Cargo.toml", "Makefile", "package.json"}, "cargo"},
		{{"go.mod", "Makefile"}, "go"},
		{{"pom.xml", "package.json"}, "maven"},
		{{"package.json", "Makefile"}, "npm"},
		{{"package.json", "CMakeLists.txt"}, "cmake"},
	};
	struct arena a = ARENA_INIT;
	struct recipe_book book = {.arena = &a};
	struct err err = ERR_INIT;
	struct recipe r;

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct tree tree = {table[i].files};
		ck_assert_int_eq(recipe_book_detect(&book, has, &tree, &r, &err), 0);
		ck_assert_str_eq(r.name, table[i].recipe);
	}
	struct tree tree = {(const char *const[]){"README", NULL}};
	ck_assert_int_eq(recipe_book_detect(&book, has, &tree, &r, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "the tree has none of pyproject.toml, setup.py"));
	arena_done(&a);
}
END_TEST

START_TEST(some_install_releases)
{
	static const struct {
		const char *recipe;
		bool able;
	} table[] = {{"python-venv", true}, {"cargo", true}, {"npm", true}, {"go", true},
		{"meson", false}, {"none", false}};
	struct arena a = ARENA_INIT;
	struct recipe r;

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct err err = ERR_INIT;
		bool named = false;

		ck_assert_int_eq(recipes_load(table[i].recipe, NULL, &a, &r, &err), 0);
		for (size_t k = 0; k < r.n_params; k++)
			named |= strcmp(r.params[k].name, RECIPE_PACKAGE) == 0;
		ck_assert(named == table[i].able);
		ck_assert_int_eq(recipes_check_versions(&r, &err), table[i].able ? 0 : -1);
		if (table[i].able)
			continue;
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_ptr_nonnull(strstr(err.text, "cargo, go, npm, python-venv"));
	}
	arena_done(&a);
}
END_TEST

START_TEST(a_book_reads_each_once)
{
	struct arena a = ARENA_INIT;
	struct recipe_book book = {.arena = &a};
	struct err err = ERR_INIT;
	struct recipe r;
	char *dir = NULL;

	ck_assert_int_eq(fs_temp_dir("/tmp/revsweep-test-", &dir, &err), 0);
	scoped_free char *path = path_join(dir, "mine.yml");
	static const char text[] = "steps: [{name: a, run: b}]\n";
	ck_assert_int_eq(fs_write_atomic(path, text, strlen(text), &err), 0);
	ck_assert_int_eq(recipe_book_load(&book, "./mine.yml", dir, &r, &err), 0);
	ck_assert_int_eq(fs_remove(dir, &err), 0);
	ck_assert_int_eq(recipe_book_load(&book, "./mine.yml", dir, &r, &err), 0);
	ck_assert_str_eq(r.name, "mine");
	ck_assert_int_eq(recipe_book_load(&book, "./mine.yml", "/elsewhere", &r, &err), -1);
	ck_assert_int_eq(recipe_book_load(&book, "make", dir, &r, &err), 0);
	ck_assert_str_eq(r.name, "make");
	free(dir);
	arena_done(&a);
}
END_TEST

START_TEST(names_and_paths)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct recipe r;
	char *dir = NULL;

	ck_assert_int_eq(recipes_load("mesno", NULL, &a, &r, &err), -1);
	ck_assert_str_eq(err.text, "no recipe 'mesno' (did you mean 'meson'?)");
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_int_eq(recipes_load("mine.yml", NULL, &a, &r, &err), -1);
	ck_assert_str_eq(
		err.text, "no recipe 'mine.yml'; write './mine.yml' for a file of your own");
	ck_assert_int_eq(fs_temp_dir("/tmp/revsweep-test-", &dir, &err), 0);
	scoped_free char *path = path_join(dir, "mine.yml");
	static const char text[] = "steps: [{name: a, run: b}]\n";
	ck_assert_int_eq(fs_write_atomic(path, text, strlen(text), &err), 0);
	ck_assert_msg(recipes_load("./mine.yml", dir, &a, &r, &err) == 0, "%s", err.text);
	ck_assert_str_eq(r.name, "mine");
	ck_assert_int_eq(recipes_load(path, "/elsewhere", &a, &r, &err), 0);
	ck_assert_int_eq(recipes_load("./other.yml", dir, &a, &r, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_int_eq(fs_remove(dir, &err), 0);
	free(dir);
	arena_done(&a);
	setenv("REVSWEEP_RECIPES", "/nonexistent", 1);
	ck_assert_int_eq(recipes_dir(&dir, &err), -1);
	ck_assert_int_eq(err.kind, ERR_ENVIRONMENT);
}
END_TEST

static void
shellcheck(const char *program, const char *dir, const char *recipe, const char *name,
	const char *script)
{
	scoped_free char *path = xasprintf("%s/%s-%s.sh", dir, recipe, name);
	scoped_free char *out = path_join(dir, "out");
	const char *const argv[] = {program, path, NULL};
	const char *const env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL};
	struct proc_spec spec = {.argv = argv,
		.env = env,
		.cwd = dir,
		.stdout_path = out,
		.stderr_path = out,
		.cpu = -1};
	struct proc_end end = {0};
	struct err err = ERR_INIT;
	scoped(str) text = STR_INIT;

	/* As they are run. */
	scoped_free char *whole = xasprintf("#!/bin/sh -eu\n%s", script);
	ck_assert_int_eq(fs_write_atomic(path, whole, strlen(whole), &err), 0);
	ck_assert_msg(proc_run(&spec, &end, &err) == 0, "%s", err.text);
	ck_assert_int_eq(fs_read(out, 1 << 20, &text, &err), 0);
	ck_assert_msg(
		end.how == PROC_EXITED && end.exit_code == 0, "%s, %s:\n%s", recipe, name, text.p);
	proc_end_done(&end);
}

START_TEST(scripts_pass_shellcheck)
{
	scoped_free char *program = fs_find_program("shellcheck", "/usr/local/bin:/usr/bin");
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct recipe *all = NULL;
	size_t n = 0;
	char *dir = NULL;

	if (!program) {
		fprintf(stderr, "skipped: shellcheck is not installed\n");
		return;
	}
	ck_assert_int_eq(fs_temp_dir("/tmp/revsweep-test-", &dir, &err), 0);
	ck_assert_msg(recipes_all(&a, &all, &n, &err) == 0, "%s", err.text);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < all[i].n_steps; j++)
			shellcheck(program, dir, all[i].name, all[i].steps[j].name,
				all[i].steps[j].script);
		shellcheck(program, dir, all[i].name, "verify", all[i].verify);
	}
	ck_assert_int_eq(fs_remove(dir, &err), 0);
	free(dir);
	arena_done(&a);
}
END_TEST

TEST_SUITE("build/recipes", every_shipped_recipe_loads, trees_suggest_recipes,
	some_install_releases, a_book_reads_each_once, names_and_paths, scripts_pass_shellcheck)
