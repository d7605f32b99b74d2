/* Any bytes as an archive: never a crash, and nothing that the header forbids. */
#include "ext/unpack.h"

#include "sys/fs.h"

#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int
look(const struct fs_entry *e, void *arg, struct err *err)
{
	(void)arg;
	(void)err;
	assert(strchr("dfl", e->type));
	assert(e->type == 'l' || !(e->mode & 07000));
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct err err = ERR_INIT, ignored = ERR_INIT;
	struct unpacked sum = {0};
	int fd = memfd_create("archive", MFD_CLOEXEC);
	char *dir = NULL;

	if (fd < 0 || write(fd, data, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) != 0 ||
		fs_temp_dir("/tmp/revsweep-fuzz-", &dir, &ignored) < 0)
		abort();
	int dest = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = unpack(fd, dest, &sum, &err);
	assert(r == 0 ? sum.entries > 0 : err.text[0] && err.kind != ERR_INTERNAL);
	r = fs_walk(dir, look, NULL, &ignored);
	assert(r == 0);
	close(dest);
	close(fd);
	r = fs_remove(dir, &ignored);
	assert(r == 0);
	free(dir);
	return 0;
}
