#include "sys/alloc.h"

#include "base/str.h"
#include "base/vec.h"
#include "sys/alloc_wire.h"
#include "sys/fs.h"
#include "sys/proc.h"

#include <string.h>

struct reading {
	struct arena *arena;
	const char *dir;
	vec(struct alloc_process) list;
};

static void
take(struct reading *r, const struct alloc_file *file)
{
	struct alloc_process p = {
		.allocations = file->allocations,
		.allocated = file->allocated,
		.peak = file->peak > 0 ? (uint64_t)file->peak : 0,
		.own_malloc = file->flags & ALLOC_OWN_MALLOC,
	};
	int64_t live = file->live;

	for (size_t i = 0; i < ALLOC_SLOTS; i++) {
		p.allocations += file->slots[i].allocations;
		p.allocated += file->slots[i].allocated;
		live += file->slots[i].live;
	}
	if (live > 0 && (uint64_t)live > p.peak)
		p.peak = (uint64_t)live;
	if (file->flags & ALLOC_STARTED_STATIC)
		p.started = arena_strndup(
			r->arena, file->started, strnlen(file->started, sizeof(file->started)));
	vec_add(&r->list, p);
}

/* Files of others are none of ours. */
static int
visit(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct reading *r = arg;
	struct alloc_file file;
	scoped_free char *path = path_join(r->dir, entry->path);
	scoped(str) text = STR_INIT;

	if (entry->type != 'f' || entry->size != sizeof(file))
		return 0;
	if (fs_read(path, sizeof(file), &text, err) < 0)
		return -1;
	if (text.n != sizeof(file))
		return 0;
	memcpy(&file, text.p, sizeof(file));
	if (file.magic == ALLOC_MAGIC)
		take(r, &file);
	return 0;
}

int
alloc_read(const char *dir, struct arena *arena, struct alloc_process **ret, size_t *ret_n,
	struct err *err)
{
	struct reading r = {.arena = arena, .dir = dir};
	int result = fs_walk(dir, visit, &r, err);

	*ret = arena_copy(arena, r.list.v, r.list.n, sizeof(*r.list.v));
	*ret_n = r.list.n;
	vec_done(&r.list);
	return result;
}

int
alloc_find(char **ret, struct err *err)
{
	return proc_find_helper("revsweep-alloc.so", "REVSWEEP_ALLOC", ret, err);
}
