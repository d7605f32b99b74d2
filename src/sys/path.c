#include "sys/fs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *
path_join(const char *a, const char *b)
{
	if (b[0] == '/' || a[0] == '\0')
		return xstrdup(b);
	size_t n = strlen(a);
	return xasprintf("%s%s%s", a, a[n - 1] == '/' ? "" : "/", b);
}

char *
path_absolute(const char *path)
{
	scoped_free char *cwd = path[0] == '/' ? xstrdup("") : getcwd(NULL, 0);
	scoped_free char *whole = xasprintf("%s/%s", cwd ? cwd : "", path);
	struct str out = STR_INIT;

	for (char *save = NULL, *part = strtok_r(whole, "/", &save); part;
		part = strtok_r(NULL, "/", &save)) {
		if (strcmp(part, ".") == 0)
			continue;
		if (strcmp(part, "..") == 0) {
			char *slash = strrchr(out.p, '/');
			if (slash) {
				out.n = (size_t)(slash - out.p);
				*slash = '\0';
			}
			continue;
		}
		str_addf(&out, "/%s", part);
	}
	if (!out.n)
		str_add(&out, "/");
	return str_detach(&out);
}

const char *
path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *
path_dir(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}
