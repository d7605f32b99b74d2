#include "sys/fs.h"
#include "sys/lock.h"

#include "../check_main.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *dir;
static struct err err;

#define OK(call) ck_assert_msg((call) == 0, "%s", err.text)

/* A path below the scratch directory; the last eight stay valid. */
static const char *
at(const char *name)
{
	static char paths[8][4096];
	static unsigned next;
	char *p = paths[next++ % 8];

	snprintf(p, sizeof(*paths), "%s/%s", dir, name);
	return p;
}

static void
begin(void)
{
	err = (struct err)ERR_INIT;
	OK(fs_temp_dir("/tmp/test-fs-", &dir, &err));
}

static void
done(void)
{
	OK(fs_remove(dir, &err));
	ck_assert(!fs_exists(dir));
	free(dir);
}

static void
put(const char *name, const char *text)
{
	OK(fs_write_atomic(at(name), text, strlen(text), &err));
}

static void
assert_path(char *got, const char *expected)
{
	ck_assert_str_eq(got, expected);
	free(got);
}

START_TEST(paths_are_text)
{
	assert_path(path_join("a", "b"), "a/b");
	assert_path(path_join("a/", "b"), "a/b");
	assert_path(path_join("a", "/b"), "/b");
	assert_path(path_join("", "b"), "b");
	assert_path(path_absolute("/a/./b//c/../d/"), "/a/b/d");
	assert_path(path_absolute("/../.."), "/");
	assert_path(path_absolute("/a/../.."), "/");
	ck_assert_int_eq(chdir("/usr"), 0);
	assert_path(path_absolute("bin/../lib"), "/usr/lib");
	assert_path(path_absolute("."), "/usr");
	assert_path(path_absolute("..."), "/usr/...");
	ck_assert_str_eq(path_base("/a/b"), "b");
	ck_assert_str_eq(path_base("b"), "b");
	assert_path(path_dir("/a/b"), "/a");
	assert_path(path_dir("/a"), "/");
	assert_path(path_dir("a"), ".");
}
END_TEST

START_TEST(files_and_programs_are_found)
{
	begin();
	OK(fs_mkdir_p(at("a/b/c"), 0755, &err));
	OK(fs_mkdir_p(at("a/b/c"), 0755, &err));
	put("a/mark", "");
	scoped_free char *up = fs_find_up(at("a/b/c"), "mark");
	ck_assert_str_eq(up, at("a/mark"));
	ck_assert_ptr_null(fs_find_up(at("a/b/c"), "no-such-mark-anywhere"));
	put("a/b/tool", "#!/bin/sh\n");
	scoped_free char *search = xasprintf("%s::%s", at("a"), at("a/b"));
	ck_assert_ptr_null(fs_find_program("tool", search));
	ck_assert_int_eq(chmod(at("a/b/tool"), 0755), 0);
	scoped_free char *tool = fs_find_program("tool", search);
	ck_assert_str_eq(tool, at("a/b/tool"));
	ck_assert_ptr_null(fs_find_program("b", at("a"))); /* a directory */
	ck_assert_ptr_null(fs_find_program("tool", NULL));
	put("file", "");
	ck_assert_int_eq(fs_mkdir_p(at("file"), 0755, &err), -1);
	ck_assert_int_eq(fs_mkdir_p(at("file/below"), 0755, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "file"));
	done();
}
END_TEST

START_TEST(reading_has_limits)
{
	scoped(str) text = STR_INIT;

	begin();
	put("ten", "0123456789");
	OK(fs_read(at("ten"), 10, &text, &err));
	ck_assert_str_eq(text.p, "0123456789");
	ck_assert_int_eq(fs_read(at("ten"), 9, &text, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "larger than"));
	str_clear(&text);
	OK(fs_read_tail(at("ten"), 4, &text, &err));
	ck_assert_str_eq(text.p, "6789");
	str_clear(&text);
	OK(fs_read_tail(at("ten"), 11, &text, &err));
	ck_assert_str_eq(text.p, "0123456789");
	ck_assert_int_eq(fs_read(at("absent"), 9, &text, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "No such file"));
	ck_assert_int_eq(fs_read(dir, 9, &text, &err), -1);
	done();
}
END_TEST

START_TEST(tail_of_a_growing_file)
{
	scoped(str) text = STR_INIT;

	/* endless, and its size is 0: what is asked for comes, no more and no error */
	err = (struct err)ERR_INIT;
	OK(fs_read_tail("/dev/zero", 100, &text, &err));
	ck_assert_uint_eq(text.n, 100);
}
END_TEST

