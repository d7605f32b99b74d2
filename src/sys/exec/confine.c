#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WRITE_ABI_1                                                                                \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                           \
		LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |                    \
		LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |                        \
		LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |                      \
		LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)
#define REFER (UINT64_C(1) << 13)    /* ABI 2 */
#define TRUNCATE (UINT64_C(1) << 14) /* ABI 3 */

/* What programs write to without leaving anything behind. */
static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random",
	"/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/pts", "/dev/shm"};

static int
allow(int ruleset, const char *path, uint64_t access)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	int r = fstat(fd, &st);
	if (r == 0) {
		/* A rule for a file may only name what can be done to a file. */
		if (!S_ISDIR(st.st_mode))
			access &= LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE;
		struct landlock_path_beneath_attr rule = {
			.allowed_access = access,
			.parent_fd = fd,
		};
		r = (int)syscall(
			SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	}
	int saved = errno;
	close(fd);
	errno = saved;
	return r;
}

int
confine_writes(char *const *dirs, uint32_t *index)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	/* ABI 1 (Linux 5.13 to 5.18) refuses every rename between directories, also where writing
	 * is allowed: honest builds would break. No policy is better than that one. */
	if (abi < 2)
		return 0;
	uint64_t access = WRITE_ABI_1 | REFER | (abi >= 3 ? TRUNCATE : 0);
	struct landlock_ruleset_attr attr = {.handled_access_fs = access};
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		return 0;
	/* A device that is missing here needs no rule. */
	for (unsigned i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		(void)allow(ruleset, devices[i], access);
	for (*index = 0; dirs[*index]; ++*index) {
		if (allow(ruleset, dirs[*index], access) < 0) {
			int saved = errno;
			close(ruleset);
			errno = saved;
			return -1;
		}
	}
	bool holds = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return holds;
}
