/* Archives of tests/tools/archives.py: what is taken and what is refused, and that nothing is
 * written elsewhere. */
#include "ext/unpack.h"

#include "base/str.h"
#include "sys/fs.h"

#include "../check_main.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *sandbox;

static void
begin(void)
{
	struct err err = ERR_INIT;
	const char *data = getenv("TEST_DATA"), *tmp = getenv("TMPDIR");

	ck_assert_ptr_nonnull(data);
	scoped_free char *prefix = path_join(tmp && *tmp ? tmp : "/tmp", "revsweep-unpack-");
	ck_assert_msg(fs_temp_dir(prefix, &sandbox, &err) == 0, "%s", err.text);
	scoped_free char *command =
		xasprintf("python3 %s/../tools/archives.py %s/archives", data, sandbox);
	FILE *made = popen(command, "r");
	ck_assert_ptr_nonnull(made);
	ck_assert_int_eq(pclose(made), 0);
}

static void
end(void)
{
	struct err err = ERR_INIT;

	ck_assert_msg(fs_remove(sandbox, &err) == 0, "%s", err.text);
	free(sandbox);
}

/* One archive into a directory that lies between two canaries. */
static int
unpack_into(const char *name, char **ret_dest, struct unpacked *ret, struct err *err)
{
	scoped_free char *path = xasprintf("%s/archives/%s", sandbox, name);
	scoped_free char *outer = path_join(sandbox, "outer");
	struct err ignored = ERR_INIT;

	ck_assert_int_eq(fs_remove(outer, &ignored), 0);
	*ret_dest = path_join(outer, "here");
	ck_assert_int_eq(fs_mkdir_p(*ret_dest, 0755, &ignored), 0);
	scoped_free char *canary = path_join(outer, "canary");
	ck_assert_int_eq(fs_write_atomic(canary, "safe", 4, &ignored), 0);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int dest = open(*ret_dest, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_msg(fd >= 0 && dest >= 0, "%s", path);
	int r = unpack(fd, dest, ret, err);
	close(fd);
	close(dest);
	return r;
}

struct seen {
	const char *name;
	size_t outside;
	uint64_t bytes; /* that take room on the disk */
};

static int
look(const struct fs_entry *e, void *arg, struct err *err)
{
	struct seen *seen = arg;

	(void)err;
	if (strcmp(e->path, "here") != 0 && strcmp(e->path, "canary") != 0 &&
		!str_starts(e->path, "here/"))
		seen->outside++;
	if (e->type == 'f')
		seen->bytes += e->size;
	ck_assert_msg(
		strchr("dfl", e->type), "%s: %s is of the kind %c", seen->name, e->path, e->type);
	if (e->type == 'f' && strcmp(e->path, "canary") != 0)
		ck_assert_msg((e->mode & 07777) == 0644 || (e->mode & 07777) == 0755,
			"%s: %s has mode %o", seen->name, e->path, e->mode);
	return 0;
}

/* Nothing lies outside the destination, the canary is what it was, no mode is special. */
static void
check_nothing_else(const char *name, bool refused)
{
	scoped_free char *outer = path_join(sandbox, "outer");
	scoped_free char *canary = path_join(outer, "canary");
	struct seen seen = {.name = name};
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;

	ck_assert_int_eq(fs_walk(outer, look, &seen, &err), 0);
	ck_assert_msg(seen.outside == 0, "%s wrote elsewhere", name);
	ck_assert_int_eq(fs_read(canary, 100, &text, &err), 0);
	ck_assert_str_eq(text.p, "safe");
	/* Bombs are stopped long before the disk is full. */
	if (refused)
		ck_assert_msg(seen.bytes <= UNPACK_RATIO_FREE + (1 << 20), "%s wrote %llu bytes",
			name, (unsigned long long)seen.bytes);
}

/* "ok foo:d foo/run:x" */
static void
check_taken(const char *name, const char *dest, char *paths)
{
	char *save = NULL;

	for (char *p = strtok_r(paths, " ", &save); p; p = strtok_r(NULL, " ", &save)) {
		char *colon = strrchr(p, ':');
		struct stat st;

		*colon = '\0';
		scoped_free char *path = path_join(dest, p);
		ck_assert_msg(lstat(path, &st) == 0, "%s has no %s", name, p);
		mode_t want = colon[1] == 'd'   ? S_IFDIR | 0755
			      : colon[1] == 'l' ? S_IFLNK | 0777
			      : colon[1] == 'x' ? S_IFREG | 0755
						: S_IFREG | 0644;
		ck_assert_msg(st.st_mode == want, "%s: %s has mode %o", name, p, st.st_mode);
	}
}

static void
check_refused(const char *name, const struct err *err, char *texts)
{
	static const char between[] = " ... ";

	ck_assert_msg(err->kind == ERR_SOURCE, "%s: kind %d (%s)", name, err->kind, err->text);
	for (char *p = texts, *next; p; p = next) {
		next = strstr(p, between);
		if (next) {
			*next = '\0';
			next += strlen(between);
		}
		ck_assert_msg(strstr(err->text, p), "%s: '%s' is not in '%s'", name, p, err->text);
	}
}

static void
check_archive(const char *name, char *text)
{
	bool good = str_starts(text, "ok ");
	struct err err = ERR_INIT;
	struct unpacked sum = {0};
	char *dest;

	int r = unpack_into(name, &dest, &sum, &err);
	ck_assert_msg(r == (good ? 0 : -1), "%s: %s", name, r ? err.text : "was taken");
	check_nothing_else(name, !good);
	if (good) {
		ck_assert_msg(sum.newest >= 1500000000 && sum.newest < 1500086400, "%s is of %lld",
			name, (long long)sum.newest);
		check_taken(name, dest, text + strlen("ok "));
	} else {
		check_refused(name, &err, text);
	}
	free(dest);
}

START_TEST(takes_what_is_good_and_nothing_else)
{
	struct err err = ERR_INIT;
	scoped(str) list = STR_INIT;
	char *save = NULL;
	size_t n = 0;

	begin();
	scoped_free char *path = path_join(sandbox, "archives/expected");
	ck_assert_int_eq(fs_read(path, 1 << 20, &list, &err), 0);
	for (char *line = strtok_r(list.p, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *bar = strchr(line, '|');

		*bar = '\0';
		check_archive(line, bar + 1);
		n++;
	}
	ck_assert_uint_ge(n, 80);
	end();
}
END_TEST

/* Of the zeros at the end of a tar most may go. */
static bool
is_padding(const struct str *data, size_t from)
{
	for (size_t i = from; i < data->n; i++)
		if (data->p[i])
			return false;
	return true;
}

/* Whatever byte is wrong or missing, the error is one of ours and nothing lies elsewhere. */
START_TEST(survives_damage_anywhere)
{
	static const char *const names[] = {
		"good.tar", "good.tar.gz", "good.tar.bz2", "good.tar.xz", "good.zip"};
	struct err err = ERR_INIT;

	begin();
	scoped_free char *hurt = path_join(sandbox, "archives/hurt");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		scoped_free char *path = xasprintf("%s/archives/%s", sandbox, names[i]);
		scoped(str) data = STR_INIT;

		ck_assert_int_eq(fs_read(path, 1 << 20, &data, &err), 0);
		size_t step = data.n / 60 + 1;
		for (size_t at = 0; at < data.n; at += step) {
			struct unpacked sum;
			char *dest;

			data.p[at] = (char)(data.p[at] ^ 0x10);
			ck_assert_int_eq(fs_write_atomic(hurt, data.p, data.n, &err), 0);
			data.p[at] = (char)(data.p[at] ^ 0x10);
			if (unpack_into("hurt", &dest, &sum, &err) < 0)
				ck_assert_int_eq(err.kind, ERR_SOURCE);
			check_nothing_else(names[i], false);
			free(dest);
			ck_assert_int_eq(fs_write_atomic(hurt, data.p, at, &err), 0);
			ck_assert_msg(
				unpack_into("hurt", &dest, &sum, &err) < 0 || is_padding(&data, at),
				"%s cut at %zu was taken", names[i], at);
			check_nothing_else(names[i], false);
			free(dest);
		}
	}
	end();
}
END_TEST

TEST_SUITE("ext/unpack", takes_what_is_good_and_nothing_else, survives_damage_anywhere)
