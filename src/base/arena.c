#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)16 << 10)

struct arena_block {
	struct arena_block *next;
	size_t used, cap; /* objects from the front; cap shrinks by the texts at the end */
	size_t size;
	max_align_t bytes[];
};

void
arena_done(struct arena *a)
{
	struct arena_block *b = a->first;

	while (b) {
		struct arena_block *next = b->next;
		free(b);
		b = next;
	}
	a->first = NULL;
}

void
arena_reset(struct arena *a)
{
	struct arena_block *b = a->first;

	if (!b || b->size != BLOCK_SIZE) {
		arena_done(a);
		return;
	}
	a->first = b->next;
	arena_done(a);
	memset(b->bytes, 0, b->used);
	memset((char *)b->bytes + b->cap, 0, b->size - b->cap);
	b->next = NULL;
	b->used = 0;
	b->cap = b->size;
	a->first = b;
}

static struct arena_block *
new_block(size_t cap)
{
	struct arena_block *b = xcalloc(1, sizeof(*b) + cap);

	b->cap = b->size = cap;
	return b;
}

/* The first block, with room for n more bytes. */
static struct arena_block *
block_for(struct arena *a, size_t n)
{
	struct arena_block *b = a->first;

	if (!b || b->cap - b->used < n) {
		b = new_block(n > BLOCK_SIZE ? n : BLOCK_SIZE);
		b->next = a->first;
		a->first = b;
	}
	return b;
}

void *
arena_alloc(struct arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n) || n > SIZE_MAX / 2)
		abort();
	n = (n + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	struct arena_block *b = block_for(a, n);
	void *p = (char *)b->bytes + b->used;
	b->used += n;
	return p;
}

/* Texts need no alignment and stand close together. */
static char *
text_alloc(struct arena *a, size_t n)
{
	if (n > SIZE_MAX / 2)
		abort();
	struct arena_block *b = block_for(a, n);
	b->cap -= n;
	return (char *)b->bytes + b->cap;
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = text_alloc(a, n + 1);

	memcpy(p, s, n);
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	char *p = text_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
	vsnprintf(p, (size_t)(n < 0 ? 0 : n) + 1, fmt, ap);
	va_end(ap);
	return p;
}

void *
arena_copy(struct arena *a, const void *v, size_t count, size_t size)
{
	if (!count)
		return NULL;
	void *p = arena_alloc(a, count, size);
	memcpy(p, v, count * size);
	return p;
}
