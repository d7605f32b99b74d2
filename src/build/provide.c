/* What a finished prefix gives to those who run its programs. */
#include "build/build.h"

#include "core/env.h"
#include "core/schema.h"
#include "sys/fs.h"

#include <string.h>

#define FILE_NAME "revsweep.env" /* NAME=value lines that only the build could know */
#define FILE_MAX ((size_t)64 << 10)

void
build_provide(const struct recipe *recipe, const char *prefix, struct env *env)
{
	scoped_free char *path = path_join(prefix, FILE_NAME);
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;

	env_set(env, "PREFIX", prefix);
	if (recipe)
		env_set_pairs(env, recipe->provides, recipe->n_provides, true);
	/* Most recipes write no such file; verify would have noticed one that it cannot read. */
	if (!fs_exists(path) || fs_read(path, FILE_MAX, &text, &err) < 0)
		return;
	for (char *save = NULL, *line = strtok_r(text.p, "\n", &save); line;
		line = strtok_r(NULL, "\n", &save)) {
		char *equals = strchr(line, '=');

		if (!equals)
			continue;
		*equals = '\0';
		if (schema_is_env_name(line) && !schema_is_own_env_name(line))
			env_set(env, line, equals + 1);
	}
}
