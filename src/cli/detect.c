#include "cli/detect.h"

#include "base/str.h"
#include "build/recipes.h"
#include "sys/fs.h"

#include <ctype.h>
#include <string.h>

#define READ_MAX ((size_t)256 << 10) /* of one file: larger ones are data, not sources */

struct search {
	const char *root;
	struct arena *arena;
	struct detected *found;
	unsigned files;
	vec(const char *) bench_sources; /* base names of sources that use Google Benchmark */
	vec(const char *) build_files;   /* CMakeLists.txt, meson.build, Makefile, ... */
};

static bool
in_hidden_or_vendored(const char *path)
{
	static const char *const skip[] = {
		"node_modules/", "third_party/", "vendor/", "build/", "subprojects/", "external/"};

	for (size_t i = 0; i < ARRAY_LEN(skip); i++)
		if (strstr(path, skip[i]))
			return true;
	return path[0] == '.' || strstr(path, "/.") != NULL;
}

static bool
has_suffix(const char *path, const char *const *suffixes)
{
	for (; *suffixes; suffixes++)
		if (str_ends(path, *suffixes))
			return true;
	return false;
}

/* "def test_x(..., benchmark, ...)": a test that asks for the fixture. */
static bool
uses_benchmark_fixture(const char *text)
{
	for (const char *p = text; (p = strstr(p, "def test")) != NULL; p++) {
		const char *open = strchr(p, '('), *close = open ? strchr(open, ')') : NULL;
		const char *word = open ? strstr(open, "benchmark") : NULL;

		if (word && close && word < close && !isalnum((unsigned char)word[-1]) &&
			word[-1] != '_')
			return true;
	}
	return false;
}

static void
add_path(struct search *s, const char *file)
{
	scoped_free char *dir = path_dir(file);

	for (size_t i = 0; i < s->found->paths.n; i++) {
		const char *known = s->found->paths.v[i];
		size_t n = strlen(known);

		if (strncmp(known, dir, n) == 0 && (dir[n] == '/' || !dir[n]))
			return;
	}
	vec_add(&s->found->paths, arena_strdup(s->arena, dir));
}

static void
look_into(struct search *s, const char *path, const char *text)
{
	static const char *const cpp[] = {".cc", ".cpp", ".cxx", ".c++", NULL};

	if (str_ends(path, ".py") && uses_benchmark_fixture(text)) {
		add_path(s, path);
		if (!s->found->source)
			s->found->source = arena_strdup(s->arena, path);
	} else if (has_suffix(path, cpp) && strstr(text, "benchmark/benchmark.h")) {
		vec_add(&s->bench_sources, arena_strdup(s->arena, path_base(path)));
	}
}

static bool
is_build_file(const char *name)
{
	return strcmp(name, "CMakeLists.txt") == 0 || strcmp(name, "meson.build") == 0 ||
	       strcmp(name, "Makefile") == 0 || strcmp(name, "Makefile.am") == 0;
}

static bool
is_asv_conf(const char *name)
{
	return strcmp(name, "asv.conf.json") == 0 || strcmp(name, "asv.conf.jsonc") == 0;
}

static size_t
depth(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += *path == '/';
	return n;
}

static int
visit(const struct fs_entry *e, void *arg, struct err *err)
{
	static const char *const wanted[] = {".py", ".cc", ".cpp", ".cxx", ".c++", NULL};
	struct search *s = arg;

	if (e->type != 'f' || in_hidden_or_vendored(e->path) || s->files >= DETECT_FILES_MAX)
		return 0;
	s->files++;
	if (is_asv_conf(path_base(e->path)) &&
		(!s->found->asv_conf || depth(e->path) < depth(s->found->asv_conf)))
		s->found->asv_conf = arena_strdup(s->arena, e->path);
	if (is_build_file(path_base(e->path)))
		vec_add(&s->build_files, arena_strdup(s->arena, e->path));
	if (!has_suffix(e->path, wanted) || e->size > READ_MAX)
		return 0;
	scoped_free char *path = path_join(s->root, e->path);
	scoped(str) text = STR_INIT;
	if (fs_read(path, READ_MAX, &text, err) < 0)
		return -1;
	look_into(s, e->path, text.p);
	return 0;
}

/* The name after the call at p: add_executable(NAME ..., executable('NAME', ... */
static const char *
name_in_call(struct search *s, const char *p)
{
	p += strcspn(p, "(");
	p += strspn(p, "( \t\n'\"");
	size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");
	return n ? arena_strndup(s->arena, p, n) : NULL;
}

/* The program that a build file makes out of `source`, or of anything called bench when it is NULL.
 */
static const char *
program_in(struct search *s, const char *text, const char *source)
{
	for (const char *p = text; (p = strstr(p, "executable(")) != NULL; p++) {
		const char *end = strchr(p, ')');
		scoped_free char *call = xstrndup(p, end ? (size_t)(end - p) : strlen(p));
		const char *name = name_in_call(s, p);

		if (name && (source ? strstr(call, source) : strstr(name, "bench")))
			return name;
	}
	return NULL;
}

static int
find_program(struct search *s, const char *source, struct err *err)
{
	for (size_t i = 0; i < s->build_files.n && !s->found->program; i++) {
		scoped_free char *path = path_join(s->root, s->build_files.v[i]);
		scoped(str) text = STR_INIT;

		if (fs_read(path, READ_MAX * 4, &text, err) < 0)
			return -1;
		s->found->program = program_in(s, text.p, source);
		if (s->found->program)
			s->found->source = s->build_files.v[i];
	}
	return 0;
}

static bool
root_has(const char *path, void *arg)
{
	const char *root = arg;
	scoped_free char *file = path_join(root, path);

	return fs_exists(file);
}

static int
decide(struct search *s, struct err *err)
{
	struct detected *found = s->found;

	if (found->paths.n) {
		found->harness = "pytest-benchmark";
		return 0;
	}
	found->harness = s->bench_sources.n ? "google-benchmark" : "command";
	for (size_t i = 0; i < s->bench_sources.n && !found->program; i++)
		if (find_program(s, s->bench_sources.v[i], err) < 0)
			return -1;
	return found->program ? 0 : find_program(s, NULL, err);
}

int
detect_project(const char *root, struct arena *arena, struct detected *ret, struct err *err)
{
	struct search s = {.root = root, .arena = arena, .found = ret};
	struct recipe_book book = {.arena = arena};
	struct recipe recipe;
	struct err no_recipe = ERR_INIT;
	scoped_free char *top = path_absolute(root);

	*ret = (struct detected){.project = arena_strdup(arena, path_base(top))};
	ret->recipe = recipe_book_detect(&book, root_has, (void *)root, &recipe, &no_recipe) == 0
			      ? recipe.name
			      : "none";
	int r = fs_walk(root, visit, &s, err);
	if (r == 0)
		r = decide(&s, err);
	vec_done(&s.bench_sources);
	vec_done(&s.build_files);
	return r;
}
