#include "source/release.h"

#include "ext/digest.h"

/* Leads the digest, so that no release has the id of anything else. */
#define ID_FORMAT "revsweep release 1"

void
release_resolve(const struct source_releases *releases, const struct revspec *spec,
	struct arena *arena, struct rev *ret)
{
	struct digest *d = digest_new();
	const char *package = releases->package;
	char hex[DIGEST_HEX];

	digest_add_text(d, ID_FORMAT);
	digest_add_text(d, releases->recipe);
	digest_add_text(d, package);
	digest_add_text(d, spec->version);
	digest_finish(d, hex);
	ret->kind = REVSPEC_VERSION;
	ret->id = ret->tree_id = arena_strdup(arena, hex);
	ret->subject = arena_printf(
		arena, "%s%s%s", package ? package : "", package ? " " : "", spec->version);
}
