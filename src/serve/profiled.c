/* The folder of profiles that the server was given. Looking whether it has changed costs as much as
 * listing it; who makes an answer does, so that no answer is older than the store's own. */
#include "serve_priv.h"

#include "format/profiles.h"

struct profiled {
	const char *dir;
	uint64_t seen, read; /* states of the folder: now, and of what follows */
	bool is_read;
	struct profiles profiles;
};

struct profiled *
profiled_new(const char *dir)
{
	struct profiled *profiled = xcalloc(1, sizeof(*profiled));

	profiled->dir = dir;
	return profiled;
}

static void
forget(struct profiled *profiled)
{
	profiles_done(&profiled->profiles);
	profiled->profiles = (struct profiles){0};
	profiled->is_read = false;
}

void
profiled_free(struct profiled *profiled)
{
	if (!profiled)
		return;
	forget(profiled);
	free(profiled);
}

uint64_t
profiled_look(struct profiled *profiled)
{
	profiled->seen = profiled->dir ? profiles_state(profiled->dir) : 0;
	return profiled->seen;
}

const struct profile_view *
profiled_get(struct profiled *profiled, const struct report *report, struct arena *arena)
{
	struct profile_view *view = arena_alloc(arena, 1, sizeof(*view));
	struct err err = ERR_INIT;

	if (!profiled->dir)
		return NULL;
	if (!profiled->is_read || profiled->read != profiled->seen) {
		forget(profiled);
		if (profiles_read(profiled->dir, &profiled->profiles, &err) < 0)
			profiles_note(&profiled->profiles, "%s", err.text);
		profiled->is_read = true;
		profiled->read = profiled->seen;
	}
	profiles_match(&profiled->profiles, report->results, report->sweep, arena, view);
	return view;
}
