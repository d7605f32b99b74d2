#ifndef WORDFREQ_H
#define WORDFREQ_H

#include <stddef.h>

#define TABLE_SIZE 8192 /* slots, a power of two */

struct entry {
	const char *word;
	size_t length;
	unsigned count;
};

struct table {
	struct entry slots[TABLE_SIZE];
	size_t used;
};

/* Finds the next word in text; returns its length and moves *text behind it. 0 at the end. */
size_t next_word(const char **text, const char **word);
/* Counts every word of a text. */
void count_words(struct table *table, const char *text);
/* The entries in use, most frequent first; returns how many there are. */
size_t sort_entries(const struct table *table, struct entry *out);

#endif
