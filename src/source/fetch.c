#include "source/fetch.h"

#include "base/format.h"
#include "base/str.h"
#include "ext/http.h"
#include "sys/fs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Whether the cache has it, byte for byte. */
static bool
is_cached(const char *path, const char *want)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char hex[DIGEST_HEX];

	if (fd < 0)
		return false;
	bool same = digest_of_fd(fd, hex) == 0 && strcmp(hex, want) == 0;
	close(fd);
	return same;
}

static int
refuse(const char *url, const char *want, const char *whose, const char *got, uint64_t size,
	struct err *err)
{
	char text[32];

	return err_set(err, ERR_SOURCE,
		"checksum mismatch: want sha256=%s (%s), got sha256=%s, %s from %.300s; nothing "
		"was unpacked",
		want, whose, got, format_size((double)size, text, sizeof(text)), url);
}

/* The file is durable by now; it gets its name, and the name becomes durable. */
static int
publish(const struct source_archives *env, const char *part, const char *hex, struct err *err)
{
	scoped_free char *path = path_join(env->cache, hex);

	if (rename(part, path) < 0)
		return err_sys(err, ERR_STORE, "cannot rename '%s'", part);
	return fs_fsync_dir(env->cache, err);
}

int
fetch_archive(const struct source_archives *env, const char *url, const char *want,
	const char *whose, char hex[DIGEST_HEX], struct err *err)
{
	char name[DIGEST_HEX], got[DIGEST_HEX];
	uint64_t size = 0;

	digest_of(url, strlen(url), name);
	scoped_free char *part = xasprintf("%s/url-%s.part", env->cache, name);
	scoped_free char *cached = want ? path_join(env->cache, want) : NULL;
	if (cached && is_cached(cached, want)) {
		memmove(hex, want, DIGEST_HEX);
		return 0;
	}
	const struct http_request request = {
		.url = url, .path = part, .max = env->download_max, .allow_http = env->allow_http};
	if (env->say) {
		scoped_free char *text = xasprintf("downloading %.300s", url);

		env->say(text, env->arg);
	}
	if (http_download(&request, got, &size, err) < 0)
		return -1;
	if (want && strcmp(want, got) != 0) {
		unlink(part);
		return refuse(url, want, whose, got, size, err);
	}
	if (publish(env, part, got, err) < 0)
		return -1;
	memcpy(hex, got, sizeof(got));
	return 0;
}