START_TEST(atomic_writes_leave_old_or_new)
{
	scoped(str) text = STR_INIT;
	struct stat st;

	begin();
	umask(027);
	put("f", "old");
	ck_assert_int_eq(stat(at("f"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0640);
	put("f", "new");
	OK(fs_read(at("f"), 100, &text, &err));
	ck_assert_str_eq(text.p, "new");
	/* onto a directory: refused, and nothing temporary stays */
	OK(fs_mkdir_p(at("d/x"), 0755, &err));
	ck_assert_int_eq(fs_write_atomic(at("d"), "y", 1, &err), -1);
	ck_assert_int_eq(fs_write_atomic(at("no/f"), "y", 1, &err), -1);
	ck_assert_int_eq(unlink(at("f")), 0);
	ck_assert_int_eq(rmdir(at("d/x")), 0);
	ck_assert_int_eq(rmdir(at("d")), 0);
	ck_assert_int_eq(rmdir(dir), 0);
	free(dir);
}
END_TEST

START_TEST(copies_keep_permission_bits)
{
	struct stat st;

	begin();
	umask(077);
	put("tool", "x");
	ck_assert_int_eq(chmod(at("tool"), 0755), 0);
	OK(fs_copy(at("tool"), at("copy"), &err));
	ck_assert_int_eq(stat(at("copy"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0755);
	ck_assert_uint_eq((uint64_t)st.st_size, 1);
	ck_assert_int_eq(fs_copy(at("tool"), at("copy"), &err), -1);
	done();
}
END_TEST

/* Root is not stopped by permission bits: the test goes on as nobody. */
static void
become_nobody(void)
{
	if (getuid() != 0)
		return;
	ck_assert_int_eq(chown(dir, 65534, 65534), 0);
	ck_assert_int_eq(setgid(65534), 0);
	ck_assert_int_eq(setuid(65534), 0);
}

START_TEST(removing_stays_inside_and_takes_all)
{
	scoped(str) text = STR_INIT;

	begin();
	become_nobody();
	OK(fs_mkdir_p(at("keep"), 0755, &err));
	put("keep/precious", "gold");
	OK(fs_mkdir_p(at("tree/locked/deep"), 0755, &err));
	put("tree/locked/deep/f", "");
	ck_assert_int_eq(symlink("../keep", at("tree/link")), 0);
	ck_assert_int_eq(symlink(at("keep"), at("tree/locked/link")), 0);
	ck_assert_int_eq(symlink("nowhere", at("tree/dangling")), 0);
	ck_assert_int_eq(mkfifo(at("tree/pipe"), 0600), 0);
	ck_assert_int_eq(chmod(at("tree/locked/deep"), 0), 0);
	ck_assert_int_eq(chmod(at("tree/locked"), 0500), 0);
	ck_assert_int_eq(chmod(at("tree"), 0), 0);
	OK(fs_remove(at("tree"), &err));
	ck_assert(!fs_exists(at("tree")));
	OK(fs_read(at("keep/precious"), 10, &text, &err));
	/* a link as the root: the link goes, what it names stays */
	ck_assert_int_eq(symlink("keep", at("l")), 0);
	OK(fs_remove(at("l"), &err));
	ck_assert(!fs_exists(at("l")));
	ck_assert(fs_exists(at("keep/precious")));
	OK(fs_remove(at("l"), &err)); /* gone already: fine */
	/* /tmp is sticky and not ours, but the directory itself may go */
	done();
}
END_TEST

static int
note_entry(const struct fs_entry *e, void *arg, struct err *unused)
{
	(void)unused;
	str_addf(arg, "%c%s\n", e->type, e->path);
	return 0;
}

static int
stop_at_b(const struct fs_entry *e, void *arg, struct err *ret)
{
	str_addf(arg, "%s\n", e->path);
	return strcmp(e->path, "b") == 0 ? err_set(ret, ERR_USAGE, "seen enough") : 0;
}

START_TEST(walks_are_in_order)
{
	scoped(str) seen = STR_INIT;

	begin();
	OK(fs_mkdir_p(at("b/sub"), 0755, &err));
	put("b/sub/z", "");
	put("b/a", "");
	put("B", "");
	put("a", "");
	put("c\xff", "");
	put(".hidden", "");
	ck_assert_int_eq(symlink("b", at("link")), 0);
	OK(fs_walk(dir, note_entry, &seen, &err));
	ck_assert_str_eq(seen.p, "f.hidden\nfB\nfa\ndb\nfb/a\ndb/sub\nfb/sub/z\nfc\xff\nllink\n");
	str_clear(&seen);
	ck_assert_int_eq(fs_walk(dir, stop_at_b, &seen, &err), -1);
	ck_assert_str_eq(err.text, "seen enough");
	ck_assert_str_eq(seen.p, ".hidden\nB\na\nb\n");
	ck_assert_int_eq(fs_walk(at("absent"), stop_at_b, &seen, &err), -1);
	done();
}
END_TEST

START_TEST(locks_exclude)
{
	struct lock a = LOCK_INIT, b = LOCK_INIT, c = LOCK_INIT;
	char pid[32];

	begin();
	OK(lock_take(at("lock"), false, &a, &err));
	ck_assert_int_eq(lock_take(at("lock"), false, &b, &err), -1);
	ck_assert_int_eq(err.kind, ERR_BUSY);
	snprintf(pid, sizeof(pid), "pid %d", (int)getpid());
	ck_assert_ptr_nonnull(strstr(err.text, pid));
	ck_assert_int_eq(b.fd, -1);
	lock_done(&a);
	ck_assert(!lock_is_held(at("lock")));
	ck_assert(!lock_is_held(at("no-such-lock")));
	OK(lock_share(at("lock"), true, &a, &err));
	ck_assert(!lock_is_held(at("lock")));
	OK(lock_share(at("lock"), true, &b, &err));
	ck_assert_int_eq(lock_take(at("lock"), false, &c, &err), -1);
	lock_done(&a);
	lock_done(&b);
	/* a holder that dies lets go */
	pid_t child = fork();
	if (child == 0)
		_exit(lock_take(at("lock"), true, &a, &err) == 0 ? 0 : 1);
	int status;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	OK(lock_take(at("lock"), false, &c, &err));
	lock_done(&c);
	lock_done(&c);
	ck_assert_int_eq(symlink("lock", at("by-link")), 0);
	ck_assert_int_eq(lock_take(at("by-link"), false, &c, &err), -1);
	done();
}
END_TEST

/* f_type as in statfs(2). */
START_TEST(shared_file_systems_are_known)
{
	char type[64] = "";

	ck_assert_str_eq(fs_remote_name(0x6969), "nfs");
	ck_assert_str_eq(fs_remote_name(0xff534d42), "cifs");
	ck_assert_str_eq(fs_remote_name(0x01021997), "9p");
	ck_assert_ptr_null(fs_remote_name(0xef53));     /* ext4 */
	ck_assert_ptr_null(fs_remote_name(0x01021994)); /* tmpfs */
	ck_assert_ptr_null(fs_remote_name(0x65735546)); /* FUSE: can be either */
	ck_assert(!fs_is_remote("/proc", type, sizeof(type)));
	ck_assert(!fs_is_remote("/nowhere at all", type, sizeof(type)));
}
END_TEST

START_TEST(what_is_there_is_not_replaced)
{
	scoped(str) text = STR_INIT;
	bool there = true;

	begin();
	OK(fs_write_new(at("f"), "one", 3, &there, &err));
	ck_assert(!there);
	OK(fs_write_new(at("f"), "two", 3, &there, &err));
	ck_assert(there);
	OK(fs_read(at("f"), 10, &text, &err));
	ck_assert_str_eq(text.p, "one");
	ck_assert_int_eq(fs_write_new(at("no/f"), "x", 1, &there, &err), -1);
	ck_assert(!there);
	done();
}
END_TEST

/* What a user names may be a pipe, a device, or nothing that can be written. */
START_TEST(places_are_checked_and_kept)
{
	scoped(str) text = STR_INIT;
	struct stat st;

	begin();
	OK(fs_append(at("log"), "a", 1, &err));
	OK(fs_append(at("log"), "b", 1, &err));
	OK(fs_read(at("log"), 10, &text, &err));
	ck_assert_str_eq(text.p, "ab");
	OK(fs_write_to(at("log"), "c", 1, &err));
	str_clear(&text);
	OK(fs_read(at("log"), 10, &text, &err));
	ck_assert_str_eq(text.p, "c");
	OK(symlink("/dev/null", at("null")));
	OK(fs_write_to(at("null"), "c", 1, &err));
	OK(lstat(at("null"), &st));
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(fs_append(at("no/log"), "a", 1, &err), -1);

	OK(fs_check_writable(at("log"), &err));
	OK(fs_check_writable(at("new"), &err));
	OK(fs_check_writable(at("null"), &err));
	ck_assert(!fs_exists(at("new")));
	ck_assert_int_eq(fs_check_writable(at("no/log"), &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "there is no directory"));
	ck_assert_int_eq(fs_check_writable(dir, &err), -1);
	ck_assert_int_eq(fs_check_writable(at("x/"), &err), -1);
	ck_assert_int_eq(fs_check_writable("", &err), -1);
	done();
}
END_TEST

TEST_SUITE("sys/fs", places_are_checked_and_kept, paths_are_text, files_and_programs_are_found,
	reading_has_limits, what_is_there_is_not_replaced, tail_of_a_growing_file,
	atomic_writes_leave_old_or_new, copies_keep_permission_bits,
	removing_stays_inside_and_takes_all, walks_are_in_order, locks_exclude,
	shared_file_systems_are_known)
