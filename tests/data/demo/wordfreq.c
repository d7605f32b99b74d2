#include "wordfreq.h"

#include <stdlib.h>
#include <string.h>

static int
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

size_t
next_word(const char **text, const char **word)
{
	const char *p = *text;

	while (*p && !is_letter(*p))
		p++;
	*word = p;
	while (is_letter(*p))
		p++;
	*text = p;
	return (size_t)(p - *word);
}

static unsigned
hash(const char *word, size_t length)
{
	unsigned h = 2166136261u;

	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)word[i]) * 16777619u;
	return h ^ h >> 15;
}

static struct entry *
find_slot(struct table *table, const char *word, size_t length)
{
	unsigned i = hash(word, length) % TABLE_SIZE;

	while (table->slots[i].word &&
		(table->slots[i].length != length || memcmp(table->slots[i].word, word, length) != 0))
		i = (i + 1) % TABLE_SIZE;
	return &table->slots[i];
}

void
count_words(struct table *table, const char *text)
{
	const char *word;
	size_t length;

	while ((length = next_word(&text, &word)) > 0) {
		struct entry *e = find_slot(table, word, length);

		if (!e->word) {
			e->word = word;
			e->length = length;
			table->used++;
		}
		e->count++;
	}
}

static int
by_count(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->count < y->count ? 1 : x->count > y->count ? -1 : 0;
}

size_t
sort_entries(const struct table *table, struct entry *out)
{
	size_t n = 0;

	for (size_t i = 0; i < TABLE_SIZE; i++)
		if (table->slots[i].word)
			out[n++] = table->slots[i];
	qsort(out, n, sizeof(*out), by_count);
	return n;
}
