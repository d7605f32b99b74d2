/* Places in an array, found by what stands there: a hash table that knows places only, so that the
 * array may move. */
#ifndef BASE_INDEX_H
#define BASE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct index_slot {
	uint32_t place; /* one more than it; 0: free */
	uint32_t hash;
};
struct index {
	struct index_slot *slots;
	size_t n_slots, n;
};

void index_done(struct index *index); /* empty again */
/* The hash of several texts: each goes on from what the one before gave, the first from 0. */
uint32_t index_hash(uint32_t before, const char *text);
uint32_t index_hash_number(uint32_t before, uint64_t number); /* as one more text */
/* The place with that hash for which same(place, arg) holds; SIZE_MAX when there is none. */
size_t index_find(const struct index *index, uint32_t hash,
	bool (*same)(size_t place, const void *arg), const void *arg);
/* A place (below UINT32_MAX) that is not in it yet. */
void index_add(struct index *index, uint32_t hash, size_t place);

#endif
