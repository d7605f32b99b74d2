/* Any bytes as a revspec: never a crash, and what is accepted keeps the promises of the header. */
#include "core/revspec.h"
#include "core/version.h"

#include "base/str.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check_name(const char *name)
{
	assert(name[0] && name[0] != '-' && !strchr(name, ' '));
}

static void
check_spec(const struct revspec *spec)
{
	bool two = spec->kind == REVSPEC_RANGE || spec->kind == REVSPEC_SYMMETRIC ||
		   spec->kind == REVSPEC_MERGE_BASE;

	assert(spec->text && spec->text[0] && spec->text[0] != '-');
	assert(!spec->label || spec->label[0]);
	assert((spec->kind == REVSPEC_WORKTREE) == !spec->a);
	assert(spec->kind == REVSPEC_ARCHIVE ||
		(spec->kind == REVSPEC_VERSION) == (spec->version != NULL));
	assert(spec->kind == REVSPEC_ARCHIVE ||
		(two || spec->kind == REVSPEC_PATCH) == (spec->b != NULL));
	assert((spec->kind == REVSPEC_LAST) == (spec->count > 0));
	assert(spec->count <= REVSPEC_COUNT_MAX && spec->every <= REVSPEC_COUNT_MAX);
	assert(!spec->every || revspec_is_series(spec));
	for (const char *p = spec->text; *p; p++)
		assert((unsigned char)*p >= ' ');
	if (spec->kind == REVSPEC_GIT || spec->kind == REVSPEC_LAST ||
		spec->kind == REVSPEC_PATCH || two)
		check_name(spec->a);
	if (two)
		check_name(spec->b);
	if (spec->kind == REVSPEC_TAGS)
		assert(spec->a[0] && !strchr(spec->a, ' '));
	if (spec->kind == REVSPEC_PATCH)
		assert(str_ends(spec->b, ".patch") || str_ends(spec->b, ".diff"));
}

/* Any two texts have one order. */
static void
check_order(const char *text)
{
	scoped_free char *half = xstrndup(text, strlen(text) / 2);
	const char *rest = text + strlen(half);
	int order = version_compare(half, rest);

	assert(version_compare(text, text) == 0);
	assert((version_compare(rest, half) > 0) == (order < 0));
	assert((order == 0) == (strcmp(half, rest) == 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct revspec spec, again;
	scoped_free char *text = xstrndup((const char *)data, n);
	const char *const *texts;
	size_t n_texts = 0;
	bool expands = revspec_expand(text, &arena, &texts, &n_texts, &err) == 0;

	/* What is promised: each of the texts names one revision. */
	for (size_t i = 0; expands && n_texts > 1 && i < n_texts; i++)
		if (strlen(texts[i]) <= REVSPEC_TEXT_MAX) {
			int r = revspec_parse(texts[i], &arena, &spec, &err);
			assert(r == 0 && spec.version);
			(void)r;
		}

	check_order(text);
	if (revspec_parse(text, &arena, &spec, &err) < 0) {
		assert(err.kind == ERR_USAGE || err.kind == ERR_SOURCE);
		assert(err.text[0]);
		arena_done(&arena);
		return 0;
	}
	check_spec(&spec);
	/* A plan stores label and text apart: putting them together again means the same. */
	const char *label = spec.label ? spec.label : "label";
	scoped_free char *whole = xasprintf("%s=%s", label, spec.text);
	if (strlen(whole) <= REVSPEC_TEXT_MAX) {
		int r = revspec_parse(whole, &arena, &again, &err);
		assert(r == 0);
		(void)r;
		assert(again.kind == spec.kind && str_eq(again.label, label));
		assert(str_eq(again.text, spec.text));
		assert(str_eq(again.a, spec.a) && str_eq(again.b, spec.b));
		assert(again.count == spec.count && again.every == spec.every);
	}
	arena_done(&arena);
	return 0;
}
