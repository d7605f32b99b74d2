#include "store_priv.h"

#include "sys/fs.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Whether path already holds these bytes. A file of that name with other content is damaged, and
 * is replaced. */
static bool
is_there(const char *path, size_t n, const char *hex)
{
	struct stat st;
	scoped(str) have = STR_INIT;
	struct err err = ERR_INIT;
	char got[DIGEST_HEX];

	if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size != n ||
		fs_read(path, n, &have, &err) < 0)
		return false;
	digest_of(have.p, have.n, got);
	return strcmp(got, hex) == 0;
}

int
blob_make_dirs(const char *dir, struct err *err)
{
	scoped_free char *blobs = path_join(dir, "blobs");

	if (fs_mkdir_p(blobs, 0700, err) < 0)
		return -1;
	for (unsigned i = 0; i < 256; i++) {
		scoped_free char *sub = xasprintf("%s/%02x", blobs, i);
		if (mkdir(sub, 0700) < 0 && errno != EEXIST)
			return err_sys(err, ERR_STORE, "cannot make directory '%s'", sub);
	}
	/* Also when all were there: whoever made them may not have come to this. */
	return fs_fsync_dir(blobs, err);
}

bool
blob_any(const char *dir)
{
	for (unsigned i = 0; i < 256; i++) {
		scoped_free char *sub = xasprintf("%s/blobs/%02x", dir, i);
		DIR *d = opendir(sub);
		bool any = !d && errno != ENOENT; /* what cannot be read may hold some */
		struct dirent *entry;

		while (d && !any && (entry = readdir(d)))
			any = entry->d_name[0] != '.';
		if (d)
			closedir(d);
		if (any)
			return true;
	}
	return false;
}

int
blob_put(const char *dir, const void *data, size_t n, char hex[DIGEST_HEX], struct err *err)
{
	digest_of(data, n, hex);
	scoped_free char *sub = xasprintf("%s/blobs/%.2s", dir, hex);
	scoped_free char *path = path_join(sub, hex);

	if (is_there(path, n, hex))
		return fs_fsync_dir(sub, err);
	return fs_write_mode(path, data, n, 0444, err);
}

char *
store_blob_path(const struct store *store, const char *hex)
{
	if (!hex || strlen(hex) != DIGEST_HEX - 1 ||
		strspn(hex, "0123456789abcdef") != DIGEST_HEX - 1)
		return NULL;
	char *path = xasprintf("%s/blobs/%.2s/%s", store->dir, hex, hex);
	if (!fs_exists(path)) {
		free(path);
		return NULL;
	}
	return path;
}
