/* The programs that a build uses: whether they are there, and which they are. A compiler that was
 * upgraded makes another key. */
#include "internal.h"

#include "base/vec.h"
#include "ext/digest.h"
#include "sys/fs.h"
#include "sys/proc.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VERSION_TIMEOUT_NS (30 * (uint64_t)1000000000)

/* What was learned about a program, for the life of the process: a sweep asks for every revision.
 */
struct known {
	char *path, *identity;
};
static vec(struct known) known;
static pthread_mutex_t known_lock = PTHREAD_MUTEX_INITIALIZER;

static int
file_digest(const char *path, char hex[DIGEST_HEX], bool *ret_script, struct err *err)
{
	char buf[1 << 16];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, ERR_ENVIRONMENT, "cannot read the program '%s'", path);
	struct digest *d = digest_new();
	*ret_script = false;
	for (bool first = true; (n = read(fd, buf, sizeof(buf))) != 0; first = false) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		if (first)
			*ret_script = n > 2 && memcmp(buf, "#!", 2) == 0;
		digest_add(d, buf, (size_t)n);
	}
	digest_finish(d, hex);
	if (n < 0)
		err_sys(err, ERR_ENVIRONMENT, "cannot read the program '%s'", path);
	close(fd);
	return n < 0 ? -1 : 0;
}

/* The first line that a program says about itself. A program that will not say is known by its
 * content alone. */
static int
ask_version(const char *path, struct env *env, const char *dir, struct str *out, struct err *err)
{
	scoped_free char *tmp = path_join(dir, "version-");
	scoped_free char *work = NULL;
	scoped(str) text = STR_INIT;

	if (fs_mkdir_p(dir, 0700, err) < 0 || fs_temp_dir(tmp, &work, err) < 0)
		return -1;
	scoped_free char *to = path_join(work, "out");
	const char *const argv[] = {path, "--version", NULL};
	/* What it stands for is configured in the user's home (rustup), not in a build's. */
	const char *home = getenv("HOME"), *build_home = env_get(env, "HOME");
	if (home)
		env_set(env, "HOME", home);
	struct proc_spec spec = {.argv = argv,
		.env = env_list(env),
		.cwd = work,
		.stdout_path = to,
		.stderr_path = to,
		.timeout_ns = VERSION_TIMEOUT_NS,
		.output_max = 1 << 20,
		.cpu = -1};
	struct proc_end end = {0};
	int r = proc_run(&spec, &end, err);
	env_set(env, "HOME", build_home);
	if (r == 0 && end.how == PROC_EXITED && end.exit_code == 0)
		r = fs_read(to, 1 << 20, &text, err);
	proc_end_done(&end);
	struct err ignored = ERR_INIT; /* litter in the cache, and nothing depends on it */
	(void)fs_remove(work, &ignored);
	str_addn(out, text.p, strcspn(text.p, "\n"));
	return r;
}

static int
identify(const char *path, struct env *env, const char *dir, char **ret, struct err *err)
{
	scoped_free char *real = realpath(path, NULL);
	char hex[DIGEST_HEX];
	scoped(str) text = STR_INIT;
	bool script = false;

	if (!real)
		return err_sys(err, ERR_ENVIRONMENT, "cannot resolve the program '%s'", path);
	if (file_digest(real, hex, &script, err) < 0)
		return -1;
	str_addf(&text, "%s %s %s ", path, real, hex);
	/* A script is the same file whatever it starts (pyenv, meson), and so is a program that
	 * goes by many names (rustup); ask them. */
	bool proxy = strcmp(path_base(path), path_base(real)) != 0;
	if ((script || proxy) && ask_version(path, env, dir, &text, err) < 0)
		return -1;
	*ret = str_detach(&text);
	return 0;
}

static int
add_program(
	const char *path, struct env *env, const char *dir, struct digest *digest, struct err *err)
{
	int r = 0;
	size_t i = 0;

	pthread_mutex_lock(&known_lock);
	while (i < known.n && strcmp(known.v[i].path, path) != 0)
		i++;
	if (i == known.n) {
		char *identity = NULL;

		r = identify(path, env, dir, &identity, err);
		if (r == 0)
			vec_add(&known, (struct known){xstrdup(path), identity});
	}
	if (r == 0)
		digest_add_text(digest, known.v[i].identity);
	pthread_mutex_unlock(&known_lock);
	return r;
}

/* A program of a recipe's `needs`, which may be written ${WITH_NAME}. */
static const char *
needed(const char *need, const struct env *env, struct arena *arena)
{
	size_t n = strlen(need);

	if (!str_starts(need, "${") || need[n - 1] != '}')
		return need;
	const char *value = env_get(env, arena_strndup(arena, need + 2, n - 3));
	return value ? value : "";
}

int
tools_check(const struct build_request *request, const struct env *env, struct arena *arena,
	struct err *err)
{
	const char *path = env_get(env, "PATH"), *own = getenv("PATH");

	for (const char *const *need = request->recipe->needs; *need; need++) {
		const char *name = needed(*need, env, arena);
		scoped_free char *found = fs_find_program(name, path);

		if (found)
			continue;
		scoped_free char *elsewhere = fs_find_program(name, own ? own : "");
		if (!elsewhere)
			return err_set(err, ERR_ENVIRONMENT,
				"recipe '%s' needs the program '%s', which is not in %s; install "
				"it",
				request->recipe->name, name, path);
		scoped_free char *dir = path_dir(elsewhere);
		return err_set(err, ERR_ENVIRONMENT,
			"recipe '%s' needs the program '%s', which builds look for in %s; yours is "
			"in '%s': put 'PATH: \"%s:${PATH}\"' into 'env:' of revsweep.yml",
			request->recipe->name, name, path, dir, dir);
	}
	return 0;
}

/* libc itself, as this process has it: the same at every call. */
static int
add_libc(struct digest *digest, struct err *err)
{
	static char hex[DIGEST_HEX];
	static bool asked;
	bool script = false;
	Dl_info info;
	int r = 0;

	digest_add_text(digest, gnu_get_libc_version());
	pthread_mutex_lock(&known_lock);
	if (!asked && dladdr((void *)(uintptr_t)gnu_get_libc_version, &info) != 0 &&
		info.dli_fname && info.dli_fname[0] == '/' && access(info.dli_fname, X_OK) == 0)
		r = file_digest(info.dli_fname, hex, &script, err);
	asked = r == 0;
	if (asked && hex[0])
		digest_add_text(digest, hex);
	pthread_mutex_unlock(&known_lock);
	return r;
}

int
tools_identify(const struct build_request *request, const struct recipe_pair *params,
	struct env *env, struct arena *arena, struct digest *digest, struct err *err)
{
	static const char *const compilers[] = {"cc", "c++", "ld", "${CC}", "${CXX}", NULL};
	const char *const *const lists[] = {request->recipe->needs, compilers};
	const struct recipe *recipe = request->recipe;
	scoped_free char *dir = path_join(request->cache, "tmp");

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		for (const char *const *need = lists[i]; *need; need++) {
			const char *name = needed(*need, env, arena);
			/* CC may hold options: "gcc -m32". */
			name = arena_strndup(arena, name, strcspn(name, " "));
			scoped_free char *path =
				*name ? fs_find_program(name, env_get(env, "PATH")) : NULL;

			digest_add_text(digest, path);
			if (path && add_program(path, env, dir, digest, err) < 0)
				return -1;
		}
	}
	for (size_t i = 0; i < recipe->n_params; i++)
		if (recipe->params[i].program && *params[i].value &&
			add_program(params[i].value, env, dir, digest, err) < 0)
			return -1;
	return add_libc(digest, err);
}
