/* Any bytes as a result file. The first line names the format; without a known one, whatever it is
 * taken for. What a reader hands over must be whole. */
#include "base/str.h"
#include "format/format.h"
#include "sys/fs.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int
demand_whole(const struct run_bench *bench, void *arg, struct err *err)
{
	double *sum = arg;

	(void)err;
	if (!bench->name || !bench->fullname)
		abort();
	*sum += (double)(strlen(bench->name) + strlen(bench->fullname));
	for (size_t i = 0; i < bench->n_values; i++) {
		const struct run_value *value = &bench->values[i];

		if (!value->metric || !value->unit || (value->n_data && !value->data))
			abort();
		for (size_t k = 0; k < value->n_data; k++)
			*sum += value->data[k];
	}
	if (bench->n_values == 0 && !bench->outcome)
		abort();
	return 0;
}

static void
read_all(const char *path, const char *name)
{
	const struct format *format = NULL;
	scoped(run) run = RUN_INIT;
	struct err err = ERR_INIT;
	double sum = 0;
	struct run_sink sink = {demand_whole, &sum, false};

	if (format_find(name, &format, &err) < 0 && format_detect(path, &format, &err) < 0)
		return;
	if (format->read(path, &run, &sink, &err) < 0 && !err.text[0])
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const uint8_t *end = n ? memchr(data, '\n', n) : NULL;
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (!end || fd < 0) {
		close(fd);
		return 0;
	}
	scoped_free char *name = xstrndup((const char *)data, (size_t)(end - data));
	scoped_free char *path = xasprintf("/proc/self/fd/%d", fd);
	size_t left = n - (size_t)(end + 1 - data);
	if (write(fd, end + 1, left) == (ssize_t)left)
		read_all(path, name);
	close(fd);
	return 0;
}
