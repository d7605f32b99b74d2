#include "source/unpacker.h"

#include "base/str.h"
#include "ext/unpack.h"
#include "sys/fs.h"
#include "sys/proc.h"

#include <stdlib.h>

#define UNPACK_TIMEOUT_NS (UINT64_C(300) * 1000000000)
#define SAID_MAX 4096 /* bytes of what the unpacker says */

/* What the unpacker's end means to us. */
static int
judge_end(const struct proc_end *end, const char *said, struct err *err)
{
	static const enum err_kind kinds[] = {
		ERR_SOURCE, ERR_STORE, ERR_RESOURCES, ERR_ENVIRONMENT, ERR_INTERNAL};
	char text[200];

	if (end->how == PROC_EXITED && end->exit_code == 0)
		return 0;
	for (size_t i = 0; end->how == PROC_EXITED && i < ARRAY_LEN(kinds); i++)
		if (end->exit_code == err_exit_code(kinds[i]) && *said)
			return err_set(err, kinds[i], "%s", said);
	proc_end_text(end, text, sizeof(text));
	if (end->how == PROC_NOT_STARTED)
		return err_set(err, ERR_ENVIRONMENT, "cannot unpack: revsweep-unpack %s", text);
	return err_set(err, ERR_SOURCE,
		"unsafe archive: the unpacker ended early, %s (the archive is damaged, or a bomb)",
		text);
}

int
unpacker_run(const char *archive, const char *hex, const char *tmp, const char *dest,
	int64_t *ret_date, struct err *err)
{
	scoped_free char *program = NULL, *out = path_join(tmp, "out"),
			 *complaint = path_join(tmp, "err");
	scoped(str) said = STR_INIT, date = STR_INIT;
	scoped(proc_end) end = {0};

	if (proc_find_helper("revsweep-unpack", "REVSWEEP_UNPACK", &program, err) < 0)
		return -1;
	const char *const argv[] = {program, hex, archive, dest, NULL};
	const char *const env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL};
	const char *const writable[] = {dest, NULL};
	const struct proc_spec spec = {
		.argv = argv,
		.env = env,
		.stdout_path = out,
		.stderr_path = complaint,
		.timeout_ns = UNPACK_TIMEOUT_NS,
		.output_max = SAID_MAX,
		.file_max = UNPACK_FILE_MAX,
		.cpu = -1,
		.writable = writable,
	};
	if (proc_run(&spec, &end, err) < 0)
		return -1;
	if (fs_read(complaint, SAID_MAX, &said, err) < 0 || judge_end(&end, said.p, err) < 0 ||
		fs_read(out, SAID_MAX, &date, err) < 0)
		return -1;
	*ret_date = strtoll(date.p, NULL, 10);
	return 0;
}
