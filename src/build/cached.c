/* What lies in the builds' cache, from the manifests alone. */
#include "internal.h"

#include "ext/json.h"
#include "sys/clock.h"
#include "sys/fs.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MANIFEST_MAX ((size_t)1 << 20)
#define KEY_LENGTH 64

static const char *
text_in(const struct json_val *root, const char *key, struct arena *arena)
{
	return arena_strdup(arena, json_text(json_get(root, key)));
}

static int64_t
whole(double v)
{
	return isfinite(v) && fabs(v) < 1e15 ? (int64_t)v : 0;
}

static void
take_fields(const struct json_val *root, struct arena *arena, struct cached *ret)
{
	double wall_s = json_number(json_get(root, "wall_s"));

	ret->project = text_in(root, "project", arena);
	ret->label = text_in(root, "label", arena);
	ret->rev = text_in(root, "rev", arena);
	ret->tree = text_in(root, "tree", arena);
	ret->recipe = text_in(root, "recipe", arena);
	ret->files_sha256 = text_in(root, "files_sha256", arena);
	ret->digest = text_in(root, "digest", arena);
	ret->date = whole(json_number(json_get(root, "date")));
	ret->built = clock_of_iso8601(json_text(json_get(root, "built")));
	ret->wall_s = isfinite(wall_s) && wall_s > 0 ? wall_s : 0;
}

/* False when there is none that can be read. */
static bool
read_file(const char *dir, const char *name, struct arena *arena, struct cached *ret)
{
	scoped_free char *path = path_join(dir, name);
	scoped(str) text = STR_INIT;
	struct err why = ERR_INIT; /* what cannot be read is litter */
	struct json *doc = NULL;

	if (!fs_exists(path) || fs_read(path, MANIFEST_MAX, &text, &why) < 0 ||
		json_parse(text.p, text.n, &doc, &why) < 0)
		return false;
	take_fields(json_root(doc), arena, ret);
	json_free(doc);
	return true;
}

static void
describe(const char *builds, const char *key, struct arena *arena, struct cached *ret)
{
	scoped_free char *dir = path_join(builds, key);

	*ret = (struct cached){.kind = CACHED_LITTER};
	memcpy(ret->key, key, sizeof(ret->key));
	if (read_file(dir, "MANIFEST.json", arena, ret))
		ret->kind = CACHED_BUILD;
	else if (read_file(dir, "FAILED.json", arena, ret))
		ret->kind = CACHED_FAILURE;
}

static int
by_key(const void *a, const void *b)
{
	const struct cached *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static bool
is_key(const char *name)
{
	return strlen(name) == KEY_LENGTH && strspn(name, "0123456789abcdef") == KEY_LENGTH;
}

int
cached_list(
	const char *cache, struct arena *arena, struct cached **ret, size_t *ret_n, struct err *err)
{
	scoped_free char *builds = path_join(cache, "builds");
	vec(struct cached) list = {0};
	struct dirent *entry;
	DIR *dir = opendir(builds);

	if (!dir && errno != ENOENT)
		return err_sys(err, ERR_STORE, "cannot read directory '%s'", builds);
	while (dir && (entry = readdir(dir))) {
		struct cached known;

		if (!is_key(entry->d_name))
			continue;
		describe(builds, entry->d_name, arena, &known);
		vec_add(&list, known);
	}
	if (dir)
		closedir(dir);
	if (list.n)
		qsort(list.v, list.n, sizeof(*list.v), by_key);
	*ret = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	*ret_n = list.n;
	vec_done(&list);
	return 0;
}
