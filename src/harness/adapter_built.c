/* Benchmarks that are programs of the build: PREFIX/benches.list. */
#include "harness/adapter.h"

#include "base/str.h"
#include "sys/fs.h"

#include <fnmatch.h>
#include <string.h>

#define LIST_MAX ((size_t)4 << 20) /* bytes */

int
adapter_check_built(const struct suite *suite, struct err *err)
{
	if (suite->run && suite->paths && *suite->paths)
		return err_set(err, ERR_USAGE,
			"suite '%s': `run:` starts a program, `paths:` choose among those that "
			"the recipe built; give one of them",
			suite->name);
	return 0;
}

/* "./net/..." is net and all below it, "..." any part of a path. */
static bool
is_meant(const char *pattern, const char *dir, const char *name)
{
	scoped(str) glob = STR_INIT;

	while (str_starts(pattern, "./"))
		pattern += 2;
	if (strcmp(pattern, ".") == 0)
		pattern = "";
	size_t n = strlen(pattern);
	if (strcmp(pattern, "...") == 0 || strcmp(pattern, name) == 0 || strcmp(pattern, dir) == 0)
		return true;
	if (str_ends(pattern, "/...") && strlen(dir) == n - 4 && strncmp(pattern, dir, n - 4) == 0)
		return true;
	for (const char *p = pattern; *p; p++) {
		if (str_starts(p, "...")) {
			str_addc(&glob, '*');
			p += 2;
		} else {
			str_addc(&glob, *p);
		}
	}
	return fnmatch(glob.p, dir, 0) == 0 || fnmatch(glob.p, name, 0) == 0;
}

static bool
is_wanted(const struct suite *suite, const char *dir, const char *name)
{
	const char *const *pattern = suite->paths;

	if (!pattern || !*pattern)
		return true;
	for (; *pattern; pattern++)
		if (is_meant(*pattern, dir, name))
			return true;
	return false;
}

/* "benches/net/net.test<TAB>net<TAB>example.org/net" */
static void
take_line(const struct launch_request *request, struct arena *arena, char *line, struct built *list,
	size_t *n)
{
	char *dir = strchr(line, '\t'), *name = dir ? strchr(dir + 1, '\t') : NULL;

	if (!name)
		return;
	*dir++ = *name++ = '\0';
	if (!is_wanted(request->suite, dir, name))
		return;
	list[(*n)++] = (struct built){
		.program = strcmp(line, "-") == 0
				   ? NULL
				   : arena_printf(arena, "%s/%s", request->prefix, line),
		.below = arena_strdup(arena, dir),
		.dir = *dir ? arena_printf(arena, "%s/%s", request->suite_dir, dir)
			    : arena_strdup(arena, request->suite_dir),
		.name = arena_strdup(arena, name),
	};
}

int
adapter_built(const struct launch_request *request, struct arena *arena, struct built **ret,
	size_t *ret_n, struct err *err)
{
	scoped_free char *path = path_join(request->prefix, "benches.list");
	scoped(str) text = STR_INIT;
	size_t lines = 0;

	if (fs_exists(path) && fs_read(path, LIST_MAX, &text, err) < 0)
		return -1;
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	*ret = arena_alloc(arena, lines + 1, sizeof(**ret));
	*ret_n = 0;
	for (char *line = text.p, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		take_line(request, arena, line, *ret, ret_n);
	}
	return 0;
}
