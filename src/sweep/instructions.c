#include "sweep/instructions.h"

#include "base/parse.h"
#include "base/str.h"
#include "base/vec.h"
#include "sys/alloc_wire.h"
#include "sys/fs.h"
#include "sys/proc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PROFILE_MAX ((size_t)60 << 20) /* bytes of one process */
#define PROFILES_MAX ((size_t)256 << 20)

char *
instructions_valgrind(void)
{
	const char *path = getenv("PATH");

	return path ? fs_find_program("valgrind", path) : NULL;
}

int
instructions_check(bool inside, struct err *err)
{
	scoped_free char *valgrind = instructions_valgrind();

	if (!valgrind && (inside || !proc_can_count(PROC_COUNT_INSTRUCTIONS)))
		return err_set(err, ERR_ENVIRONMENT,
			"instructions are counted by valgrind, and there is none on PATH: install "
			"it (apt install valgrind), or leave instructions out of the metrics");
	return 0;
}

const char *const *
instructions_wrapper(const char *valgrind, const char *dir, bool inside, struct arena *arena)
{
	const char *out = arena_printf(arena, "--callgrind-out-file=%s/callgrind.%%p", dir);
	const char *log = arena_printf(arena, "--log-file=%s/log.%%p", dir);
	/* A forked process begins with what its parent executed until then, unless that has been
	 * written down and forgotten just before. */
	const char *const all[] = {valgrind, "-q", "--vgdb=no", "--tool=callgrind",
		"--trace-children=yes", "--dump-instr=no", "--separate-recs=1",
		"--dump-before=fork", "--dump-before=__libc_fork", "--dump-before=vfork",
		"--dump-before=__vfork", out, log, NULL};
	const char *const within[] = {valgrind, "-q", "--vgdb=no", "--tool=callgrind",
		"--trace-children=yes", "--toggle-collect=" ALLOC_WITHIN,
		"--dump-after=" ALLOC_WITHIN, out, log, NULL};

	return inside ? arena_copy(arena, within, ARRAY_LEN(within), sizeof(*within))
		      : arena_copy(arena, all, ARRAY_LEN(all), sizeof(*all));
}

struct reading {
	struct why_side *side;
	const char *dir;
	struct instructions_read *ret;
	uint64_t bytes;
};

static int
visit(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct reading *r = arg;
	scoped_free char *path = path_join(r->dir, entry->path);
	scoped(str) text = STR_INIT;

	if (entry->type != 'f' || !str_starts(entry->path, "callgrind."))
		return entry->type == 'd';
	if (entry->size > PROFILE_MAX || r->bytes + entry->size > PROFILES_MAX) {
		r->ret->left_out++;
		return 0;
	}
	r->bytes += entry->size;
	if (fs_read(path, PROFILE_MAX, &text, err) < 0)
		return -1;
	r->ret->read += why_read_callgrind(text.p, r->side);
	why_side_merge(r->side);
	return 0;
}

int
instructions_read(
	const char *dir, struct why_side *side, struct instructions_read *ret, struct err *err)
{
	struct reading r = {.side = side, .dir = dir, .ret = ret};

	*ret = (struct instructions_read){0};
	return fs_walk(dir, visit, &r, err);
}

struct parts {
	const char *dir;
	double *values;
	size_t n;
};

/* "callgrind.PID.N": what was executed in call N; one without a number is what came after the last.
 */
static int
visit_part(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct parts *p = arg;
	scoped_free char *path = path_join(p->dir, entry->path);
	const char *number = strrchr(entry->path, '.');
	scoped(str) text = STR_INIT;
	struct why_side side = {0};
	struct err ignored = ERR_INIT; /* there were more calls than anybody asked for */
	uint64_t n = 0;

	if (entry->type != 'f' || !str_starts(entry->path, "callgrind.") ||
		number == strchr(entry->path, '.') || entry->size > PROFILE_MAX)
		return entry->type == 'd';
	if (parse_u64(number + 1, p->n, &n, &ignored) < 0 || n == 0)
		return 0;
	if (fs_read(path, PROFILE_MAX, &text, err) < 0)
		return -1;
	if (strstr(text.p, "Trigger: --dump-after=" ALLOC_WITHIN) &&
		why_read_callgrind(text.p, &side))
		p->values[n - 1] = (double)side.total;
	why_side_done(&side);
	return 0;
}

int
instructions_calls(const char *dir, double *values, size_t n, struct err *err)
{
	struct parts parts = {.dir = dir, .values = values, .n = n};

	for (size_t i = 0; i < n; i++)
		values[i] = NAN;
	return fs_walk(dir, visit_part, &parts, err);
}
