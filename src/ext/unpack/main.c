/* revsweep-unpack SHA256 ARCHIVE DEST: unpacks a hostile archive with little to lose. Whoever
 * starts it confines its writes to DEST (sys/proc.h); memory and time are limited here. Prints the
 * time of the newest file; errors go to stderr, and the exit code is their kind's. */
#include "base/str.h"
#include "ext/digest.h"
#include "ext/unpack.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define CPU_S 120
#define MEMORY ((rlim_t)1 << 30)

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1 /* reserves terabytes of addresses */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static int
set_limits(struct err *err)
{
	const struct rlimit cpu = {CPU_S, CPU_S}, memory = {MEMORY, MEMORY}, none = {0, 0};

	/* A file that grows too large is an error like another one. */
	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_CPU, &cpu) < 0 || setrlimit(RLIMIT_CORE, &none) < 0 ||
		(!SANITIZED && setrlimit(RLIMIT_AS, &memory) < 0))
		return err_sys(err, ERR_RESOURCES, "cannot limit the unpacking");
	return 0;
}

static int
check_digest(int fd, const char *want, struct err *err)
{
	char got[DIGEST_HEX];

	if (digest_of_fd(fd, got) < 0)
		return err_sys(err, ERR_SOURCE, "cannot read the archive");
	if (strcmp(got, want) != 0)
		return err_set(err, ERR_SOURCE,
			"the archive changed since its checksum was taken: want %s, got %s", want,
			got);
	return 0;
}

/* The descriptor keeps a renamed archive from being another one; these tell whether it was written
 * to meanwhile. */
static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec && a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static int
run(const char *want, const char *archive, const char *dest, struct unpacked *ret, struct err *err)
{
	struct stat before, after;
	int fd = open(archive, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int dir = open(dest, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r = -1;

	if (fd < 0)
		err_sys(err, ERR_SOURCE, "cannot open the archive");
	else if (dir < 0)
		err_sys(err, ERR_STORE, "cannot open directory '%s'", dest);
	else if (fstat(fd, &before) < 0)
		err_sys(err, ERR_SOURCE, "cannot look at the archive");
	else if (set_limits(err) == 0 && check_digest(fd, want, err) == 0)
		r = unpack(fd, dir, ret, err);
	if (r == 0 && (fstat(fd, &after) < 0 || !is_same(&before, &after)))
		r = err_set(err, ERR_SOURCE, "the archive changed while it was unpacked");
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	return r;
}

int
main(int argc, char **argv)
{
	struct unpacked sum = {0};
	struct err err = ERR_INIT;

	if (argc != 4) {
		fputs("usage: revsweep-unpack SHA256 ARCHIVE DEST\n", stderr);
		return err_exit_code(ERR_USAGE);
	}
	if (run(argv[1], argv[2], argv[3], &sum, &err) < 0) {
		fputs(err.text, stderr);
		return err_exit_code(err.kind);
	}
	printf("%lld\n", (long long)sum.newest);
	return fflush(stdout) == 0 ? 0 : err_exit_code(ERR_RESOURCES);
}
