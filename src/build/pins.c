/* Which builds the sweeps that are not finished need: a file each, its first line says whose it is,
 * the others are keys. What a power failure takes away costs a build, nothing more. */
#include "build/cache.h"

#include "base/jsonw.h"
#include "base/vec.h"
#include "ext/digest.h"
#include "ext/json.h"
#include "sys/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PINS_MAX ((size_t)16 << 20)
#define NAME_LENGTH 32

struct cache_pins {
	int fd;
	char *path;
};

static char *
path_of(const char *cache, const char *store, int64_t sweep)
{
	scoped_free char *whose = xasprintf("%s#%jd", store, (intmax_t)sweep);
	char hex[DIGEST_HEX];

	digest_of(whose, strlen(whose), hex);
	return xasprintf("%s/pins/%.*s", cache, NAME_LENGTH, hex);
}

static int
write_head(const char *path, const char *store, int64_t sweep, struct err *err)
{
	scoped(str) head = STR_INIT;
	struct jsonw w = {.out = &head};

	if (fs_exists(path))
		return 0;
	jsonw_open(&w, NULL, '{');
	jsonw_text(&w, "store", store);
	jsonw_int(&w, "sweep", sweep);
	jsonw_close(&w, '}');
	str_addc(&head, '\n');
	return fs_write_atomic(path, head.p, head.n, err);
}

int
cache_pins_open(const char *cache, const char *store, int64_t sweep, struct cache_pins **ret,
	struct err *err)
{
	scoped_free char *dir = path_join(cache, "pins");
	scoped_free char *path = path_of(cache, store, sweep);

	if (fs_mkdir_p(dir, 0700, err) < 0 || write_head(path, store, sweep, err) < 0)
		return -1;
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_sys(err, ERR_STORE, "cannot write '%s'", path);
	struct cache_pins *pins = xcalloc(1, sizeof(*pins));
	pins->fd = fd;
	pins->path = steal(&path);
	*ret = pins;
	return 0;
}

int
cache_pins_add(struct cache_pins *pins, const char *key, struct err *err)
{
	char line[80];
	int n = snprintf(line, sizeof(line), "%s\n", key);

	/* One write with O_APPEND: lines of several threads do not mix. */
	if (write(pins->fd, line, (size_t)n) != n)
		return err_sys(err, ERR_STORE, "cannot write '%s'", pins->path);
	return 0;
}

void
cache_pins_close(struct cache_pins *pins, bool done)
{
	if (!pins)
		return;
	close(pins->fd);
	/* One that stays is dropped by whoever asks its store. */
	if (done)
		(void)unlink(pins->path);
	free(pins->path);
	free(pins);
}

/* ---- reading */

static void
take_keys(const char *text, struct arena *arena, struct cache_pin *ret)
{
	vec(const char *) keys = {0};

	while (*text) {
		size_t n = strcspn(text, "\n");

		if (n == DIGEST_HEX - 1 && text[n] == '\n')
			vec_add(&keys, arena_strndup(arena, text, n));
		text += n + (text[n] == '\n');
	}
	ret->n_keys = keys.n;
	ret->keys = arena_copy(arena, keys.v, keys.n, sizeof(*keys.v));
	vec_done(&keys);
}

/* False when it is no such file. */
static bool
read_pin(const char *path, struct arena *arena, struct cache_pin *ret)
{
	scoped(str) text = STR_INIT;
	struct err gone = ERR_INIT; /* its sweep ended just now */
	struct json *doc = NULL;

	if (fs_read(path, PINS_MAX, &text, &gone) < 0)
		return false;
	size_t n = strcspn(text.p, "\n");
	if (json_parse(text.p, n, &doc, &gone) < 0)
		return false;
	double sweep = json_number(json_get(json_root(doc), "sweep"));
	*ret = (struct cache_pin){
		.path = arena_strdup(arena, path),
		.store = arena_strdup(arena, json_text(json_get(json_root(doc), "store"))),
		.sweep = isfinite(sweep) ? (int64_t)sweep : 0,
	};
	json_free(doc);
	take_keys(text.p + n + (text.p[n] == '\n'), arena, ret);
	return ret->store && ret->sweep > 0;
}

int
cache_pins_read(const char *cache, struct arena *arena, struct cache_pin **ret, size_t *ret_n,
	struct err *err)
{
	scoped_free char *where = path_join(cache, "pins");
	vec(struct cache_pin) list = {0};
	DIR *dir = opendir(where);
	struct dirent *entry;

	if (!dir && errno != ENOENT)
		return err_sys(err, ERR_STORE, "cannot read directory '%s'", where);
	while (dir && (entry = readdir(dir))) {
		scoped_free char *path = path_join(where, entry->d_name);
		struct cache_pin pin;

		if (strlen(entry->d_name) == NAME_LENGTH && read_pin(path, arena, &pin))
			vec_add(&list, pin);
	}
	if (dir)
		closedir(dir);
	*ret = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	*ret_n = list.n;
	vec_done(&list);
	return 0;
}

int
cache_pin_drop(const struct cache_pin *pin, struct err *err)
{
	return fs_remove(pin->path, err);
}
