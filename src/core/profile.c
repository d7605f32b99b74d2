#include "core/profile.h"

#include "base/str.h"

#include <stdarg.h>
#include <string.h>

void
profiles_done(struct profiles *p)
{
	vec_done(&p->runs.list);
	vec_done(&p->keys.list);
	vec_done(&p->functions);
	vec_done(&p->lines);
	vec_done(&p->notes);
	index_done(&p->runs.by_text);
	index_done(&p->keys.by_text);
	index_done(&p->by_function);
	index_done(&p->by_line);
	arena_done(&p->arena);
}

void
profiles_note(struct profiles *p, const char *fmt, ...)
{
	scoped(str) text = STR_INIT;
	va_list ap;

	if (p->notes.n >= PROFILE_NOTES_MAX) {
		p->unsaid++;
		return;
	}
	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	vec_add(&p->notes, arena_strdup(&p->arena, text.p));
}

/* ---- everything once */

struct wanted {
	const struct profiles *p;
	const struct profile_texts *texts;
	const char *text;
	const struct profile_function *function;
	const struct profile_line *line;
};

static bool
is_text(size_t place, const void *arg)
{
	const struct wanted *w = arg;

	return strcmp(w->texts->list.v[place], w->text) == 0;
}

static size_t
place_of_text(struct profiles *p, struct profile_texts *texts, const char *text)
{
	uint32_t hash = index_hash(0, text);
	size_t at = index_find(
		&texts->by_text, hash, is_text, &(struct wanted){.texts = texts, .text = text});

	if (at != SIZE_MAX)
		return at;
	index_add(&texts->by_text, hash, texts->list.n);
	vec_add(&texts->list, arena_strdup(&p->arena, text));
	return texts->list.n - 1;
}

static bool
is_function(size_t place, const void *arg)
{
	const struct wanted *w = arg;
	const struct profile_function *have = &w->p->functions.v[place];

	return have->line == w->function->line && strcmp(have->name, w->function->name) == 0 &&
	       strcmp(have->file, w->function->file) == 0;
}

static size_t
place_of_function(struct profiles *p, const struct profile_function *f)
{
	uint32_t hash =
		index_hash_number(index_hash(index_hash(0, f->name), f->file), (uint64_t)f->line);
	size_t at = index_find(
		&p->by_function, hash, is_function, &(struct wanted){.p = p, .function = f});
	if (at != SIZE_MAX)
		return at;
	index_add(&p->by_function, hash, p->functions.n);
	vec_add(&p->functions, (struct profile_function){.name = arena_strdup(&p->arena, f->name),
				       .file = arena_strdup(&p->arena, f->file),
				       .line = f->line});
	return p->functions.n - 1;
}

static bool
is_line(size_t place, const void *arg)
{
	const struct wanted *w = arg;
	const struct profile_line *have = &w->p->lines.v[place];

	return have->run == w->line->run && have->key == w->line->key &&
	       have->function == w->line->function;
}

bool
profiles_add(struct profiles *p, const char *run, const char *key,
	const struct profile_function *function, double seconds)
{
	struct profile_line line = {.run = place_of_text(p, &p->runs, run),
		.key = place_of_text(p, &p->keys, key),
		.function = place_of_function(p, function),
		.seconds = seconds};
	uint32_t hash = index_hash_number(
		index_hash_number(index_hash_number(0, line.run), line.key), line.function);

	if (index_find(&p->by_line, hash, is_line, &(struct wanted){.p = p, .line = &line}) !=
		SIZE_MAX)
		return false;
	index_add(&p->by_line, hash, p->lines.n);
	vec_add(&p->lines, line);
	return true;
}
